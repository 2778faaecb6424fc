import { randomBytes } from 'node:crypto';
import type { Services } from '@/context';
import { digestOf } from '@/features/auth/sessions';

export const STAFF_SESSION_HOURS = 8;
const HOUR_MS = 3_600_000;
const IDLE_MS = 30 * 60_000;
const SEEN_EVERY_MS = 60_000;
/** Ended sessions are kept for as long as the review asks when somebody was last seen. */
const KEPT_MS = 400 * 24 * HOUR_MS;

export interface SignedInStaff {
  readonly staffId: string;
  readonly name: string;
  readonly email: string;
  readonly sessionDigest: string;
  /** The access that the session looks in with; it may be over. */
  readonly visit: { readonly workspaceId: string; readonly accessId: string } | null;
}

/** What a verb of the staff's desk may use. It names no workspace: only a visit does. */
export interface StaffCtx extends Services {
  readonly staff: SignedInStaff;
  readonly address: string | null;
}

/** The facts of an audit event that a member of staff caused while they have no access. */
export const auditOf = (ctx: StaffCtx, workspaceId: string) => ({
  workspaceId,
  now: ctx.now,
  address: ctx.address,
});
export const actorOf = (staffId: string) => ({ kind: 'staff' as const, id: staffId });

/** Returns the token; only its digest is stored. */
export async function openStaffSession(
  services: Services,
  staffId: string,
  address: string,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const now = services.now();
  await services.db.prisma.staffSession.deleteMany({
    where: { staffId, expiresAt: { lt: new Date(now.getTime() - KEPT_MS) } },
  });
  await services.db.prisma.staffSession.create({
    data: {
      tokenHash: digestOf(token),
      staffId,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + STAFF_SESSION_HOURS * HOUR_MS),
      address,
    },
  });
  return token;
}

/** The member of staff behind a token, looked up each time: who was revoked is out at once. Over after 8 hours, or 30 idle minutes. */
export async function readStaffSession(services: Services, token: string): Promise<SignedInStaff | null> {
  const now = services.now();
  const found = await services.db.prisma.staffSession.findFirst({
    where: {
      tokenHash: digestOf(token),
      expiresAt: { gt: now },
      lastSeenAt: { gt: new Date(now.getTime() - IDLE_MS) },
      // Without a second factor nobody is staff, whatever became of it since they signed in.
      staff: { revokedAt: null, totpConfirmedAt: { not: null } },
    },
    select: {
      tokenHash: true,
      lastSeenAt: true,
      workspaceId: true,
      accessId: true,
      staff: { select: { id: true, name: true, email: true } },
    },
  });
  if (!found) return null;
  if (now.getTime() - found.lastSeenAt.getTime() > SEEN_EVERY_MS) {
    await services.db.prisma.staffSession.updateMany({
      where: { tokenHash: found.tokenHash },
      data: { lastSeenAt: now },
    });
  }
  const { workspaceId, accessId, staff } = found;
  return {
    staffId: staff.id,
    name: staff.name,
    email: staff.email,
    sessionDigest: found.tokenHash,
    visit: workspaceId && accessId ? { workspaceId, accessId } : null,
  };
}

/** Ends the session, and with it every look into a workspace that goes on in it. */
export async function signOutStaff(ctx: StaffCtx): Promise<void> {
  await ctx.db.prisma.staffSession.updateMany({
    where: { tokenHash: ctx.staff.sessionDigest },
    data: { expiresAt: ctx.now(), workspaceId: null, accessId: null },
  });
}
