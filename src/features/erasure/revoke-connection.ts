import { requirePermission, requireStepUp, withTransaction, type Ctx } from '@/context';
import { Invalid, NotFound } from '@/errors';
import type { Tx } from '@/db/client';
import { recordAudit } from '@/features/audit/record-audit';
import { bucketTarget, findBucketSource } from '@/features/buckets/bucket-store';
import { forgetAnswers } from '@/features/costs/answer-cache';
import { getConnection } from '@/features/connections/queries';
import type { RevokeConnectionInput } from '@/features/connections/schemas';
import { targetOf } from '@/features/connections/verify-connection';
import { queueSync } from '@/features/syncs/queue-sync';
import { issueRoleTicket } from './check-role-gone';
import { eraseConnection } from './erase-connection';

/**
 * Ends access first: one small commit takes the connection out of every answer and fences off its writers, and waits for
 * none of them. Then erases. If this process dies in between, the worker goes on from the same commit.
 */
export async function revokeConnection(
  ctx: Ctx,
  input: RevokeConnectionInput,
): Promise<{ connectionId: string; ticket: string }> {
  // The ticket is empty where there is no role: for files that are uploaded, and a bucket whose role was never proven.
  requirePermission(ctx, 'connection:revoke');
  requireStepUp(ctx);
  const started = performance.now();
  const { connectionId } = input;
  const ticket = await withTransaction(ctx, async (tx) => {
    const connection = await getConnection(tx, ctx.workspaceId, connectionId);
    if (input.confirmation !== connection.name) {
      throw new Invalid('The name does not match.', { confirmation: `Type ${connection.name} to confirm.` });
    }
    const bucket =
      connection.kind === 'upload' ? await findBucketSource(tx, ctx.workspaceId, connectionId) : null;
    await hideConnection(ctx, tx, connectionId);
    if (bucket?.roleArn) return issueRoleTicket(ctx, bucketTarget(ctx, bucket));
    if (connection.kind === 'upload') return '';
    await queueTakeover(ctx, tx, connection.awsAccountId);
    return issueRoleTicket(ctx, targetOf(ctx, connection));
  });
  forgetAnswers(ctx.workspaceId);
  const hiddenAfterMs = performance.now() - started;
  await eraseConnection(ctx, { connectionId, hiddenAfterMs, started });
  return { connectionId, ticket };
}

/**
 * A member account's cost is left to its own connection. Without that its organization's connection brings it again, all
 * months of it, so that no month is short of an account that AWS counts.
 */
async function queueTakeover(ctx: Ctx, tx: Tx, awsAccountId: string): Promise<void> {
  const { workspaceId } = ctx;
  const covering = await tx.linkedAccount.findMany({
    where: {
      workspaceId,
      awsAccountId,
      connection: { revokedAt: null, status: 'active', awsAccountId: { not: awsAccountId } },
    },
    select: { connection: { select: { id: true, epoch: true } } },
  });
  for (const { connection } of covering) await queueSync(tx, ctx, connection, 'first');
}

export async function hideConnection(
  ctx: Ctx,
  tx: Parameters<typeof recordAudit>[0],
  connectionId: string,
): Promise<void> {
  const { count } = await tx.connection.updateMany({
    where: { workspaceId: ctx.workspaceId, id: connectionId, revokedAt: null },
    data: { status: 'revoked', revokedAt: ctx.now(), epoch: { increment: 1 }, nextActionAt: null },
  });
  if (count === 0) throw new NotFound('connection');
  recordAudit(tx, ctx, 'connection.revoked', connectionId);
  await ctx.queue.enqueue(tx, 'erase-connection', { workspaceId: ctx.workspaceId, connectionId });
}
