import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { beginBreakGlass } from '@/features/auth/break-glass';
import { changePassword } from '@/features/auth/change-password';
import {
  confirmEmailChange,
  requestEmailChange,
  requestReset,
  resetPassword,
} from '@/features/auth/email-links';
import { endOtherSessions } from '@/features/auth/own-sessions';
import { askForPasskey, removePasskey, signInWithPasskey } from '@/features/auth/passkeys';
import { confirmTotp, offerTotp, removeTotp } from '@/features/auth/second-factor';
import { endSession } from '@/features/auth/sessions';
import { stepUp } from '@/features/auth/step-up';
import { settleUnseen } from '@/features/auth/unseen';
import { tablesThatHold } from '../../support/database-text';
import { DEVICE } from '../../support/open-session';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  addDevice,
  addTo,
  codesOf,
  empty,
  enter,
  eventsOf,
  finish,
  linkTo,
  newOwner,
  NEXT_PASSWORD,
  PASSWORD,
  personOfToken,
  refusalOf,
  totpCode,
  wrongCode,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

const THIRD_PASSWORD = 'nineteen silent accordions';
const NEW = 'ada@lovelace.example';

interface Story {
  readonly userId: string;
  readonly workspaceIds: readonly string[];
  /** All that was a secret on the way, by what it was. */
  readonly secrets: Map<string, string>;
}

/** Ada at the door, from the first sign-in to the last, a member of two workspaces. */
async function play(): Promise<Story> {
  const ada = await newOwner(bench);
  const grace = await newOwner(bench, 'grace');
  await addTo(bench, grace.workspaceId, ada.userId);
  const secrets = new Map<string, string>();
  const keep = <T extends string>(name: string, text: T): T => {
    secrets.set(`${name} ${secrets.size}`, text);
    return text;
  };
  const person = (token: string) => personOfToken(bench, keep('token', token));
  const nextStep = () => bench.clock.advance(31_000);
  for (const password of [PASSWORD, NEXT_PASSWORD, THIRD_PASSWORD]) keep('password', password);

  await refusalOf(enter(bench, ada.email, keep('guess', 'a guess of somebody')));
  const plain = await person((await enter(bench, ada.email)).token);
  const { secret, offer } = await offerTotp(plain);
  keep('secret', secret);
  keep('offer', offer);
  let me = await person(await confirmTotp(plain, { offer, code: totpCode(secret, bench.clock.now()) }));
  nextStep();
  for (const code of await codesOf(me)) keep('code', code);
  const code = secrets.get([...secrets.keys()].find((name) => name.startsWith('code')) ?? '') ?? '';
  const { device, token } = await addDevice(bench, me);
  me = await person(token);

  const half = await enter(bench, ada.email);
  keep('half', half.token);
  await refusalOf(finish(bench, half.token, { kind: 'totp', code: wrongCode(secret, bench.clock.now()) }));
  me = await person((await finish(bench, half.token, { kind: 'recovery', code })).token);
  const proof = { kind: 'totp', code: totpCode(secret, bench.clock.now()) } as const;
  me = await person((await stepUp(me, proof)).token);
  nextStep();
  const asked = await askForPasskey(bench.runtime, null);
  keep('challenge', asked.challenge);
  keep('token', (await signInWithPasskey(bench.runtime, device.get(asked), DEVICE)).token);
  await endOtherSessions(me);
  await requestEmailChange(me, { email: NEW });
  for (const to of [ada.email, NEW]) {
    const link = await linkTo(bench, to, '/change-email');
    await confirmEmailChange(bench.runtime, { token: keep('link', link) }, DEVICE);
  }
  await requestReset(bench.runtime, { email: NEW }, DEVICE);
  const link = keep('link', await linkTo(bench, NEW, '/reset'));
  await resetPassword(bench.runtime, { token: link, password: NEXT_PASSWORD }, DEVICE);
  const back = await enter(bench, NEW, NEXT_PASSWORD);
  keep('half', back.token);
  const again = { kind: 'totp', code: totpCode(secret, bench.clock.now()) } as const;
  me = await person((await finish(bench, back.token, again)).token);
  await removePasskey(me, { passkeyId: device.id });
  await removeTotp(me);
  await changePassword(me, { current: NEXT_PASSWORD, next: THIRD_PASSWORD });
  await refusalOf(beginBreakGlass(bench.runtime, { email: NEW, code: 'aaaa-aaaa-aaaa' }, DEVICE));
  const last = await enter(bench, NEW, THIRD_PASSWORD);
  await endSession(bench.runtime, keep('token', last.token));
  await settleUnseen();
  return { userId: ada.userId, workspaceIds: [ada.workspaceId, grace.workspaceId], secrets };
}

describe('what people do at the door', () => {
  it('is in the trail of each of their workspaces: who, what, how and from where', async () => {
    const { userId, workspaceIds } = await play();
    const expected = [
      ['session.refused', 'stranger', { reason: 'password' }],
      ['session.opened', 'user', { method: 'password' }],
      ['factor.totp-added', 'user', {}],
      ['factor.codes-made', 'user', {}],
      ['factor.passkey-added', 'user', {}],
      ['factor.refused', 'stranger', { reason: 'totp' }],
      ['factor.code-used', 'user', {}],
      ['session.opened', 'user', { method: 'password and recovery' }],
      ['session.stepped-up', 'user', { method: 'totp' }],
      ['session.opened', 'user', { method: 'passkey' }],
      ['session.ended-others', 'user', {}],
      ['email.change-requested', 'user', {}],
      ['email.changed', 'user', {}],
      ['password.reset-requested', 'user', {}],
      ['password.reset', 'user', {}],
      ['session.opened', 'user', { method: 'password and totp' }],
      ['factor.passkey-removed', 'user', {}],
      ['factor.totp-removed', 'user', {}],
      ['password.changed', 'user', {}],
      ['session.refused', 'stranger', { reason: 'break-glass' }],
      ['session.opened', 'user', { method: 'password' }],
    ];
    for (const workspaceId of workspaceIds) {
      const events = (await eventsOf(bench, workspaceId)).filter((event) => event.subject_id === userId);
      const found = events.map((event) => [event.action, event.actor_kind, event.detail]);
      // The two that nobody waits for stand somewhere in between.
      expect(found).toHaveLength(expected.length);
      expect(found).toEqual(expect.arrayContaining(expected));
      for (const event of events) {
        expect(event.actor_id).toBe(event.actor_kind === 'user' ? userId : null);
        expect(event.address).toBe(DEVICE.address);
      }
    }
  });

  it('leaves no password, secret, code, link or token anywhere but in the mail that brings a link', async () => {
    const { secrets } = await play();
    expect(secrets.size).toBeGreaterThan(25);
    const log = bench.logLines.join('\n');
    for (const [name, text] of secrets) {
      const where = await tablesThatHold(bench.database.owner, [text, text.replaceAll('-', '')]);
      expect(where, name).toEqual(name.startsWith('link') ? ['public.local_mail'] : []);
      expect(log, name).not.toContain(text);
    }
  });

  it('is nothing of a workspace that they do not belong to', async () => {
    const edsger = await newOwner(bench, 'edsger');
    const { userId } = await play();
    const ids = (await eventsOf(bench, edsger.workspaceId)).map((event) => event.subject_id);
    expect(ids).not.toContain(userId);
  });
});
