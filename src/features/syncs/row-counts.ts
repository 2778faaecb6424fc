import type { Sql } from '@/db/client';
import type { shelvedTables } from '@/features/connections/shelves';
import type { RunRef } from './fence';

export type CountedTable = (typeof shelvedTables)[number];

/**
 * Keeps count of the rows that were added to each table (or taken away), in the transaction of the change itself. PostgreSQL's
 * own counts, which `refreshStatistics` goes by, are told with the commit and not up to ten seconds later.
 */
export async function countedIn(
  sql: Sql,
  run: RunRef,
  added: Partial<Record<CountedTable, number>>,
): Promise<void> {
  await sql.query('select pg_stat_force_next_flush()');
  const tables = Object.entries(added).filter(([, rows]) => rows !== 0);
  await sql.query(
    `insert into row_count as r (workspace_id, connection_id, table_name, rows)
     select $1, $2, c.table_name, c.rows from unnest($3::text[], $4::bigint[]) as c (table_name, rows)
     on conflict (workspace_id, connection_id, table_name) do update set rows = r.rows + excluded.rows`,
    [run.workspaceId, run.connectionId, tables.map(([table]) => table), tables.map(([, rows]) => rows)],
  );
}

export type Change = (table: CountedTable, text: string, params: readonly unknown[]) => Promise<number>;

/** Runs statements and keeps count of the rows that they add to or take from each table; `keep` writes the counts down. */
export function counting(sql: Sql, run: RunRef): { change: Change; keep(): Promise<void> } {
  const counted: Partial<Record<CountedTable, number>> = {};
  return {
    keep: () => countedIn(sql, run, counted),
    async change(table, text, params) {
      const rows = (await sql.query(text, [...params])).rowCount ?? 0;
      const sign = text.trimStart().startsWith('delete') ? -1 : 1;
      counted[table] = (counted[table] ?? 0) + sign * rows;
      return rows;
    },
  };
}
