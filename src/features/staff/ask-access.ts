import { randomUUID } from 'node:crypto';
import { inWorkspace } from '@/db/client';
import { Conflict, Forbidden, NotFound } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { holdAccess, settleAccesses, type AccessRow } from './accesses';
import { mailOwners, ownersOf, type Owners } from './notify-owners';
import type { AskAccessInput } from './schemas';
import { actorOf, auditOf, type StaffCtx } from './sessions';

const MINUTE_MS = 60_000;

interface Asked {
  readonly access: AccessRow;
  readonly owners: Owners;
  readonly setting: string;
}

function recordAsk(ctx: StaffCtx, input: AskAccessInput): Promise<Asked> {
  const { workspaceId, reason, minutes } = input;
  const { staffId, name } = ctx.staff;
  return inWorkspace(ctx.db, workspaceId, async (tx) => {
    // Holds off a second ask, and a change of the setting, for as long as this takes.
    await tx.$queryRawUnsafe('select id::text from workspace where id = $1::uuid for update', workspaceId);
    const workspace = await tx.workspace.findFirst({
      where: { id: workspaceId },
      select: { staffAccess: true },
    });
    if (!workspace) throw new NotFound('workspace');
    if (workspace.staffAccess === 'never') throw new Forbidden('This workspace lets no staff in.');
    await settleAccesses(tx, ctx, workspaceId);
    const open = await tx.staffAccess.count({
      where: { workspaceId, staffId, endedAt: null, status: { in: ['asked', 'approved'] } },
    });
    if (open > 0) throw new Conflict('You have an open request or access for this workspace. End it first.');
    const access = await tx.staffAccess.create({
      data: {
        workspaceId,
        id: randomUUID(),
        staffId,
        staffName: name,
        reason,
        minutes,
        status: 'asked',
        requestedAt: ctx.now(),
      },
    });
    recordAudit(tx, auditOf(ctx, workspaceId), 'staff.asked', access.id, {
      actor: actorOf(staffId),
      detail: { name, reason, minutes },
    });
    return { access, owners: await ownersOf(tx, workspaceId), setting: workspace.staffAccess };
  });
}

/** Starts an access that needs no approval, unless the setting or the ask has changed while the mails went out. */
function startTold(ctx: StaffCtx, access: AccessRow, mails: number): Promise<boolean> {
  const { workspaceId, id } = access;
  return inWorkspace(ctx.db, workspaceId, async (tx) => {
    const now = ctx.now();
    const workspace = await tx.workspace.findFirst({
      where: { id: workspaceId },
      select: { staffAccess: true },
    });
    const current = await holdAccess(tx, workspaceId, id, 'update');
    if (workspace?.staffAccess !== 'notify' || current.status !== 'asked') return false;
    const expiresAt = new Date(now.getTime() + access.minutes * MINUTE_MS);
    await tx.staffAccess.updateMany({
      where: { workspaceId, id, status: 'asked' },
      data: { status: 'approved', decidedAt: now, startsAt: now, expiresAt },
    });
    recordAudit(tx, auditOf(ctx, workspaceId), 'staff.notified', id, {
      actor: { kind: 'system', id: null },
      detail: { name: access.staffName, mails, minutes: access.minutes },
    });
    return true;
  });
}

/**
 * Asks to look into a workspace. Where its setting is to be told, the access starts once at least one owner was mailed;
 * a notice that reached nobody is none, so then it waits for an approval like any other.
 * Throws NotFound, Forbidden where the workspace lets nobody in, and Conflict where there is an open one.
 */
export async function askAccess(
  ctx: StaffCtx,
  input: AskAccessInput,
): Promise<{ accessId: string; isRunning: boolean }> {
  const { access, owners, setting } = await recordAsk(ctx, input);
  const mails = await mailOwners(ctx, access, owners, setting === 'notify' ? 'notify' : 'approve');
  const isRunning = setting === 'notify' && mails > 0 && (await startTold(ctx, access, mails));
  return { accessId: access.id, isRunning };
}
