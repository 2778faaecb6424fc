import type { Services } from '@/context';
import { inWorkspace, type Tx } from '@/db/client';
import { readInvitationText, type InvitationText } from './invitation-text';
import { invitationColumns, isBackedByInviter, type InvitationRow } from './invitations';

/** Who opens the link, from their session; null: nobody is signed in. */
export type Viewer = { readonly userId: string } | null;

/**
 * What whoever opens the link has to do:
 * | step | when |
 * |---|---|
 * | join | signed in with the very account |
 * | leave-first | signed in as somebody else |
 * | sign-in | there is an account, and nobody is signed in |
 * | new-account | there is no account |
 * | new-password | there is an account that never proved its address; this link proves it, so what was set up before ends |
 */
export type InvitationStep = 'join' | 'leave-first' | 'sign-in' | 'new-account' | 'new-password';

export type OpenInvitation =
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'open';
      readonly step: InvitationStep;
      readonly workspace: string;
      readonly inviter: string;
      readonly email: string;
      readonly role: string;
      readonly isLimited: boolean;
      readonly expiresAt: Date;
    };

/** The invitation that a link belongs to, while it can be accepted. */
export async function findByLink(tx: Tx, link: InvitationText, now: Date): Promise<InvitationRow | null> {
  const { workspaceId, digest } = link;
  const row = await tx.invitation.findFirst({
    where: { workspaceId, digest, expiresAt: { gt: now } },
    select: invitationColumns,
  });
  return row && (await isBackedByInviter(tx, workspaceId, row)) ? row : null;
}

export interface Invitee {
  readonly id: string;
  readonly emailVerifiedAt: Date | null;
}

export const findInvitee = (tx: Tx, email: string): Promise<Invitee | null> =>
  tx.appUser.findUnique({ where: { email }, select: { id: true, emailVerifiedAt: true } });

export function stepOf(link: InvitationText, invitee: Invitee | null, viewer: Viewer): InvitationStep {
  if (viewer && viewer.userId !== invitee?.id) return 'leave-first';
  if (!invitee) return 'new-account';
  if (link.kind === 'mailed' && !invitee.emailVerifiedAt) return 'new-password';
  return viewer ? 'join' : 'sign-in';
}

/** What the page of a link shows. An unknown, used, withdrawn or expired link says the same: gone. */
export async function readInvitation(
  services: Services,
  text: string,
  viewer: Viewer,
): Promise<OpenInvitation> {
  const link = readInvitationText(text);
  if (!link) return { kind: 'gone' };
  return inWorkspace(services.db, link.workspaceId, async (tx) => {
    const row = await findByLink(tx, link, services.now());
    if (!row) return { kind: 'gone' };
    const workspace = await tx.workspace.findUnique({
      where: { id: link.workspaceId },
      select: { name: true },
    });
    const inviter = await tx.appUser.findUnique({ where: { id: row.invitedBy }, select: { name: true } });
    const invitee = await findInvitee(tx, row.email);
    return {
      kind: 'open',
      step: stepOf(link, invitee, viewer),
      workspace: workspace?.name ?? '',
      inviter: inviter?.name ?? '',
      email: row.email,
      role: row.role,
      isLimited: !row.allAccounts,
      expiresAt: row.expiresAt,
    };
  });
}
