import { requirePermission, withTransaction, type Ctx } from '@/context';
import { PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { getAwsConnection } from '@/features/connections/queries';
import type { ConnectionRef } from '@/features/connections/schemas';
import { queueSync } from './queue-sync';

/** "Sync now", and the daily sync when its time has come. A connection that never finished its first load goes on with that. */
export async function requestSync(ctx: Ctx, input: ConnectionRef): Promise<{ runId: string }> {
  requirePermission(ctx, 'connection:write');
  return withTransaction(ctx, async (tx) => {
    const connection = await getAwsConnection(tx, ctx.workspaceId, input.connectionId);
    if (connection.activeSince === null || connection.status === 'refused') {
      throw new PreconditionFailed('This account is not connected yet. Launch the stack first.');
    }
    const firstDone = await tx.syncRun.count({
      where: { workspaceId: ctx.workspaceId, connectionId: connection.id, kind: 'first', status: 'done' },
    });
    const isPerson = ctx.actor.kind === 'user';
    await tx.connection.update({
      where: { workspaceId_id: { workspaceId: ctx.workspaceId, id: connection.id } },
      data: { nextActionAt: null },
    });
    const runId = await queueSync(
      tx,
      ctx,
      connection,
      firstDone === 0 ? 'first' : isPerson ? 'manual' : 'daily',
    );
    if (isPerson) recordAudit(tx, ctx, 'sync.requested', connection.id);
    return { runId };
  });
}
