import { z } from 'zod';
import { requirePermission, withSql, withTransaction, type Ctx } from '@/context';
import { takeSlot } from '@/db/locks';
import { PreconditionFailed } from '@/errors';
import { recordAudit, recordAuditLast } from '@/features/audit/record-audit';
import { requireAgreed } from '@/features/connections/agreed-requests';
import { getAwsConnection } from '@/features/connections/queries';
import { ConnectionRef } from '@/features/connections/schemas';
import { forgetAnswers } from '@/features/costs/answer-cache';
import { passFence } from '@/features/syncs/fence';
import { queueSync } from '@/features/syncs/queue-sync';
import { readResourceCosts } from './read-resource-costs';
import { forgetDays } from './resource-cost-store';

export const AskResourceCostsInput = ConnectionRef.extend({
  requests: z
    .int()
    .min(1, 'Say how many requests a day you agree to.')
    .max(100_000, 'That is more than anybody should pay for. Use a billing export.'),
});
export type AskResourceCostsInput = z.infer<typeof AskResourceCostsInput>;

/**
 * Asks Cost Explorer for costs by resource from now on, once a day, for as many requests a day as the person has seen and
 * agreed to. Throws PreconditionFailed where there is nothing to ask for, or where it takes more requests by now.
 */
export async function askResourceCosts(ctx: Ctx, input: AskResourceCostsInput): Promise<{ runId: string }> {
  requirePermission(ctx, 'connection:write');
  requireAgreed(await readResourceCosts(ctx, input.connectionId), input.requests, {
    what: 'resources',
    each: 'day',
  });
  return withTransaction(ctx, async (tx) => {
    const connection = await getAwsConnection(tx, ctx.workspaceId, input.connectionId);
    await tx.connection.updateMany({
      where: { workspaceId: ctx.workspaceId, id: connection.id, revokedAt: null, resourceCostsSince: null },
      data: { resourceCostsSince: ctx.now() },
    });
    const runId = await queueSync(tx, ctx, connection, 'manual');
    recordAudit(tx, ctx, 'connection.resource-costs-asked', connection.id, {
      after: { requests: input.requests },
    });
    return { runId };
  });
}

/** Asks for them no more, and erases what Cost Explorer has told by resource. Throws PreconditionFailed where they are not asked for. */
export async function leaveResourceCosts(ctx: Ctx, input: ConnectionRef): Promise<void> {
  requirePermission(ctx, 'connection:write');
  const connection = await withTransaction(ctx, (tx) =>
    getAwsConnection(tx, ctx.workspaceId, input.connectionId),
  );
  const run = {
    workspaceId: ctx.workspaceId,
    connectionId: connection.id,
    runId: '',
    epoch: connection.epoch,
  };
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    // A load that is under way has written before this, or finds that it is not asked any more.
    await takeSlot(sql, connection.id, 'costs');
    const { rowCount } = await sql.query(
      `update connection set resource_costs_since = null, resource_costs_failure = null
       where workspace_id = $1 and id = $2 and resource_costs_since is not null`,
      [run.workspaceId, run.connectionId],
    );
    if (rowCount !== 1) throw new PreconditionFailed('Costs by resource are not asked for here.');
    await forgetDays(sql, run, []);
    await recordAuditLast(sql, ctx, 'connection.resource-costs-left', connection.id);
  });
  forgetAnswers(ctx.workspaceId);
}
