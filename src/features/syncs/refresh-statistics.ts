import { withSql, type Ctx } from '@/context';
import { shelvedTables } from '@/features/connections/shelves';

/**
 * Tells PostgreSQL what a large load has put where, as autovacuum would within a minute or two: until then it plans as if there
 * were next to nothing, and a list of a hundred thousand resources takes seconds. One transaction a leaf. Nothing happens where
 * little has changed, or where the connection is revoked.
 */
export async function refreshStatistics(ctx: Ctx, connectionId: string): Promise<void> {
  for (let left = shelvedTables.length; left > 0; left -= 1) {
    const { rows } = await withSql(ctx, 'write', (sql) =>
      sql.query<{ leaf: string | null }>('select analyze_next_leaf($1) as leaf', [connectionId]),
    );
    if (!rows[0]?.leaf) return;
  }
}
