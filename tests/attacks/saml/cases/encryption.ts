import type { AttackCase, AttackContext } from '../attack';
import {
  another,
  assertionXml,
  buildResponse,
  edit,
  newId,
  toField,
  type ResponseOptions,
} from '../build-response';
import { encryptText } from '../encrypt';
import { MALLORY } from './wrapping';

type Make = ResponseOptions | ((context: AttackContext) => ResponseOptions);

/** The response around it is signed by the real identity provider. */
function encrypted(name: string, reason: AttackCase['reason'], make: Make): AttackCase {
  return {
    name,
    reason,
    build: (context) =>
      buildResponse(context.target, { encrypt: {}, ...(typeof make === 'function' ? make(context) : make) }),
  };
}

/** Puts something else than the assertion under the encryption. */
function holding(
  name: string,
  reason: AttackCase['reason'],
  inside: (assertion: string, context: AttackContext) => string,
): AttackCase {
  return encrypted(name, reason, (context) => ({ signedAssertion: (xml) => inside(xml, context) }));
}

const CONTENTS: readonly AttackCase[] = [
  encrypted('an unsigned assertion is encrypted', 'assertion-unsigned', { assertionSignature: null }),
  encrypted('an assertion of an own key is encrypted for us', 'signature-invalid', ({ keys }) => ({
    nameId: MALLORY,
    assertionSignature: { key: keys.other },
  })),
  holding('the encrypted assertion was altered after it was signed', 'signature-invalid', (xml) =>
    edit(xml, '>Finance<', '>Owners<'),
  ),
  holding('two assertions under one encryption', 'malformed', (xml) => xml + xml),
  holding('an evil assertion around the signed one', 'several-assertions', (xml, { target }) =>
    edit(assertionXml(target, newId(), { nameId: MALLORY }), '</saml:Assertion>', `${xml}</saml:Assertion>`),
  ),
  holding(
    'a whole response under the encryption',
    ['several-assertions', 'no-assertion'],
    (xml) => `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">${xml}</samlp:Response>`,
  ),
  holding(
    'a NameID under the encryption',
    'no-assertion',
    () => '<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">admin@acme.example</saml:NameID>',
  ),
  holding('no XML under the encryption', 'malformed', () => 'ada@acme.example'),
  holding('a comment under the encryption', 'comment', (xml) => edit(xml, '>ada@', '>ada<!-- -->@')),
  holding(
    'an entity under the encryption',
    'dtd',
    (xml) => `<!DOCTYPE a [<!ENTITY who "admin">]>${edit(xml, '>ada@', '>&who;@')}`,
  ),
  holding('a signature elsewhere under the encryption', 'misplaced-signature', (xml) => {
    const signature = /<ds:Signature[\s>].*<\/ds:Signature>/s.exec(xml)?.[0] ?? '';
    return edit(edit(xml, signature, ''), '</saml:Subject>', `${signature}</saml:Subject>`);
  }),
  holding('a second id under the encryption', 'duplicate-id', (xml) => {
    const id = / ID="([^"]+)"/.exec(xml)?.[1] ?? '';
    return edit(xml, '<saml:Subject>', `<saml:Subject Id="${id}">`);
  }),
  encrypted('another audience under the encryption', 'audience', {
    audience: 'https://other.example/metadata',
  }),
  encrypted('another recipient under the encryption', 'recipient', {
    recipient: 'https://other.example/acs',
  }),
  encrypted('another request under the encryption', 'in-response-to', { subjectInResponseTo: newId() }),
  encrypted('an ended assertion under the encryption', 'expired', { notOnOrAfter: -120_000 }),
];

const CIPHERS: readonly AttackCase[] = [
  encrypted('triple DES', 'weak-algorithm', {
    encrypt: { content: 'http://www.w3.org/2001/04/xmlenc#tripledes-cbc' },
  }),
  encrypted('RSA 1.5', 'weak-algorithm', { encrypt: { key: 'http://www.w3.org/2001/04/xmlenc#rsa-1_5' } }),
  encrypted('encrypted for somebody else', 'decryption', ({ keys }) => ({
    encrypt: { certificatePem: keys.other.certificatePem },
  })),
  encrypted('an altered cipher text that is signed as it stands', 'decryption', {
    draftResponse: (xml) => edit(xml, /(?<=<xenc:CipherValue>.{60})./s, another),
  }),
  encrypted('a cipher text that is too short', 'decryption', {
    draftResponse: (xml) => edit(xml, /(?<=<xenc:CipherValue>)[^<]+/, 'AAAA'),
  }),
  encrypted('a broken padding', 'decryption', {
    encrypt: { content: 'http://www.w3.org/2001/04/xmlenc#aes256-cbc' },
    draftResponse: (xml) => edit(xml, /(?<=<xenc:CipherValue>[^<]*)[^<]{64}(?=<)/, 'A'.repeat(63) + '='),
  }),
  encrypted('a content algorithm that nobody knows', 'unsupported-algorithm', {
    draftResponse: (xml) => edit(xml, 'http://www.w3.org/2009/xmlenc11#aes256-gcm', 'urn:evil:plain'),
  }),
  encrypted('a way of encrypting the key that we do not know', 'unsupported-algorithm', {
    draftResponse: (xml) =>
      edit(
        xml,
        'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
        'http://www.w3.org/2009/xmlenc11#rsa-oaep',
      ),
  }),
  encrypted('a label in OAEP', 'unsupported-algorithm', {
    draftResponse: (xml) => edit(xml, '<DigestMethod ', '<e:OAEPparams>AAAA</e:OAEPparams><DigestMethod '),
  }),
  encrypted('a content algorithm without a name', 'decryption', {
    draftResponse: (xml) => edit(xml, /<xenc:EncryptionMethod Algorithm="[^"]+"/, '<xenc:EncryptionMethod'),
  }),
  encrypted('another digest in OAEP', 'unsupported-algorithm', {
    draftResponse: (xml) =>
      edit(
        xml,
        /<DigestMethod Algorithm="[^"]+"/,
        '<DigestMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#md5"',
      ),
  }),
  encrypted('an altered cipher text in the signed response', 'signature-invalid', {
    signedResponse: (xml) => edit(xml, /(?<=<xenc:CipherValue>.{60})./s, another),
  }),
];

const STRUCTURES: readonly AttackCase[] = [
  encrypted('an encrypted assertion in an unsigned response', 'response-unsigned', {
    responseSignature: null,
  }),
  encrypted('two encrypted keys', 'decryption', {
    draftResponse: (xml) => {
      const key = /<e:EncryptedKey.*<\/e:EncryptedKey>/s.exec(xml)?.[0] ?? '';
      return edit(xml, key, key + key);
    },
  }),
  encrypted('a second encrypted key beside the encrypted data', 'decryption', {
    draftResponse: (xml) => {
      const key = /<e:EncryptedKey.*<\/e:EncryptedKey>/s.exec(xml)?.[0] ?? '';
      return edit(xml, '</saml:EncryptedAssertion>', `${key}</saml:EncryptedAssertion>`);
    },
  }),
  encrypted('no encrypted key', 'decryption', {
    draftResponse: (xml) => edit(xml, /<e:EncryptedKey.*<\/e:EncryptedKey>/s, ''),
  }),
  encrypted('an empty EncryptedAssertion', 'decryption', {
    draftResponse: (xml) => edit(xml, /<xenc:EncryptedData.*<\/xenc:EncryptedData>/s, ''),
  }),
  encrypted('two encrypted assertions', 'several-assertions', {
    draftResponse: (xml) => {
      const assertion = /<saml:EncryptedAssertion>.*<\/saml:EncryptedAssertion>/s.exec(xml)?.[0] ?? '';
      return edit(xml, assertion, assertion + assertion);
    },
  }),
  {
    name: 'a plain evil assertion beside the encrypted one',
    reason: 'several-assertions',
    build: async ({ target }) => {
      const { xml } = await buildResponse(target, { encrypt: {} });
      const evil = assertionXml(target, newId(), { nameId: MALLORY });
      return {
        samlResponse: toField(edit(xml, '<saml:EncryptedAssertion>', `${evil}<saml:EncryptedAssertion>`)),
      };
    },
  },
  {
    name: 'an own assertion, encrypted for us, in place of the signed one',
    reason: 'signature-invalid',
    build: async ({ target }) => {
      const { xml } = await buildResponse(target, { encrypt: {} });
      const evil = await encryptText(assertionXml(target, newId(), { nameId: MALLORY }), {
        certificatePem: target.sp.certificatePem,
      });
      return { samlResponse: toField(edit(xml, /<xenc:EncryptedData.*<\/xenc:EncryptedData>/s, evil)) };
    },
  },
  {
    name: 'a plain assertion where the connection wants an encrypted one',
    reason: 'not-encrypted',
    build: async ({ target }) => ({ ...(await buildResponse(target)), overrides: { wantEncrypted: true } }),
  },
];

export const ENCRYPTION: readonly AttackCase[] = [...CONTENTS, ...CIPHERS, ...STRUCTURES];
