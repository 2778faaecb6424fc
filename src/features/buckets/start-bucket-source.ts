import { requirePermission, withTransaction, type Ctx } from '@/context';
import { issueExternalId } from '@/features/connections/issue-external-id';
import { createSource } from '@/features/uploads/start-source';
import { bucketRoleName } from './bucket-launch';
import type { StartBucketSourceInput } from './schemas';

/**
 * Makes a source of files that come from a folder of a bucket, with an ExternalId of its own. Nothing is read before a role is
 * proven. Throws Conflict.
 */
export async function startBucketSource(ctx: Ctx, input: StartBucketSourceInput): Promise<{ id: string }> {
  requirePermission(ctx, 'connection:write');
  requirePermission(ctx, 'upload:write');
  return withTransaction(ctx, async (tx) => {
    const externalId = await issueExternalId(tx);
    const id = await createSource(tx, ctx, { name: input.name, externalId, status: 'pending' });
    await tx.fileBucket.create({
      data: {
        ...{ workspaceId: ctx.workspaceId, connectionId: id, roleName: bucketRoleName(id) },
        ...{ bucket: input.bucket, prefix: input.prefix },
      },
    });
    return { id };
  });
}
