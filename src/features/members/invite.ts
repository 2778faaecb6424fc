import { randomUUID } from 'node:crypto';
import { requirePermission, requireStepUp, withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { Conflict, PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { countRequest } from '@/features/tokens/rate-limit';
import { accountsInWords, holdMembers, requireAuthorityOver } from './authority';
import { grantsOf } from './grantable-accounts';
import { invitationMail } from './invitation-mail';
import { newInvitationText } from './invitation-text';
import { getInvitation, type InvitationRow } from './invitations';
import type { InvitationRef, InviteInput } from './schemas';

const DAYS = 7;
const OPEN_MAX = 500;
const PER_MINUTE = 30;

export interface Invited {
  readonly id: string;
  readonly email: string;
  /** To be handed over by hand where no mail went out. Only its digest is stored, so it is seen here and never again. */
  readonly link: string | null;
}

const linkOf = (ctx: Ctx, text: string) => new URL(`/invite/${text}`, ctx.config.appUrl).href;

/** A fresh link that lasts 7 days; without mail it is one for handing over from the start. */
const freshLink = (ctx: Ctx) => ({
  ...newInvitationText(ctx.mail.kind === 'off' ? 'handed' : 'mailed', ctx.workspaceId),
  expiresAt: new Date(ctx.now().getTime() + DAYS * 86_400_000),
});

async function requireNoMember(tx: Tx, workspaceId: string, email: string): Promise<void> {
  const user = await tx.appUser.findUnique({ where: { email }, select: { id: true } });
  const member =
    user &&
    (await tx.membership.findFirst({
      where: { workspaceId, userId: user.id },
      select: { deactivatedAt: true },
    }));
  if (!member) return;
  throw new Conflict(
    member.deactivatedAt
      ? 'This address belongs to a member whose access is switched off. Switch it on again instead.'
      : 'This address belongs to a member already.',
  );
}

/** Mails the link. Where that fails the mailed link ends, and another one is handed back. */
async function deliver(
  ctx: Ctx,
  invitation: Pick<InvitationRow, 'id' | 'email' | 'role' | 'allAccounts' | 'expiresAt'>,
  { text, digest, inviter }: { text: string; digest: string; inviter: string },
): Promise<Invited> {
  const { workspaceId } = ctx;
  const { id, email } = invitation;
  if (ctx.mail.kind === 'off') return { id, email, link: linkOf(ctx, text) };
  const names = await withTransaction(ctx, async (tx) => ({
    workspace: await tx.workspace.findUnique({ where: { id: workspaceId }, select: { name: true } }),
    inviter: await tx.appUser.findUnique({ where: { id: inviter }, select: { name: true } }),
  }));
  const isSent = await ctx.mail.send(
    invitationMail({
      to: email,
      inviter: names.inviter?.name ?? '',
      workspace: names.workspace?.name ?? '',
      role: invitation.role,
      isLimited: !invitation.allAccounts,
      expiresAt: invitation.expiresAt,
      link: linkOf(ctx, text),
    }),
  );
  if (isSent) return { id, email, link: null };
  const handed = newInvitationText('handed', workspaceId);
  const { count } = await withTransaction(ctx, (tx) =>
    tx.invitation.updateMany({ where: { workspaceId, id, digest }, data: { digest: handed.digest } }),
  );
  if (count === 0) throw new Conflict('Somebody else sent or withdrew this invitation meanwhile.');
  return { id, email, link: linkOf(ctx, handed.text) };
}

/**
 * Invites an address for 7 days. Throws Conflict where it belongs to a member or is invited already, and NotFound for a
 * linked account that is not of the workspace.
 */
export async function invite(ctx: Ctx, input: InviteInput): Promise<Invited> {
  requirePermission(ctx, 'member:write');
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  const { email, role } = input;
  await countRequest(ctx, `invite ${workspaceId}`, PER_MINUTE);
  const id = randomUUID();
  const { text, digest, expiresAt } = freshLink(ctx);
  const acting = await withTransaction(ctx, async (tx) => {
    const who = await holdMembers(tx, ctx);
    requireAuthorityOver(who, role);
    const refs = await grantsOf(tx, workspaceId, input);
    await requireNoMember(tx, workspaceId, email);
    const createdAt = ctx.now();
    await tx.invitation.deleteMany({ where: { workspaceId, email, expiresAt: { lte: createdAt } } });
    if ((await tx.invitation.count({ where: { workspaceId, email } })) > 0) {
      throw new Conflict('This address is invited already. Send that invitation again, or withdraw it.');
    }
    if ((await tx.invitation.count({ where: { workspaceId } })) >= OPEN_MAX) {
      throw new PreconditionFailed(`There are ${OPEN_MAX} open invitations. Withdraw some first.`);
    }
    await tx.invitation.create({
      data: {
        ...{ workspaceId, id, email, role, digest, createdAt, expiresAt, invitedBy: who.userId },
        allAccounts: refs === null,
        accountRefs: refs ?? [],
      },
    });
    recordAudit(tx, ctx, 'member.invited', id, {
      after: { email, role, accounts: accountsInWords(refs), expiresAt: expiresAt.toISOString() },
    });
    return who;
  });
  return deliver(
    ctx,
    { id, email, role, allAccounts: input.accounts === null, expiresAt },
    { text, digest, inviter: acting.userId },
  );
}

/** A new link for another 7 days, in the name of whoever asks; the old link ends. */
export async function resendInvitation(ctx: Ctx, { invitationId }: InvitationRef): Promise<Invited> {
  requirePermission(ctx, 'member:write');
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  await countRequest(ctx, `invite ${workspaceId}`, PER_MINUTE);
  const { text, digest, expiresAt } = freshLink(ctx);
  const { row, acting } = await withTransaction(ctx, async (tx) => {
    const who = await holdMembers(tx, ctx);
    const found = await getInvitation(tx, workspaceId, invitationId);
    requireAuthorityOver(who, found.role);
    await requireNoMember(tx, workspaceId, found.email);
    await tx.invitation.update({
      where: { workspaceId_id: { workspaceId, id: invitationId } },
      data: { digest, expiresAt, invitedBy: who.userId },
    });
    recordAudit(tx, ctx, 'member.invited', invitationId, {
      detail: { isAgain: true, email: found.email },
      before: { expiresAt: found.expiresAt.toISOString(), invitedBy: found.invitedBy },
      after: { expiresAt: expiresAt.toISOString(), invitedBy: who.userId },
    });
    return { row: found, acting: who };
  });
  return deliver(ctx, { ...row, expiresAt }, { text, digest, inviter: acting.userId });
}

/** Ends an invitation and its link. */
export async function withdrawInvitation(ctx: Ctx, { invitationId }: InvitationRef): Promise<void> {
  requirePermission(ctx, 'member:write');
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  await withTransaction(ctx, async (tx) => {
    const acting = await holdMembers(tx, ctx);
    const found = await getInvitation(tx, workspaceId, invitationId);
    requireAuthorityOver(acting, found.role);
    await tx.invitation.delete({ where: { workspaceId_id: { workspaceId, id: invitationId } } });
    recordAudit(tx, ctx, 'member.invitation-withdrawn', invitationId, {
      before: { email: found.email, role: found.role, expiresAt: found.expiresAt.toISOString() },
    });
  });
}
