import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Invalid, LimitReached, StepUpNeeded } from '@/errors';
import { factorsOf } from '@/features/auth/factors';
import { makeRecoveryCodes } from '@/features/auth/recovery-codes';
import { tablesThatHold } from '../../support/database-text';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  addTotp,
  codesOf,
  countOk,
  empty,
  enter,
  finish,
  MINUTE,
  newOwner,
  personOfToken,
  signedIn,
  type TokenPerson,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

async function withCodes(name = 'ada') {
  const { email, userId } = await newOwner(bench, name);
  const { token } = await addTotp(bench, await signedIn(bench, email));
  const person: TokenPerson = await personOfToken(bench, token);
  const codes = await codesOf(person);
  const [first = ''] = codes;
  const pending = async () => (await enter(bench, email)).token;
  const use = async (code: string) => finish(bench, await pending(), { kind: 'recovery', code });
  return { email, userId, person, codes, first, pending, use };
}

describe('recovery codes', () => {
  it('are ten, each unlike the others, and stored as digests of this deployment alone', async () => {
    const { codes, userId } = await withCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/);
    const bare = codes.map((code) => code.replaceAll('-', ''));
    expect(await tablesThatHold(bench.database.owner, [...codes, ...bare])).toEqual([]);
    expect(await factorsOf(bench.runtime, userId)).toMatchObject({ codesLeft: 10 });
  });

  it('sign in once each, however they are typed', async () => {
    const { first, codes, use, userId } = await withCodes();
    expect(await use(` ${first.toUpperCase().replaceAll('-', ' ')} `)).toMatchObject({ stage: 'open' });
    await expect(use(first)).rejects.toThrow(Invalid);
    expect(await use(codes[1] ?? '')).toMatchObject({ stage: 'open' });
    expect(await factorsOf(bench.runtime, userId)).toMatchObject({ codesLeft: 8 });
  });

  it('open one session with one code, however many try it at the same moment', async () => {
    const { first, pending } = await withCodes();
    const begun = await Promise.all([pending(), pending(), pending(), pending()]);
    expect(await countOk(begun.map((half) => finish(bench, half, { kind: 'recovery', code: first })))).toBe(
      1,
    );
  });

  it('are nobody else’s', async () => {
    const { first, use } = await withCodes();
    const grace = await withCodes('grace');
    await expect(grace.use(first)).rejects.toThrow(Invalid);
    expect(await use(first)).toMatchObject({ stage: 'open' });
  });

  it('cannot be guessed at leisure', async () => {
    const { first, pending, use } = await withCodes();
    const half = await pending();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expect(
        finish(bench, half, { kind: 'recovery', code: `aaaa-aaaa-aaa${attempt}` }),
      ).rejects.toThrow(Invalid);
    }
    await expect(finish(bench, half, { kind: 'recovery', code: first })).rejects.toThrow(LimitReached);
    bench.clock.advance(15 * MINUTE + 1_000);
    expect(await use(first)).toMatchObject({ stage: 'open' });
  });

  it('that are made anew end the ones before', async () => {
    const { first, person, use } = await withCodes();
    const [newest = ''] = await codesOf(person);
    await expect(use(first)).rejects.toThrow(Invalid);
    expect(await use(newest)).toMatchObject({ stage: 'open' });
  });

  it('are made for whoever proved a moment ago who they are', async () => {
    const { person } = await withCodes();
    bench.clock.advance(6 * MINUTE);
    await expect(makeRecoveryCodes(person)).rejects.toThrow(StepUpNeeded);
  });

  it('are no second factor of their own: without another, the password alone signs in', async () => {
    const { email } = await newOwner(bench);
    await codesOf(await signedIn(bench, email));
    expect(await enter(bench, email)).toMatchObject({ stage: 'open' });
  });
});
