import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Forbidden, NotFound, PreconditionFailed, StepUpNeeded } from '@/errors';
import { changeRole } from '@/features/members/change-role';
import { listGrantableAccounts } from '@/features/members/grantable-accounts';
import { limitMember } from '@/features/members/limit-member';
import { ChangeRoleInput, LimitMemberInput } from '@/features/members/schemas';
import { createWorkbench, PRODUCTION, STAGING, type Workbench } from '../../support/workbench';
import { accountsOf, addAccounts, asMember, auditOf, roleOf, stale, userOf } from './support';

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

const to = (userId: string, role: string, liftsLimit = false) =>
  ChangeRoleInput.parse({ userId, role, liftsLimit });

describe('changing a role', () => {
  it('holds, and is audited with what was and what became', async () => {
    const viewer = await bench.ctxAs(owner, 'viewer');
    await changeRole(owner, to(userOf(viewer), 'editor'));
    expect(await roleOf(bench, owner, userOf(viewer))).toBe('editor');
    expect(await auditOf(bench, owner, 'member.role-changed')).toEqual([
      {
        action: 'member.role-changed',
        actor_id: userOf(owner),
        subject_id: userOf(viewer),
        detail: {},
        before: { role: 'viewer', accounts: 'all' },
        after: { role: 'editor', accounts: 'all' },
      },
    ]);
  });

  it('takes somebody who may, and who just proved who they are', async () => {
    const viewer = await bench.ctxAs(owner, 'viewer');
    for (const role of ['editor', 'viewer'] as const) {
      const other = await bench.ctxAs(owner, role);
      await expect(changeRole(other, to(userOf(viewer), 'editor'))).rejects.toThrow(Forbidden);
    }
    await expect(changeRole(stale(owner), to(userOf(viewer), 'editor'))).rejects.toThrow(StepUpNeeded);
    await expect(changeRole(bench.asWorker(owner), to(userOf(viewer), 'editor'))).rejects.toThrow(Forbidden);
    expect(await roleOf(bench, owner, userOf(viewer))).toBe('viewer');
  });

  it('refuses a role that there is not, and a member of another workspace', async () => {
    expect(ChangeRoleInput.safeParse({ userId: randomUUID(), role: 'root' }).success).toBe(false);
    const elsewhere = await bench.newWorkspace('Other');
    const stranger = await bench.ctxAs(elsewhere, 'viewer');
    await expect(changeRole(owner, to(userOf(stranger), 'admin'))).rejects.toThrow(NotFound);
    expect(await roleOf(bench, elsewhere, userOf(stranger))).toBe('viewer');
  });

  it('leaves owners to owners', async () => {
    const admin = await bench.ctxAs(owner, 'admin');
    const viewer = await bench.ctxAs(owner, 'viewer');
    const second = await bench.ctxAs(owner, 'owner');
    await expect(changeRole(admin, to(userOf(viewer), 'owner'))).rejects.toThrow(Forbidden);
    await expect(changeRole(admin, to(userOf(second), 'viewer'))).rejects.toThrow(Forbidden);
    await expect(changeRole(admin, to(userOf(admin), 'owner'))).rejects.toThrow(Forbidden);
    await changeRole(admin, to(userOf(viewer), 'admin'));
    await changeRole(owner, to(userOf(second), 'admin'));
    expect(await roleOf(bench, owner, userOf(second))).toBe('admin');
  });

  it('goes by what the acting person is now, not by what their request began with', async () => {
    const second = await bench.ctxAs(owner, 'owner');
    const third = await bench.ctxAs(owner, 'owner');
    await changeRole(owner, to(userOf(second), 'viewer'));
    await expect(changeRole(second, to(userOf(third), 'viewer'))).rejects.toThrow(Forbidden);
    expect(await roleOf(bench, owner, userOf(third))).toBe('owner');
  });

  it('keeps the last owner, however many are switched off', async () => {
    const second = await bench.ctxAs(owner, 'owner');
    await bench.database.owner.query('update membership set deactivated_at = now() where user_id = $1', [
      userOf(second),
    ]);
    await expect(changeRole(owner, to(userOf(owner), 'admin'))).rejects.toThrow(PreconditionFailed);
    await bench.database.owner.query('update membership set deactivated_at = null where user_id = $1', [
      userOf(second),
    ]);
    await changeRole(owner, to(userOf(owner), 'admin'));
    expect(await roleOf(bench, owner, userOf(owner))).toBe('admin');
  });
});

describe('limiting a person to some accounts', () => {
  const limit = (userId: string, accounts: string[] | null) => LimitMemberInput.parse({ userId, accounts });

  it('holds in what the database lets them see, and is undone', async () => {
    const viewer = await bench.ctxAs(owner, 'viewer');
    const [production = '', staging = ''] = await addAccounts(bench, owner, [PRODUCTION, STAGING]);
    await limitMember(owner, limit(userOf(viewer), [production]));
    expect(await accountsOf(bench, owner, userOf(viewer))).toEqual([PRODUCTION]);
    await limitMember(owner, limit(userOf(viewer), [staging]));
    expect(await accountsOf(bench, owner, userOf(viewer))).toEqual([STAGING]);
    await limitMember(owner, limit(userOf(viewer), null));
    expect(await accountsOf(bench, owner, userOf(viewer))).toBeNull();
    const events = await auditOf(bench, owner, 'member.limited');
    expect(events.map(({ before, after, subject_id }) => [subject_id, before, after])).toEqual([
      [userOf(viewer), { accounts: 'all' }, { accounts: [production] }],
      [userOf(viewer), { accounts: [production] }, { accounts: [staging] }],
      [userOf(viewer), { accounts: [staging] }, { accounts: 'all' }],
    ]);
    expect(JSON.stringify(events)).not.toContain(PRODUCTION);
  });

  it('keeps an account open that two connections bring, when one of them goes', async () => {
    const viewer = await bench.ctxAs(owner, 'viewer');
    const refs = await addAccounts(bench, owner, [PRODUCTION, PRODUCTION, STAGING]);
    const choices = await listGrantableAccounts(owner);
    expect(choices.map((one) => one.awsAccountId)).toEqual([PRODUCTION, STAGING]);
    await limitMember(owner, limit(userOf(viewer), [refs[1] ?? '']));
    await bench.database.owner.query('delete from linked_account where ref = $1', [refs[1]]);
    expect(await accountsOf(bench, owner, userOf(viewer))).toEqual([PRODUCTION]);
    await bench.database.owner.query('delete from linked_account where ref = $1', [refs[0]]);
    expect(await accountsOf(bench, owner, userOf(viewer))).toEqual([]);
  });

  it('refuses nothing at all, accounts of another workspace, and people who decide about all', async () => {
    const admin = await bench.ctxAs(owner, 'admin');
    const viewer = await bench.ctxAs(owner, 'viewer');
    const [own = ''] = await addAccounts(bench, owner, [PRODUCTION]);
    const elsewhere = await bench.newWorkspace('Other');
    const [foreign = ''] = await addAccounts(bench, elsewhere, [STAGING]);
    expect(LimitMemberInput.safeParse({ userId: userOf(viewer), accounts: [] }).success).toBe(false);
    await expect(limitMember(owner, limit(userOf(viewer), [own, foreign]))).rejects.toThrow(NotFound);
    await expect(limitMember(elsewhere, limit(userOf(viewer), [foreign]))).rejects.toThrow(NotFound);
    await expect(limitMember(owner, limit(userOf(admin), [own]))).rejects.toThrow(PreconditionFailed);
    await expect(limitMember(stale(owner), limit(userOf(viewer), [own]))).rejects.toThrow(StepUpNeeded);
    const editor = await bench.ctxAs(owner, 'editor');
    await expect(limitMember(editor, limit(userOf(viewer), [own]))).rejects.toThrow(Forbidden);
    expect(await accountsOf(bench, owner, userOf(viewer))).toBeNull();
  });

  it('closes the management of people to whoever is limited, whatever their role', async () => {
    const viewer = await bench.ctxAs(owner, 'viewer');
    const admin = await bench.ctxAs(owner, 'admin');
    // No verb makes a limited admin; should a row say so, it opens nothing.
    await bench.database.owner.query('update membership set all_accounts = false where user_id = $1', [
      userOf(admin),
    ]);
    await expect(changeRole(admin, to(userOf(viewer), 'editor'))).rejects.toThrow(Forbidden);
    const told = {
      ...admin,
      actor: { ...asMember(owner, userOf(admin), 'admin').actor, accounts: [] },
    } as Ctx;
    await expect(limitMember(told, limit(userOf(viewer), null))).rejects.toThrow(Forbidden);
  });

  it('ends with a role that sees all, only where whoever raises them says so', async () => {
    const viewer = await bench.ctxAs(owner, 'viewer');
    const refs = await addAccounts(bench, owner, [PRODUCTION]);
    await limitMember(owner, limit(userOf(viewer), refs));
    await changeRole(owner, to(userOf(viewer), 'editor'));
    expect(await accountsOf(bench, owner, userOf(viewer))).toEqual([PRODUCTION]);
    await expect(changeRole(owner, to(userOf(viewer), 'admin'))).rejects.toThrow(PreconditionFailed);
    expect(await roleOf(bench, owner, userOf(viewer))).toBe('editor');
    await changeRole(owner, to(userOf(viewer), 'admin', true));
    expect(await accountsOf(bench, owner, userOf(viewer))).toBeNull();
    // Lowered again, they are not limited by what was left over.
    await changeRole(owner, to(userOf(viewer), 'viewer'));
    expect(await accountsOf(bench, owner, userOf(viewer))).toBeNull();
    expect((await auditOf(bench, owner, 'member.role-changed'))[1]).toMatchObject({
      before: { role: 'editor', accounts: refs },
      after: { role: 'admin', accounts: 'all' },
    });
  });
});
