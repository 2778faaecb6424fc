import { createSign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { LogoutMessage } from '@/saml/logout';
import type { SamlRefusal } from '@/saml/types';
import { edit, escapeXml, newId, SUCCESS, toField } from './build-response';
import type { KeyPair, TestKeys } from './keys';
import { RSA_SHA256, sign } from './sign';

/** For whom a logout message is made. */
export interface LogoutTarget {
  readonly idp: { readonly entityId: string; readonly key: KeyPair };
  readonly sp: { readonly entityId: string; readonly sloUrl: string };
  readonly now: Date;
  readonly nameId: string;
  readonly sessionIndex: string;
}

export interface LogoutContext {
  readonly target: LogoutTarget;
  readonly keys: TestKeys;
}

export type LogoutKind = 'request' | 'response';

export interface LogoutCase {
  readonly name: string;
  readonly kind: LogoutKind;
  readonly reason: SamlRefusal | readonly SamlRefusal[];
  build(context: LogoutContext): LogoutMessage;
}

export function logoutXml(
  kind: LogoutKind,
  { idp, sp, now, nameId, sessionIndex }: LogoutTarget,
  id = newId(),
): string {
  const name = kind === 'request' ? 'LogoutRequest' : 'LogoutResponse';
  const end = new Date(now.getTime() + 300_000).toISOString();
  const own = kind === 'request' ? ` NotOnOrAfter="${end}"` : ' InResponseTo="_our-request"';
  const inner =
    kind === 'request'
      ? `<saml:NameID>${escapeXml(nameId)}</saml:NameID><samlp:SessionIndex>${sessionIndex}</samlp:SessionIndex>`
      : `<samlp:Status><samlp:StatusCode Value="${SUCCESS}"/></samlp:Status>`;
  return `<samlp:${name} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${now.toISOString()}" Destination="${sp.sloUrl}"${own}><saml:Issuer>${idp.entityId}</saml:Issuer>${inner}</samlp:${name}>`;
}

export interface RedirectOptions {
  readonly key: KeyPair;
  readonly relayState?: string;
  readonly algorithm?: string;
  readonly hash?: string;
  readonly bytes?: Buffer;
}

export function redirectQuery(kind: LogoutKind, xml: string, options: RedirectOptions): string {
  const {
    key,
    relayState,
    algorithm = RSA_SHA256,
    hash = 'RSA-SHA256',
    bytes = deflateRawSync(xml),
  } = options;
  const parameter = kind === 'request' ? 'SAMLRequest' : 'SAMLResponse';
  const relay = relayState === undefined ? '' : `&RelayState=${encodeURIComponent(relayState)}`;
  const signed = `${parameter}=${encodeURIComponent(bytes.toString('base64'))}${relay}&SigAlg=${encodeURIComponent(algorithm)}`;
  const signature = createSign(hash).update(signed).sign(key.privateKeyPem, 'base64');
  return `${signed}&Signature=${encodeURIComponent(signature)}`;
}

export function postField(xml: string, key: KeyPair): string {
  const id = / ID="([^"]+)"/.exec(xml)?.[1] ?? '';
  return toField(sign(xml, id, { key }));
}

type Edit = (xml: string, context: LogoutContext) => string;

/** Signed by the identity provider, and not for us all the same; over both bindings. */
function drafted(name: string, kind: LogoutKind, reason: LogoutCase['reason'], draft: Edit): LogoutCase[] {
  const make = (context: LogoutContext) => draft(logoutXml(kind, context.target), context);
  return [
    {
      name: `${name} (redirect)`,
      kind,
      reason,
      build: (context) => ({
        binding: 'redirect',
        query: redirectQuery(kind, make(context), { key: context.target.idp.key }),
      }),
    },
    {
      name: `${name} (post)`,
      kind,
      reason,
      build: (context) => ({ binding: 'post', field: postField(make(context), context.target.idp.key) }),
    },
  ];
}

function query(
  name: string,
  reason: LogoutCase['reason'],
  alter: (query: string, context: LogoutContext) => string,
  options: (context: LogoutContext) => Partial<RedirectOptions> = () => ({}),
): LogoutCase {
  return {
    name,
    kind: 'request',
    reason,
    build: (context) => {
      const xml = logoutXml('request', context.target);
      const made = redirectQuery('request', xml, { key: context.target.idp.key, ...options(context) });
      return { binding: 'redirect', query: alter(made, context) };
    },
  };
}

function field(
  name: string,
  reason: LogoutCase['reason'],
  make: (context: LogoutContext) => string,
): LogoutCase {
  return { name, kind: 'request', reason, build: (context) => ({ binding: 'post', field: make(context) }) };
}

const unchanged = (made: string): string => made;
const BOMB = deflateRawSync(Buffer.alloc(50_000_000, 0x20));

const QUERIES: readonly LogoutCase[] = [
  query('no signature', 'message-unsigned', (made) => edit(made, /&SigAlg=.*/, '')),
  query('an algorithm without a signature', 'message-unsigned', (made) => edit(made, /&Signature=.*/, '')),
  query('a signature of nothing', ['encoding', 'signature-invalid'], (made) =>
    edit(made, /&Signature=.*/, '&Signature='),
  ),
  query('a signature by another key', 'signature-invalid', unchanged, ({ keys }) => ({ key: keys.other })),
  query('RSA with SHA-1', 'weak-algorithm', unchanged, () => ({
    algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
    hash: 'RSA-SHA1',
  })),
  query(
    'the name of an algorithm that is a mere hash',
    ['unsupported-algorithm', 'weak-algorithm'],
    unchanged,
    () => ({
      algorithm: 'urn:evil#RSA-SHA256',
    }),
  ),
  query('the signature says SHA-512 over one of SHA-256', 'signature-invalid', unchanged, () => ({
    algorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  })),
  query('another message under the signature', 'signature-invalid', (made, { target }) => {
    const other = deflateRawSync(logoutXml('request', { ...target, nameId: 'eve@acme.example' })).toString(
      'base64',
    );
    return edit(made, /^SAMLRequest=[^&]+/, `SAMLRequest=${encodeURIComponent(other)}`);
  }),
  query(
    'a relay state that was added',
    'signature-invalid',
    (made) => `${made}&RelayState=https%3A%2F%2Fevil.example`,
  ),
  query(
    'a relay state that was changed',
    'signature-invalid',
    (made) => edit(made, 'RelayState=a', 'RelayState=b'),
    () => ({ relayState: 'a' }),
  ),
  query('a second message behind the signed one', 'duplicate-parameter', (made, { target }) => {
    const other = deflateRawSync(logoutXml('request', { ...target, nameId: 'eve@acme.example' })).toString(
      'base64',
    );
    return `${made}&SAMLRequest=${encodeURIComponent(other)}`;
  }),
  query(
    'a second message under a name in other letters',
    'duplicate-parameter',
    (made) => `${made}&SAML%52equest=AAAA`,
  ),
  query('a second signature', 'duplicate-parameter', (made) => `${made}&Signature=AAAA`),
  query('an answer beside the request', 'duplicate-parameter', (made) => `${made}&SAMLResponse=AAAA`),
  query('no message', 'duplicate-parameter', (made) => edit(made, /^SAMLRequest=[^&]+&/, '')),
  query('another encoding', 'encoding', (made) => `${made}&SAMLEncoding=urn%3Aevil`),
  query('a broken escape', 'encoding', (made) => `${made}%zz`),
  query('a deflate bomb, signed', 'too-large', unchanged, () => ({ bytes: BOMB })),
  query(
    'a deflate bomb, unsigned',
    'message-unsigned',
    (made) => edit(made, /&SigAlg=.*/, ''),
    () => ({ bytes: BOMB }),
  ),
  query('a deflate bomb, by another key', 'signature-invalid', unchanged, ({ keys }) => ({
    bytes: BOMB,
    key: keys.other,
  })),
  query('what is not deflated', 'encoding', unchanged, ({ target }) => ({
    bytes: Buffer.from(logoutXml('request', target)),
  })),
];

const SIGNATURE = /<ds:Signature[\s>].*<\/ds:Signature>/s;

const FIELDS: readonly LogoutCase[] = [
  field('no signature in the form', 'message-unsigned', ({ target }) =>
    toField(logoutXml('request', target)),
  ),
  field('another key in the form', 'signature-invalid', ({ target, keys }) =>
    postField(logoutXml('request', target), keys.other),
  ),
  field('a changed name in the form', 'signature-invalid', ({ target }) => {
    const xml = Buffer.from(postField(logoutXml('request', target), target.idp.key), 'base64').toString();
    return toField(edit(xml, target.nameId, 'eve@acme.example'));
  }),
  field(
    'a signed request within an evil one',
    ['several-assertions', 'signature-reference'],
    ({ target }) => {
      const xml = Buffer.from(postField(logoutXml('request', target), target.idp.key), 'base64').toString();
      const evil = logoutXml('request', { ...target, nameId: 'eve@acme.example' });
      const signature = SIGNATURE.exec(xml)?.[0] ?? '';
      return toField(
        edit(
          evil,
          '</saml:Issuer>',
          `</saml:Issuer>${signature}<samlp:Extensions>${xml.replace(signature, '')}</samlp:Extensions>`,
        ),
      );
    },
  ),
];

const DRAFTS: readonly LogoutCase[] = [
  ...drafted('another issuer', 'request', 'issuer', (xml, { target }) =>
    edit(xml, target.idp.entityId, 'https://evil.example'),
  ),
  ...drafted('another destination', 'request', 'destination', (xml) =>
    edit(xml, / Destination="[^"]+"/, ' Destination="https://other.example/slo"'),
  ),
  ...drafted('no destination', 'request', 'destination', (xml) => edit(xml, / Destination="[^"]+"/, '')),
  ...drafted('an ended request', 'request', 'expired', (xml, { target }) =>
    edit(
      xml,
      /NotOnOrAfter="[^"]+"/,
      `NotOnOrAfter="${new Date(target.now.getTime() - 120_000).toISOString()}"`,
    ),
  ),
  ...drafted('an old request without an end', 'request', 'expired', (xml, { target }) =>
    edit(
      edit(xml, / NotOnOrAfter="[^"]+"/, ''),
      /IssueInstant="[^"]+"/,
      `IssueInstant="${new Date(target.now.getTime() - 3_600_000).toISOString()}"`,
    ),
  ),
  ...drafted('no name', 'request', 'name-id', (xml) => edit(xml, /<saml:NameID>.*<\/saml:NameID>/, '')),
  ...drafted('two names', 'request', 'name-id', (xml) =>
    edit(xml, '</saml:NameID>', '</saml:NameID><saml:NameID>eve</saml:NameID>'),
  ),
  ...drafted('an element in a session index', 'request', 'malformed', (xml) =>
    edit(xml, '</samlp:SessionIndex>', '<x:i xmlns:x="urn:x"/></samlp:SessionIndex>'),
  ),
  ...drafted('a comment in the name', 'request', 'comment', (xml) => edit(xml, '@acme', '<!-- -->@acme')),
  ...drafted('an assertion in an extension', 'request', 'several-assertions', (xml) =>
    edit(xml, '</saml:Issuer>', '</saml:Issuer><samlp:Extensions><saml:Assertion/></samlp:Extensions>'),
  ),
  ...drafted('an answer in place of a request', 'request', 'unexpected-root', (xml) =>
    xml.replaceAll('LogoutRequest', 'LogoutResponse'),
  ),
  ...drafted('a request in place of an answer', 'response', 'unexpected-root', (xml) =>
    xml.replaceAll('LogoutResponse', 'LogoutRequest'),
  ),
  ...drafted('an answer of failure', 'response', 'status', (xml) =>
    edit(xml, 'status:Success', 'status:Responder'),
  ),
  ...drafted('an answer to nothing', 'response', 'in-response-to', (xml) =>
    edit(xml, / InResponseTo="[^"]+"/, ''),
  ),
  ...drafted('an answer for another place', 'response', 'destination', (xml) =>
    edit(xml, / Destination="[^"]+"/, ' Destination="https://other.example/slo"'),
  ),
];

const DOCUMENT_TYPE: LogoutCase = {
  name: 'an entity (redirect)',
  kind: 'request',
  reason: 'dtd',
  build: ({ target }) => {
    const xml = `<!DOCTYPE r [<!ENTITY who "eve">]>${edit(logoutXml('request', target), target.nameId, '&who;')}`;
    return { binding: 'redirect', query: redirectQuery('request', xml, { key: target.idp.key }) };
  },
};

const NAMELESS: LogoutCase = {
  name: 'a request without an id (redirect)',
  kind: 'request',
  reason: 'malformed',
  build: ({ target }) => {
    const xml = edit(logoutXml('request', target), / ID="[^"]+"/, '');
    return { binding: 'redirect', query: redirectQuery('request', xml, { key: target.idp.key }) };
  },
};

const EMBEDDED: LogoutCase = {
  name: 'a signature within a message that its address signs',
  kind: 'request',
  reason: 'misplaced-signature',
  build: ({ target }) => {
    const xml = Buffer.from(postField(logoutXml('request', target), target.idp.key), 'base64').toString();
    return { binding: 'redirect', query: redirectQuery('request', xml, { key: target.idp.key }) };
  },
};

export const LOGOUT_ATTACKS: readonly LogoutCase[] = [
  ...QUERIES,
  ...FIELDS,
  ...DRAFTS,
  DOCUMENT_TYPE,
  NAMELESS,
  EMBEDDED,
];
