import { requirePermission, withTransaction, type Ctx } from '@/context';
import { recordAudit } from '@/features/audit/record-audit';
import { getAwsConnection, getConnection } from './queries';
import type { ConnectionRef, UpdateConnectionInput } from './schemas';

/** Changes the name and the daily limit of a connection. */
export async function updateConnection(ctx: Ctx, input: UpdateConnectionInput): Promise<void> {
  requirePermission(ctx, 'connection:write');
  await withTransaction(ctx, async (tx) => {
    const before = await getConnection(tx, ctx.workspaceId, input.connectionId);
    await tx.connection.updateMany({
      where: { workspaceId: ctx.workspaceId, id: input.connectionId, revokedAt: null },
      data: { name: input.name, dailyCapUsd: input.dailyCapUsd },
    });
    // A sync that waits for tomorrow under the old limit looks again under the new one.
    await tx.syncRun.updateMany({
      where: {
        workspaceId: ctx.workspaceId,
        connectionId: input.connectionId,
        status: 'paused',
        failure: { path: ['kind'], equals: 'daily-cap' },
      },
      data: { resumeAt: ctx.now() },
    });
    recordAudit(tx, ctx, 'connection.changed', input.connectionId, {
      before: { dailyCapUsd: before.dailyCapUsd.toString() },
      after: { dailyCapUsd: input.dailyCapUsd },
    });
  });
}

/** Asks the worker to look at a connection's role again within a second. */
export async function checkConnection(ctx: Ctx, input: ConnectionRef): Promise<void> {
  requirePermission(ctx, 'connection:write');
  await withTransaction(ctx, async (tx) => {
    await getAwsConnection(tx, ctx.workspaceId, input.connectionId);
    await tx.connection.updateMany({
      where: { workspaceId: ctx.workspaceId, id: input.connectionId, revokedAt: null },
      data: { pollingSince: ctx.now() },
    });
    await ctx.queue.enqueue(tx, 'probe-connection', {
      workspaceId: ctx.workspaceId,
      connectionId: input.connectionId,
    });
  });
}
