import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Conflict, Invalid, NotFound, StepUpNeeded, Unauthenticated } from '@/errors';
import { beginBreakGlass } from '@/features/auth/break-glass';
import { changePassword } from '@/features/auth/change-password';
import { confirmEmailChange, resetPassword } from '@/features/auth/email-links';
import { addPasskey, offerPasskey, removePasskey } from '@/features/auth/passkeys';
import { makeRecoveryCodes } from '@/features/auth/recovery-codes';
import { confirmTotp, offerTotp, removeTotp } from '@/features/auth/second-factor';
import { settleUnseen } from '@/features/auth/unseen';
import type { Mail, Mailer } from '@/mail/mailer';
import { Authenticator } from '../../support/authenticator';
import { DEVICE } from '../../support/open-session';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  addDevice,
  addTotp,
  empty,
  enter,
  finish,
  MINUTE,
  newOwner,
  NEXT_PASSWORD,
  PASSWORD,
  personOfToken,
  refusalOf,
  signedIn,
  totpCode,
  wrongCode,
  type TokenPerson,
} from './support';
import { waysIn, type Ada } from './ways-in';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

const ADA = 'ada@example.org';

/** Somebody who is signed in, and whose address is proven unless `proven` says otherwise. */
async function ada(proven = true): Promise<Ada> {
  const { userId } = await newOwner(bench);
  if (proven) await bench.database.owner.query('update app_user set email_verified_at = now()');
  return { bench, userId, person: await signedIn(bench, ADA) };
}

interface Row {
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
}

async function mails(): Promise<Row[]> {
  await settleUnseen();
  const { rows } = await bench.database.owner.query<Row>(
    'select recipient, subject, body from local_mail order by at, id',
  );
  return rows;
}

/** Mails that came before are of no interest. */
async function forgetMails(): Promise<void> {
  await settleUnseen();
  await bench.database.owner.query('delete from local_mail');
}

/** A server that takes a mail and does not answer before it is let go. */
function slow(): { mail: Mailer; release: () => void; taken: Mail[] } {
  const taken: Mail[] = [];
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const send = async (mail: Mail) => {
    taken.push(mail);
    await gate;
    return bench.runtime.mail.send(mail);
  };
  return { mail: { kind: 'smtp', send }, release, taken };
}

describe('whose way in changed', () => {
  it.each(waysIn)('hears of it once, and nobody waits for the mail: $change', async ({ ready, subject }) => {
    const act = await ready(await ada());
    await forgetMails();
    const server = slow();
    await act(server.mail);
    server.release();
    const sent = await mails();
    expect(sent).toMatchObject([{ recipient: ADA, subject }]);
    const body = sent[0]?.body ?? '';
    const at = bench.clock.now().toISOString();
    expect(body).toContain(`When: ${at.slice(0, 10)}, ${at.slice(11, 16)} UTC`);
    expect(body).toContain(`From: ${DEVICE.address}, Chrome on Linux`);
    expect(body).toContain('owner of your workspace');
  });

  it.each(waysIn)('is not kept from it by a mail that fails: $change', async ({ ready, isDone }) => {
    const who = await ada();
    const act = await ready(who);
    await forgetMails();
    expect(await isDone(who)).toBe(false);
    await act({
      kind: 'smtp',
      send: async () => {
        throw new Error('The mail server is away.');
      },
    });
    expect(await isDone(who)).toBe(true);
    expect(await mails()).toEqual([]);
    const log = bench.logLines.filter((line) => line.includes('was not mailed'));
    expect(log).toHaveLength(1);
    expect(log[0]).not.toContain(ADA);
  });

  it.each(waysIn)('is not kept from it where no mail goes out: $change', async ({ ready, isDone }) => {
    const who = await ada();
    const act = await ready(who);
    await forgetMails();
    const asked: Mail[] = [];
    await act({ kind: 'off', send: async (mail) => asked.push(mail) < 0 });
    expect(await isDone(who)).toBe(true);
    await settleUnseen();
    expect(asked).toEqual([]);
    expect(bench.logLines.join()).not.toContain('was not mailed');
  });

  it.each(waysIn)('hears of what is done, not of what may still fail: $change', async ({ ready, isDone }) => {
    const who = await ada();
    const act = await ready(who);
    await forgetMails();
    const found: boolean[] = [];
    // Looks with a connection of its own, so that it sees what is committed.
    const send = async () => found.push(await isDone(who)) > 0;
    await act({ kind: 'smtp', send });
    await settleUnseen();
    expect(found).toEqual([true]);
  });
});

describe('the mail about it', () => {
  it('tells the old address where the account went, and how to get help without a link of ours', async () => {
    const way = waysIn.find(({ change }) => change === 'address changed');
    const act = await way?.ready(await ada());
    await forgetMails();
    await act?.(bench.runtime.mail);
    const [mail] = await mails();
    expect(mail?.body).toContain('ada@lovelace.example');
    expect(mail?.body).not.toContain('/forgot');
  });

  it('names the page that ends what somebody else began', async () => {
    await changePassword((await ada()).person, { current: PASSWORD, next: NEXT_PASSWORD });
    const last = (await mails()).at(-1);
    expect(last?.body).toContain(`\n${bench.runtime.config.appUrl}/forgot\n`);
  });

  it('has no secret in it: no password, code, key, token or link that opens anything', async () => {
    const { person } = await ada();
    const { secret, token } = await addTotp(bench, person);
    let me = await personOfToken(bench, token);
    const added = await addDevice(bench, me);
    me = await personOfToken(bench, added.token);
    const codes = await makeRecoveryCodes(me);
    const half = await enter(bench, ADA);
    const [code = ''] = codes;
    const { token: last } = await finish(bench, half.token, { kind: 'recovery', code });
    await changePassword(await personOfToken(bench, last), { current: PASSWORD, next: NEXT_PASSWORD });
    const told = (await mails()).filter(({ subject }) => !subject.startsWith('Confirm'));
    expect(told).toHaveLength(5);
    const text = JSON.stringify(told);
    const secrets = [PASSWORD, NEXT_PASSWORD, secret, added.device.id, ...codes];
    const tokens = [person.token, token, added.token, half.token, last];
    for (const one of [...secrets, ...tokens]) expect(text).not.toContain(one);
    for (const one of codes) expect(text).not.toContain(one.replaceAll('-', ''));
    expect(text).not.toMatch(/[\w-]{40,}/);
  });

  it('repeats no word of whoever made the account or the change: the mailbox may be a stranger’s', async () => {
    const { person } = await ada(false);
    await bench.database.owner.query(`update app_user set name = 'evil name'`);
    for (const userAgent of [
      'https://evil.example/1 x',
      'win at https://evil.example (CrOS evil)',
      'evil '.repeat(5_000),
      '',
    ]) {
      await forgetMails();
      const device = { ...DEVICE, userAgent };
      await makeRecoveryCodes({ ...person, device });
      const [mail, ...others] = await mails();
      expect(others).toEqual([]);
      expect(mail?.body).toContain(`${DEVICE.address}, an unknown browser`);
      expect(JSON.stringify(mail)).not.toContain('evil');
    }
    await forgetMails();
    const response = new Authenticator(new URL(person.config.appUrl).origin).create(
      await offerPasskey(person),
    );
    await addPasskey(person, { name: 'evil passkey', response });
    const [mail] = await mails();
    expect(mail?.subject).toBe('A passkey was added to your Belvedere account');
    expect(mail?.body).not.toContain('evil');
  });

  it('comes ten times of one kind in a quarter of an hour, and then hides none of another', async () => {
    const { person } = await ada();
    await forgetMails();
    for (let time = 0; time < 12; time += 1) {
      await makeRecoveryCodes(person);
      await settleUnseen();
    }
    expect(await mails()).toHaveLength(10);
    await changePassword(person, { current: PASSWORD, next: NEXT_PASSWORD });
    expect((await mails()).map(({ subject }) => subject)).toContain(
      'Your password for Belvedere was changed',
    );
    bench.clock.advance(15 * MINUTE + 1_000);
    await forgetMails();
    await makeRecoveryCodes(await signedIn(bench, ADA, NEXT_PASSWORD));
    expect(await mails()).toHaveLength(1);
  });

  it('does not fill a mailbox that nobody proved to be theirs', async () => {
    let { person } = await ada(false);
    await forgetMails();
    for (let time = 0; time < 6; time += 1) {
      await makeRecoveryCodes(person);
      await settleUnseen();
      const { token } = await addTotp(bench, person);
      await settleUnseen();
      person = await personOfToken(bench, token);
    }
    expect(await mails()).toHaveLength(10);
  });
});

describe('nobody hears of a change that was refused', () => {
  /** One after the other, each refused as it says, and in the end no mail of any of them. */
  async function refused(attempts: readonly (readonly [() => Promise<unknown>, new () => Error])[]) {
    await forgetMails();
    for (const [attempt, kind] of attempts) expect(await refusalOf(attempt())).toBeInstanceOf(kind);
    expect(await mails()).toEqual([]);
  }
  const error = (kind: unknown) => kind as new () => Error;

  it('because the session showed too long ago who it is', async () => {
    const { person } = await ada();
    const { secret, offer } = await offerTotp(person);
    const device = new Authenticator(new URL(person.config.appUrl).origin);
    const response = device.create(await offerPasskey(person));
    const added = await addDevice(bench, person);
    const me = await personOfToken(bench, added.token);
    bench.clock.advance(6 * MINUTE);
    const code = totpCode(secret, bench.clock.now());
    const late = error(StepUpNeeded);
    await refused([
      [() => confirmTotp(me, { offer, code }), late],
      [() => removeTotp(me), late],
      [() => addPasskey(me, { name: 'Late', response }), late],
      [() => removePasskey(me, { passkeyId: added.device.id }), late],
      [() => makeRecoveryCodes(me), late],
    ]);
  });

  it('because what was shown is wrong', async () => {
    const { person } = await ada();
    const grace = await newOwner(bench, 'grace');
    const hers = await addDevice(bench, await signedIn(bench, grace.email));
    const { secret, offer } = await offerTotp(person);
    const code = wrongCode(secret, bench.clock.now());
    const elsewhere = new Authenticator('https://evil.example').create(await offerPasskey(person));
    const wrong = { current: 'not the password', next: NEXT_PASSWORD };
    await refused([
      [() => changePassword(person, wrong), error(Invalid)],
      [() => changePassword(person, { current: PASSWORD, next: 'password1234' }), error(Invalid)],
      [() => confirmTotp(person, { offer, code }), error(Invalid)],
      [() => addPasskey(person, { name: 'Theirs', response: elsewhere }), error(Invalid)],
      [() => removePasskey(person, { passkeyId: hers.device.id }), error(NotFound)],
      [() => resetPassword(bench.runtime, { token: 'x', password: NEXT_PASSWORD }, DEVICE), error(Invalid)],
      [() => confirmEmailChange(bench.runtime, { token: 'x' }, DEVICE), error(Invalid)],
    ]);
  });

  it('because the recovery code is none, or was used', async () => {
    const { person } = await ada();
    const { token } = await addTotp(bench, person);
    const [code = ''] = await makeRecoveryCodes(await personOfToken(bench, token));
    const half = await enter(bench, ADA);
    await finish(bench, half.token, { kind: 'recovery', code });
    const { token: again } = await enter(bench, ADA);
    const breakGlass = () => beginBreakGlass(bench.runtime, { email: ADA, code }, DEVICE);
    await refused([
      [() => finish(bench, again, { kind: 'recovery', code }), error(Invalid)],
      [breakGlass, error(Unauthenticated)],
    ]);
  });

  it('because somebody else has the address by now, and not before both halves agreed', async () => {
    const way = waysIn.find(({ change }) => change === 'address changed');
    const act = await way?.ready(await ada());
    // The first half agreed while it was made ready.
    expect((await mails()).filter(({ subject }) => subject.includes('was changed'))).toEqual([]);
    await bench.database.owner.query(
      `insert into app_user (id, email, name) values (gen_random_uuid(), 'ada@lovelace.example', 'Grace')`,
    );
    await refused([[async () => act?.(bench.runtime.mail), error(Conflict)]]);
  });

  it('nor of an app that was not there to be removed', async () => {
    const { person }: { person: TokenPerson } = await ada();
    await forgetMails();
    await removeTotp(person);
    expect(await mails()).toEqual([]);
  });
});
