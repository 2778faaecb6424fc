import type { Services } from '@/context';
import { inWorkspace, type Tx } from '@/db/client';
import { NotFound } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { ASK_MS, stateOf } from './access-state';

export interface AccessRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly staffId: string;
  readonly staffName: string;
  readonly reason: string;
  readonly minutes: number;
  readonly status: string;
  readonly requestedAt: Date;
  readonly decidedAt: Date | null;
  readonly startsAt: Date | null;
  readonly expiresAt: Date | null;
  readonly endedAt: Date | null;
}

type Clock = Pick<Services, 'now'>;

/** One access, held until the transaction is over, so that what follows is recorded in the order in which it happened. */
export async function holdAccess(
  tx: Tx,
  workspaceId: string,
  accessId: string,
  mode: 'share' | 'update',
): Promise<AccessRow> {
  await tx.$queryRawUnsafe(
    `select id::text from staff_access where workspace_id = $1::uuid and id = $2::uuid for ${mode}`,
    workspaceId,
    accessId,
  );
  const found = await tx.staffAccess.findFirst({ where: { workspaceId, id: accessId } });
  if (!found) throw new NotFound('access');
  return found;
}

/** True while the access lets its member of staff in: approved, not over, and neither they nor the workspace's setting against it. */
export async function isLettingIn(tx: Tx, access: AccessRow, now: Date): Promise<boolean> {
  if (stateOf(access, now) !== 'running') return false;
  const staff = await tx.staffAccount.count({ where: { id: access.staffId, revokedAt: null } });
  const workspace = await tx.workspace.count({
    where: { id: access.workspaceId, staffAccess: { not: 'never' } },
  });
  return staff === 1 && workspace === 1;
}

async function close(
  tx: Tx,
  services: Clock,
  access: AccessRow,
  to: { status: string; endedAt: Date; action: 'staff.expired' | 'staff.ended'; why: string },
): Promise<void> {
  const { workspaceId, id } = access;
  const { count } = await tx.staffAccess.updateMany({
    where: { workspaceId, id, status: access.status, endedAt: null },
    data: { status: to.status, endedAt: to.endedAt },
  });
  if (count === 0) return;
  recordAudit(tx, { workspaceId, now: services.now }, to.action, id, {
    actor: { kind: 'system', id: null },
    detail: { name: access.staffName, why: to.why },
  });
}

/** Writes down in the workspace what is over: expired, not decided on within a day, or of somebody who is staff no longer. */
export async function settleAccesses(tx: Tx, services: Clock, workspaceId: string): Promise<void> {
  const now = services.now();
  const open = await tx.staffAccess.findMany({
    where: { workspaceId, endedAt: null, status: { in: ['asked', 'approved'] } },
    orderBy: { id: 'asc' },
  });
  if (open.length === 0) return;
  const staff = await tx.staffAccount.findMany({
    where: { id: { in: open.map((access) => access.staffId) }, revokedAt: null },
    select: { id: true },
  });
  const current = new Set(staff.map((one) => one.id));
  for (const access of open) {
    const state = stateOf(access, now);
    if (state === 'over') {
      const endedAt = access.expiresAt ?? now;
      await close(tx, services, access, {
        status: 'approved',
        endedAt,
        action: 'staff.expired',
        why: 'time',
      });
    } else if (state === 'lapsed') {
      const endedAt = new Date(access.requestedAt.getTime() + ASK_MS);
      await close(tx, services, access, {
        status: 'lapsed',
        endedAt,
        action: 'staff.expired',
        why: 'not decided',
      });
    } else if (!current.has(access.staffId)) {
      const status = state === 'running' ? 'approved' : 'withdrawn';
      await close(tx, services, access, {
        status,
        endedAt: now,
        action: 'staff.ended',
        why: 'staff revoked',
      });
    }
  }
}

/** The same in every workspace that staff has asked to look into. For the worker, and when somebody is revoked. */
export async function settleAllAccesses(services: Pick<Services, 'db' | 'now'>): Promise<number> {
  const { rows } = await services.db.pool.query<{ workspace_id: string }>(
    `select distinct a.workspace_id from staff_account s cross join lateral accesses_of_staff(s.id) a
     where a.ended_at is null and a.status in ('asked', 'approved')
       and (s.revoked_at is not null or a.expires_at <= $1
         or a.status = 'asked' and a.requested_at <= $1::timestamptz - make_interval(secs => $2))`,
    [services.now(), ASK_MS / 1_000],
  );
  for (const { workspace_id: workspaceId } of rows) {
    await inWorkspace(services.db, workspaceId, (tx) => settleAccesses(tx, services, workspaceId));
  }
  return rows.length;
}
