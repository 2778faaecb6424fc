import { describe, expect, it } from 'vitest';
import { SamlRefused } from '@/saml/types';
import { buildResponse } from './build-response';
import { ATTACKS } from './cases';
import { Memory, newContext, submit } from './harness';

/** Passes unless the adapter is broken altogether: what is refused below is refused for what was done to it. */
async function expectUnmodifiedToPass(memory: Memory): Promise<void> {
  const context = await newContext(memory);
  const { samlResponse } = await buildResponse(context.target);
  const login = await submit(memory, context, { samlResponse });
  expect(login.nameId).toBe(context.target.nameId);
}

async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  const outcome = await attempt.then(
    () => 'accepted',
    (error: unknown) => (error instanceof SamlRefused ? error.reason : String(error)),
  );
  return outcome;
}

describe('attacks on sign-in by SAML', () => {
  it('have a name each', () => {
    expect(new Set(ATTACKS.map(({ name }) => name)).size).toBe(ATTACKS.length);
  });

  it.each(ATTACKS)('refuses: $name', async ({ reason, build }) => {
    const memory = new Memory();
    await expectUnmodifiedToPass(memory);

    const context = await newContext(memory);
    const attack = await build(context);
    const first = attack.overrides?.first;
    if (first !== undefined) await submit(memory, context, { ...attack, samlResponse: first });
    const seen = new Set(memory.seen.keys());

    const started = performance.now();
    const refusal = await refusalOf(submit(memory, context, attack));
    expect([reason].flat()).toContain(refusal);
    if (reason === 'too-large') expect(performance.now() - started).toBeLessThan(5000);
    // Nothing was let in on the way: an assertion is remembered only when it signs somebody in.
    expect(new Set(memory.seen.keys())).toEqual(seen);
  });
});
