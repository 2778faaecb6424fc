import { requirePermission, withTransaction, type Ctx } from '@/context';
import { NotFound, PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { getUploadSource } from '@/features/connections/queries';
import type { FileRef } from './schemas';

/** Has a file loaded whose dry run is done. Throws NotFound; PreconditionFailed where it is not the file's turn. */
export async function confirmFile(ctx: Ctx, input: FileRef): Promise<void> {
  requirePermission(ctx, 'upload:write');
  await withTransaction(ctx, async (tx) => {
    const source = await getUploadSource(tx, ctx.workspaceId, input.connectionId);
    const key = { workspaceId: ctx.workspaceId, connectionId: source.id };
    const { count } = await tx.uploadedFile.updateMany({
      where: { ...key, id: input.fileId, state: 'read' },
      data: { state: 'wanted' },
    });
    if (count === 0) {
      const found = await tx.uploadedFile.findFirst({
        where: { ...key, id: input.fileId },
        select: { state: true },
      });
      if (!found) throw new NotFound('file');
      throw new PreconditionFailed(
        found.state === 'loaded' || found.state === 'wanted'
          ? 'This file is loaded already.'
          : found.state === 'refused'
            ? 'This file cannot be loaded as it is. Mend what is listed, and upload it again.'
            : 'This file is still being read. Look again in a moment.',
      );
    }
    recordAudit(tx, ctx, 'upload.confirmed', source.id, { detail: { file: input.fileId } });
    await ctx.queue.enqueue(tx, 'read-uploads', key);
  });
}
