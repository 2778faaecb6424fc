import { requirePermission, requireStepUp, requireUser, withTransaction, type Ctx } from '@/context';
import { PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { accountsInWords, getMember, holdMembers, requireAuthorityOver, type MemberFacts } from './authority';
import { endMembership } from './end-membership';
import { ensureAnotherOwner, lockMembers } from './last-owner';
import type { MemberRef } from './schemas';

const factsOf = (member: MemberFacts) => ({
  role: member.role,
  accounts: accountsInWords(member.accounts),
  isDeactivated: member.isDeactivated,
});

/** Takes somebody else out of the workspace, at once. */
export async function removeMember(ctx: Ctx, { userId }: MemberRef): Promise<void> {
  requirePermission(ctx, 'member:write');
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  await withTransaction(ctx, async (tx) => {
    const acting = await holdMembers(tx, ctx);
    if (acting.userId === userId) throw new PreconditionFailed('To go yourself, leave the workspace.');
    const member = await getMember(tx, workspaceId, userId);
    requireAuthorityOver(acting, member.role);
    if (member.role === 'owner') await ensureAnotherOwner(tx, workspaceId, userId);
    const ended = await endMembership(tx, workspaceId, userId);
    recordAudit(tx, ctx, 'member.removed', userId, { before: factsOf(member), detail: ended });
  });
}

/** Any member, whatever they may otherwise. Throws PreconditionFailed for the last owner. */
export async function leaveWorkspace(ctx: Ctx): Promise<void> {
  const { userId } = requireUser(ctx);
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  await withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const member = await getMember(tx, workspaceId, userId);
    if (member.role === 'owner') await ensureAnotherOwner(tx, workspaceId, userId);
    const ended = await endMembership(tx, workspaceId, userId);
    recordAudit(tx, ctx, 'member.left', userId, { before: factsOf(member), detail: ended });
  });
}
