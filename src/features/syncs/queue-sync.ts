import { randomUUID } from 'node:crypto';
import type { Ctx } from '@/context';
import type { Tx } from '@/db/client';

export type SyncKind = 'first' | 'daily' | 'manual';

/** Queues a sync unless one is open already; the row and its job exist together or not at all. Returns the run's id. */
export async function queueSync(
  tx: Tx,
  ctx: Ctx,
  connection: { id: string; epoch: number },
  kind: SyncKind,
): Promise<string> {
  const { workspaceId } = ctx;
  const open = await tx.syncRun.findFirst({
    where: { workspaceId, connectionId: connection.id, status: { in: ['queued', 'running', 'paused'] } },
    select: { id: true },
  });
  const runId = open?.id ?? randomUUID();
  if (!open) {
    await tx.syncRun.create({
      data: {
        workspaceId,
        connectionId: connection.id,
        id: runId,
        kind,
        status: 'queued',
        epoch: connection.epoch,
        createdAt: ctx.now(),
      },
    });
  }
  await ctx.queue.enqueue(tx, 'sync-costs', { workspaceId, connectionId: connection.id, runId });
  return runId;
}
