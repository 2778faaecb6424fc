import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';

/** The tables that are partitioned by shelf; the function shelved_tables of the migrations names the same. */
export const shelvedTables = [
  'charge',
  'charge_daily',
  'charge_daily_by',
  'charge_monthly_by',
  'charge_kind',
  'tag_set',
  'resource',
  'resource_cost',
  'line_item',
  'tag_group',
  'charge_month_tag',
  'resource_day',
] as const;

/**
 * The shelves that may hold rows of a connection. Named as a parameter in every query, so that PostgreSQL locks and reads
 * no other: what another connection's load or erasure holds is none of this one's business.
 */
export async function shelvesOf(sql: Sql, workspaceId: string, connectionId: string): Promise<number[]> {
  const { rows } = await sql.query<{ shelf: number; next_shelf: number | null; loads: number[] }>(
    `select c.shelf, c.next_shelf, line_item_shelves(c.id) as loads
     from connection c where c.workspace_id = $1 and c.id = $2`,
    [workspaceId, connectionId],
  );
  const { shelf = 0, next_shelf: next = null, loads = [] } = rows[0] ?? {};
  return [...new Set([0, shelf, ...(next === null ? [] : [next]), ...loads])];
}

/**
 * After shelves or leaves of these tables were made, in a transaction that is over, and before anything names them: every backend
 * knows of them from here on. Waits for a quarter of a second at most.
 */
export async function settleLeaves(
  ctx: Ctx,
  tables: readonly (typeof shelvedTables)[number][],
): Promise<void> {
  await withSql(ctx, 'write', (sql) => sql.query('select settle_leaves($1)', [tables]));
}

/** Makes shelves or leaves of these tables in a transaction of its own, and returns their shelf once every backend knows of them. */
export async function openLeaves(
  ctx: Ctx,
  tables: readonly (typeof shelvedTables)[number][],
  make: (sql: Sql) => Promise<number>,
): Promise<number> {
  const shelf = await withSql(ctx, 'write', make);
  await settleLeaves(ctx, tables);
  return shelf;
}
