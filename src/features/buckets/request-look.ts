import { requirePermission, withTransaction, type Ctx } from '@/context';
import { PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import type { ConnectionRef } from '@/features/connections/schemas';
import { readBucketSource } from './bucket-store';

/** "Look now": has the worker look into the bucket at once. Throws NotFound; PreconditionFailed while no role is proven. */
export async function requestLook(ctx: Ctx, input: ConnectionRef): Promise<void> {
  requirePermission(ctx, 'upload:write');
  const { connectionId, roleArn } = await readBucketSource(ctx, input.connectionId);
  if (!roleArn) throw new PreconditionFailed('Belvedere has no access to the bucket. Check it first.');
  const key = { workspaceId: ctx.workspaceId, connectionId };
  await withTransaction(ctx, async (tx) => {
    await tx.fileBucket.updateMany({ where: key, data: { nextLookAt: ctx.now() } });
    recordAudit(tx, ctx, 'upload.looked', connectionId);
    await ctx.queue.enqueue(tx, 'look-into-bucket', key);
  });
}
