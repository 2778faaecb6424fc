import type { Element } from '@xmldom/xmldom';
import { currentPems } from './certificates';
import { checkAssertion } from './check-assertion';
import { checkAlone, checkEnvelope, checkSignatures, isCoveredOnly, type Envelope } from './check-envelope';
import { signatureOf, verifiedXml } from './check-signature';
import { decodeMessage } from './decode-message';
import { decryptAssertion } from './decrypt-assertion';
import { checkLibraryAgrees } from './library-opinion';
import { readXml } from './read-xml';
import { refuse, SamlRefused, type IdpSettings, type SamlLogin, type SpSettings } from './types';

export interface CheckResponseInput {
  readonly sp: SpSettings;
  readonly idp: IdpSettings;
  /** The form field as it was received. */
  readonly samlResponse: string;
  readonly now: Date;
  readonly allowUnsolicited: boolean;
  /**
   * True once for a request that this browser began for this connection and that is still open.
   * It must be atomic and must not be undone when the message is refused afterwards.
   */
  readonly takeRequest: (id: string) => Promise<boolean>;
  /** False if the connection has seen the id; otherwise it is kept until then. Atomic as well. */
  readonly rememberAssertion: (id: string, until: Date) => Promise<boolean>;
}

interface Opened {
  readonly assertion: Element;
  readonly privateKeyPem: string | null;
}

/** A response without a request is taken only where the connection says so, and then names none. */
async function settleRequest(envelope: Envelope, input: CheckResponseInput): Promise<void> {
  const { inResponseTo } = envelope;
  if (inResponseTo === null) return input.allowUnsolicited ? undefined : refuse('unsolicited');
  if (!(await input.takeRequest(inResponseTo))) refuse('in-response-to');
}

interface Held {
  /** What a verified response held; so nothing in it is free of a signature. */
  readonly text: string;
  readonly assertion: Element;
}

function readVerifiedAssertion({ text, assertion }: Held, sp: SpSettings, pems: readonly string[]): Element {
  if (isCoveredOnly(assertion, sp)) return assertion;
  return readXml(verifiedXml(text, signatureOf(assertion, 'assertion-unsigned'), pems));
}

/** A decrypted assertion is a document of its own and judged like one. */
function openEncrypted(envelope: Envelope, { sp }: CheckResponseInput, pems: readonly string[]): Opened {
  const { text, privateKeyPem } = decryptAssertion(envelope.assertion, sp.keys);
  const root = readXml(text);
  checkAlone(root);
  if (root.localName !== 'Assertion') refuse('no-assertion');
  return { assertion: readVerifiedAssertion({ text, assertion: root }, sp, pems), privateKeyPem };
}

function openAssertion(
  verified: string,
  input: CheckResponseInput,
  pems: readonly string[],
): Opened & Envelope {
  const { sp, idp } = input;
  const envelope = checkEnvelope(readXml(verified), { issuer: idp.entityId, destination: sp.acsUrl });
  if (envelope.encrypted) return { ...envelope, ...openEncrypted(envelope, input, pems) };
  if (sp.wantEncrypted === true) refuse('not-encrypted');
  return {
    ...envelope,
    assertion: readVerifiedAssertion({ text: verified, assertion: envelope.assertion }, sp, pems),
    privateKeyPem: null,
  };
}

async function check(input: CheckResponseInput): Promise<SamlLogin> {
  const { sp, idp, now } = input;
  const text = decodeMessage(input.samlResponse);
  const sent = checkEnvelope(readXml(text), { issuer: idp.entityId, destination: sp.acsUrl });
  const signature = checkSignatures(sent, sp);
  const pems = currentPems(idp, now);
  await settleRequest(sent, input);

  // From here on only what a signature covers is read: the response out of its own signature,
  // the assertion out of that response and its own signature (or out of that response alone, where
  // the connection takes an assertion that has none).
  const opened = openAssertion(verifiedXml(text, signature, pems), input, pems);
  if (opened.inResponseTo !== sent.inResponseTo) refuse('in-response-to');
  const login = checkAssertion(opened.assertion, { sp, idp, now, inResponseTo: opened.inResponseTo });
  await checkLibraryAgrees({ sp, idp, pems, text, now, privateKeyPem: opened.privateKeyPem }, login);

  if (!(await input.rememberAssertion(login.assertionId, login.expiresAt))) refuse('replayed');
  return login;
}

/**
 * Who signed in, if a Response over HTTP-POST proves it.
 *
 * A request is taken as soon as a message of the right shape names it, before any signature is
 * verified: one request admits one attempt, whatever becomes of it. Failures of the two ports are
 * passed on as they are; everything else that is thrown is a refusal.
 * @throws SamlRefused
 */
export async function checkResponse(input: CheckResponseInput): Promise<SamlLogin> {
  let portFailure: { error: unknown } | null = null;
  const guard =
    <A extends unknown[]>(port: (...given: A) => Promise<boolean>) =>
    async (...given: A): Promise<boolean> => {
      try {
        return (await port(...given)) === true;
      } catch (error) {
        portFailure = { error };
        throw error;
      }
    };
  try {
    return await check({
      ...input,
      takeRequest: guard(input.takeRequest),
      rememberAssertion: guard(input.rememberAssertion),
    });
  } catch (error) {
    if (error instanceof SamlRefused || portFailure !== null) throw error;
    throw new SamlRefused('malformed');
  }
}
