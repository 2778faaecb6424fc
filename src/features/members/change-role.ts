import { requirePermission, requireStepUp, withTransaction, type Ctx } from '@/context';
import { PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { accountsInWords, canBeLimited, getMember, holdMembers, requireAuthorityOver } from './authority';
import { ensureAnotherOwner } from './last-owner';
import type { ChangeRoleInput } from './schemas';

/**
 * Gives a member another role. Throws PreconditionFailed where the last owner would be gone, and where a limited person
 * would see all accounts without `liftsLimit`.
 */
export async function changeRole(ctx: Ctx, input: ChangeRoleInput): Promise<void> {
  requirePermission(ctx, 'member:write');
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  const { userId, role } = input;
  await withTransaction(ctx, async (tx) => {
    const acting = await holdMembers(tx, ctx);
    const member = await getMember(tx, workspaceId, userId);
    requireAuthorityOver(acting, member.role);
    requireAuthorityOver(acting, role);
    if (member.role === role) return;
    if (member.role === 'owner') await ensureAnotherOwner(tx, workspaceId, userId);
    const isLifted = !member.allAccounts && !canBeLimited(role);
    if (isLifted && !input.liftsLimit) {
      throw new PreconditionFailed(
        'This person is limited to some accounts, and would see all of them. Confirm that first.',
      );
    }
    await tx.membership.update({
      where: { workspaceId_userId: { workspaceId, userId } },
      data: { role, updatedAt: ctx.now(), ...(isLifted ? { allAccounts: true } : {}) },
    });
    if (isLifted) await tx.accountGrant.deleteMany({ where: { workspaceId, userId } });
    recordAudit(tx, ctx, 'member.role-changed', userId, {
      before: { role: member.role, accounts: accountsInWords(member.accounts) },
      after: { role, accounts: accountsInWords(isLifted ? null : member.accounts) },
    });
  });
}
