import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Forbidden, Invalid, LimitReached, Unauthenticated } from '@/errors';
import { requestReset, resetPassword, sendVerification, verifyEmail } from '@/features/auth/email-links';
import { askForPasskey, signInWithPasskey } from '@/features/auth/passkeys';
import type { Person } from '@/features/auth/person';
import { digestOf, readSession } from '@/features/auth/sessions';
import { settleUnseen } from '@/features/auth/unseen';
import { tablesThatHold } from '../../support/database-text';
import { DEVICE } from '../../support/open-session';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  addDevice,
  addTotp,
  codesOf,
  countOk,
  empty,
  enter,
  eventsOf,
  linkTo,
  mailsTo,
  MINUTE,
  newOwner,
  NEXT_PASSWORD,
  PASSWORD,
  personOfToken,
  signedIn,
  soon,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

const DAY = 1_440 * MINUTE;
const ADA = 'ada@example.org';
/** By the person that the link is of, as they are signed in. */
const verify = async (token: string) => {
  const { rows } = await bench.database.owner.query<{ id: string }>(
    'select u.id from app_user u left join user_token t on t.user_id = u.id and t.digest = $1 order by t.digest limit 1',
    [digestOf(token)],
  );
  return verifyEmail(personBy(rows[0]?.id ?? ''), { token });
};
const personBy = (userId: string): Person => ({
  ...bench.runtime,
  userId,
  session: { id: randomUUID(), method: 'password', steppedUpAt: null },
  device: DEVICE,
});
const ask = (email = ADA) => requestReset(bench.runtime, { email }, DEVICE);
const reset = (token: string, password = NEXT_PASSWORD) =>
  resetPassword(bench.runtime, { token, password }, DEVICE);
const isVerified = async () => {
  const { rows } = await bench.database.owner.query(
    'select from app_user where email_verified_at is not null',
  );
  return rows.length === 1;
};
const setVerified = () => bench.database.owner.query('update app_user set email_verified_at = now()');

describe('confirming an address', () => {
  it('takes a session of that account, so that nobody confirms what a stranger signed up', async () => {
    const { userId } = await newOwner(bench);
    const link = await linkTo(bench, ADA, '/verify');
    await expect(verifyEmail(personBy(randomUUID()), { token: link })).rejects.toThrow(Forbidden);
    expect(await isVerified()).toBe(false);
    await verifyEmail(personBy(userId), { token: link });
    expect(await isVerified()).toBe(true);
  });

  it('is done by the link that was mailed at sign-up, once', async () => {
    const { workspaceId, userId } = await newOwner(bench);
    const link = await linkTo(bench, ADA, '/verify');
    expect(await isVerified()).toBe(false);
    expect(await countOk([verify(link), verify(link), verify(link)])).toBe(1);
    expect(await isVerified()).toBe(true);
    await expect(verify(link)).rejects.toThrow('This link was used, or its time is over.');
    expect(await eventsOf(bench, workspaceId, 'email.verified')).toMatchObject([{ actor_id: userId }]);
  });

  it('works for three days, and for the address that it was mailed to', async () => {
    await newOwner(bench);
    const link = await linkTo(bench, ADA, '/verify');
    await bench.database.owner.query(`update app_user set email = 'other@example.org'`);
    await expect(verify(link)).rejects.toThrow(Invalid);
    expect(await isVerified()).toBe(false);
    const { rows } = await bench.database.owner.query<{ id: string }>('select id from app_user');
    await sendVerification(bench.runtime, rows[0]?.id ?? '');
    const second = await linkTo(bench, 'other@example.org', '/verify');
    bench.clock.advance(3 * DAY);
    await expect(verify(second)).rejects.toThrow(Invalid);
  });

  it('says nothing that whoever signed up wrote: it may be a stranger’s mailbox', async () => {
    await newOwner(bench, 'win at https-evil.example');
    const [mail] = await mailsTo(bench, 'win at https-evil.example@example.org');
    const address = 'win at https-evil.example@example.org';
    expect(mail?.body.replaceAll(address, '')).not.toContain('evil');
    expect(mail?.body.replaceAll(address, '')).not.toContain('Works of');
  });

  it('is not mailed again once it is done', async () => {
    const { userId } = await newOwner(bench);
    await setVerified();
    await sendVerification(bench.runtime, userId);
    expect(await mailsTo(bench, ADA)).toHaveLength(1);
  });

  it('opens nothing else: no link is good for another purpose', async () => {
    await newOwner(bench);
    await expect(reset(await linkTo(bench, ADA, '/verify'))).rejects.toThrow(Invalid);
    await ask();
    await expect(verify(await linkTo(bench, ADA, '/reset'))).rejects.toThrow(Invalid);
    expect(await isVerified()).toBe(false);
  });
});

describe('a forgotten password', () => {
  it('is set by a link, which ends every session and is used up', async () => {
    const { userId, workspaceId } = await newOwner(bench);
    const before = await signedIn(bench, ADA);
    await ask();
    const link = await linkTo(bench, ADA, '/reset');
    await reset(link);
    expect(await readSession(bench.runtime, before.token)).toBeNull();
    await expect(enter(bench, ADA)).rejects.toThrow(Unauthenticated);
    expect(await enter(bench, ADA, NEXT_PASSWORD)).toMatchObject({ userId, stage: 'open' });
    expect(await isVerified()).toBe(true);
    await expect(reset(link)).rejects.toThrow(Invalid);
    for (const action of ['password.reset-requested', 'password.reset']) {
      expect(await eventsOf(bench, workspaceId, action)).toHaveLength(1);
    }
  });

  it('is set once by one link, however many try at the same moment', async () => {
    await newOwner(bench);
    await ask();
    const link = await linkTo(bench, ADA, '/reset');
    const tries = ['first crooked umbrella', 'second crooked umbrella', 'third crooked umbrella'];
    expect(await countOk(tries.map((password) => reset(link, password)))).toBe(1);
  });

  it('has 30 minutes', async () => {
    await newOwner(bench);
    await ask();
    const link = await linkTo(bench, ADA, '/reset');
    bench.clock.advance(30 * MINUTE);
    await expect(reset(link)).rejects.toThrow(Invalid);
    expect(await enter(bench, ADA)).toMatchObject({ stage: 'open' });
  });

  it('is answered the same for an address that nobody has, and before anything is done', async () => {
    await newOwner(bench);
    const client = await bench.database.owner.connect();
    try {
      await client.query('begin');
      await client.query('lock table user_token, app_user in access exclusive mode');
      expect(await ask('nobody@example.org')).toBe(await ask());
      await client.query('commit');
    } finally {
      client.release();
    }
    await linkTo(bench, ADA, '/reset');
    expect(await mailsTo(bench, 'nobody@example.org')).toEqual([]);
  });

  it('is limited the same for an address that nobody has', async () => {
    await newOwner(bench);
    const limit = async (email: string) => {
      for (let attempt = 0; attempt < 10; attempt += 1) await ask(email);
      await settleUnseen();
      return ask(email).catch((error: unknown) => error);
    };
    const known = await limit(ADA);
    expect(known).toBeInstanceOf(LimitReached);
    expect(await limit('nobody@example.org')).toEqual(known);
  });

  it('leaves one link, the newest', async () => {
    await newOwner(bench);
    await ask();
    const first = await linkTo(bench, ADA, '/reset');
    await ask();
    await soon(async () => expect((await mailsTo(bench, ADA)).length).toBe(3));
    await expect(reset(first)).rejects.toThrow(Invalid);
    await reset(await linkTo(bench, ADA, '/reset'));
  });

  it('does not use the link up with a password that is refused', async () => {
    await newOwner(bench);
    await ask();
    const link = await linkTo(bench, ADA, '/reset');
    for (const password of ['password1234', `${ADA}!`]) {
      await expect(reset(link, password)).rejects.toThrow('one of those that are guessed first');
    }
    await reset(link);
  });

  it('is not set by a link for an address that the account has no more', async () => {
    await newOwner(bench);
    await ask();
    const link = await linkTo(bench, ADA, '/reset');
    await bench.database.owner.query(`update app_user set email = 'other@example.org'`);
    await expect(reset(link)).rejects.toThrow(Invalid);
    expect(await enter(bench, 'other@example.org')).toMatchObject({ stage: 'open' });
  });

  it('leaves the second factor owed, once the address had been confirmed', async () => {
    await newOwner(bench);
    await setVerified();
    await addTotp(bench, await signedIn(bench, ADA));
    await ask();
    await reset(await linkTo(bench, ADA, '/reset'));
    expect(await enter(bench, ADA, NEXT_PASSWORD)).toMatchObject({ stage: 'factor' });
  });

  it('ends half a sign-in', async () => {
    await newOwner(bench);
    await setVerified();
    await addTotp(bench, await signedIn(bench, ADA));
    await enter(bench, ADA);
    await ask();
    await reset(await linkTo(bench, ADA, '/reset'));
    const { rows } = await bench.database.owner.query('select from auth_session');
    expect(rows).toHaveLength(0);
  });

  it('takes an address back from whoever signed up with it, with all that they set up', async () => {
    await newOwner(bench);
    const { secret, token } = await addTotp(bench, await signedIn(bench, ADA));
    const { device, token: next } = await addDevice(bench, await personOfToken(bench, token));
    await codesOf(await personOfToken(bench, next));
    await ask();
    await reset(await linkTo(bench, ADA, '/reset'));
    expect(await enter(bench, ADA, NEXT_PASSWORD)).toMatchObject({ stage: 'open' });
    const response = device.get(await askForPasskey(bench.runtime, null));
    await expect(signInWithPasskey(bench.runtime, response, DEVICE)).rejects.toThrow(Unauthenticated);
    const { rows } = await bench.database.owner.query(
      `select 1 from recovery_code union all select 1 from passkey
       union all select 1 from app_user where totp_secret is not null`,
    );
    expect(rows).toEqual([]);
    expect(secret).not.toBe('');
  });

  it('is mailed and never stored as it was mailed', async () => {
    await newOwner(bench);
    await ask();
    const link = await linkTo(bench, ADA, '/reset');
    expect(await tablesThatHold(bench.database.owner, [link])).toEqual(['public.local_mail']);
    expect(bench.logLines.join()).not.toContain(link);
  });

  it('is a person’s first where single sign-on made the account', async () => {
    await newOwner(bench);
    await setVerified();
    await bench.database.owner.query('update app_user set password_hash = null');
    await expect(enter(bench, ADA, PASSWORD)).rejects.toThrow(Unauthenticated);
    await ask();
    await reset(await linkTo(bench, ADA, '/reset'));
    expect(await enter(bench, ADA, NEXT_PASSWORD)).toMatchObject({ stage: 'open' });
  });
});
