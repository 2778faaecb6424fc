import { requirePermission, requireStepUp, requireUser, withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { Conflict, PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { stateOf } from './access-state';
import { holdAccess, settleAccesses, type AccessRow } from './accesses';
import type { AccessRef, StaffSetting, StaffSettingInput } from './schemas';

const MINUTE_MS = 60_000;

interface Decision {
  readonly status: 'approved' | 'denied';
  readonly startsAt: Date | null;
  readonly expiresAt: Date | null;
  readonly endedAt: Date | null;
}

async function decide(ctx: Ctx, tx: Tx, access: AccessRow, decision: Decision): Promise<void> {
  const { workspaceId } = ctx;
  await tx.staffAccess.updateMany({
    where: { workspaceId, id: access.id, status: 'asked', endedAt: null },
    data: { ...decision, decidedAt: ctx.now(), decidedBy: requireUser(ctx).userId },
  });
  recordAudit(tx, ctx, `staff.${decision.status}`, access.id, {
    detail: { name: access.staffName, reason: access.reason, minutes: access.minutes },
    before: { status: 'asked' },
    after: { status: decision.status, until: decision.expiresAt?.toISOString() ?? null },
  });
}

/** The ask that is to be decided, held; what has lapsed meanwhile is written down. */
async function holdAsk(ctx: Ctx, tx: Tx, accessId: string): Promise<AccessRow | null> {
  await settleAccesses(tx, ctx, ctx.workspaceId);
  const access = await holdAccess(tx, ctx.workspaceId, accessId, 'update');
  return access.status === 'asked' ? access : null;
}

const DECIDED = 'This request is decided already, taken back, or older than a day.';

/** Lets a member of staff in, from now on and for as long as they asked. Throws NotFound, and Conflict where it is too late. */
export async function approveAccess(ctx: Ctx, { accessId }: AccessRef): Promise<void> {
  requirePermission(ctx, 'staff:decide');
  requireUser(ctx);
  requireStepUp(ctx);
  const isDone = await withTransaction(ctx, async (tx) => {
    const { workspaceId } = ctx;
    const workspace = await tx.workspace.findFirst({
      where: { id: workspaceId },
      select: { staffAccess: true },
    });
    if (workspace?.staffAccess === 'never')
      throw new PreconditionFailed('This workspace lets no staff in. Change that first.');
    const access = await holdAsk(ctx, tx, accessId);
    if (!access) return false;
    const now = ctx.now();
    const expiresAt = new Date(now.getTime() + access.minutes * MINUTE_MS);
    await decide(ctx, tx, access, { status: 'approved', startsAt: now, expiresAt, endedAt: null });
    return true;
  });
  if (!isDone) throw new Conflict(DECIDED);
}

/** Throws NotFound, and Conflict where it is too late. */
export async function denyAccess(ctx: Ctx, { accessId }: AccessRef): Promise<void> {
  requirePermission(ctx, 'staff:decide');
  requireUser(ctx);
  requireStepUp(ctx);
  const isDone = await withTransaction(ctx, async (tx) => {
    const access = await holdAsk(ctx, tx, accessId);
    if (!access) return false;
    await decide(ctx, tx, access, {
      status: 'denied',
      startsAt: null,
      expiresAt: null,
      endedAt: ctx.now(),
    });
    return true;
  });
  if (!isDone) throw new Conflict(DECIDED);
}

async function end(ctx: Ctx, tx: Tx, access: AccessRow, why: string): Promise<void> {
  const { workspaceId } = ctx;
  await tx.staffAccess.updateMany({
    where: { workspaceId, id: access.id, status: 'approved', endedAt: null },
    data: { endedAt: ctx.now() },
  });
  recordAudit(tx, ctx, 'staff.ended', access.id, {
    detail: { name: access.staffName, why },
    before: { until: access.expiresAt?.toISOString() ?? null },
    after: { until: ctx.now().toISOString() },
  });
}

/** Puts staff out at once: their next request finds nothing. It takes power away only, so it asks for no proof of identity. */
export async function endAccess(ctx: Ctx, { accessId }: AccessRef): Promise<void> {
  requirePermission(ctx, 'staff:decide');
  requireUser(ctx);
  const isDone = await withTransaction(ctx, async (tx) => {
    await settleAccesses(tx, ctx, ctx.workspaceId);
    const access = await holdAccess(tx, ctx.workspaceId, accessId, 'update');
    if (stateOf(access, ctx.now()) !== 'running') return false;
    await end(ctx, tx, access, 'by an owner');
    return true;
  });
  if (!isDone) throw new Conflict('This access is over already, or was never given.');
}

/** Nobody can ask any more, so whoever waits is denied and whoever looks in is put out. */
async function closeAll(ctx: Ctx, tx: Tx): Promise<void> {
  await settleAccesses(tx, ctx, ctx.workspaceId);
  const open = await tx.staffAccess.findMany({
    where: { workspaceId: ctx.workspaceId, endedAt: null, status: { in: ['asked', 'approved'] } },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  for (const { id } of open) {
    const access = await holdAccess(tx, ctx.workspaceId, id, 'update');
    if (access.endedAt) continue;
    if (access.status === 'approved') await end(ctx, tx, access, 'setting changed');
    else if (access.status === 'asked') {
      const endedAt = ctx.now();
      await decide(ctx, tx, access, { status: 'denied', startsAt: null, expiresAt: null, endedAt });
    }
  }
}

/** Sets whether owners approve each look into the workspace, are told, or nobody can ask at all. */
export async function changeStaffSetting(
  ctx: Ctx,
  { setting }: StaffSettingInput,
): Promise<{ setting: StaffSetting }> {
  requirePermission(ctx, 'workspace:write');
  requireUser(ctx);
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  await withTransaction(ctx, async (tx) => {
    await tx.$queryRawUnsafe('select id::text from workspace where id = $1::uuid for update', workspaceId);
    const before = await tx.workspace.findUniqueOrThrow({
      where: { id: workspaceId },
      select: { staffAccess: true },
    });
    await tx.workspace.updateMany({ where: { id: workspaceId }, data: { staffAccess: setting } });
    if (setting === 'never') await closeAll(ctx, tx);
    if (before.staffAccess === setting) return;
    recordAudit(tx, ctx, 'workspace.settings-changed', workspaceId, {
      before: { staffAccess: before.staffAccess },
      after: { staffAccess: setting },
    });
  });
  return { setting };
}
