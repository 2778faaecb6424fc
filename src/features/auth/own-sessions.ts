import { inWorkspace } from '@/db/client';
import { NotFound, Unauthenticated } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { auditSignIn } from './audit-sign-in';
import { notifyOfBreakGlass } from './break-glass';
import { deviceName } from './device-name';
import { boundTo, requireFresh, type Person } from './person';
import type { SessionRef, SwitchInput } from './schemas';
import { IDLE_MINUTES_MAX } from './session-limits';
import { readSession, rotateSession, type WorkspaceOfUser } from './sessions';

export interface OwnSession {
  readonly id: string;
  readonly device: string;
  readonly address: string | null;
  readonly method: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly isThis: boolean;
}

/**
 * Which of the person's sessions this one may speak of: an identity provider of one workspace learns nothing of the others, and
 * ends nothing of theirs.
 */
async function withinReach(person: Person) {
  const workspaceId = await boundTo(person);
  return {
    workspaceId,
    where: { userId: person.userId, ...(workspaceId === null ? {} : { ssoWorkspaceId: workspaceId }) },
  };
}

/** Where the person is signed in, this session first. One of single sign-on lists those of its own workspace. */
export async function listSessions(person: Person): Promise<OwnSession[]> {
  const now = person.now();
  const { where } = await withinReach(person);
  const seenAfter = new Date(now.getTime() - IDLE_MINUTES_MAX * 60_000);
  const rows = await person.db.prisma.authSession.findMany({
    where: { ...where, stage: 'open', expiresAt: { gt: now }, lastSeenAt: { gt: seenAfter } },
    orderBy: { lastSeenAt: 'desc' },
    take: 200,
  });
  return rows
    .map((row) => ({
      id: row.id,
      device: deviceName(row.userAgent),
      address: row.address,
      method: row.method,
      createdAt: row.createdAt,
      lastSeenAt: row.lastSeenAt,
      isThis: row.id === person.session.id,
    }))
    .sort((a, b) => Number(b.isThis) - Number(a.isThis));
}

/** Ends one of the person's sessions, at once. */
export async function endOwnSession(person: Person, input: SessionRef): Promise<void> {
  const { where, workspaceId } = await withinReach(person);
  const { count } = await person.db.prisma.authSession.deleteMany({
    where: { ...where, id: input.sessionId },
  });
  if (count === 0) throw new NotFound('session');
  await auditSignIn(person, person.userId, person.device, { action: 'session.ended' }, workspaceId);
}

export async function endOtherSessions(person: Person): Promise<{ ended: number }> {
  requireFresh(person);
  const { where, workspaceId } = await withinReach(person);
  const { count } = await person.db.prisma.authSession.deleteMany({
    where: { ...where, id: { not: person.session.id } },
  });
  await auditSignIn(person, person.userId, person.device, { action: 'session.ended-others' }, workspaceId);
  return { ended: count };
}

/** Opens another of the person's workspaces in this session, under a new token. A workspace that is not theirs does not exist. */
export async function switchWorkspace(
  person: Person & { readonly token: string },
  input: SwitchInput,
): Promise<{ token: string; workspace: WorkspaceOfUser }> {
  const signedIn = await readSession(person, person.token);
  if (!signedIn) throw new Unauthenticated();
  const workspace = signedIn.workspaces.find((one) => one.id === input.workspaceId);
  if (!workspace) throw new NotFound('workspace');
  const { userId, now, device } = person;
  const workspaceId = workspace.id;
  const token = await rotateSession(person, person.session.id, { workspaceId, from: person.token });
  await inWorkspace(person.db, workspaceId, async (tx) =>
    recordAudit(tx, { workspaceId, now, address: device.address }, 'session.switched', userId, {
      actor: { kind: 'user', id: userId },
    }),
  );
  if (person.session.method === 'break-glass') await notifyOfBreakGlass(person, userId, workspaceId, device);
  return { token, workspace };
}
