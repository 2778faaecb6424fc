import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { NotFound, PreconditionFailed } from '@/errors';
import { changeStaffSetting, endAccess } from '@/features/staff/decide-access';
import { endOwnAccess, openAccess } from '@/features/staff/own-accesses';
import { readStaffAccesses } from '@/features/staff/read-accesses';
import { settleAllAccesses } from '@/features/staff/accesses';
import { revokeStaff } from '@/features/staff/roll';
import { signOutStaff } from '@/features/staff/sessions';
import { enterAsStaff, isStillVisiting, readVisit, trailPath } from '@/features/staff/visit';
import { listViews } from '@/features/views/views';
import { createWorkbench, MANAGEMENT, type Workbench } from '../../support/workbench';
import {
  actionsOf,
  ask,
  grant,
  HERE,
  hire,
  KIM,
  letIn,
  MINUTE,
  REASON,
  SAM,
  stampOf,
  trailOf,
  type StaffHand,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const look = (staff: Pick<StaffHand, 'token'>, path = '/overview') =>
  enterAsStaff(bench.runtime, { token: staff.token, path, address: HERE });

async function lookOrFail(staff: StaffHand, path?: string): Promise<Ctx> {
  const ctx = await look(staff, path);
  if (!ctx) throw new Error('They were not let in.');
  return ctx;
}

describe('a look into a workspace', () => {
  it('is of that workspace, as staff, until its end', async () => {
    const owner = await bench.newWorkspace();
    const sam = await hire(bench);
    const accessId = await letIn(sam, owner, 20);
    const ctx = await lookOrFail(sam);
    const expiresAt = new Date(bench.clock.now().getTime() + 20 * MINUTE);
    expect(ctx.workspaceId).toBe(owner.workspaceId);
    expect(ctx.actor).toMatchObject({ kind: 'staff', name: SAM.name, accessId, expiresAt });
    expect(await readVisit(ctx)).toEqual({ reason: REASON, expiresAt: expiresAt.toISOString() });
    expect(await readVisit(owner)).toBeNull();
    expect(await listViews(ctx)).toEqual([]);
  });

  it('puts every page and answer into the trail, which its owner counts', async () => {
    const owner = await bench.newWorkspace();
    const sam = await hire(bench);
    const accessId = await letIn(sam, owner);
    for (const path of ['/overview?by=region', '/connections', '/api/overview.csv?part=movers'])
      await lookOrFail(sam, path);
    const { staffId } = (await sam.desk()).staff;
    const trail = await trailOf(bench, owner);
    expect(trail.map((row) => row.action)).toEqual([
      'staff.asked',
      'staff.approved',
      'staff.entered',
      ...['staff.viewed', 'staff.viewed', 'staff.viewed'],
    ]);
    expect(trail.slice(3)).toMatchObject(
      ['/overview?by=region', '/connections', '/api/overview.csv?part=movers'].map((path) => ({
        actor_kind: 'staff',
        actor_id: staffId,
        subject_id: accessId,
        address: HERE,
        detail: { name: SAM.name, path },
      })),
    );
    expect((await readStaffAccesses(owner)).running).toMatchObject([{ id: accessId, views: 3 }]);
  });

  it('names no account number in the trail', () => {
    expect(trailPath(`/connections?q=${MANAGEMENT}&p=2`)).toBe('/connections?q=(account)&p=2');
    expect(trailPath('/overview?_rsc=1abc')).toBe('/overview');
    expect(trailPath('/overview?by=region&_rsc=1abc')).toBe('/overview?by=region');
    expect(trailPath('/overview?_rsc=1abc&by=region')).toBe('/overview?by=region');
    expect(trailPath(`/${'x'.repeat(9_000)}`)).toHaveLength(500);
  });

  it('shows nothing that cannot be recorded', async () => {
    const owner = await bench.newWorkspace();
    const sam = await hire(bench);
    await letIn(sam, owner);
    await bench.database.owner.query('revoke execute on function append_audit from belvedere_app');
    try {
      await expect(look(sam)).rejects.toThrow(/append_audit/);
    } finally {
      await bench.database.owner.query('grant execute on function append_audit to belvedere_app');
    }
    expect(await look(sam)).not.toBeNull();
  });

  it('takes an access that was opened, in this session', async () => {
    const owner = await bench.newWorkspace();
    const sam = await hire(bench);
    const kim = await hire(bench, KIM);
    expect(await look(sam)).toBeNull();
    await letIn(sam, owner);
    expect(await look(kim)).toBeNull();
    expect(await look({ token: 'nobody’s' })).toBeNull();
    expect(await look({ token: '' })).toBeNull();
  });

  it('takes no access of somebody else, and none of another workspace', async () => {
    const owner = await bench.newWorkspace();
    const other = await bench.newWorkspace('Other');
    const sam = await hire(bench);
    const kim = await hire(bench, KIM);
    const accessId = await letIn(sam, owner);
    await expect(openAccess(await kim.desk(), { accessId })).rejects.toThrow(NotFound);
    await expect(endOwnAccess(await kim.desk(), { accessId })).rejects.toThrow(NotFound);
    // As if the session's row had been tampered with.
    const point = (token: StaffHand, workspaceId: string) =>
      bench.database.owner.query(
        `update staff_session set workspace_id = $1, access_id = $2
         where token_hash = encode(sha256(convert_to($3, 'UTF8')), 'hex')`,
        [workspaceId, accessId, token.token],
      );
    await point(kim, owner.workspaceId);
    expect(await look(kim)).toBeNull();
    await point(sam, other.workspaceId);
    expect(await look(sam)).toBeNull();
    expect(await trailOf(bench, other)).toEqual([]);
  });
});

describe('a look into a workspace ends', () => {
  let owner: Ctx;
  let sam: StaffHand;
  let accessId: string;
  let ctx: Ctx;
  beforeEach(async () => {
    owner = await bench.newWorkspace();
    sam = await hire(bench);
    accessId = await letIn(sam, owner, 25);
    ctx = await lookOrFail(sam);
    expect(await isStillVisiting(ctx)).toBe(true);
  });

  const expectOver = async (last: string) => {
    expect(await isStillVisiting(ctx)).toBe(false);
    const before = (await trailOf(bench, owner)).filter((row) => row.action === 'staff.viewed').length;
    expect(await look(sam)).toBeNull();
    const actions = await actionsOf(bench, owner);
    expect(actions.filter((action) => action.endsWith('viewed'))).toHaveLength(before);
    expect(actions.at(-1)).toBe(last);
  };

  it('by itself, while it goes on, and is written down', async () => {
    bench.clock.advance(25 * MINUTE - 1);
    expect(await look(sam)).not.toBeNull();
    ctx = await lookOrFail(sam);
    bench.clock.advance(1);
    await expectOver('system staff.expired');
    await expect(openAccess(await sam.desk(), { accessId })).rejects.toThrow(PreconditionFailed);
    expect((await actionsOf(bench, owner)).filter((one) => one.endsWith('expired'))).toHaveLength(1);
  });

  it('when an owner ends it', async () => {
    await endAccess(owner, { accessId });
    await expectOver('user staff.ended');
    expect((await trailOf(bench, owner)).at(-1)).toMatchObject({
      subject_id: accessId,
      before: { until: new Date(bench.clock.now().getTime() + 25 * MINUTE).toISOString() },
      after: { until: bench.clock.now().toISOString() },
    });
  });

  it('when an owner lets nobody in any more', async () => {
    await changeStaffSetting(owner, { setting: 'never' });
    await expectOver('user staff.ended');
  });

  it('when the setting was changed past the application', async () => {
    await bench.database.owner.query(`update workspace set staff_access = 'never'`);
    expect(await isStillVisiting(ctx)).toBe(false);
    expect(await look(sam)).toBeNull();
  });

  it('when staff ends it', async () => {
    await endOwnAccess(await sam.desk(), { accessId });
    await expectOver('staff staff.ended');
  });

  it('when staff signs out', async () => {
    await signOutStaff(await sam.desk());
    expect(await isStillVisiting(ctx)).toBe(false);
    expect(await look(sam)).toBeNull();
  });

  it('when the command takes them off the list, and does not come back with them', async () => {
    await revokeStaff(bench.database.owner, SAM.email, stampOf(bench));
    expect(await isStillVisiting(ctx)).toBe(false);
    expect(await look(sam)).toBeNull();
    expect(await settleAllAccesses(bench.runtime)).toBe(1);
    expect(await actionsOf(bench, owner)).toContain('system staff.ended');
    expect((await readStaffAccesses(owner)).past).toMatchObject([{ id: accessId, state: 'over' }]);
    await grant(bench);
    expect(await look(sam)).toBeNull();
  });

  it('when their account says so, whatever became of their sessions', async () => {
    await bench.database.owner.query('update staff_account set revoked_at = $1', [bench.clock.now()]);
    expect(await isStillVisiting(ctx)).toBe(false);
    expect(await look(sam)).toBeNull();
  });

  it('when the workspace is deleted', async () => {
    await bench.database.owner.query('delete from workspace where id = $1', [owner.workspaceId]);
    expect(await isStillVisiting(ctx)).toBe(false);
    expect(await look(sam)).toBeNull();
  });

  it('and begins again with a new request only', async () => {
    await endAccess(owner, { accessId });
    await ask(sam, owner);
    expect(await look(sam)).toBeNull();
  });
});
