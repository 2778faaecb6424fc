import type { Sql } from '@/db/client';
import { erasedTables, type RowCount } from './erased-tables';

/** Rows of a connection, table by table, in one statement and so in one snapshot. */
export async function countRows(sql: Sql, workspaceId: string, connectionId: string): Promise<RowCount[]> {
  const { rows: shelves } = await sql.query<{ shelf: number }>(
    'select shelf from connection where workspace_id = $1 and id = $2',
    [workspaceId, connectionId],
  );
  const shelf = shelves[0]?.shelf ?? 0;
  const counts = erasedTables.map(({ table, shelved }) => {
    const column = table === 'connection' ? 'id' : 'connection_id';
    return `(select count(*) from ${table} where workspace_id = $1 and ${column} = $2${shelved ? ` and shelf = ${Number(shelf)}` : ''}) as ${table}`;
  });
  const { rows } = await sql.query<Record<string, string>>(`select ${counts.join(', ')}`, [
    workspaceId,
    connectionId,
  ]);
  return erasedTables.map(({ table, label }) => ({ table, label, rows: Number(rows[0]?.[table] ?? 0) }));
}
