import { describe, expect, it } from 'vitest';
import { SamlRefused, type SamlLogin } from '@/saml/types';
import type { Attack } from './attack';
import { buildResponse, edit, toField, type ResponseOptions, type Target } from './build-response';
import { Memory, newContext, submit } from './harness';
import { pinned, testKeys } from './keys';
import { sign } from './sign';

async function signIn(
  options: ResponseOptions = {},
  change: (target: Target) => Target = (target) => target,
  overrides: Attack['overrides'] = {},
): Promise<SamlLogin> {
  const memory = new Memory();
  const context = await newContext(memory);
  const { samlResponse } = await buildResponse(change(context.target), options);
  return submit(memory, context, { samlResponse, overrides });
}

const CBC = 'http://www.w3.org/2001/04/xmlenc#aes256-cbc';

describe('the response that every attack starts from', () => {
  it('is accepted, and says who signed in', async () => {
    const memory = new Memory();
    const context = await newContext(memory);
    const built = await buildResponse(context.target);
    const login = await submit(memory, context, built);
    expect(login).toEqual({
      nameId: 'ada@acme.example',
      nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
      sessionIndex: `session-of-${built.assertionId}`,
      attributes: { email: ['ada@acme.example'], groups: ['Finance', 'Cloud'] },
      authenticatedAt: context.target.now,
      sessionNotOnOrAfter: new Date(context.target.now.getTime() + 8 * 3_600_000),
      assertionId: built.assertionId,
      inResponseTo: context.target.requestId,
      expiresAt: new Date(context.target.now.getTime() + 11 * 60_000),
    });
    expect(memory.open.size).toBe(0);
    expect([...memory.seen.keys()]).toEqual([built.assertionId]);
  });

  it('is judged by the time that is told, not by the clock of the computer', async () => {
    const memory = new Memory();
    const context = await newContext(memory, new Date('2031-05-06T07:08:09.000Z'));
    const { samlResponse } = await buildResponse(context.target);
    expect((await submit(memory, context, { samlResponse })).nameId).toBe('ada@acme.example');
  });

  it.each<[string, ResponseOptions]>([
    ['AES-256-GCM', { encrypt: {} }],
    ['AES-128-GCM', { encrypt: { content: 'http://www.w3.org/2009/xmlenc11#aes128-gcm' } }],
    ['AES-256-CBC', { encrypt: { content: CBC } }],
    ['AES-128-CBC', { encrypt: { content: 'http://www.w3.org/2001/04/xmlenc#aes128-cbc' } }],
  ])('is accepted when it is encrypted with %s', async (_, options) => {
    expect((await signIn(options, undefined, { wantEncrypted: true })).attributes.groups).toEqual([
      'Finance',
      'Cloud',
    ]);
  });

  it('is accepted when it is encrypted for the key that is being left', async () => {
    const { spOlder } = await testKeys();
    expect((await signIn({ encrypt: { certificatePem: spOlder.certificatePem } })).nameId).toBe(
      'ada@acme.example',
    );
  });

  it('is accepted without a request only where the connection takes such', async () => {
    const unasked = (target: Target) => ({ ...target, requestId: null });
    expect((await signIn({}, unasked, { allowUnsolicited: true })).inResponseTo).toBeNull();
    expect((await signIn({ encrypt: {} }, unasked, { allowUnsolicited: true })).inResponseTo).toBeNull();
    await expect(signIn({}, unasked)).rejects.toBeInstanceOf(SamlRefused);
  });

  it('is accepted by the second certificate of the identity provider', async () => {
    const { idp, other } = await testKeys();
    const login = await signIn({}, (target) => ({ ...target, idp: { ...target.idp, key: other } }), {
      certificates: [pinned(idp), pinned(other)],
    });
    expect(login.nameId).toBe('ada@acme.example');
  });

  it('is accepted whatever certificate KeyInfo shows, or none', async () => {
    const { idp, other } = await testKeys();
    const strange = { key: { privateKeyPem: idp.privateKeyPem, certificatePem: other.certificatePem } };
    await signIn({ responseSignature: strange, assertionSignature: strange });
    await signIn({ responseSignature: { keyInfo: false }, assertionSignature: { keyInfo: false } });
  });

  it('is accepted with RSA-SHA512 and a SHA-512 digest', async () => {
    const strong = {
      algorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
      digest: 'http://www.w3.org/2001/04/xmlenc#sha512',
    };
    await signIn({ responseSignature: strong, assertionSignature: strong });
  });

  it('is accepted with prefixes that the canonicalization keeps', async () => {
    const memory = new Memory();
    const { target, keys } = await newContext(memory);
    // As some identity providers write it: the prefix of a type is declared on the response alone.
    const built = await buildResponse(target, { assertionSignature: null, responseSignature: null });
    const outside = edit(
      edit(built.xml, ' xmlns:xs="http://www.w3.org/2001/XMLSchema"', ''),
      '<samlp:Response ',
      '<samlp:Response xmlns:xs="http://www.w3.org/2001/XMLSchema" ',
    );
    const inner = sign(outside, built.assertionId, { key: keys.idp, inclusivePrefixes: ['xs'] });
    const signed = sign(inner, built.responseId, { key: keys.idp, inclusivePrefixes: ['xs'] });
    const login = await submit(memory, { target, keys }, { samlResponse: toField(signed) });
    expect(login.attributes.groups).toEqual(['Finance', 'Cloud']);
  });

  it('is accepted with a declaration, line ends of Windows and lines of base64', async () => {
    const memory = new Memory();
    const context = await newContext(memory);
    const { xml } = await buildResponse(context.target, {
      draftAssertion: (draft) =>
        draft.replace(/(<saml:(?:Subject|Conditions|AuthnStatement)[ >])/g, '\n  $1'),
    });
    const windows = `<?xml version="1.0" encoding="UTF-8"?>\n${xml}\n`.replace(/\n/g, '\r\n');
    const lines = toField(windows).replace(/.{76}/g, '$&\r\n');
    expect((await submit(memory, context, { samlResponse: lines })).nameId).toBe('ada@acme.example');
  });

  it('keeps every character of a name and of an attribute', async () => {
    const attributes = { email: ['zoë+<&>"\'@acme.example'], __proto__x: ['日本語'], ['__proto__']: ['own'] };
    const login = await signIn({}, (target) => ({ ...target, nameId: 'zoë <&> 😀', attributes }));
    expect(login.nameId).toBe('zoë <&> 😀');
    expect(Object.entries(login.attributes)).toEqual([
      ['email', ['zoë+<&>"\'@acme.example']],
      ['__proto__x', ['日本語']],
      ['__proto__', ['own']],
    ]);
    expect(Object.getPrototypeOf(login.attributes)).toBe(Object.prototype);
  });

  it('bears clocks that are just under a minute apart', async () => {
    await signIn({ notBefore: 59_000 });
    await signIn({ notOnOrAfter: -59_000 });
    await signIn({ confirmedUntil: -59_000 });
  });

  it('is confirmed by any one of its confirmations', async () => {
    const other = '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"/>';
    const draftAssertion = (xml: string) =>
      edit(xml, '<saml:SubjectConfirmation ', `${other}<saml:SubjectConfirmation `);
    expect((await signIn({ draftAssertion })).nameId).toBe('ada@acme.example');
  });

  it('may leave the end of the session open', async () => {
    expect((await signIn({ sessionUntil: null })).sessionNotOnOrAfter).toBeNull();
  });
});

describe('a request', () => {
  it('admits one attempt, also one that is refused', async () => {
    const memory = new Memory();
    const context = await newContext(memory);
    const forged = await buildResponse(context.target, {
      signedResponse: (xml) => edit(xml, '>Finance<', '>Owners<'),
    });
    await expect(submit(memory, context, forged)).rejects.toMatchObject({ reason: 'signature-invalid' });
    const honest = await buildResponse(context.target);
    await expect(submit(memory, context, honest)).rejects.toMatchObject({ reason: 'in-response-to' });
  });

  it('is taken by one of two responses at the same time', async () => {
    const memory = new Memory();
    const context = await newContext(memory);
    const built = await Promise.all([buildResponse(context.target), buildResponse(context.target)]);
    const outcomes = await Promise.allSettled(built.map((one) => submit(memory, context, one)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is not taken by a message that is no answer at all', async () => {
    const memory = new Memory();
    const context = await newContext(memory);
    await expect(submit(memory, context, { samlResponse: toField('<a/>') })).rejects.toBeInstanceOf(
      SamlRefused,
    );
    await submit(memory, context, await buildResponse(context.target));
  });
});

describe('a failure of the storage', () => {
  it('is passed on, and nobody is signed in', async () => {
    const memory = new Memory();
    const context = await newContext(memory);
    const { samlResponse } = await buildResponse(context.target);
    const failing = Object.assign(new Memory(), {
      takeRequest: () => Promise.reject(new Error('no database')),
    });
    await expect(submit(failing, context, { samlResponse })).rejects.toThrow('no database');
    expect(failing.seen.size).toBe(0);
  });
});
