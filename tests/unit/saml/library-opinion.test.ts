import { describe, expect, it } from 'vitest';
import { checkLibraryAgrees } from '@/saml/library-opinion';
import { SamlRefused, type SamlLogin } from '@/saml/types';
import { buildResponse, edit } from '../../attacks/saml/build-response';
import { Memory, newContext, settings, submit } from '../../attacks/saml/harness';

async function accepted() {
  const memory = new Memory();
  const context = await newContext(memory);
  const built = await buildResponse(context.target);
  const login = await submit(memory, context, built);
  const pems = [context.keys.idp.certificatePem];
  const input = {
    ...(await settings()),
    pems,
    text: built.xml,
    now: context.target.now,
    privateKeyPem: null,
  };
  return { login, input };
}

describe('the opinion of the library', () => {
  it('is asked of the same text', async () => {
    const { login, input } = await accepted();
    await expect(checkLibraryAgrees(input, login)).resolves.toBeUndefined();
    const altered = edit(input.text, '>Finance<', '>Owners<');
    await expect(checkLibraryAgrees({ ...input, text: altered }, login)).rejects.toMatchObject({
      reason: 'library',
    });
  });

  it.each<[string, Partial<SamlLogin>]>([
    ['another person', { nameId: 'eve@acme.example' }],
    ['another session', { sessionIndex: 'other' }],
    ['no session', { sessionIndex: null }],
    ['another request', { inResponseTo: '_other' }],
  ])('decides against us if we read %s', async (_, change) => {
    const { login, input } = await accepted();
    const refusal = checkLibraryAgrees(input, { ...login, ...change });
    await expect(refusal).rejects.toBeInstanceOf(SamlRefused);
    await expect(refusal).rejects.toMatchObject({ reason: 'library' });
  });
});
