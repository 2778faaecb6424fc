import type { Sql } from '@/db/client';

/** The tables that are partitioned by shelf; the functions open_shelf and empty_shelf of the migrations name the same. */
export const shelvedTables = ['charge', 'charge_daily', 'charge_daily_by', 'charge_monthly_by'] as const;

/**
 * The shelves that may hold rows of a connection. Named as a parameter in every query, so that PostgreSQL locks and reads
 * no other: what another connection's load or erasure holds is none of this one's business.
 */
export async function shelvesOf(sql: Sql, workspaceId: string, connectionId: string): Promise<number[]> {
  const { rows } = await sql.query<{ shelf: number; next_shelf: number | null }>(
    'select shelf, next_shelf from connection where workspace_id = $1 and id = $2',
    [workspaceId, connectionId],
  );
  const { shelf = 0, next_shelf: next = null } = rows[0] ?? {};
  return [...new Set([0, shelf, ...(next === null ? [] : [next])])];
}
