import { describe, expect, it } from 'vitest';
import { SamlRefused } from '@/saml/types';
import type { Attack, AttackContext } from './attack';
import { assertionXml, buildResponse, edit, newId, toField, type ResponseOptions } from './build-response';
import { ATTACKS } from './cases';
import { Memory, newContext, submit } from './harness';
import { sign } from './sign';

const SIGNATURE = /<ds:Signature[\s>].*?<\/ds:Signature>/s;
const ASSERTION = /<saml:Assertion[\s>].*<\/saml:Assertion>/s;
const MALLORY = 'mallory@evil.example';

/** What these two lack is what such a connection does without. */
const ALLOWED = ['the response is signed, the assertion is not', 'an unsigned assertion is encrypted'];

const lenient = (attack: Attack): Attack => ({
  ...attack,
  overrides: { ...attack.overrides, wantSignedAssertion: false },
});

async function outcomeOf(memory: Memory, context: AttackContext, attack: Attack): Promise<string> {
  try {
    return `accepted: ${(await submit(memory, context, lenient(attack))).nameId}`;
  } catch (error) {
    return error instanceof SamlRefused ? error.reason : String(error);
  }
}

/** A response as Google Workspace signs it. */
const covered = ({ target }: AttackContext, options: ResponseOptions = {}) =>
  buildResponse(target, { assertionSignature: null, ...options });

async function expectUnmodifiedToPass(memory: Memory): Promise<void> {
  const context = await newContext(memory);
  expect(await outcomeOf(memory, context, await covered(context))).toBe(`accepted: ${context.target.nameId}`);
}

type Change = (xml: string, context: AttackContext) => string;

const evilAssertion = ({ target }: AttackContext) => assertionXml(target, newId(), { nameId: MALLORY });

const CHANGES: readonly (readonly [string, Change])[] = [
  ['the name is changed', (xml, { target }) => edit(xml, `>${target.nameId}<`, `>${MALLORY}<`)],
  ['a group is changed', (xml) => edit(xml, '>Finance<', '>Owners<')],
  ['the signature is removed', (xml) => edit(xml, SIGNATURE, '')],
  [
    'another assertion stands before it',
    (xml, context) => edit(xml, '<saml:Assertion ', `${evilAssertion(context)}<saml:Assertion `),
  ],
  [
    'another assertion stands behind it',
    (xml, context) => edit(xml, '</saml:Assertion>', `</saml:Assertion>${evilAssertion(context)}`),
  ],
  ['the assertion is exchanged', (xml, context) => edit(xml, ASSERTION, evilAssertion(context))],
  [
    'the assertion takes the signature of the response',
    (xml) => {
      const [signature = ''] = SIGNATURE.exec(xml) ?? [];
      return edit(
        edit(xml, signature, ''),
        '</saml:Issuer><saml:Subject>',
        `</saml:Issuer>${signature}<saml:Subject>`,
      );
    },
  ],
  [
    'the signed response is wrapped in Extensions of another',
    (xml, context) => {
      const outer = edit(edit(xml, SIGNATURE, ''), ASSERTION, evilAssertion(context));
      const id = /<samlp:Response [^>]*? ID="([^"]+)"/.exec(outer)?.[1] ?? '';
      return edit(
        edit(outer, id, newId()),
        '<samlp:Status>',
        `<samlp:Extensions>${xml}</samlp:Extensions><samlp:Status>`,
      );
    },
  ],
  [
    'the signed response is wrapped in the Object of its own signature',
    (xml, context) => {
      const [signature = ''] = SIGNATURE.exec(xml) ?? [];
      const bare = edit(xml, signature, '');
      const holding = edit(signature, '</ds:Signature>', `<ds:Object>${bare}</ds:Object></ds:Signature>`);
      const id = /<samlp:Response [^>]*? ID="([^"]+)"/.exec(bare)?.[1] ?? '';
      const outer = edit(edit(bare, id, newId()), ASSERTION, evilAssertion(context));
      return edit(outer, '<samlp:Status>', `${holding}<samlp:Status>`);
    },
  ],
  [
    'the key of another signs it',
    (xml, { keys }) => {
      const id = /<samlp:Response [^>]*? ID="([^"]+)"/.exec(xml)?.[1] ?? '';
      return sign(edit(xml, SIGNATURE, ''), id, { key: keys.other });
    },
  ],
  [
    'a comment splits the name',
    (xml, { target }) => edit(xml, `>${target.nameId}<`, `>${target.nameId}<!-- -->.evil.example<`),
  ],
];

describe('where the signature of the response is enough', () => {
  it('takes what Google Workspace sends, open and encrypted', async () => {
    const memory = new Memory();
    await expectUnmodifiedToPass(memory);
    const context = await newContext(memory);
    const encrypted = await covered(context, { encrypt: {} });
    expect(await outcomeOf(memory, context, encrypted)).toBe('accepted: ada@acme.example');
  });

  it('still takes what is signed twice', async () => {
    const memory = new Memory();
    const context = await newContext(memory);
    expect(await outcomeOf(memory, context, await buildResponse(context.target))).toBe(
      'accepted: ada@acme.example',
    );
  });

  it('wants the response signed, whatever the assertion is', async () => {
    const memory = new Memory();
    const context = await newContext(memory);
    const built = await buildResponse(context.target, { responseSignature: null });
    expect(await outcomeOf(memory, context, built)).toBe('response-unsigned');
  });

  it('does not take it where the connection wants both', async () => {
    const memory = new Memory();
    const context = await newContext(memory);
    await expect(submit(memory, context, await covered(context))).rejects.toMatchObject({
      reason: 'assertion-unsigned',
    });
  });

  it.each(CHANGES)('refuses one that was changed: %s', async (_, change) => {
    const memory = new Memory();
    await expectUnmodifiedToPass(memory);
    const context = await newContext(memory);
    const samlResponse = toField(change((await covered(context)).xml, context));
    expect(await outcomeOf(memory, context, { samlResponse })).not.toMatch(/accepted|Error/);
  });

  it.each(ATTACKS)('refuses as well: $name', async ({ name, build }) => {
    const memory = new Memory();
    const context = await newContext(memory);
    const attack = await build(context);
    const first = attack.overrides?.first;
    if (first !== undefined) await submit(memory, context, { ...attack, samlResponse: first });
    const outcome = await outcomeOf(memory, context, attack);
    if (ALLOWED.includes(name)) expect(outcome).toBe('accepted: ada@acme.example');
    else expect(outcome).not.toMatch(/accepted|Error/);
  });
});
