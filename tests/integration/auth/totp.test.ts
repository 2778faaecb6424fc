import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Invalid, LimitReached, StepUpNeeded, Unauthenticated } from '@/errors';
import { completeSignIn, confirmTotp, offerTotp, removeTotp } from '@/features/auth/second-factor';
import { readPendingSession, readSession } from '@/features/auth/sessions';
import { DEVICE } from '../../support/open-session';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  addTotp,
  countOk,
  empty,
  enter,
  finish,
  MINUTE,
  newOwner,
  personOfToken,
  refusalOf,
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

const STEP = 30_000;
const at = (offset = 0) => new Date(bench.clock.now().getTime() + offset);

/** Somebody with an authenticator app who has just given the right password. */
async function withApp() {
  const who = await newOwner(bench);
  const { secret, token } = await addTotp(bench, await signedIn(bench, who.email));
  const pending = await enter(bench, who.email);
  const prove = (code: string, of = pending.token) => finish(bench, of, { kind: 'totp', code });
  return { ...who, secret, token, pending, prove };
}

describe('a sign-in with a second factor', () => {
  it('opens nothing by the password alone, and everything by the code', async () => {
    const { pending, prove, secret, userId, workspaceId } = await withApp();
    expect(pending.stage).toBe('factor');
    expect(await readSession(bench.runtime, pending.token)).toBeNull();
    const { token } = await prove(totpCode(secret, at()));
    expect(token).not.toBe(pending.token);
    expect(await readSession(bench.runtime, token)).toMatchObject({
      userId,
      session: { method: 'password', hasSecondFactor: true, steppedUpAt: at() },
      workspace: { id: workspaceId },
    });
    expect(await readSession(bench.runtime, pending.token)).toBeNull();
  });

  it('does not take what was begun a second time', async () => {
    const { pending, prove, secret } = await withApp();
    await prove(totpCode(secret, at()));
    bench.clock.advance(STEP);
    await expect(prove(totpCode(secret, at()))).rejects.toThrow(Unauthenticated);
    expect(await readPendingSession(bench.runtime, pending.token)).toBeNull();
  });

  it('is over ten minutes after it was begun', async () => {
    const { pending, prove, secret } = await withApp();
    bench.clock.advance(10 * MINUTE - 1);
    expect(await readPendingSession(bench.runtime, pending.token)).toMatchObject({
      email: 'ada@example.org',
    });
    bench.clock.advance(1);
    await expect(prove(totpCode(secret, at()))).rejects.toThrow('This took too long.');
  });

  it('needs something that was begun', async () => {
    const { prove, secret, token } = await withApp();
    const code = totpCode(secret, at());
    for (const other of ['', 'x', token]) await expect(prove(code, other)).rejects.toThrow(Unauthenticated);
    await expect(completeSignIn(bench.runtime, null, { kind: 'totp', code }, DEVICE)).rejects.toThrow(
      Unauthenticated,
    );
  });

  it('refuses a wrong code and keeps the half of the sign-in', async () => {
    const { prove, secret } = await withApp();
    await expect(prove(wrongCode(secret, at()))).rejects.toThrow(Invalid);
    expect(await prove(totpCode(secret, at()))).toMatchObject({ stage: 'open' });
  });

  it('takes a code of the step before and of the step after, and none further away', async () => {
    const { email, prove, secret } = await withApp();
    // Two steps after the one that enrolled the app.
    bench.clock.advance(3 * STEP);
    for (const offset of [-2 * STEP, 2 * STEP]) {
      await expect(prove(totpCode(secret, at(offset))), `${offset}`).rejects.toThrow(Invalid);
    }
    expect(await prove(totpCode(secret, at(-STEP)))).toMatchObject({ stage: 'open' });
    const again = await enter(bench, email);
    expect(await prove(totpCode(secret, at(STEP)), again.token)).toMatchObject({ stage: 'open' });
  });

  it('takes no code twice, nor one that is older than one it took', async () => {
    const { email, prove, secret } = await withApp();
    const code = totpCode(secret, at());
    await prove(code);
    const again = await enter(bench, email);
    await expect(prove(code, again.token)).rejects.toThrow(Invalid);
    await expect(prove(totpCode(secret, at(-STEP)), again.token)).rejects.toThrow(Invalid);
    bench.clock.advance(STEP);
    expect(await prove(totpCode(secret, at()), again.token)).toMatchObject({ stage: 'open' });
  });

  it('opens one session with one code, however many try it at the same moment', async () => {
    const { email, prove, secret } = await withApp();
    const begun = await Promise.all(Array.from({ length: 5 }, () => enter(bench, email)));
    const code = totpCode(secret, at());
    expect(await countOk(begun.map(({ token }) => prove(code, token)))).toBe(1);
  });

  it('opens one session from one half, however many codes come at the same moment', async () => {
    const { prove, secret } = await withApp();
    const codes = [-STEP, 0, STEP].map((offset) => totpCode(secret, at(offset)));
    expect(await countOk(codes.map((code) => prove(code)))).toBe(1);
  });

  it('cannot be guessed at leisure, from however many machines', async () => {
    const { email, pending, secret } = await withApp();
    const guess = (code: string, machine: number) =>
      finish(bench, pending.token, { kind: 'totp', code }, { ...DEVICE, address: `198.51.100.${machine}` });
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expect(guess(wrongCode(secret, at()), attempt)).rejects.toThrow(Invalid);
    }
    await expect(guess(totpCode(secret, at()), 99)).rejects.toThrow(LimitReached);
    bench.clock.advance(15 * MINUTE + 1_000);
    const again = await enter(bench, email);
    const proof = { kind: 'totp', code: totpCode(secret, at()) } as const;
    expect(await finish(bench, again.token, proof)).toMatchObject({ stage: 'open' });
  });

  it('counts guesses that are made at the same moment', async () => {
    const { prove, secret } = await withApp();
    const guesses = await Promise.all(
      Array.from({ length: 14 }, () => refusalOf(prove(wrongCode(secret, at())))),
    );
    expect(guesses.filter((error) => error instanceof LimitReached)).toHaveLength(4);
  });
});

describe('an authenticator app', () => {
  it('is stored once a code has shown that it has the secret, and encrypted', async () => {
    const { email, userId } = await newOwner(bench);
    const person = await signedIn(bench, email);
    const { secret, offer, svg } = await offerTotp(person);
    expect(svg).toContain('<svg');
    const stored = async () => {
      const { rows } = await bench.database.owner.query<{ totp_secret: string | null }>(
        'select totp_secret from app_user where id = $1',
        [userId],
      );
      return rows[0]?.totp_secret ?? null;
    };
    expect(await stored()).toBeNull();
    await expect(confirmTotp(person, { offer, code: wrongCode(secret, at()) })).rejects.toThrow(Invalid);
    expect(await stored()).toBeNull();
    const token = await confirmTotp(person, { offer, code: totpCode(secret, at()) });
    expect(await stored()).toMatch(/^v1\.test\./);
    expect(await stored()).not.toContain(secret);
    expect(await readSession(bench.runtime, person.token)).toBeNull();
    expect((await personOfToken(bench, token)).session).toMatchObject({ hasSecondFactor: true });
  });

  it('does not sign in with the code that enrolled it', async () => {
    const { email } = await newOwner(bench);
    const person = await signedIn(bench, email);
    const { secret, offer } = await offerTotp(person);
    const code = totpCode(secret, at());
    await confirmTotp(person, { offer, code });
    const { token } = await enter(bench, email);
    await expect(finish(bench, token, { kind: 'totp', code })).rejects.toThrow(Invalid);
  });

  it('is kept for whom it was offered, within ten minutes, and as it was offered', async () => {
    const ada = await signedIn(bench, (await newOwner(bench)).email);
    const grace = await signedIn(bench, (await newOwner(bench, 'grace')).email);
    const { secret, offer } = await offerTotp(ada);
    const code = () => totpCode(secret, at());
    await expect(confirmTotp(grace, { offer, code: code() })).rejects.toThrow('This took too long.');
    await expect(confirmTotp(ada, { offer: `${offer.slice(0, -2)}AA`, code: code() })).rejects.toThrow(
      Invalid,
    );
    bench.clock.advance(10 * MINUTE);
    const again = await signedIn(bench, 'ada@example.org');
    await expect(confirmTotp(again, { offer, code: code() })).rejects.toThrow('This took too long.');
  });

  it('is offered, kept and removed for whoever proved a moment ago who they are', async () => {
    const { token } = await enter(bench, (await newOwner(bench)).email);
    const { secret, offer } = await offerTotp(await personOfToken(bench, token));
    bench.clock.advance(5 * MINUTE + 1);
    const person = await personOfToken(bench, token);
    await expect(offerTotp(person)).rejects.toThrow(StepUpNeeded);
    await expect(confirmTotp(person, { offer, code: totpCode(secret, at()) })).rejects.toThrow(StepUpNeeded);
    await expect(removeTotp(person)).rejects.toThrow(StepUpNeeded);
  });

  it('is replaced by another, and then signs in no more', async () => {
    const { email, secret, token } = await withApp();
    const { secret: other } = await addTotp(bench, await personOfToken(bench, token));
    const pending = await enter(bench, email);
    await expect(
      finish(bench, pending.token, { kind: 'totp', code: totpCode(secret, at()) }),
    ).rejects.toThrow(Invalid);
    const proof = { kind: 'totp', code: totpCode(other, at()) } as const;
    expect(await finish(bench, pending.token, proof)).toMatchObject({ stage: 'open' });
  });

  it('that is removed is asked for no more', async () => {
    const { email, token } = await withApp();
    await removeTotp(await personOfToken(bench, token));
    expect(await enter(bench, email)).toMatchObject({ stage: 'open' });
  });
});
