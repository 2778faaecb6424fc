import { z } from 'zod';
import { Prisma } from '@/db/generated/client';
import { requirePermission, withTransaction, type Ctx } from '@/context';
import { Invalid, NotFound, PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { getAwsConnection } from '@/features/connections/queries';
import { ConnectionRef } from '@/features/connections/schemas';
import { queueSync } from '@/features/syncs/queue-sync';

export const ChooseExportInput = ConnectionRef.extend({ exportId: z.uuid('There is no such export.') });
export type ChooseExportInput = z.infer<typeof ChooseExportInput>;

/**
 * Takes a billing export for the connection's source of cost, in place of one that was chosen before, and asks for a sync
 * that reads it. Where it covers an account's month, Cost Explorer no longer counts for that; nothing changes before it does.
 */
export async function chooseExport(ctx: Ctx, input: ChooseExportInput): Promise<{ runId: string }> {
  requirePermission(ctx, 'connection:write');
  return withTransaction(ctx, async (tx) => {
    const connection = await getAwsConnection(tx, ctx.workspaceId, input.connectionId);
    if (connection.activeSince === null) throw new PreconditionFailed('This account is not connected yet.');
    const key = { workspaceId: ctx.workspaceId, connectionId: connection.id };
    const chosen = await tx.billingExport.findFirst({ where: { ...key, id: input.exportId } });
    if (!chosen) throw new NotFound('export');
    if (chosen.goneAt) throw new Invalid('AWS no longer has this export. Choose another one.');
    await tx.billingExport.updateMany({
      where: { ...key, chosenAt: { not: null }, id: { not: chosen.id } },
      data: { chosenAt: null, checkedAt: null, failure: Prisma.DbNull },
    });
    await tx.billingExport.updateMany({
      where: { ...key, id: chosen.id },
      data: { chosenAt: ctx.now(), checkedAt: null },
    });
    const runId = await queueSync(tx, ctx, connection, 'manual');
    // Without its name: the trail outlives the connection, and names it by its id alone.
    recordAudit(tx, ctx, 'export.chosen', connection.id);
    return { runId };
  });
}

/** Gives the connection's months back to Cost Explorer: the next sync, which is asked for, erases the line items. */
export async function leaveExport(ctx: Ctx, input: ConnectionRef): Promise<{ runId: string }> {
  requirePermission(ctx, 'connection:write');
  return withTransaction(ctx, async (tx) => {
    const connection = await getAwsConnection(tx, ctx.workspaceId, input.connectionId);
    const key = { workspaceId: ctx.workspaceId, connectionId: connection.id };
    const { count } = await tx.billingExport.updateMany({
      where: { ...key, chosenAt: { not: null } },
      data: { chosenAt: null, checkedAt: null },
    });
    if (count === 0) throw new PreconditionFailed('No billing export is used here.');
    // All of history is asked for again: what the export covered was never fetched from Cost Explorer.
    const runId = await queueSync(tx, ctx, connection, 'first');
    recordAudit(tx, ctx, 'export.left', connection.id);
    return { runId };
  });
}
