import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Forbidden, Invalid, LimitReached, StepUpNeeded, Unauthenticated } from '@/errors';
import { askForPasskey } from '@/features/auth/passkeys';
import { requireFresh } from '@/features/auth/person';
import type { Proof } from '@/features/auth/schemas';
import { endSession, readSession, rotateSession } from '@/features/auth/sessions';
import { ssoStepUpPath, stepUp, waysToStepUp } from '@/features/auth/step-up';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  addDevice,
  addTotp,
  codesOf,
  countOk,
  empty,
  enter,
  finish,
  MINUTE,
  newOwner,
  PASSWORD,
  personOfToken,
  samlOf,
  sessionOf,
  signedIn,
  totpCode,
  wrongCode,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

const LATER = 6 * MINUTE;
const isFresh = async (token: string) => {
  const person = await personOfToken(bench, token);
  try {
    requireFresh(person);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(StepUpNeeded);
    return false;
  }
};

describe('proving again who is there', () => {
  it('lasts from the sign-in for five minutes', async () => {
    const { token } = await enter(bench, (await newOwner(bench)).email);
    bench.clock.advance(5 * MINUTE);
    expect(await isFresh(token)).toBe(true);
    bench.clock.advance(1);
    expect(await isFresh(token)).toBe(false);
  });

  it('by the password puts a new token in place of the old one, in this session alone', async () => {
    const { email } = await newOwner(bench);
    const other = await signedIn(bench, email);
    const { token: old } = await enter(bench, email);
    bench.clock.advance(LATER);
    const { token } = await stepUp(await personOfToken(bench, old), { kind: 'password', password: PASSWORD });
    expect(await readSession(bench.runtime, old)).toBeNull();
    expect(await isFresh(token)).toBe(true);
    expect(await isFresh(other.token)).toBe(false);
    bench.clock.advance(5 * MINUTE + 1);
    expect(await isFresh(token)).toBe(false);
  });

  it('does not lengthen the session', async () => {
    const { email } = await newOwner(bench);
    const { token } = await enter(bench, email);
    const ends = async () => {
      const { rows } = await bench.database.owner.query('select expires_at, created_at from auth_session');
      return rows;
    };
    const before = await ends();
    bench.clock.advance(LATER);
    await stepUp(await personOfToken(bench, token), { kind: 'password', password: PASSWORD });
    expect(await ends()).toEqual(before);
  });

  it('refuses a wrong password, and counts', async () => {
    const person = await signedIn(bench, (await newOwner(bench)).email);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expect(stepUp(person, { kind: 'password', password: `guess ${attempt}` })).rejects.toThrow(
        Invalid,
      );
    }
    await expect(stepUp(person, { kind: 'password', password: PASSWORD })).rejects.toThrow(LimitReached);
    expect(await readSession(bench.runtime, person.token)).not.toBeNull();
  });

  /** Somebody with everything, who came in some time ago. */
  async function withEverything() {
    const { email, userId } = await newOwner(bench);
    const { secret, token } = await addTotp(bench, await signedIn(bench, email));
    const { device, token: next } = await addDevice(bench, await personOfToken(bench, token));
    const [code = ''] = await codesOf(await personOfToken(bench, next));
    bench.clock.advance(LATER);
    return { email, userId, secret, device, code, token: next, person: await personOfToken(bench, next) };
  }

  it('takes no password where there is a second factor', async () => {
    const { person } = await withEverything();
    expect(await waysToStepUp(person)).toEqual(['passkey', 'totp']);
    await expect(stepUp(person, { kind: 'password', password: PASSWORD })).rejects.toThrow(Forbidden);
  });

  it.each(['totp', 'passkey', 'recovery'] as const)('takes a %s', async (kind) => {
    const { person, secret, device, code, userId } = await withEverything();
    const proofs: Record<typeof kind, () => Promise<Proof>> = {
      totp: async () => ({ kind: 'totp', code: totpCode(secret, bench.clock.now()) }),
      recovery: async () => ({ kind: 'recovery', code }),
      passkey: async () => ({
        kind: 'passkey',
        response: device.get(await askForPasskey(bench.runtime, userId), { isVerified: false }),
      }),
    };
    const proof = await proofs[kind]();
    const { token } = await stepUp(person, proof);
    expect(await isFresh(token)).toBe(true);
    expect(await readSession(bench.runtime, person.token)).toBeNull();
    await expect(stepUp(await personOfToken(bench, token), proof)).rejects.toThrow(Invalid);
  });

  it('shares its attempts with those of a sign-in', async () => {
    const { person, email, secret } = await withEverything();
    const code = wrongCode(secret, bench.clock.now());
    const { token } = await enter(bench, email);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expect(stepUp(person, { kind: 'totp', code })).rejects.toThrow(Invalid);
      await expect(finish(bench, token, { kind: 'totp', code })).rejects.toThrow(Invalid);
    }
    const right = { kind: 'totp', code: totpCode(secret, bench.clock.now()) } as const;
    await expect(stepUp(person, right)).rejects.toThrow(LimitReached);
    await expect(finish(bench, token, right)).rejects.toThrow(LimitReached);
  });

  it('gives one token for one code', async () => {
    const { person, secret } = await withEverything();
    const proof = { kind: 'totp', code: totpCode(secret, bench.clock.now()) } as const;
    expect(await countOk([1, 2, 3].map(() => stepUp(person, proof)))).toBe(1);
  });

  it('is no way back into a session that has ended', async () => {
    const person = await signedIn(bench, (await newOwner(bench)).email);
    await endSession(bench.runtime, person.token);
    await expect(stepUp(person, { kind: 'password', password: PASSWORD })).rejects.toThrow(Unauthenticated);
  });

  it('is none for a half of a sign-in', async () => {
    const { email } = await withEverything();
    const { token } = await enter(bench, email);
    const { rows } = await bench.database.owner.query<{ id: string }>(
      `select id from auth_session where stage = 'factor'`,
    );
    await expect(rotateSession(bench.runtime, rows[0]?.id ?? '', { secondFactor: true })).rejects.toThrow(
      Unauthenticated,
    );
    expect(await readSession(bench.runtime, token)).toBeNull();
  });

  it('is the identity provider’s in a session that it opened', async () => {
    const { userId, workspaceId, email } = await newOwner(bench);
    const { secret } = await addTotp(bench, await signedIn(bench, email));
    const { saml, method } = samlOf(workspaceId);
    const person = await personOfToken(bench, await sessionOf(bench, userId, { method, saml }));
    expect(await waysToStepUp(person)).toEqual(['sso']);
    expect(await ssoStepUpPath(person)).toBe(
      `/sso/${workspaceId}/${saml.connectionId}/start?purpose=step-up`,
    );
    const proofs: Proof[] = [
      { kind: 'password', password: PASSWORD },
      { kind: 'totp', code: totpCode(secret, bench.clock.now()) },
      { kind: 'recovery', code: 'aaaa-aaaa-aaaa' },
    ];
    for (const proof of proofs) await expect(stepUp(person, proof)).rejects.toThrow(Forbidden);
    expect(await ssoStepUpPath(await byPassword(userId))).toBeNull();
  });

  const byPassword = async (userId: string) => personOfToken(bench, await sessionOf(bench, userId));
});
