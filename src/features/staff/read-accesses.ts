import { requirePermission, withTransaction, type Ctx } from '@/context';
import { NotFound } from '@/errors';
import { stateOf, type AccessState } from './access-state';
import { settleAccesses } from './accesses';
import { staffSettings, type StaffSetting } from './schemas';

const PAST_MAX = 100;

export interface StaffAccessLine {
  readonly id: string;
  readonly staffId: string;
  readonly staffName: string;
  readonly reason: string;
  readonly minutes: number;
  readonly state: AccessState;
  readonly requestedAt: Date;
  readonly startsAt: Date | null;
  readonly expiresAt: Date | null;
  readonly endedAt: Date | null;
  /** Pages and answers that were sent to them, as far back as the audit trail is kept. */
  readonly views: number;
}

export interface StaffAccessPage {
  readonly setting: StaffSetting;
  readonly asked: readonly StaffAccessLine[];
  readonly running: readonly StaffAccessLine[];
  /** The newest 100 that are over. */
  readonly past: readonly StaffAccessLine[];
}

/** Who of the operator's staff asks to look in, does, and did. For owners. */
export async function readStaffAccesses(ctx: Ctx): Promise<StaffAccessPage> {
  requirePermission(ctx, 'staff:decide');
  const { workspaceId } = ctx;
  return withTransaction(ctx, async (tx) => {
    const workspace = await tx.workspace.findFirst({
      where: { id: workspaceId },
      select: { staffAccess: true },
    });
    if (!workspace) throw new NotFound('workspace');
    await settleAccesses(tx, ctx, workspaceId);
    const rows = await tx.staffAccess.findMany({
      where: { workspaceId },
      orderBy: [{ requestedAt: 'desc' }, { id: 'asc' }],
      take: PAST_MAX,
    });
    const viewed = await tx.auditEvent.groupBy({
      by: ['subjectId'],
      where: { workspaceId, action: 'staff.viewed', subjectId: { in: rows.map((row) => row.id) } },
      _count: true,
    });
    const views = new Map(viewed.map((one) => [one.subjectId, one._count]));
    const now = ctx.now();
    const lines = rows.map((row): StaffAccessLine => ({
      id: row.id,
      staffId: row.staffId,
      staffName: row.staffName,
      reason: row.reason,
      minutes: row.minutes,
      state: stateOf(row, now),
      requestedAt: row.requestedAt,
      startsAt: row.startsAt,
      expiresAt: row.expiresAt,
      endedAt: row.endedAt,
      views: views.get(row.id) ?? 0,
    }));
    return {
      setting: staffSettings.find((one) => one === workspace.staffAccess) ?? 'approve',
      asked: lines.filter((line) => line.state === 'asked'),
      running: lines.filter((line) => line.state === 'running'),
      past: lines.filter((line) => line.state !== 'asked' && line.state !== 'running'),
    };
  });
}
