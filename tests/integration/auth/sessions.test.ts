import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Invalid, LimitReached, Unauthenticated } from '@/errors';
import { changePassword } from '@/features/auth/change-password';
import { confirmEmailChange, requestEmailChange } from '@/features/auth/email-links';
import { endSession, readSession } from '@/features/auth/sessions';
import { signIn } from '@/features/auth/sign-in';
import { signUp } from '@/features/auth/sign-up';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { DEVICE, openSession, personOf } from '../../support/open-session';
import { empty, eventsOf, linkTo } from './support';

const PASSWORD = 'a long enough password';
const NEXT = 'another long password';
const HERE = '203.0.113.7';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

async function signedUp(name = 'ada'): Promise<{ ctx: Ctx; userId: string; email: string }> {
  const email = `${name}@example.org`;
  const input = { name, workspace: `${name}'s`, email, password: PASSWORD };
  const { userId, workspaceId } = await signUp(bench.runtime, input, { ...DEVICE, address: HERE });
  const ctx: Ctx = { ...bench.runtime, workspaceId, actor: { kind: 'user', userId, role: 'owner' } };
  return { ctx, userId, email };
}

const open = (userId: string) => openSession(bench.runtime, userId);
const isOpen = async (token: string) => (await readSession(bench.runtime, token)) !== null;

describe('a session', () => {
  it('T53 is over at once when it is ended, and only that one', async () => {
    const { userId } = await signedUp();
    const [first, second] = [await open(userId), await open(userId)];
    await endSession(bench.runtime, first);
    expect(await isOpen(first)).toBe(false);
    expect(await isOpen(second)).toBe(true);
  });

  it('T53 is over after three days without use, and not while it is used', async () => {
    const { userId } = await signedUp();
    const [used, idle] = [await open(userId), await open(userId)];
    for (let day = 0; day < 4; day += 1) {
      bench.clock.advance(20 * HOUR);
      expect(await isOpen(used)).toBe(true);
    }
    expect(await isOpen(idle)).toBe(false);
    bench.clock.advance(72 * HOUR - 1);
    expect(await isOpen(used)).toBe(true);
    bench.clock.advance(72 * HOUR);
    expect(await isOpen(used)).toBe(false);
  });

  it('T53 is over after fourteen days whatever is done with it', async () => {
    const { userId } = await signedUp();
    const token = await open(userId);
    for (let day = 0; day < 13; day += 1) {
      bench.clock.advance(24 * HOUR);
      expect(await isOpen(token), `day ${day}`).toBe(true);
    }
    bench.clock.advance(24 * HOUR);
    expect(await isOpen(token)).toBe(false);
  });

  it('T53 is over sooner where the workspace says so, idle or in all', async () => {
    const { userId, ctx } = await signedUp();
    await bench.database.owner.query(
      'update workspace set session_idle_minutes = 15, session_absolute_minutes = 60 where id = $1',
      [ctx.workspaceId],
    );
    const [used, idle] = [await open(userId), await open(userId)];
    bench.clock.advance(15 * MINUTE);
    expect(await isOpen(used)).toBe(true);
    bench.clock.advance(1);
    expect(await isOpen(idle)).toBe(false);
    for (let quarter = 0; quarter < 3; quarter += 1) {
      expect(await isOpen(used)).toBe(true);
      bench.clock.advance(15 * MINUTE - 1);
    }
    bench.clock.advance(3);
    expect(await isOpen(used)).toBe(false);
  });

  it('T53 is over at once when the workspace shortens it', async () => {
    const { userId, ctx } = await signedUp();
    const token = await open(userId);
    bench.clock.advance(HOUR);
    expect(await isOpen(token)).toBe(true);
    bench.clock.advance(20 * MINUTE);
    await bench.database.owner.query('update workspace set session_idle_minutes = 15 where id = $1', [
      ctx.workspaceId,
    ]);
    expect(await isOpen(token)).toBe(false);
  });

  it('T53 of a token that nobody was given is none', async () => {
    const { userId } = await signedUp();
    const token = await open(userId);
    for (const other of ['', 'x', token.slice(0, -1), `${token}=`, token.toUpperCase()]) {
      expect(await isOpen(other)).toBe(false);
    }
  });

  it('T53 loses a workspace the moment the membership is gone', async () => {
    const { userId, ctx } = await signedUp();
    const token = await open(userId);
    await bench.database.owner.query('delete from membership where workspace_id = $1', [ctx.workspaceId]);
    expect(await readSession(bench.runtime, token)).toMatchObject({ workspace: null, workspaces: [] });
  });

  it('T53 opens a workspace of the person’s own, whatever its row says', async () => {
    const mine = await signedUp();
    const theirs = await signedUp('grace');
    const token = await open(mine.userId);
    const { owner } = bench.database;
    await owner.query('update auth_session set workspace_id = $1 where user_id = $2', [
      theirs.ctx.workspaceId,
      mine.userId,
    ]);
    expect((await readSession(bench.runtime, token))?.workspace?.id).toBe(mine.ctx.workspaceId);
    await owner.query(`insert into membership (workspace_id, user_id, role) values ($1, $2, 'viewer')`, [
      theirs.ctx.workspaceId,
      mine.userId,
    ]);
    expect((await readSession(bench.runtime, token))?.workspace).toMatchObject({
      id: theirs.ctx.workspaceId,
      role: 'viewer',
    });
  });
});

describe('changing a password', () => {
  it('T54 ends every session, and the new password alone opens the next', async () => {
    const { ctx, userId, email } = await signedUp();
    const tokens = [await open(userId), await open(userId)];
    await changePassword(personOf(ctx), { current: PASSWORD, next: NEXT });
    for (const token of tokens) expect(await isOpen(token)).toBe(false);
    await expect(
      signIn(bench.runtime, { email, password: PASSWORD }, { ...DEVICE, address: HERE }),
    ).rejects.toThrow(Unauthenticated);
    const { token } = await signIn(bench.runtime, { email, password: NEXT }, { ...DEVICE, address: HERE });
    expect(await isOpen(token)).toBe(true);
  });

  it('T54 leaves everyone else’s sessions', async () => {
    const { ctx } = await signedUp();
    const other = await open((await signedUp('grace')).userId);
    await changePassword(personOf(ctx), { current: PASSWORD, next: NEXT });
    expect(await isOpen(other)).toBe(true);
  });

  it('T54 needs the current one, which cannot be guessed at leisure', async () => {
    const { ctx, userId } = await signedUp();
    const token = await open(userId);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expect(
        changePassword(personOf(ctx), { current: `guess ${attempt}`, next: NEXT }),
      ).rejects.toThrow(Invalid);
    }
    await expect(changePassword(personOf(ctx), { current: PASSWORD, next: NEXT })).rejects.toThrow(
      LimitReached,
    );
    expect(await isOpen(token)).toBe(true);
  });

  it('T54 ends every link that was mailed, so nobody goes on with a change of address', async () => {
    const { ctx, userId, email } = await signedUp();
    await requestEmailChange(personOf(ctx), { email: 'mallory@example.org' });
    await changePassword(personOf(ctx), { current: PASSWORD, next: NEXT });
    const { rows } = await bench.database.owner.query('select from user_token where user_id = $1', [userId]);
    expect(rows).toHaveLength(0);
    const link = await linkTo(bench, email, '/change-email');
    await expect(confirmEmailChange(bench.runtime, { token: link }, DEVICE)).rejects.toThrow(Invalid);
  });

  it('T54 is for whoever has one', async () => {
    const { ctx, userId } = await signedUp();
    await bench.database.owner.query('update app_user set password_hash = null where id = $1', [userId]);
    await expect(changePassword(personOf(ctx), { current: '', next: NEXT })).rejects.toThrow(
      'You have no password yet.',
    );
  });

  it('T54 refuses one that is guessed first, and one’s own name', async () => {
    const { ctx, userId } = await signedUp();
    const token = await open(userId);
    for (const next of ['password1234', 'ada@example.org']) {
      await expect(changePassword(personOf(ctx), { current: PASSWORD, next })).rejects.toThrow(Invalid);
    }
    expect(await isOpen(token)).toBe(true);
  });

  it('T54 stands in the trail, refused as well', async () => {
    const { ctx, userId } = await signedUp();
    await expect(changePassword(personOf(ctx), { current: 'a guess', next: NEXT })).rejects.toThrow(Invalid);
    await changePassword(personOf(ctx), { current: PASSWORD, next: NEXT });
    expect(await eventsOf(bench, ctx.workspaceId, 'factor.refused')).toMatchObject([
      { actor_kind: 'stranger', subject_id: userId, detail: { reason: 'password' } },
    ]);
    expect(await eventsOf(bench, ctx.workspaceId, 'password.changed')).toMatchObject([
      { actor_kind: 'user', actor_id: userId },
    ]);
  });
});
