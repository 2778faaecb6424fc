import { requirePermission, withTransaction, type Ctx } from '@/context';
import { NotFound } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { markStale } from './reported-keys';
import type { ChooseTagInput } from './schemas';

/**
 * Takes a tag key into the reports, out of them, or lets its number of values decide again. The daily totals are told apart by
 * it in a job. Throws NotFound for a key that no bill of the workspace has.
 */
export async function chooseTag(ctx: Ctx, { key, isReported }: ChooseTagInput): Promise<void> {
  requirePermission(ctx, 'tag:write');
  const { workspaceId } = ctx;
  const where = { workspaceId_tagKey: { workspaceId, tagKey: key } };
  await withTransaction(ctx, async (tx) => {
    const known = await tx.reportedTag.findFirst({
      where: { workspaceId, tagKey: key },
      select: { tagKey: true },
    });
    const before = await tx.tagChoice.findUnique({ where });
    if (!known && !before) throw new NotFound('tag key');
    if (isReported === null) await tx.tagChoice.deleteMany({ where: { workspaceId, tagKey: key } });
    else {
      await tx.tagChoice.upsert({
        where,
        create: { workspaceId, tagKey: key, isReported, chosenAt: ctx.now() },
        update: { isReported, chosenAt: ctx.now() },
      });
    }
    await markStale(tx, workspaceId);
    recordAudit(tx, ctx, 'tag.key-chosen', null, {
      detail: { key, choice: isReported === null ? 'automatic' : isReported ? 'in' : 'out' },
    });
  });
}
