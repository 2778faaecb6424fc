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
