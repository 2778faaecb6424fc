import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { takeSlot } from '@/db/locks';
import type { ConnectionFailure } from '@/features/connections/schemas';
import { passFence, type RunRef } from '@/features/syncs/fence';
import { shelfOf } from '@/features/syncs/load-window';
import { counting } from '@/features/syncs/row-counts';

/** Whether somebody wants costs by resource of the connection. */
export async function isAsked(sql: Sql, run: RunRef): Promise<boolean> {
  const { rowCount } = await sql.query(
    'select from connection where workspace_id = $1 and id = $2 and resource_costs_since is not null',
    [run.workspaceId, run.connectionId],
  );
  return rowCount === 1;
}

/** Why costs by resource are not up to date; null: they are. */
export async function saveFailure(ctx: Ctx, run: RunRef, failure: ConnectionFailure | null): Promise<void> {
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await sql.query(
      'update connection set resource_costs_failure = $3 where workspace_id = $1 and id = $2 and resource_costs_since is not null',
      [run.workspaceId, run.connectionId, failure && JSON.stringify(failure)],
    );
  });
}

/** Takes out what Cost Explorer told by resource, of all accounts but `kept`. Returns of how many accounts there was any. */
export async function forgetDays(sql: Sql, run: RunRef, kept: readonly string[]): Promise<number> {
  const shelf = await shelfOf(sql, run);
  const { change, keep } = counting(sql, run);
  const scope = [run.workspaceId, shelf, run.connectionId, kept];
  await change(
    'resource_day',
    'delete from resource_day where workspace_id = $1 and shelf = $2 and connection_id = $3 and sub_account_id <> all($4)',
    scope,
  );
  await change(
    'resource_cost',
    `delete from resource_cost where workspace_id = $1 and shelf = $2 and connection_id = $3 and sub_account_id <> all($4)
       and source = 'cost-explorer'`,
    scope,
  );
  await keep();
  const { rowCount } = await sql.query(
    'delete from resource_cost_fetch where workspace_id = $1 and connection_id = $2 and sub_account_id <> all($3)',
    [run.workspaceId, run.connectionId, kept],
  );
  return rowCount ?? 0;
}

/** Accounts that are not asked for any more: a billing export covers them, or they have no cost left. */
export function forgetCovered(ctx: Ctx, run: RunRef, asked: readonly string[]): Promise<number> {
  return withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await takeSlot(sql, run.connectionId, 'costs');
    return forgetDays(sql, run, asked);
  });
}
