import type { AttackCase } from '../attack';
import {
  another,
  buildResponse,
  edit,
  newId,
  toField,
  type BuiltResponse,
  type ResponseOptions,
} from '../build-response';
import { pinned } from '../keys';
import { DSIG, ENVELOPED, EXCLUSIVE, sign } from '../sign';
import { MALLORY } from './wrapping';

const SIGNATURE = /<ds:Signature[\s>].*?<\/ds:Signature>/s;
const EMPTY_DIGEST = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

function options(name: string, reason: AttackCase['reason'], made: ResponseOptions): AttackCase {
  return { name, reason, build: ({ target }) => buildResponse(target, made) };
}

/** Edits the finished message; the first signature in it is that of the response. */
function altered(
  name: string,
  reason: AttackCase['reason'],
  alter: (xml: string, built: BuiltResponse) => string,
  made: ResponseOptions = {},
): AttackCase {
  return {
    name,
    reason,
    build: async ({ target }) => {
      const built = await buildResponse(target, made);
      return { samlResponse: toField(alter(built.xml, built)) };
    },
  };
}

function signaturesIn(xml: string): [string, string] {
  const [response, assertion] = xml.match(new RegExp(SIGNATURE, 'gs')) ?? [];
  if (response === undefined || assertion === undefined) throw new Error('Two signatures were expected.');
  return [response, assertion];
}

const REMOVED: readonly AttackCase[] = [
  altered('both signatures are removed', ['response-unsigned', 'assertion-unsigned'], (xml) =>
    edit(edit(xml, SIGNATURE, ''), SIGNATURE, ''),
  ),
  altered('both are removed and the name is changed', ['response-unsigned', 'assertion-unsigned'], (xml) =>
    edit(edit(edit(xml, SIGNATURE, ''), SIGNATURE, ''), 'ada@', 'mallory@'),
  ),
  options('the response is signed, the assertion is not', 'assertion-unsigned', { assertionSignature: null }),
  options('the assertion is signed, the response is not', 'response-unsigned', { responseSignature: null }),
  altered('the signature of the response is empty', 'signature-shape', (xml) =>
    edit(xml, SIGNATURE, `<ds:Signature xmlns:ds="${DSIG}"/>`),
  ),
  altered('the signature of the assertion is empty', 'signature-shape', (xml) =>
    edit(xml, signaturesIn(xml)[1], `<ds:Signature xmlns:ds="${DSIG}"></ds:Signature>`),
  ),
  altered('the signature value is empty', 'signature-shape', (xml) =>
    edit(xml, /<ds:SignatureValue>[^<]+</, '<ds:SignatureValue><'),
  ),
  altered('the signature is of another namespace', 'signature-shape', (xml) =>
    edit(xml, /(?<=<ds:Signature )xmlns:ds="[^"]+"/, 'xmlns:ds="urn:evil"'),
  ),
];

const MISPLACED: readonly AttackCase[] = [
  altered('the signature of the response covers the assertion', 'signature-reference', (xml, built) =>
    edit(edit(xml, SIGNATURE, ''), '</saml:Issuer>', `</saml:Issuer>${signaturesIn(built.xml)[1]}`),
  ),
  altered('the signature of the assertion covers the response', 'signature-reference', (xml) =>
    edit(xml, signaturesIn(xml)[1], signaturesIn(xml)[0]),
  ),
  altered('the signature covers an element that is not there', 'signature-reference', (xml) =>
    edit(xml, /URI="#[^"]+"/, `URI="#${newId()}"`),
  ),
  altered('the reference is empty and means the whole document', 'signature-reference', (xml) =>
    edit(xml, /URI="#[^"]+"/, 'URI=""'),
  ),
  altered('the reference points to the network', 'signature-reference', (xml) =>
    edit(xml, /URI="#[^"]+"/, 'URI="https://evil.example/signed.xml"'),
  ),
  altered('the reference is an XPointer', 'signature-reference', (xml, { responseId }) =>
    edit(xml, /URI="#[^"]+"/, `URI="#xpointer(id('${responseId}'))"`),
  ),
  altered('the id breaks out of an XPath', 'signature-reference', (xml, { responseId }) =>
    xml.replaceAll(responseId, `x' or '1'='1`),
  ),
  altered('the signature of the response stands in an extension', 'misplaced-signature', (xml) =>
    edit(
      edit(xml, SIGNATURE, ''),
      '<samlp:Status>',
      `<samlp:Extensions>${signaturesIn(xml)[0]}</samlp:Extensions><samlp:Status>`,
    ),
  ),
  altered('the signature of the assertion stands in its subject', 'misplaced-signature', (xml) => {
    const [, signature] = signaturesIn(xml);
    return edit(edit(xml, signature, ''), '</saml:Subject>', `${signature}</saml:Subject>`);
  }),
  altered('two signatures on the response', 'several-signatures', (xml) => {
    const [signature] = signaturesIn(xml);
    return edit(xml, signature, signature + signature);
  }),
  altered('two signatures on the assertion, the first one evil', 'several-signatures', (xml) => {
    const [, signature] = signaturesIn(xml);
    return edit(
      xml,
      signature,
      edit(signature, /<ds:DigestValue>[^<]+/, `<ds:DigestValue>${EMPTY_DIGEST}`) + signature,
    );
  }),
];

const SHAPE: readonly AttackCase[] = [
  altered('a second SignedInfo stands behind the signed one', 'signature-shape', (xml) => {
    const signedInfo = /<ds:SignedInfo>.*?<\/ds:SignedInfo>/s.exec(xml)?.[0] ?? '';
    return edit(
      xml,
      signedInfo,
      signedInfo + edit(signedInfo, /<ds:DigestValue>[^<]+/, `<ds:DigestValue>${EMPTY_DIGEST}`),
    );
  }),
  altered(
    'a second SignedInfo stands before the signed one, and the name is changed',
    'signature-shape',
    (xml) => {
      const signedInfo = /<ds:SignedInfo>.*?<\/ds:SignedInfo>/s.exec(xml)?.[0] ?? '';
      return edit(edit(xml, signedInfo, signedInfo + signedInfo), 'ada@', 'mallory@');
    },
  ),
  altered('a second SignedInfo stands in KeyInfo', 'signature-shape', (xml) => {
    const signedInfo = /<ds:SignedInfo>.*?<\/ds:SignedInfo>/s.exec(xml)?.[0] ?? '';
    return edit(xml, '</ds:KeyInfo>', `${signedInfo}</ds:KeyInfo>`);
  }),
  altered('a comment in DigestValue', 'comment', (xml) =>
    edit(xml, '<ds:DigestValue>', `<ds:DigestValue>${EMPTY_DIGEST}<!---->`),
  ),
  altered('an element in DigestValue', 'signature-shape', (xml) =>
    edit(xml, '<ds:DigestValue>', `<ds:DigestValue><ds:X>${EMPTY_DIGEST}</ds:X>`),
  ),
  altered('two DigestValues', 'signature-shape', (xml) =>
    edit(xml, '<ds:DigestValue>', `<ds:DigestValue>${EMPTY_DIGEST}</ds:DigestValue><ds:DigestValue>`),
  ),
  altered('the digest is that of nothing', 'signature-invalid', (xml) =>
    edit(edit(xml, /<ds:DigestValue>[^<]+/, `<ds:DigestValue>${EMPTY_DIGEST}`), 'ada@', 'mallory@'),
  ),
  altered('an empty digest', 'signature-shape', (xml) =>
    edit(xml, /<ds:DigestValue>[^<]+/, '<ds:DigestValue>'),
  ),
  altered('a second Reference', 'signature-reference', (xml) => {
    const reference = /<ds:Reference .*?<\/ds:Reference>/s.exec(xml)?.[0] ?? '';
    return edit(xml, reference, reference + reference);
  }),
  altered('no Reference', 'signature-shape', (xml) => edit(xml, /<ds:Reference .*?<\/ds:Reference>/s, '')),
  altered('an Object in the signature', 'signature-shape', (xml) =>
    edit(xml, '</ds:Signature>', '<ds:Object>free of any signature</ds:Object></ds:Signature>'),
  ),
  altered('a length of the HMAC in the method', 'signature-shape', (xml) =>
    edit(
      xml,
      /<ds:SignatureMethod ([^>]*)\/>/,
      '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"><ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>',
    ),
  ),
];

const KEYS: readonly AttackCase[] = [
  {
    name: 'an own certificate in KeyInfo, both signatures by its key',
    reason: 'signature-invalid',
    build: ({ target, keys }) =>
      buildResponse(target, {
        nameId: MALLORY,
        assertionSignature: { key: keys.other, keyInfo: true },
        responseSignature: { key: keys.other, keyInfo: true },
      }),
  },
  {
    name: 'an own key, and the real certificate in KeyInfo',
    reason: 'signature-invalid',
    build: ({ target, keys }) => {
      const key = { privateKeyPem: keys.other.privateKeyPem, certificatePem: keys.idp.certificatePem };
      return buildResponse(target, {
        nameId: MALLORY,
        assertionSignature: { key },
        responseSignature: { key },
      });
    },
  },
  {
    name: 'the response is signed by the real key, the assertion by an own one',
    reason: 'signature-invalid',
    build: ({ target, keys }) =>
      buildResponse(target, { nameId: MALLORY, assertionSignature: { key: keys.other } }),
  },
  {
    name: 'the assertion is signed by the real key, the response by an own one',
    reason: 'signature-invalid',
    build: ({ target, keys }) => buildResponse(target, { responseSignature: { key: keys.other } }),
  },
  {
    name: "another workspace's identity provider under its own name",
    reason: 'issuer',
    build: ({ target, keys }) =>
      buildResponse({ ...target, idp: { entityId: 'https://other-idp.example/metadata', key: keys.other } }),
  },
  {
    name: "another workspace's identity provider under the name of this one",
    reason: 'signature-invalid',
    build: ({ target, keys }) => buildResponse({ ...target, idp: { ...target.idp, key: keys.other } }),
  },
  {
    name: 'HMAC with the text of the certificate as its secret',
    reason: 'weak-algorithm',
    build: ({ target }) =>
      buildResponse(target, {
        nameId: MALLORY,
        assertionSignature: { hmac: true, keyInfo: false },
        responseSignature: { hmac: true, keyInfo: false },
      }),
  },
  {
    name: 'HMAC on the assertion alone',
    reason: 'weak-algorithm',
    build: ({ target }) => buildResponse(target, { assertionSignature: { hmac: true, keyInfo: false } }),
  },
  options('RSA with SHA-1 on the response', 'weak-algorithm', {
    responseSignature: { algorithm: `${DSIG}rsa-sha1` },
  }),
  options('RSA with SHA-1 on the assertion', 'weak-algorithm', {
    assertionSignature: { algorithm: `${DSIG}rsa-sha1` },
  }),
  options('a SHA-1 digest below an RSA-SHA256 signature', 'weak-algorithm', {
    assertionSignature: { digest: `${DSIG}sha1` },
  }),
  altered('a digest that nobody knows', 'unsupported-algorithm', (xml) =>
    edit(xml, /<ds:DigestMethod Algorithm="[^"]+"/, '<ds:DigestMethod Algorithm="urn:evil:digest"'),
  ),
  altered('an algorithm that every object in JavaScript has', 'unsupported-algorithm', (xml) =>
    edit(xml, /<ds:DigestMethod Algorithm="[^"]+"/, '<ds:DigestMethod Algorithm="constructor"'),
  ),
  altered('the method says ECDSA over an RSA signature', 'unsupported-algorithm', (xml) =>
    edit(
      xml,
      /(?<=<ds:SignatureMethod Algorithm=")[^"]+/,
      'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
    ),
  ),
  {
    name: 'the certificate of the identity provider has ended',
    reason: 'certificate-expired',
    build: async ({ target, keys }) => ({
      ...(await buildResponse({ ...target, idp: { ...target.idp, key: keys.idpExpired } })),
      overrides: { certificates: [pinned(keys.idpExpired)] },
    }),
  },
  {
    name: 'the certificate of the identity provider has not begun',
    reason: 'certificate-expired',
    build: async ({ target, keys }) => ({
      ...(await buildResponse({ ...target, idp: { ...target.idp, key: keys.idpFuture } })),
      overrides: { certificates: [pinned(keys.idpFuture)] },
    }),
  },
  {
    name: 'signed by an ended certificate while another is valid',
    reason: 'signature-invalid',
    build: async ({ target, keys }) => ({
      ...(await buildResponse(target)),
      overrides: { certificates: [pinned(keys.idpExpired), pinned(keys.other)] },
    }),
  },
];

function transforms(name: string, list: readonly string[]): AttackCase {
  return options(name, 'forbidden-transform', { assertionSignature: { transforms: list } });
}

const TRANSFORMS: readonly AttackCase[] = [
  transforms('an XSLT transform', [ENVELOPED, 'http://www.w3.org/TR/1999/REC-xslt-19991116', EXCLUSIVE]),
  transforms('an XSLT transform in place of the canonicalization', [
    ENVELOPED,
    'http://www.w3.org/TR/1999/REC-xslt-19991116',
  ]),
  transforms('an XPath transform', [ENVELOPED, 'http://www.w3.org/TR/1999/REC-xpath-19991116', EXCLUSIVE]),
  transforms('an XPath filter', ['http://www.w3.org/2002/06/xmldsig-filter2', EXCLUSIVE]),
  transforms('a base64 transform', [ENVELOPED, `${DSIG}base64`]),
  transforms('a canonicalization that keeps comments', [ENVELOPED, `${EXCLUSIVE}WithComments`]),
  transforms('an inclusive canonicalization', [ENVELOPED, 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315']),
  transforms('no enveloped transform', [EXCLUSIVE, EXCLUSIVE]),
  transforms('one transform too many', [ENVELOPED, EXCLUSIVE, EXCLUSIVE]),
  transforms('one transform too few', [ENVELOPED]),
  options('a canonicalization of SignedInfo that keeps comments', 'forbidden-transform', {
    responseSignature: { canonicalization: `${EXCLUSIVE}WithComments` },
  }),
  altered('an expression below a transform', 'forbidden-transform', (xml) =>
    edit(
      xml,
      `<ds:Transform Algorithm="${ENVELOPED}"/>`,
      `<ds:Transform Algorithm="${ENVELOPED}"><ds:XPath>not(self::*)</ds:XPath></ds:Transform>`,
    ),
  ),
];

const UNNAMED: readonly AttackCase[] = [
  altered('an expression below the canonicalization', 'forbidden-transform', (xml) =>
    edit(
      xml,
      `<ds:Transform Algorithm="${EXCLUSIVE}"/>`,
      `<ds:Transform Algorithm="${EXCLUSIVE}"><ds:XPath>not(self::*)</ds:XPath></ds:Transform>`,
    ),
  ),
  altered('two lists of prefixes', 'forbidden-transform', (xml) =>
    edit(
      xml,
      `<ds:Transform Algorithm="${EXCLUSIVE}"/>`,
      `<ds:Transform Algorithm="${EXCLUSIVE}">${`<ec:InclusiveNamespaces xmlns:ec="${EXCLUSIVE}" PrefixList="xs"/>`.repeat(2)}</ds:Transform>`,
    ),
  ),
  altered('a transform without a name', 'signature-shape', (xml) =>
    edit(xml, `<ds:Transform Algorithm="${ENVELOPED}"/>`, '<ds:Transform/>'),
  ),
  altered('a method without a name', 'signature-shape', (xml) =>
    edit(xml, /<ds:SignatureMethod [^>]*\/>/, '<ds:SignatureMethod/>'),
  ),
];

const ALTERED: readonly AttackCase[] = [
  altered('another name', 'signature-invalid', (xml) =>
    edit(xml, '>ada@acme.example</saml:NameID>', '>eve@acme.example</saml:NameID>'),
  ),
  altered('another group', 'signature-invalid', (xml) => edit(xml, '>Finance<', '>Owners<')),
  altered('one character of the signature value', 'signature-invalid', (xml) =>
    edit(xml, /(?<=<ds:SignatureValue>)./, another),
  ),
  altered('white space within the signed text', 'signature-invalid', (xml) =>
    edit(xml, '</saml:NameID>', ' </saml:NameID>'),
  ),
  {
    name: 'a signed assertion in the signed response of another sign-in',
    reason: 'signature-invalid',
    build: async ({ target }) => {
      const [one, two] = await Promise.all([
        buildResponse(target),
        buildResponse(target, { nameId: MALLORY }),
      ]);
      return { samlResponse: toField(edit(one.xml, one.assertion, two.assertion)) };
    },
  },
  {
    name: 'the assertion is signed for another id and renamed',
    reason: 'signature-invalid',
    build: async ({ target }) => {
      const id = newId();
      const built = await buildResponse(target, { assertionId: id });
      const renamed = newId();
      const assertion = built.assertion.replaceAll(id, renamed);
      const response = edit(edit(built.xml, built.assertion, assertion), SIGNATURE, '');
      return { samlResponse: toField(sign(response, built.responseId, { key: target.idp.key })) };
    },
  },
];

export const SIGNATURES: readonly AttackCase[] = [
  ...REMOVED,
  ...MISPLACED,
  ...SHAPE,
  ...KEYS,
  ...TRANSFORMS,
  ...UNNAMED,
  ...ALTERED,
];
