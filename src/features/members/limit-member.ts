import { requirePermission, requireStepUp, withTransaction, type Ctx } from '@/context';
import { recordAudit } from '@/features/audit/record-audit';
import { accountsInWords, getMember, holdMembers, requireAuthorityOver } from './authority';
import { grantsOf } from './grantable-accounts';
import type { LimitMemberInput } from './schemas';

/** Lets an editor or a viewer see some linked accounts only, or all again. It holds from their next request on. */
export async function limitMember(ctx: Ctx, input: LimitMemberInput): Promise<void> {
  requirePermission(ctx, 'member:write');
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  const { userId } = input;
  await withTransaction(ctx, async (tx) => {
    const acting = await holdMembers(tx, ctx);
    const member = await getMember(tx, workspaceId, userId);
    requireAuthorityOver(acting, member.role);
    const refs = await grantsOf(tx, workspaceId, { role: member.role, accounts: input.accounts });
    await tx.accountGrant.deleteMany({ where: { workspaceId, userId } });
    await tx.membership.update({
      where: { workspaceId_userId: { workspaceId, userId } },
      data: { allAccounts: refs === null, updatedAt: ctx.now() },
    });
    await tx.accountGrant.createMany({ data: (refs ?? []).map((ref) => ({ workspaceId, userId, ref })) });
    recordAudit(tx, ctx, 'member.limited', userId, {
      before: { accounts: accountsInWords(member.accounts) },
      after: { accounts: accountsInWords(refs) },
    });
  });
}
