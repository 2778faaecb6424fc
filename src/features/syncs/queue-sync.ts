import { randomUUID } from 'node:crypto';
import type { Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { Prisma } from '@/db/generated/client';
import { takeLock } from '@/db/locks';

export type SyncKind = 'first' | 'daily' | 'manual';

/**
 * Queues a sync unless one is open already; the row and its job exist together or not at all. A first load that failed is
 * taken up again where it was, since what it has fetched is paid for. Returns the run's id.
 */
export async function queueSync(
  tx: Tx,
  ctx: Ctx,
  connection: { id: string; epoch: number },
  kind: SyncKind,
): Promise<string> {
  const { workspaceId } = ctx;
  const connectionId = connection.id;
  await takeLock(tx, connectionId, 'queue');
  const open = await tx.syncRun.findFirst({
    where: {
      workspaceId,
      connectionId,
      OR: [
        { status: { in: ['queued', 'running', 'paused'] } },
        ...(kind === 'first' ? [{ kind, status: 'failed', epoch: connection.epoch }] : []),
      ],
    },
    select: { id: true, status: true },
    orderBy: { createdAt: 'desc' },
  });
  const runId = open?.id ?? randomUUID();
  if (!open) {
    await tx.syncRun.create({
      data: {
        ...{ workspaceId, connectionId, id: runId, kind, status: 'queued' },
        epoch: connection.epoch,
        createdAt: ctx.now(),
      },
    });
  } else if (open.status === 'failed') {
    await tx.syncRun.update({
      where: { workspaceId_connectionId_id: { workspaceId, connectionId, id: runId } },
      data: { status: 'queued', failure: Prisma.DbNull, finishedAt: null, createdAt: ctx.now() },
    });
  }
  await ctx.queue.enqueue(tx, 'sync-costs', { workspaceId, connectionId, runId });
  return runId;
}
