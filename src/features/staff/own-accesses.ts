import { inWorkspace } from '@/db/client';
import { Conflict, NotFound, PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { stateOf, type AccessState } from './access-state';
import { holdAccess, isLettingIn, settleAccesses } from './accesses';
import type { AccessRef } from './schemas';
import { actorOf, auditOf, type StaffCtx } from './sessions';

export interface OwnAccess {
  readonly id: string;
  readonly workspaceId: string;
  readonly reason: string;
  readonly minutes: number;
  readonly state: AccessState;
  readonly requestedAt: Date;
  readonly expiresAt: Date | null;
}

interface Row {
  readonly id: string;
  readonly workspace_id: string;
  readonly reason: string;
  readonly minutes: number;
  readonly status: string;
  readonly requested_at: Date;
  readonly expires_at: Date | null;
  readonly ended_at: Date | null;
}

/** The newest 200 requests of the member of staff who asks, in every workspace. */
export async function listOwnAccesses(ctx: StaffCtx): Promise<OwnAccess[]> {
  const { rows } = await ctx.db.pool.query<Row>(
    `select id, workspace_id, reason, minutes, status, requested_at, expires_at, ended_at from accesses_of_staff($1)`,
    [ctx.staff.staffId],
  );
  const now = ctx.now();
  return rows.map((row) => ({
    id: row.id,
    workspaceId: row.workspace_id,
    reason: row.reason,
    minutes: row.minutes,
    requestedAt: row.requested_at,
    expiresAt: row.expires_at,
    state: stateOf(
      {
        status: row.status,
        requestedAt: row.requested_at,
        expiresAt: row.expires_at,
        endedAt: row.ended_at,
      },
      now,
    ),
  }));
}

async function workspaceOf(ctx: StaffCtx, accessId: string): Promise<string> {
  const own = (await listOwnAccesses(ctx)).find((access) => access.id === accessId);
  if (!own) throw new NotFound('access');
  return own.workspaceId;
}

/** Looks in: from here on the session's pages are the workspace's. Throws NotFound for somebody else's access. */
export async function openAccess(ctx: StaffCtx, { accessId }: AccessRef): Promise<void> {
  const workspaceId = await workspaceOf(ctx, accessId);
  const { staffId, name, sessionDigest } = ctx.staff;
  const isOpen = await inWorkspace(ctx.db, workspaceId, async (tx) => {
    await settleAccesses(tx, ctx, workspaceId);
    const access = await holdAccess(tx, workspaceId, accessId, 'share');
    if (access.staffId !== staffId || !(await isLettingIn(tx, access, ctx.now()))) return false;
    const { count } = await tx.staffSession.updateMany({
      where: { tokenHash: sessionDigest, staffId, expiresAt: { gt: ctx.now() } },
      data: { workspaceId, accessId },
    });
    if (count === 0) return false;
    recordAudit(tx, auditOf(ctx, workspaceId), 'staff.entered', accessId, {
      actor: actorOf(staffId),
      detail: { name },
    });
    return true;
  });
  if (!isOpen) throw new PreconditionFailed('This access is not open. Ask for a new one.');
}

/** Ends an access, or takes an ask back; the session looks in no longer. */
export async function endOwnAccess(ctx: StaffCtx, { accessId }: AccessRef): Promise<void> {
  const workspaceId = await workspaceOf(ctx, accessId);
  const { staffId, name } = ctx.staff;
  const isEnded = await inWorkspace(ctx.db, workspaceId, async (tx) => {
    const access = await holdAccess(tx, workspaceId, accessId, 'update');
    if (access.staffId !== staffId) throw new NotFound('access');
    const now = ctx.now();
    const state = stateOf(access, now);
    if (state !== 'asked' && state !== 'running') {
      await settleAccesses(tx, ctx, workspaceId);
      return false;
    }
    await tx.staffAccess.updateMany({
      where: { workspaceId, id: accessId, staffId, endedAt: null },
      data: { status: state === 'asked' ? 'withdrawn' : 'approved', endedAt: now },
    });
    await tx.staffSession.updateMany({ where: { accessId }, data: { workspaceId: null, accessId: null } });
    recordAudit(tx, auditOf(ctx, workspaceId), 'staff.ended', accessId, {
      actor: actorOf(staffId),
      detail: { name, why: state === 'asked' ? 'withdrawn' : 'by staff' },
    });
    return true;
  });
  if (!isEnded) throw new Conflict('This is over already.');
}
