import { requirePermission, withTransaction, type Ctx } from '@/context';
import { NotFound } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import type { LabelAccountInput } from './schemas';

/**
 * Gives a linked account the customer's own name and group, which every report uses from then on. They go with the account when
 * its connection is revoked, so the audit trail says that they were changed and not to what. Throws NotFound.
 */
export async function labelAccount(ctx: Ctx, { ref, label, group }: LabelAccountInput): Promise<void> {
  requirePermission(ctx, 'tag:write');
  await withTransaction(ctx, async (tx) => {
    const { count } = await tx.linkedAccount.updateMany({
      where: { workspaceId: ctx.workspaceId, ref, connection: { revokedAt: null } },
      data: { label: label || null, accountGroup: group || null },
    });
    if (count === 0) throw new NotFound('account');
    recordAudit(tx, ctx, 'account.labelled', ref);
  });
}
