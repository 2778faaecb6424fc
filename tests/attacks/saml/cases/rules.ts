import type { AttackCase, AttackContext } from '../attack';
import { buildResponse, edit, newId, type ResponseOptions } from '../build-response';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type Make = ResponseOptions | ((context: AttackContext) => ResponseOptions);

/** Signed by the real identity provider, and still not for us. */
function rule(name: string, reason: AttackCase['reason'], make: Make): AttackCase {
  return {
    name,
    reason,
    build: (context) => buildResponse(context.target, typeof make === 'function' ? make(context) : make),
  };
}

/** Edits the assertion before it is signed. */
function drafted(name: string, reason: AttackCase['reason'], from: string | RegExp, to: string): AttackCase {
  return rule(name, reason, { draftAssertion: (xml) => edit(xml, from, to) });
}

const CONFIRMATION = /<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>/s;
const CONDITIONS = /<saml:Conditions .*<\/saml:Conditions>/s;
const RESTRICTION = /<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/s;
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

const ADDRESSES: readonly AttackCase[] = [
  rule('another audience', 'audience', { audience: 'https://other.example/metadata' }),
  rule('an audience that begins like ours', 'audience', ({ target }) => ({
    audience: `${target.sp.entityId}.evil.example`,
  })),
  drafted('no audience restriction', 'audience', RESTRICTION, ''),
  drafted(
    'an empty audience restriction',
    'audience',
    RESTRICTION,
    '<saml:AudienceRestriction></saml:AudienceRestriction>',
  ),
  drafted(
    'a second restriction that does not name us',
    'audience',
    '</saml:Conditions>',
    '<saml:AudienceRestriction><saml:Audience>https://other.example</saml:Audience></saml:AudienceRestriction></saml:Conditions>',
  ),
  rule('another recipient', 'recipient', { recipient: 'https://other.example/acs' }),
  rule("another workspace's recipient", 'recipient', ({ target }) => ({
    recipient: target.sp.acsUrl.replace(/[^/]+\/acs$/, 'other/acs'),
  })),
  drafted('no recipient', 'recipient', / Recipient="[^"]+"/, ''),
  rule('another destination', 'destination', { destination: 'https://other.example/acs' }),
  rule('a destination with something behind it', 'destination', ({ target }) => ({
    destination: `${target.sp.acsUrl}?x=1`,
  })),
  rule('no destination', 'destination', { draftResponse: (xml) => edit(xml, / Destination="[^"]+"/, '') }),
  rule('another issuer of the response', 'issuer', { responseIssuer: 'https://other-idp.example/metadata' }),
  rule('another issuer of the assertion', 'issuer', {
    assertionIssuer: 'https://other-idp.example/metadata',
  }),
  rule('an issuer in other letters', 'issuer', ({ target }) => ({
    assertionIssuer: target.idp.entityId.toUpperCase(),
  })),
  rule('no issuer of the response', 'issuer', {
    // The signature stands behind the Issuer, so the element stays and says nothing.
    draftResponse: (xml) => edit(xml, /<saml:Issuer>[^<]*</, '<saml:Issuer><'),
  }),
  drafted(
    'two issuers of the assertion',
    'issuer',
    '<saml:Subject>',
    '<saml:Issuer>https://evil.example</saml:Issuer><saml:Subject>',
  ),
];

const TIMES: readonly AttackCase[] = [
  rule('NotBefore in the future', 'not-yet-valid', { notBefore: 2 * MINUTE }),
  rule('Conditions NotOnOrAfter past', 'expired', { notOnOrAfter: -2 * MINUTE }),
  rule('SubjectConfirmationData NotOnOrAfter past', 'expired', { confirmedUntil: -2 * MINUTE }),
  rule('SessionNotOnOrAfter past', 'session-expired', { sessionUntil: -1000 }),
  rule('issued an hour ago and valid for a day', 'expired', {
    issued: -HOUR,
    notBefore: -HOUR,
    notOnOrAfter: 24 * HOUR,
    confirmedUntil: 24 * HOUR,
  }),
  rule('issued in the future', 'not-yet-valid', { issued: 10 * MINUTE }),
  rule('SubjectConfirmationData NotBefore in the future', 'not-yet-valid', ({ target }) => ({
    draftAssertion: (xml) =>
      edit(
        xml,
        ' Recipient=',
        ` NotBefore="${new Date(target.now.getTime() + HOUR).toISOString()}" Recipient=`,
      ),
  })),
  drafted(
    'SubjectConfirmationData without NotOnOrAfter',
    'subject-confirmation',
    / NotOnOrAfter="[^"]+"(?= Recipient)/,
    '',
  ),
  drafted('Conditions without NotOnOrAfter', 'conditions', / NotOnOrAfter="[^"]+"(?=><saml:Audience)/, ''),
  drafted('no Conditions', 'conditions', CONDITIONS, ''),
  rule('Conditions twice', 'conditions', {
    draftAssertion: (xml) => edit(xml, CONDITIONS, (CONDITIONS.exec(xml)?.[0] ?? '').repeat(2)),
  }),
  drafted(
    'a condition that nobody knows',
    'conditions',
    '</saml:Conditions>',
    '<evil:OnlyOnMondays xmlns:evil="urn:evil"/></saml:Conditions>',
  ),
  drafted('an assertion that does not say when it was issued', 'malformed', / IssueInstant="[^"]+"/, ''),
  drafted('a sign-in that does not say when it was', 'authn-statement', / AuthnInstant="[^"]+"/, ''),
  drafted('a time without a zone', 'malformed', /(?<=NotOnOrAfter="[^"]+)Z(?="><saml:Audience)/, ''),
  drafted('a time that is a year alone', 'malformed', /(?<=NotOnOrAfter=")[^"]+(?="><saml:Audience)/, '2099'),
  drafted('a time that is none', 'malformed', /(?<=NotOnOrAfter=")[^"]+(?=" Recipient)/, 'tomorrow'),
];

const SUBJECTS: readonly AttackCase[] = [
  drafted('no SubjectConfirmation', 'subject-confirmation', CONFIRMATION, ''),
  drafted(
    'a confirmation that needs a key',
    'subject-confirmation',
    BEARER,
    'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key',
  ),
  drafted(
    'a confirmation by the sender',
    'subject-confirmation',
    BEARER,
    'urn:oasis:names:tc:SAML:2.0:cm:sender-vouches',
  ),
  drafted('a confirmation without data', 'subject-confirmation', /<saml:SubjectConfirmationData[^>]*\/>/, ''),
  drafted('no Subject', 'name-id', /<saml:Subject>.*<\/saml:Subject>/s, ''),
  drafted('an empty NameID', 'name-id', /(?<=<saml:NameID [^>]*>)[^<]+/, ''),
  drafted('a NameID of spaces', 'name-id', /(?<=<saml:NameID [^>]*>)[^<]+/, ' \n '),
  drafted('no NameID', 'name-id', /<saml:NameID .*<\/saml:NameID>/s, ''),
  drafted(
    'two NameIDs',
    'name-id',
    '</saml:NameID>',
    '</saml:NameID><saml:NameID>mallory@evil.example</saml:NameID>',
  ),
  drafted('a NameID beside an EncryptedID', 'name-id', '</saml:NameID>', '</saml:NameID><saml:EncryptedID/>'),
  drafted(
    'a NameID of another namespace',
    'name-id',
    /<saml:NameID [^>]*>([^<]+)<\/saml:NameID>/,
    '<evil:NameID xmlns:evil="urn:evil">admin@acme.example</evil:NameID>',
  ),
  drafted(
    'an element within the NameID',
    'name-id',
    '@acme.example</saml:NameID>',
    '@acme.example<x:i xmlns:x="urn:x"/>.evil.example</saml:NameID>',
  ),
  drafted(
    'a comment within the NameID',
    'comment',
    '@acme.example</saml:NameID>',
    '@acme.example<!-- -->.evil.example</saml:NameID>',
  ),
  drafted(
    'CDATA within the NameID',
    'cdata',
    '@acme.example</saml:NameID>',
    '<![CDATA[@acme.example]]></saml:NameID>',
  ),
  rule('an instruction within the NameID', 'processing-instruction', {
    signedResponse: (xml) => edit(xml, '@acme.example</saml:NameID>', '@acme.example<?x ?></saml:NameID>'),
  }),
  drafted('no AuthnStatement', 'authn-statement', /<saml:AuthnStatement .*<\/saml:AuthnStatement>/s, ''),
  drafted('an attribute without a name', 'malformed', ' Name="groups"', ''),
  drafted('another version of SAML', 'no-assertion', /Version="2.0"/, 'Version="1.1"'),
];

const REQUESTS: readonly AttackCase[] = [
  {
    name: 'a response that nobody asked for',
    reason: 'unsolicited',
    build: ({ target }) => buildResponse({ ...target, requestId: null }),
  },
  {
    name: 'a response without InResponseTo whose subject has one',
    reason: 'unsolicited',
    build: ({ target }) =>
      buildResponse({ ...target, requestId: null }, { subjectInResponseTo: target.requestId }),
  },
  {
    name: 'the same where unsolicited ones are taken',
    reason: 'in-response-to',
    build: async ({ target }) => ({
      ...(await buildResponse({ ...target, requestId: null }, { subjectInResponseTo: target.requestId })),
      overrides: { allowUnsolicited: true },
    }),
  },
  {
    name: 'an empty InResponseTo where unsolicited ones are taken',
    reason: 'in-response-to',
    build: async ({ target }) => ({
      ...(await buildResponse({ ...target, requestId: '' })),
      overrides: { allowUnsolicited: true },
    }),
  },
  rule('the subject answers another request than the response', 'in-response-to', {
    subjectInResponseTo: newId(),
  }),
  rule('the subject answers no request', 'in-response-to', { subjectInResponseTo: null }),
  {
    name: 'the request of another browser or workspace',
    reason: 'in-response-to',
    build: ({ target }) => buildResponse({ ...target, requestId: newId() }),
  },
  {
    name: 'an unsolicited assertion in a response that names an open request',
    reason: ['signature-invalid', 'response-unsigned'],
    build: async ({ target }) => {
      // The identity provider signed the assertion alone; the attacker wraps it into an own response.
      const stolen = await buildResponse({ ...target, requestId: null });
      return buildResponse(target, {
        assertionId: newId(),
        responseSignature: null,
        draftResponse: (xml) => edit(xml, /<saml:Assertion[\s>].*<\/saml:Assertion>/s, stolen.assertion),
      });
    },
  },
  {
    name: 'the same response twice',
    reason: 'in-response-to',
    build: async ({ target }) => {
      const { samlResponse } = await buildResponse(target);
      return { samlResponse, overrides: { first: samlResponse } };
    },
  },
  {
    name: 'the same unsolicited response twice',
    reason: 'replayed',
    build: async ({ target }) => {
      const { samlResponse } = await buildResponse({ ...target, requestId: null });
      return { samlResponse, overrides: { first: samlResponse, allowUnsolicited: true } };
    },
  },
  {
    name: 'the same encrypted unsolicited response twice',
    reason: 'replayed',
    build: async ({ target }) => {
      const { samlResponse } = await buildResponse({ ...target, requestId: null }, { encrypt: {} });
      return { samlResponse, overrides: { first: samlResponse, allowUnsolicited: true } };
    },
  },
  {
    name: 'an assertion id that was seen, in a new response',
    reason: 'replayed',
    build: async ({ target }) => {
      const assertionId = newId();
      const unsolicited = { ...target, requestId: null };
      const first = await buildResponse(unsolicited, { assertionId });
      const second = await buildResponse(unsolicited, { assertionId });
      return {
        samlResponse: second.samlResponse,
        overrides: { first: first.samlResponse, allowUnsolicited: true },
      };
    },
  },
];

export const RULES: readonly AttackCase[] = [...ADDRESSES, ...TIMES, ...SUBJECTS, ...REQUESTS];
