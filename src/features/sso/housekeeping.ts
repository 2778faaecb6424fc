import type { Services } from '@/context';
import { inWorkspace, type Tx } from '@/db/client';
import { recordAudit } from '@/features/audit/record-audit';
import { lockMembers } from '@/features/members/last-owner';
import { listConnectionsOf } from './connection';
import { daysLeft, markReached } from './expiring';

async function workspacesWithSso(services: Services): Promise<string[]> {
  const { rows } = await services.db.pool.query<{ workspace_id: string }>(
    'select workspace_id from workspaces_with_sso()',
  );
  return rows.map((row) => row.workspace_id);
}

interface Warning {
  readonly connection: string;
  readonly subject: string;
  readonly notAfter: string;
  readonly days: number;
}

/** Warnings that were not given yet, which are then written down as given. */
async function takeWarnings(services: Services, tx: Tx, workspaceId: string): Promise<Warning[]> {
  await lockMembers(tx, workspaceId);
  const now = services.now();
  const found: Warning[] = [];
  for (const connection of await listConnectionsOf(tx, workspaceId)) {
    if (connection.status !== 'active') continue;
    for (const certificate of connection.certificates) {
      const mark = markReached(certificate, now);
      if (mark === null) continue;
      const detail = { fingerprint: certificate.fingerprint, days: mark };
      const given = await tx.auditEvent.findFirst({
        where: {
          workspaceId,
          action: 'sso.certificate-expiring',
          subjectId: connection.id,
          AND: [
            { detail: { path: ['fingerprint'], equals: detail.fingerprint } },
            { detail: { path: ['days'], lte: mark } },
          ],
        },
        select: { id: true },
      });
      if (given) continue;
      recordAudit(tx, { workspaceId, now: services.now }, 'sso.certificate-expiring', connection.id, {
        detail,
        actor: { kind: 'system', id: null },
      });
      found.push({
        connection: connection.name,
        subject: certificate.subject,
        notAfter: certificate.notAfter,
        days: Math.max(0, daysLeft(certificate, now)),
      });
    }
  }
  return found;
}

async function ownersOf(tx: Tx, workspaceId: string): Promise<{ workspace: string; emails: string[] }> {
  const workspace = await tx.workspace.findUnique({ where: { id: workspaceId }, select: { name: true } });
  const owners = await tx.membership.findMany({
    where: { workspaceId, role: 'owner', deactivatedAt: null },
    select: { userId: true },
  });
  const people = await tx.appUser.findMany({
    where: { id: { in: owners.map((owner) => owner.userId) } },
    select: { email: true },
  });
  return { workspace: workspace?.name ?? '', emails: people.map((person) => person.email) };
}

const inDays = (days: number) => (days === 0 ? 'today' : days === 1 ? 'in 1 day' : `in ${days} days`);

const textOf = (
  warning: Warning,
  workspace: string,
  appUrl: string,
) => `The certificate that ${warning.connection} signs sign-ins to ${workspace} with ends ${inDays(warning.days)}, on ${warning.notAfter.slice(0, 10)} at ${warning.notAfter.slice(11, 16)} UTC. After that nobody can sign in with it.

Certificate: ${warning.subject}

If your provider has a new certificate already, add it beside the old one: ${appUrl}/settings/sso
`;

/**
 * Tells the owners of each workspace of provider certificates that end within 30 days, and again within 7: once each. For the
 * hourly housekeeping. Returns how many warnings were given.
 */
export async function warnOfExpiringCertificates(services: Services): Promise<number> {
  let count = 0;
  for (const workspaceId of await workspacesWithSso(services)) {
    const { warnings, workspace, emails } = await inWorkspace(services.db, workspaceId, async (tx) => ({
      warnings: await takeWarnings(services, tx, workspaceId),
      ...(await ownersOf(tx, workspaceId)),
    }));
    for (const warning of warnings) {
      const subject = `A single sign-on certificate of ${workspace} ends ${inDays(warning.days)}`.replaceAll(
        /\s+/g,
        ' ',
      );
      const text = textOf(warning, workspace, services.config.appUrl);
      await Promise.all(emails.map((to) => services.mail.send({ to, subject, text })));
    }
    count += warnings.length;
  }
  return count;
}

/** Requests that nobody answered, assertions that have expired, and keys whose time is over. For the hourly housekeeping. */
export async function forgetExpiredSso(services: Services): Promise<void> {
  const now = services.now();
  for (const workspaceId of await workspacesWithSso(services)) {
    await inWorkspace(services.db, workspaceId, async (tx) => {
      await tx.samlRequest.deleteMany({ where: { workspaceId, expiresAt: { lt: now } } });
      await tx.samlAssertion.deleteMany({ where: { workspaceId, expiresAt: { lt: now } } });
      await tx.ssoKey.deleteMany({ where: { workspaceId, retiresAt: { lt: now } } });
    });
  }
}
