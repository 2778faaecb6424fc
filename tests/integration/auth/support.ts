import { createHmac } from 'node:crypto';
import { expect, vi } from 'vitest';
import type { Ctx } from '@/context';
import type { Person } from '@/features/auth/person';
import { addPasskey, offerPasskey } from '@/features/auth/passkeys';
import { makeRecoveryCodes } from '@/features/auth/recovery-codes';
import type { Proof } from '@/features/auth/schemas';
import { completeSignIn, confirmTotp, offerTotp } from '@/features/auth/second-factor';
import { createSession, readSession, type NewSession } from '@/features/auth/sessions';
import { signIn } from '@/features/auth/sign-in';
import { signUp } from '@/features/auth/sign-up';
import { settleUnseen } from '@/features/auth/unseen';
import { Authenticator } from '../../support/authenticator';
import { DEVICE } from '../../support/open-session';
import type { Workbench } from '../../support/workbench';

export const PASSWORD = 'seven purple lighthouses';
export const NEXT_PASSWORD = 'eleven crooked umbrellas';
export const MINUTE = 60_000;

export type TokenPerson = Person & { readonly token: string };

export interface SignedUp {
  readonly ctx: Ctx;
  readonly userId: string;
  readonly workspaceId: string;
  readonly email: string;
}

/** A bench with nothing in it, and nothing under way that would still write. */
export async function empty(bench: Workbench): Promise<void> {
  await settleUnseen();
  await bench.reset();
}

/** Somebody with a password and a workspace of their own. */
export async function newOwner(bench: Workbench, name = 'ada'): Promise<SignedUp> {
  const email = `${name}@example.org`;
  const input = { name, workspace: `Works of ${name}`, email, password: PASSWORD };
  const { userId, workspaceId } = await signUp(bench.runtime, input, DEVICE);
  const ctx: Ctx = { ...bench.runtime, workspaceId, actor: { kind: 'user', userId, role: 'owner' } };
  return { ctx, userId, workspaceId, email };
}

export async function addTo(
  bench: Workbench,
  workspaceId: string,
  userId: string,
  role = 'editor',
): Promise<void> {
  await bench.database.owner.query(
    'insert into membership (workspace_id, user_id, role, created_at) values ($1, $2, $3, $4)',
    [workspaceId, userId, role, new Date(bench.clock.now().getTime() + 1_000)],
  );
}

/** What src/server/session.ts makes of a cookie: nothing but what the session's row says. */
export async function personOfToken(bench: Workbench, token: string): Promise<TokenPerson> {
  const found = await readSession(bench.runtime, token);
  if (!found) throw new Error('The token opens nothing.');
  return { ...bench.runtime, userId: found.userId, session: found.session, device: DEVICE, token };
}

export const enter = (bench: Workbench, email: string, password = PASSWORD, address = DEVICE.address) =>
  signIn(bench.runtime, { email, password }, { ...DEVICE, address });

export async function signedIn(bench: Workbench, email: string, password = PASSWORD): Promise<TokenPerson> {
  const { token, stage } = await enter(bench, email, password);
  expect(stage).toBe('open');
  return personOfToken(bench, token);
}

/** A session of any kind, as whoever checked its way in would open it. */
export const sessionOf = (
  bench: Workbench,
  userId: string,
  given: Partial<Omit<NewSession, 'userId'>> = {},
): Promise<string> => createSession(bench.runtime, { userId, method: 'password', device: DEVICE, ...given });

export const samlOf = (workspaceId: string, notOnOrAfter: Date | null = null) => ({
  method: 'saml' as const,
  saml: {
    ...{ workspaceId, connectionId: '7d3f3a1e-98d0-4be6-a3a1-3b8a4a2a7c11', nameId: 'ada' },
    ...{ nameIdFormat: null, sessionIndex: null, notOnOrAfter },
  },
});

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 6238 by itself, so that the code under test and its test are not one library. */
export function totpCode(secret: string, at: Date): string {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at.getTime() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

export const wrongCode = (secret: string, at: Date): string => {
  const near = [-60, -30, 0, 30, 60].map((seconds) =>
    totpCode(secret, new Date(at.getTime() + seconds * 1_000)),
  );
  return (
    ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !near.includes(code)) ?? ''
  );
};

/** Adds an authenticator app; its first code is used up then, so time goes on to the next. */
export async function addTotp(bench: Workbench, person: Person): Promise<{ secret: string; token: string }> {
  const { secret, offer } = await offerTotp(person);
  const token = await confirmTotp(person, { offer, code: totpCode(secret, bench.clock.now()) });
  bench.clock.advance(31_000);
  return { secret, token };
}

export async function addDevice(
  bench: Workbench,
  person: Person,
  options: { counter?: number } = {},
): Promise<{ device: Authenticator; token: string }> {
  const device = new Authenticator(new URL(person.config.appUrl).origin, options);
  const response = device.create(await offerPasskey(person));
  return { device, token: await addPasskey(person, { name: 'Laptop', response }) };
}

export const codesOf = (person: Person): Promise<string[]> => makeRecoveryCodes(person);

export const finish = (
  bench: Workbench,
  pending: string | null,
  proof: Exclude<Proof, { kind: 'password' }>,
  device = DEVICE,
) => completeSignIn(bench.runtime, pending, proof, device);

export interface Event {
  readonly workspace_id: string;
  readonly action: string;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly subject_id: string | null;
  readonly address: string | null;
  readonly detail: Record<string, unknown>;
}

export async function eventsOf(bench: Workbench, workspaceId: string, action?: string): Promise<Event[]> {
  const { rows } = await bench.database.owner.query<Event>(
    `select workspace_id, action, actor_kind, actor_id, subject_id, address, detail from audit_event
     where workspace_id = $1 and ($2::text is null or action = $2) order by seq`,
    [workspaceId, action ?? null],
  );
  return rows;
}

/** What is done after an answer was given: waited for, without saying how long it takes. */
export const soon = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 5_000, interval: 20 });

export async function mailsTo(
  bench: Workbench,
  recipient: string,
): Promise<{ subject: string; body: string }[]> {
  const { rows } = await bench.database.owner.query<{ subject: string; body: string }>(
    'select subject, body from local_mail where recipient = $1 order by at desc, id',
    [recipient],
  );
  return rows;
}

/** The token of the newest link that was mailed to an address; waits for the mail. */
export const linkTo = (bench: Workbench, recipient: string, path: string): Promise<string> =>
  soon(async () => {
    for (const { body } of await mailsTo(bench, recipient)) {
      const token = new RegExp(`${path}/([\\w-]{20,})`).exec(body)?.[1];
      if (token) return token;
    }
    throw new Error(`No mail to ${recipient} has a link to ${path}.`);
  });

export const refusalOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => null,
    (error: unknown) => error,
  );

/** How many of several attempts at the same moment went through. */
export async function countOk(attempts: readonly Promise<unknown>[]): Promise<number> {
  const settled = await Promise.allSettled(attempts);
  return settled.filter((one) => one.status === 'fulfilled').length;
}

/** Runs `meanwhile` while another transaction has done `statement`, until it waits for that; commits it, and gives what comes. */
export async function held(
  bench: Workbench,
  statement: string,
  values: unknown[],
  meanwhile: () => Promise<unknown>,
): Promise<unknown> {
  const client = await bench.database.owner.connect();
  try {
    await client.query('begin');
    await client.query(statement, values);
    const pending = meanwhile().catch((error: unknown) => error);
    await soon(async () => {
      const { rows } = await bench.database.owner.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      expect(rows).not.toHaveLength(0);
    });
    await client.query('commit');
    return await pending;
  } finally {
    client.release();
  }
}
