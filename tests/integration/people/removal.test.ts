import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withTransaction, type Ctx } from '@/context';
import { Forbidden, NotFound, PreconditionFailed, StepUpNeeded } from '@/errors';
import { readSession } from '@/features/auth/sessions';
import { changeRole } from '@/features/members/change-role';
import { ensureAnotherOwner } from '@/features/members/last-owner';
import { limitMember } from '@/features/members/limit-member';
import { leaveWorkspace, removeMember } from '@/features/members/remove-member';
import { transferOwnership } from '@/features/members/transfer-ownership';
import { openSession } from '../../support/open-session';
import { createWorkbench, PRODUCTION, type Workbench } from '../../support/workbench';
import { accountsOf, addAccounts, addToken, auditOf, roleOf, stale, userOf } from './support';

let bench: Workbench;
let owner: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  owner = await bench.newWorkspace();
});

const count = async (sql: string, values: unknown[]): Promise<number> =>
  Number(
    (await bench.database.owner.query<{ n: string }>(`select count(*) as n from ${sql}`, values)).rows[0]?.n,
  );

const owners = () =>
  count(`membership where workspace_id = $1 and role = 'owner' and deactivated_at is null`, [
    owner.workspaceId,
  ]);

describe('removing a member', () => {
  it('ends all that they had here at once, and leaves their login and other workspaces', async () => {
    const elsewhere = await bench.newWorkspace('Other');
    const viewer = await bench.ctxAs(owner, 'viewer');
    const userId = userOf(viewer);
    await withTransaction(elsewhere, (tx) =>
      tx.membership.create({ data: { workspaceId: elsewhere.workspaceId, userId, role: 'viewer' } }),
    );
    await limitMember(owner, { userId, accounts: await addAccounts(bench, owner, [PRODUCTION]) });
    await addToken(owner, userId);
    await addToken(owner, null, 'service');
    await addToken(elsewhere, userId);
    const token = await openSession(bench.runtime, userId);
    await bench.database.owner.query('update auth_session set workspace_id = $1', [owner.workspaceId]);
    expect((await readSession(bench.runtime, token))?.workspace?.id).toBe(owner.workspaceId);

    await removeMember(owner, { userId });

    const session = await readSession(bench.runtime, token);
    expect(session?.workspaces.map((one) => one.id)).toEqual([elsewhere.workspaceId]);
    expect(session?.workspace?.id).toBe(elsewhere.workspaceId);
    expect(await count('api_token where workspace_id = $1', [owner.workspaceId])).toBe(1);
    expect(await count('api_token where workspace_id = $1', [elsewhere.workspaceId])).toBe(1);
    expect(await count('account_grant where user_id = $1', [userId])).toBe(0);
    expect(await count('app_user where id = $1', [userId])).toBe(1);
    expect(await auditOf(bench, owner, 'member.removed')).toMatchObject([
      {
        actor_id: userOf(owner),
        subject_id: userId,
        before: { role: 'viewer', accounts: [expect.any(String)], isDeactivated: false },
        detail: { tokens: 1 },
      },
    ]);
  });

  it('leaves whoever has no other workspace signed in, with none', async () => {
    const viewer = await bench.ctxAs(owner, 'viewer');
    const token = await openSession(bench.runtime, userOf(viewer));
    await removeMember(owner, { userId: userOf(viewer) });
    expect(await readSession(bench.runtime, token)).toMatchObject({
      userId: userOf(viewer),
      workspace: null,
    });
  });

  it('ends a session of this workspace’s single sign-on altogether', async () => {
    const viewer = await bench.ctxAs(owner, 'viewer');
    const token = await openSession(bench.runtime, userOf(viewer));
    await bench.database.owner.query(`update auth_session set method = 'saml', sso_workspace_id = $1`, [
      owner.workspaceId,
    ]);
    await removeMember(owner, { userId: userOf(viewer) });
    expect(await readSession(bench.runtime, token)).toBeNull();
  });

  it('is refused for oneself, strangers, owners by admins, and without proof', async () => {
    const admin = await bench.ctxAs(owner, 'admin');
    const editor = await bench.ctxAs(owner, 'editor');
    const stranger = await bench.newWorkspace('Other');
    await expect(removeMember(owner, { userId: userOf(owner) })).rejects.toThrow(PreconditionFailed);
    await expect(removeMember(owner, { userId: userOf(stranger) })).rejects.toThrow(NotFound);
    await expect(removeMember(admin, { userId: userOf(owner) })).rejects.toThrow(Forbidden);
    await expect(removeMember(editor, { userId: userOf(admin) })).rejects.toThrow(Forbidden);
    await expect(removeMember(stale(owner), { userId: userOf(admin) })).rejects.toThrow(StepUpNeeded);
    expect(await count('membership where workspace_id = $1', [owner.workspaceId])).toBe(3);
    expect(await auditOf(bench, owner, 'member.removed')).toEqual([]);
  });
});

describe('leaving', () => {
  it('is open to every role, also to limited people', async () => {
    const refs = await addAccounts(bench, owner, [PRODUCTION]);
    const viewer = await bench.ctxAs(owner, 'viewer');
    await limitMember(owner, { userId: userOf(viewer), accounts: refs });
    const limited = { ...viewer, actor: { ...viewer.actor, accounts: [PRODUCTION] } } as Ctx;
    await expect(leaveWorkspace(stale(limited))).rejects.toThrow(StepUpNeeded);
    await leaveWorkspace(limited);
    for (const role of ['admin', 'editor', 'owner'] as const)
      await leaveWorkspace(await bench.ctxAs(owner, role));
    expect(await count('membership where workspace_id = $1', [owner.workspaceId])).toBe(1);
    expect((await auditOf(bench, owner, 'member.left')).map((event) => event.before?.['role'])).toEqual([
      'viewer',
      'admin',
      'editor',
      'owner',
    ]);
    await expect(leaveWorkspace(bench.asWorker(owner))).rejects.toThrow(Forbidden);
  });

  it('is refused to the last owner, until there is another', async () => {
    await bench.ctxAs(owner, 'admin');
    await expect(leaveWorkspace(owner)).rejects.toThrow(PreconditionFailed);
    await bench.ctxAs(owner, 'owner');
    await leaveWorkspace(owner);
    expect(await owners()).toBe(1);
  });
});

describe('two owners at the same moment', () => {
  const outcomes = (results: PromiseSettledResult<unknown>[]) =>
    results
      .map((result) => (result.status === 'fulfilled' ? 'done' : (result.reason as Error).name))
      .toSorted();

  it('cannot both leave', async () => {
    for (let round = 0; round < 10; round += 1) {
      const second = await bench.ctxAs(owner, 'owner');
      const results = await Promise.allSettled([leaveWorkspace(owner), leaveWorkspace(second)]);
      expect(outcomes(results)).toEqual(['AppError', 'done']);
      expect(await owners()).toBe(1);
      if (results[0].status === 'fulfilled') owner = second;
    }
  });

  it('cannot both remove or demote each other', async () => {
    for (let round = 0; round < 10; round += 1) {
      const second = await bench.ctxAs(owner, 'owner');
      const results = await Promise.allSettled([
        removeMember(owner, { userId: userOf(second) }),
        changeRole(second, { userId: userOf(owner), role: 'viewer', liftsLimit: false }),
      ]);
      expect(outcomes(results)).toEqual(['AppError', 'done']);
      expect(await owners()).toBe(1);
      if (results[0].status === 'rejected') owner = second;
    }
  });

  it('wait for each other where code of another feature asks for another owner', async () => {
    const second = await bench.ctxAs(owner, 'owner');
    const switchOff = (userId: string) =>
      withTransaction(owner, async (tx) => {
        await ensureAnotherOwner(tx, owner.workspaceId, userId);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await tx.membership.update({
          where: { workspaceId_userId: { workspaceId: owner.workspaceId, userId } },
          data: { deactivatedAt: owner.now() },
        });
      });
    const results = await Promise.allSettled([switchOff(userOf(owner)), switchOff(userOf(second))]);
    expect(outcomes(results)).toEqual(['AppError', 'done']);
    expect(await owners()).toBe(1);
  });
});

describe('handing the workspace over', () => {
  it('makes the other an owner and oneself an admin, in one step', async () => {
    const viewer = await bench.ctxAs(owner, 'viewer');
    await limitMember(owner, {
      userId: userOf(viewer),
      accounts: await addAccounts(bench, owner, [PRODUCTION]),
    });
    await transferOwnership(owner, { userId: userOf(viewer), staysOwner: false });
    expect(await roleOf(bench, owner, userOf(viewer))).toBe('owner');
    expect(await roleOf(bench, owner, userOf(owner))).toBe('admin');
    expect(await accountsOf(bench, owner, userOf(viewer))).toBeNull();
    expect(await auditOf(bench, owner, 'member.ownership-transferred')).toMatchObject([
      {
        actor_id: userOf(owner),
        subject_id: userOf(viewer),
        before: { role: 'viewer', accounts: [expect.any(String)], giver: 'owner' },
        after: { role: 'owner', accounts: 'all', giver: 'admin' },
      },
    ]);
  });

  it('can leave the giver an owner', async () => {
    const editor = await bench.ctxAs(owner, 'editor');
    await transferOwnership(owner, { userId: userOf(editor), staysOwner: true });
    expect(await owners()).toBe(2);
  });

  it('is an owner’s alone, and goes to an active member of this workspace', async () => {
    const admin = await bench.ctxAs(owner, 'admin');
    const off = await bench.ctxAs(owner, 'viewer');
    const elsewhere = await bench.newWorkspace('Other');
    await bench.database.owner.query('update membership set deactivated_at = now() where user_id = $1', [
      userOf(off),
    ]);
    const give = (ctx: Ctx, to: Ctx) => transferOwnership(ctx, { userId: userOf(to), staysOwner: false });
    await expect(give(admin, admin)).rejects.toThrow(Forbidden);
    await expect(give(off, admin)).rejects.toThrow(Forbidden);
    await expect(give(owner, off)).rejects.toThrow(PreconditionFailed);
    await expect(give(owner, owner)).rejects.toThrow(PreconditionFailed);
    await expect(give(owner, elsewhere)).rejects.toThrow(NotFound);
    await expect(give(stale(owner), admin)).rejects.toThrow(StepUpNeeded);
    expect(await roleOf(bench, owner, userOf(owner))).toBe('owner');
  });
});
