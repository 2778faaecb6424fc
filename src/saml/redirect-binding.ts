import { createSign, createVerify } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { checkSignatureAlgorithm } from './check-signature';
import { decodeBase64, decodeText } from './decode-message';
import { MAX_MESSAGE_BYTES, RSA_SHA256, RSA_SHA512 } from './names';
import { refuse, type SpKey, type SpSettings } from './types';

export type RedirectParameter = 'SAMLRequest' | 'SAMLResponse';

export interface RedirectMessage {
  readonly parameter: RedirectParameter;
  readonly xml: string;
  /** Null or empty leaves it out. */
  readonly relayState: string | null;
}

const DEFLATE = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE';
const OURS = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg', 'Signature', 'SAMLEncoding'];

/** The key that signs. @throws Error if the settings hold none. */
export function signingKey(sp: SpSettings): SpKey {
  const [key] = sp.keys;
  if (key === undefined) throw new Error('The service provider has no key.');
  return key;
}

/** The address that carries a signed message, after SAML 2.0 Bindings, 3.4.4. */
export function signedRedirect(
  target: string,
  { parameter, xml, relayState }: RedirectMessage,
  key: SpKey,
): string {
  const pairs = [
    [parameter, deflateRawSync(Buffer.from(xml, 'utf8')).toString('base64')],
    ...(relayState === null || relayState === '' ? [] : [['RelayState', relayState]]),
    ['SigAlg', RSA_SHA256],
  ];
  const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`).join('&');
  const signature = createSign('RSA-SHA256').update(query).sign(key.privateKeyPem, 'base64');
  return `${target}${target.includes('?') ? '&' : '?'}${query}&Signature=${encodeURIComponent(signature)}`;
}

/** The parameters as they were sent: a signature covers the letters, not what they decode to. */
function rawParameters(query: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const pair of query.replace(/^\?/, '').split('&')) {
    const at = pair.indexOf('=');
    const raw = at === -1 ? pair : pair.slice(0, at);
    const name = decode(raw);
    if (!OURS.includes(name)) continue;
    if (name !== raw || found.has(name)) refuse('duplicate-parameter');
    found.set(name, at === -1 ? '' : pair.slice(at + 1));
  }
  return found;
}

function decode(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    return refuse('encoding');
  }
}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MAX_MESSAGE_BYTES });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return refuse(code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'encoding');
  }
}

/**
 * The message in a query, once one of the pinned certificates proves to have signed the query.
 * Nothing is inflated or parsed before that.
 * @throws SamlRefused
 */
export function openRedirect(
  query: string,
  parameter: RedirectParameter,
  pems: readonly string[],
): { text: string; relayState: string | null } {
  const raw = rawParameters(query);
  const value = raw.get(parameter);
  const other = parameter === 'SAMLRequest' ? 'SAMLResponse' : 'SAMLRequest';
  if (value === undefined || raw.has(other)) return refuse('duplicate-parameter');
  const encoding = raw.get('SAMLEncoding');
  if (encoding !== undefined && decode(encoding) !== DEFLATE) refuse('encoding');

  const [algorithm, signature] = [raw.get('SigAlg'), raw.get('Signature')];
  if (algorithm === undefined || signature === undefined) return refuse('message-unsigned');
  checkSignatureAlgorithm(decode(algorithm));
  const relayState = raw.get('RelayState');
  const signed = [
    `${parameter}=${value}`,
    ...(relayState === undefined ? [] : [`RelayState=${relayState}`]),
    `SigAlg=${algorithm}`,
  ].join('&');
  const hash = decode(algorithm) === RSA_SHA512 ? 'RSA-SHA512' : 'RSA-SHA256';
  const bytes = decodeBase64(decode(signature));
  if (!pems.some((pem) => createVerify(hash).update(signed).verify(pem, bytes))) refuse('signature-invalid');

  return {
    text: decodeText(inflate(decodeBase64(decode(value)))),
    relayState: relayState === undefined ? null : decode(relayState.replaceAll('+', ' ')),
  };
}
