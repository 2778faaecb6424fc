import type { Services } from '@/context';
import type { Tx } from '@/db/client';
import type { AccessRow } from './accesses';

export interface Owners {
  readonly workspace: string;
  readonly emails: readonly string[];
}

/** Who of a workspace is told: its owners, but for those who were deactivated. */
export async function ownersOf(tx: Tx, workspaceId: string): Promise<Owners> {
  const workspace = await tx.workspace.findFirst({ where: { id: workspaceId }, select: { name: true } });
  const owners = await tx.membership.findMany({
    where: { workspaceId, role: 'owner', deactivatedAt: null },
    select: { userId: true },
  });
  const users = await tx.appUser.findMany({
    where: { id: { in: owners.map((owner) => owner.userId) } },
    select: { email: true },
    orderBy: { email: 'asc' },
  });
  return { workspace: workspace?.name ?? '', emails: users.map((user) => user.email) };
}

function textOf(services: Services, access: AccessRow, owners: Owners, kind: 'approve' | 'notify'): string {
  const { operator, appUrl } = services.config;
  const who = `${access.staffName}, staff of ${operator.name ?? 'the operator of this Belvedere'},`;
  const ask =
    kind === 'approve'
      ? `${who} asks to look into ${owners.workspace} for ${access.minutes} minutes. Nobody looks in before an owner approves. An ask that nobody decides on is over after 24 hours.`
      : `${who} can look into ${owners.workspace} from now on, for ${access.minutes} minutes. The workspace's setting asks to be told, not to approve.`;
  const link = `${appUrl}/settings/staff`;
  return [
    ask,
    `Reason: ${access.reason}`,
    'They see what a viewer sees and can change nothing. Each page is recorded in the audit trail.',
    kind === 'approve' ? `Approve or deny: ${link}` : `See it, or end it at once: ${link}`,
  ].join('\n\n');
}

/** Mails every owner; returns how many mails were handed over. */
export async function mailOwners(
  services: Services,
  access: AccessRow,
  owners: Owners,
  kind: 'approve' | 'notify',
): Promise<number> {
  const subject =
    kind === 'approve'
      ? `Staff asks to look into ${owners.workspace}`
      : `Staff can look into ${owners.workspace} for ${access.minutes} minutes`;
  const text = textOf(services, access, owners, kind);
  const sent = await Promise.all(
    owners.emails.map((to) => services.mail.send({ to, subject: subject.replaceAll(/\s+/g, ' '), text })),
  );
  return sent.filter(Boolean).length;
}
