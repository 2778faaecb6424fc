import { withSql, type Ctx } from '@/context';
import { shelvedTables } from '@/features/connections/shelves';
import { Fenced, passFence, type RunRef } from './fence';

/**
 * Tells PostgreSQL what a large load has put where, as autovacuum would within a minute or two: until then it plans as if there
 * were next to nothing, and a list of a hundred thousand resources takes seconds. One transaction a leaf, behind the fence as
 * every write is, so that a revocation ends it instead of waiting for it. Nothing happens where little has changed. The load is in
 * already, and does not fail for this.
 */
export async function refreshStatistics(ctx: Ctx, run: RunRef): Promise<void> {
  try {
    for (let left = shelvedTables.length; left > 0; left -= 1) {
      const leaf = await withSql(ctx, 'write', async (sql) => {
        await passFence(sql, run);
        const { rows } = await sql.query<{ leaf: string | null }>('select analyze_next_leaf($1) as leaf', [
          run.connectionId,
        ]);
        return rows[0]?.leaf;
      });
      if (!leaf) return;
    }
  } catch (error) {
    if (error instanceof Fenced) throw error;
    ctx.log.warn({ err: error, connection: run.connectionId }, 'statistics were not refreshed');
  }
}
