import type { Ctx, Services } from '@/context';
import { withTransaction } from '@/context';
import { inWorkspace } from '@/db/client';
import { NotFound } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { holdAccess, isLettingIn, settleAccesses } from './accesses';
import { actorOf, readStaffSession, type SignedInStaff } from './sessions';

const PATH_MAX = 500;

/** A path for the trail, which holds no account number; `_rsc` is the router's own. */
export function trailPath(path: string): string {
  return path
    .replaceAll(/([?&])_rsc=[^&]*(&|$)/g, '$1')
    .replace(/[?&]$/, '')
    .replaceAll(/(?<!\d)\d{12}(?!\d)/g, '(account)')
    .slice(0, PATH_MAX);
}

interface Request {
  readonly token: string;
  /** Path and query of what is asked for. */
  readonly path: string;
  readonly address: string;
}

type Visit = NonNullable<SignedInStaff['visit']>;

async function lookIn(
  services: Services,
  staff: SignedInStaff,
  visit: Visit,
  request: Request,
): Promise<Date | null> {
  const { workspaceId, accessId } = visit;
  return inWorkspace(services.db, workspaceId, async (tx) => {
    const access = await holdAccess(tx, workspaceId, accessId, 'share');
    if (access.staffId !== staff.staffId || !(await isLettingIn(tx, access, services.now()))) return null;
    recordAudit(tx, { workspaceId, now: services.now, address: request.address }, 'staff.viewed', accessId, {
      actor: actorOf(staff.staffId),
      detail: { name: staff.name, path: trailPath(request.path) },
    });
    return access.expiresAt;
  });
}

/** What has ended while somebody looked in is written down, and their session lets go of it. */
async function leave(services: Services, staff: SignedInStaff, { workspaceId }: Visit): Promise<void> {
  await services.db.prisma.staffSession.updateMany({
    where: { tokenHash: staff.sessionDigest },
    data: { workspaceId: null, accessId: null },
  });
  await inWorkspace(services.db, workspaceId, (tx) => settleAccesses(tx, services, workspaceId));
}

/**
 * The context of a member of staff who looks into a workspace, for one request, which is recorded in the workspace's trail
 * in the same transaction that finds the access open: where it cannot be recorded, this throws and nothing is shown.
 * Null for everybody else, and once the access is over.
 */
export async function enterAsStaff(services: Services, request: Request): Promise<Ctx | null> {
  const staff = await readStaffSession(services, request.token);
  const visit = staff?.visit;
  if (!visit) return null;
  const expiresAt = await lookIn(services, staff, visit, request).catch((error: unknown) => {
    // The workspace was deleted while they looked.
    if (error instanceof NotFound) return null;
    throw error;
  });
  if (!expiresAt) {
    await leave(services, staff, visit);
    return null;
  }
  const { staffId, name } = staff;
  return {
    ...services,
    workspaceId: visit.workspaceId,
    actor: { kind: 'staff', staffId, name, accessId: visit.accessId, expiresAt },
    address: request.address,
  };
}

/** Asks the database again, for answers that go on for long: false once the access or the session is over. */
export async function isStillVisiting(ctx: Ctx): Promise<boolean> {
  const { actor, workspaceId } = ctx;
  if (actor.kind !== 'staff') return false;
  return withTransaction(ctx, async (tx) => {
    const access = await tx.staffAccess.findFirst({ where: { workspaceId, id: actor.accessId } });
    if (!access || access.staffId !== actor.staffId) return false;
    const sessions = await tx.staffSession.count({
      where: { staffId: actor.staffId, accessId: actor.accessId, expiresAt: { gt: ctx.now() } },
    });
    return sessions > 0 && isLettingIn(tx, access, ctx.now());
  });
}

/** What the banner says; null for everybody who is not staff. */
export async function readVisit(
  ctx: Ctx,
): Promise<{ readonly reason: string; readonly expiresAt: string } | null> {
  const { actor, workspaceId } = ctx;
  if (actor.kind !== 'staff') return null;
  const access = await withTransaction(ctx, (tx) =>
    tx.staffAccess.findFirst({ where: { workspaceId, id: actor.accessId }, select: { reason: true } }),
  );
  return { reason: access?.reason ?? '', expiresAt: actor.expiresAt.toISOString() };
}
