import { z } from 'zod';
import { requirePermission, withTransaction, type Ctx } from '@/context';
import { PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { requireAgreed } from '@/features/connections/agreed-requests';
import { getAwsConnection } from '@/features/connections/queries';
import { ConnectionRef } from '@/features/connections/schemas';
import { queueSync } from '@/features/syncs/queue-sync';
import { readCostTags } from './read-cost-tags';
import { KEY_REQUESTS } from './request-plan';

export const AskCostTagsInput = ConnectionRef.extend({
  requests: z
    .int()
    .min(KEY_REQUESTS, 'Say how many requests a week you agree to: two at least.')
    .max(10_000, 'That is more than there are tags. Agree to fewer requests.'),
});
export type AskCostTagsInput = z.infer<typeof AskCostTagsInput>;

/**
 * Asks Cost Explorer for tags from now on, once a week, for as many requests as the person has seen and agreed to and for no
 * more; asked again, for as many as they agree to now. Throws PreconditionFailed where there is nothing to ask for, or where it
 * takes more requests by now.
 */
export async function askCostTags(ctx: Ctx, input: AskCostTagsInput): Promise<{ runId: string }> {
  requirePermission(ctx, 'connection:write');
  requireAgreed(await readCostTags(ctx, input.connectionId), input.requests, { what: 'tags', each: 'week' });
  return withTransaction(ctx, async (tx) => {
    const { workspaceId } = ctx;
    const connection = await getAwsConnection(tx, workspaceId, input.connectionId);
    const key = { workspaceId, connectionId: connection.id };
    await tx.costTagListing.upsert({
      where: { workspaceId_connectionId: key },
      create: { ...key, since: ctx.now(), requests: input.requests },
      update: { requests: input.requests },
    });
    const runId = await queueSync(tx, ctx, connection, 'manual');
    recordAudit(tx, ctx, 'connection.cost-tags-asked', connection.id, {
      after: { requests: input.requests },
    });
    return { runId };
  });
}

/** Asks for them no more, and erases what Cost Explorer has told of tags. Throws PreconditionFailed where they are not asked for. */
export async function leaveCostTags(ctx: Ctx, input: ConnectionRef): Promise<void> {
  requirePermission(ctx, 'connection:write');
  await withTransaction(ctx, async (tx) => {
    const connection = await getAwsConnection(tx, ctx.workspaceId, input.connectionId);
    const { count } = await tx.costTagListing.deleteMany({
      where: { workspaceId: ctx.workspaceId, connectionId: connection.id },
    });
    if (count === 0) throw new PreconditionFailed('Tags are not asked for here.');
    recordAudit(tx, ctx, 'connection.cost-tags-left', connection.id);
  });
}
