import { requirePermission, requireStepUp, withTransaction, type Ctx } from '@/context';
import { Forbidden, PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { accountsInWords, getMember, holdMembers } from './authority';
import type { TransferInput } from './schemas';

/** Makes another member an owner, and the owner who asks an admin unless they stay one. A limit on the other ends. */
export async function transferOwnership(ctx: Ctx, { userId, staysOwner }: TransferInput): Promise<void> {
  requirePermission(ctx, 'member:write');
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  await withTransaction(ctx, async (tx) => {
    const acting = await holdMembers(tx, ctx);
    if (acting.role !== 'owner') throw new Forbidden('Only an owner can hand the workspace over.');
    if (acting.userId === userId)
      throw new PreconditionFailed('Choose somebody else: you are an owner already.');
    const member = await getMember(tx, workspaceId, userId);
    if (member.isDeactivated) {
      throw new PreconditionFailed('This person’s access is switched off, so they cannot become an owner.');
    }
    const updatedAt = ctx.now();
    await tx.accountGrant.deleteMany({ where: { workspaceId, userId } });
    await tx.membership.update({
      where: { workspaceId_userId: { workspaceId, userId } },
      data: { role: 'owner', allAccounts: true, updatedAt },
    });
    if (!staysOwner) {
      await tx.membership.update({
        where: { workspaceId_userId: { workspaceId, userId: acting.userId } },
        data: { role: 'admin', updatedAt },
      });
    }
    recordAudit(tx, ctx, 'member.ownership-transferred', userId, {
      detail: { from: acting.userId },
      before: { role: member.role, accounts: accountsInWords(member.accounts), giver: 'owner' },
      after: { role: 'owner', accounts: 'all', giver: staysOwner ? 'owner' : 'admin' },
    });
  });
}
