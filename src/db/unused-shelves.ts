import type { Db } from './client';

/**
 * Drops the shelves and leaves that nothing names any more, one a statement, so that no lock on the tables that all share is held
 * for longer than one. What somebody is reading is left to the next time.
 */
export async function dropUnusedShelves(db: Pick<Db, 'pool'>): Promise<void> {
  for (;;) {
    const { rows } = await db.pool.query<{ shelf: number | null }>('select drop_unused_shelf() as shelf');
    if (!rows[0]?.shelf) return;
  }
}
