import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Forbidden, Invalid, NotFound, PreconditionFailed } from '@/errors';
import { hashPassword } from '@/features/auth/password';
import { readSession } from '@/features/auth/sessions';
import { signIn } from '@/features/auth/sign-in';
import { signUp } from '@/features/auth/sign-up';
import { acceptAnew, acceptInvitation } from '@/features/members/accept-invitation';
import { invite } from '@/features/members/invite';
import { readInvitation } from '@/features/members/read-invitation';
import { AcceptAnewInput } from '@/features/members/schemas';
import { DEVICE, openSession } from '../../support/open-session';
import { createWorkbench, PRODUCTION, STAGING, type Workbench } from '../../support/workbench';
import {
  accountsOf,
  addAccounts,
  addToken,
  auditOf,
  mailedText,
  newPerson,
  PASSWORD,
  roleOf,
  signedIn,
  textOfLink,
  userOf,
  withoutMail,
} from './support';

const GRACE = 'grace@hopper.example';
const NEW_PASSWORD = 'seven purple lighthouses';

let bench: Workbench;
let owner: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  owner = await bench.newWorkspace('Lovelace Analytics');
});

async function mailed(role: 'viewer' | 'editor' | 'admin' = 'editor', accounts: string[] | null = null) {
  await invite(owner, { email: GRACE, role, accounts });
  return mailedText(bench, GRACE);
}
async function handed(): Promise<string> {
  const sent = await invite(withoutMail(owner), { email: GRACE, role: 'editor', accounts: null });
  return textOfLink(sent.link ?? '');
}
const stepFor = async (text: string, userId: string | null = null) => {
  const found = await readInvitation(bench.runtime, text, userId === null ? null : { userId });
  return found.kind === 'open' ? found.step : found.kind;
};
const anew = (text: string, password = NEW_PASSWORD) =>
  acceptAnew(bench.runtime, AcceptAnewInput.parse({ text, name: 'Grace Hopper', password }), DEVICE);
const userRow = async () => {
  const { rows } = await bench.database.owner.query('select * from app_user where email = $1', [GRACE]);
  return rows[0];
};

describe('an address without an account', () => {
  it('gets one with a password, is confirmed by the mail, and is signed in to the workspace', async () => {
    const text = await mailed();
    expect(await stepFor(text)).toBe('new-account');
    const { token, userId } = await anew(text);
    expect(await readSession(bench.runtime, token)).toMatchObject({
      userId,
      name: 'Grace Hopper',
      email: GRACE,
      isVerified: true,
      workspace: { id: owner.workspaceId, role: 'editor', closed: null },
    });
    expect((await signIn(bench.runtime, { email: GRACE, password: NEW_PASSWORD }, DEVICE)).userId).toBe(
      userId,
    );
    expect(await auditOf(bench, owner, 'member.joined')).toMatchObject([
      {
        actor_id: userId,
        subject_id: userId,
        detail: { invitedBy: userOf(owner) },
        after: { role: 'editor', accounts: 'all', origin: 'invitation' },
      },
    ]);
    expect(await auditOf(bench, owner, 'session.opened')).toMatchObject([
      { actor_id: userId },
      { actor_id: userId },
    ]);
  });

  it('opens once: whoever comes second, also at the same moment, finds it gone', async () => {
    const text = await mailed();
    const results = await Promise.allSettled([anew(text), anew(text, 'another fine passphrase')]);
    expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(anew(text)).rejects.toThrow(PreconditionFailed);
    const { rows } = await bench.database.owner.query('select 1 from membership where workspace_id = $1', [
      owner.workspaceId,
    ]);
    expect(rows).toHaveLength(2);
  });

  it('is not opened by a weak password, a link of nobody, or one that is too old', async () => {
    const text = await mailed();
    expect(AcceptAnewInput.safeParse({ text, name: 'Grace', password: 'short' }).success).toBe(false);
    expect(AcceptAnewInput.safeParse({ text, name: ' ', password: NEW_PASSWORD }).success).toBe(false);
    await expect(anew(text, 'grace hopper')).rejects.toThrow(Invalid);
    await expect(anew(`m${randomBytes(48).toString('base64url')}`)).rejects.toThrow(PreconditionFailed);
    await expect(anew('x'.repeat(65))).rejects.toThrow(NotFound);
    bench.clock.advance(7 * 86_400_000);
    await expect(anew(text)).rejects.toThrow(PreconditionFailed);
    expect(await userRow()).toBeUndefined();
  });

  it('is not confirmed by a link that somebody else has seen', async () => {
    const text = await handed();
    const { token } = await anew(text);
    expect(await readSession(bench.runtime, token)).toMatchObject({
      isVerified: false,
      workspace: { id: owner.workspaceId },
    });
  });

  it('is let into a workspace that asks for a second factor only with one', async () => {
    await bench.database.owner.query('update workspace set require_second_factor = true');
    const { token } = await anew(await mailed());
    expect((await readSession(bench.runtime, token))?.workspace).toMatchObject({ closed: 'second-factor' });
  });
});

describe('limits of an invitation', () => {
  it('hold from the first moment, for the accounts that are still there', async () => {
    const refs = await addAccounts(bench, owner, [PRODUCTION, STAGING]);
    const text = await mailed('editor', refs);
    await bench.database.owner.query('delete from linked_account where ref = $1', [refs[0]]);
    const { userId, token } = await anew(text);
    expect(await accountsOf(bench, owner, userId)).toEqual([STAGING]);
    expect((await readSession(bench.runtime, token))?.workspace?.accounts).toEqual([STAGING]);
  });

  it('leave nothing rather than all, where every account is gone', async () => {
    const refs = await addAccounts(bench, owner, [PRODUCTION]);
    const text = await mailed('viewer', refs);
    await bench.database.owner.query('delete from linked_account');
    const { userId } = await anew(text);
    expect(await accountsOf(bench, owner, userId)).toEqual([]);
  });
});

describe('an address with a confirmed account', () => {
  it('signs in first, then joins by one button; the session opens the workspace under a new token', async () => {
    const userId = await newPerson(bench, { email: GRACE, isVerified: true });
    const text = await mailed('admin');
    expect(await stepFor(text)).toBe('sign-in');
    await expect(anew(text)).rejects.toThrow(PreconditionFailed);
    const old = await openSession(bench.runtime, userId);
    expect(await stepFor(text, userId)).toBe('join');
    const { token } = await acceptInvitation(await signedIn(bench, userId), { text });
    expect(await readSession(bench.runtime, token ?? '')).toMatchObject({
      userId,
      workspace: { id: owner.workspaceId, role: 'admin' },
    });
    expect(await readSession(bench.runtime, old)).toBeNull();
    expect((await userRow()).password_hash).toBe('none');
    await expect(acceptInvitation(await signedIn(bench, userId), { text })).rejects.toThrow(
      PreconditionFailed,
    );
  });

  it('is not joined by somebody else who has the link', async () => {
    await newPerson(bench, { email: GRACE, isVerified: true });
    const eve = await newPerson(bench, { email: 'eve@evil.example', isVerified: true });
    await openSession(bench.runtime, eve);
    const text = await mailed();
    expect(await stepFor(text, eve)).toBe('leave-first');
    await expect(acceptInvitation(await signedIn(bench, eve), { text })).rejects.toThrow(Forbidden);
    expect(await roleOf(bench, owner, eve)).toBeNull();
    expect(await stepFor(text)).toBe('sign-in');
  });

  it('of whoever became a member otherwise keeps its role, and stays switched off where it is', async () => {
    const userId = await newPerson(bench, { email: GRACE, isVerified: true });
    await openSession(bench.runtime, userId);
    const member = (off: boolean) =>
      bench.database.owner.query(
        `insert into membership (workspace_id, user_id, role, origin, deactivated_at) values ($1, $2, 'viewer', 'scim', $3)`,
        [owner.workspaceId, userId, off ? bench.clock.now() : null],
      );
    const text = await mailed('admin');
    await member(true);
    await expect(acceptInvitation(await signedIn(bench, userId), { text })).rejects.toThrow(/switched off/);
    await bench.database.owner.query('delete from membership where user_id = $1', [userId]);
    await member(false);
    await acceptInvitation(await signedIn(bench, userId), { text });
    expect(await roleOf(bench, owner, userId)).toBe('viewer');
    expect(await stepFor(text, userId)).toBe('gone');
  });

  it('joins from a session of single sign-on, which still opens its own workspace alone', async () => {
    const elsewhere = await bench.newWorkspace('Other');
    const userId = await newPerson(bench, { email: GRACE, isVerified: true });
    const old = await openSession(bench.runtime, userId);
    await bench.database.owner.query(`update auth_session set method = 'saml', sso_workspace_id = $1`, [
      elsewhere.workspaceId,
    ]);
    const text = await mailed();
    expect(await acceptInvitation(await signedIn(bench, userId), { text })).toEqual({ token: null });
    expect(await roleOf(bench, owner, userId)).toBe('editor');
    expect((await readSession(bench.runtime, old))?.workspace).toBeNull();
  });
});

describe('an account that somebody made with an address that is not theirs', () => {
  /** Eve signs up as Grace, and prepares every way back in that there is. */
  async function eveWaits() {
    const input = { name: 'Eve', workspace: 'Trap', email: GRACE, password: PASSWORD };
    const { userId, workspaceId } = await signUp(bench.runtime, input, DEVICE);
    const session = await openSession(bench.runtime, userId);
    const sql = (text: string, values: unknown[]) => bench.database.owner.query(text, [userId, ...values]);
    await sql(
      `update app_user set totp_secret = 's', totp_confirmed_at = now(), totp_last_step = 1 where id = $1`,
      [],
    );
    await sql(
      `insert into passkey (id, user_id, public_key, is_backed_up, name) values ($2, $1, $3, false, 'Eve')`,
      ['eve-key', Buffer.from([1])],
    );
    await sql('insert into recovery_code (user_id, digest) values ($1, $2)', ['code']);
    await sql(
      `insert into user_token (digest, user_id, purpose, expires_at) values ($2, $1, 'change-email', now() + interval '1 year')`,
      ['change'],
    );
    await sql(
      `insert into webauthn_challenge (digest, user_id, purpose, expires_at) values ($2, $1, 'register', now() + interval '1 year')`,
      ['challenge'],
    );
    const trap: Ctx = { ...owner, workspaceId };
    await addToken(trap, userId);
    return { userId, session, trap };
  }
  const TABLES = [
    'passkey',
    'recovery_code',
    'user_token',
    'webauthn_challenge',
    'api_token',
    'auth_session',
  ];
  const heldBy = async (userId: string) => {
    const held: Record<string, number> = {};
    for (const table of TABLES) {
      const { rows } = await bench.database.owner.query<{ n: number }>(
        `select count(*)::integer as n from ${table} where user_id = $1`,
        [userId],
      );
      held[table] = rows[0]?.n ?? 0;
    }
    return held;
  };

  it('becomes that of whoever has the mail, and every way in of before ends', async () => {
    const { userId, session } = await eveWaits();
    expect(Object.values(await heldBy(userId)).every((count) => count > 0)).toBe(true);
    const text = await mailed();
    expect(await stepFor(text)).toBe('new-password');
    const opened = await anew(text);
    expect(opened.userId).toBe(userId);
    expect(await readSession(bench.runtime, session)).toBeNull();
    await expect(signIn(bench.runtime, { email: GRACE, password: PASSWORD }, DEVICE)).rejects.toThrow();
    expect(await heldBy(userId)).toEqual({
      ...Object.fromEntries(TABLES.map((table) => [table, 0])),
      auth_session: 1,
    });
    expect(await userRow()).toMatchObject({
      name: 'Grace Hopper',
      email_verified_at: bench.clock.now(),
      totp_secret: null,
      totp_confirmed_at: null,
      totp_last_step: null,
    });
    expect((await readSession(bench.runtime, opened.token))?.workspace?.id).toBe(owner.workspaceId);
    expect(await signIn(bench.runtime, { email: GRACE, password: NEW_PASSWORD }, DEVICE)).toMatchObject({
      stage: 'open',
    });
    expect(await auditOf(bench, owner, 'email.verified')).toMatchObject([{ subject_id: userId }]);
  });

  it('cannot be joined with by whoever made it, who is signed in, without a new password', async () => {
    const { userId } = await eveWaits();
    const text = await mailed();
    expect(await stepFor(text, userId)).toBe('new-password');
    await expect(acceptInvitation(await signedIn(bench, userId), { text })).rejects.toThrow(
      PreconditionFailed,
    );
    expect(await roleOf(bench, owner, userId)).toBeNull();
  });

  it('is not taken over with a link that a member of the workspace has seen', async () => {
    const { userId, session } = await eveWaits();
    const before = { user: await userRow(), held: await heldBy(userId) };
    const text = await handed();
    expect(await stepFor(text)).toBe('sign-in');
    await expect(anew(text)).rejects.toThrow(PreconditionFailed);
    await expect(anew(`m${text.slice(1)}`)).rejects.toThrow(PreconditionFailed);
    expect({ user: await userRow(), held: await heldBy(userId) }).toEqual(before);
    expect(await readSession(bench.runtime, session)).not.toBeNull();
    // Signed in with it, they join, and prove nothing.
    await acceptInvitation(await signedIn(bench, userId), { text });
    expect(await roleOf(bench, owner, userId)).toBe('editor');
    expect((await userRow()).email_verified_at).toBeNull();
  });

  it('is left alone where it was confirmed meanwhile', async () => {
    const userId = await newPerson(bench, {
      email: GRACE,
      isVerified: false,
      passwordHash: await hashPassword(PASSWORD),
    });
    const text = await mailed();
    expect(await stepFor(text)).toBe('new-password');
    await bench.database.owner.query('update app_user set email_verified_at = now() where id = $1', [userId]);
    await expect(anew(text)).rejects.toThrow(PreconditionFailed);
    expect(await signIn(bench.runtime, { email: GRACE, password: PASSWORD }, DEVICE)).toMatchObject({
      userId,
    });
  });
});

it('a link of another workspace’s invitation says gone, as one of nobody does', async () => {
  expect(await stepFor(`m${Buffer.concat([randomBytes(48)]).toString('base64url')}`)).toBe('gone');
  expect(await stepFor(randomUUID())).toBe('gone');
});
