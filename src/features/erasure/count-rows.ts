import type { Sql } from '@/db/client';
import { erasedTables, type RowCount } from './erased-tables';

/** Rows of a connection, table by table, in one statement and so in one snapshot. */
export async function countRows(
  sql: Sql,
  workspaceId: string,
  connectionId: string,
  shelves: readonly number[],
): Promise<RowCount[]> {
  const counts = erasedTables.map(({ table, shelved }) => {
    const column = table === 'connection' ? 'id' : 'connection_id';
    const onShelf = shelved ? ' and shelf = any($3)' : '';
    return `(select count(*) from ${table} where workspace_id = $1 and ${column} = $2${onShelf}) as ${table}`;
  });
  const { rows } = await sql.query<Record<string, string>>(`select ${counts.join(', ')}`, [
    workspaceId,
    connectionId,
    shelves,
  ]);
  return erasedTables.map(({ table, label }) => ({ table, label, rows: Number(rows[0]?.[table] ?? 0) }));
}

/**
 * As `countRows`, for a connection with a shelf of its own: its large tables are not read again but told from the counts
 * that each load keeps in its own transaction. Reading five million rows takes longer than erasing them.
 */
export async function knownRows(
  sql: Sql,
  workspaceId: string,
  connectionId: string,
  shelves: readonly number[],
): Promise<RowCount[]> {
  if (shelves.length === 1) return countRows(sql, workspaceId, connectionId, shelves);
  const counted = await countRows(sql, workspaceId, connectionId, [0]);
  const { rows } = await sql.query<{ table_name: string; rows: string }>(
    'select table_name, rows from row_count where workspace_id = $1 and connection_id = $2',
    [workspaceId, connectionId],
  );
  const kept = new Map(rows.map((row) => [row.table_name, Number(row.rows)]));
  return counted.map((count) => ({ ...count, rows: kept.get(count.table) ?? count.rows }));
}
