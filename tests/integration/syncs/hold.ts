import type { Workbench } from '../../support/workbench';
import { waitUntil } from './wait-until';

export interface Hold {
  /** Somebody waits for it now. */
  reached(): Promise<void>;
  release(): Promise<void>;
}

/** Lets a table be read and not written, until it is released. */
export async function holdTable(bench: Workbench, table: string): Promise<Hold> {
  const client = await bench.database.owner.connect();
  await client.query(`begin; lock table ${table} in share mode`);
  let isHeld = true;
  return {
    reached: () =>
      waitUntil(async () => {
        const { rowCount } = await bench.database.owner.query(
          'select from pg_locks where not granted and relation = $1::regclass',
          [table],
        );
        return (rowCount ?? 0) > 0;
      }),
    async release() {
      if (!isHeld) return;
      isHeld = false;
      await client.query('rollback');
      client.release();
    },
  };
}

const HELD = 4_242;

/** Stops every load half-way, when it has moved its rows and is about to insert new ones; an erasure inserts none. */
export async function holdLoads(bench: Workbench): Promise<Hold> {
  const { owner } = bench.database;
  await owner.query(`create or replace function hold_load() returns trigger language plpgsql as
    'begin perform pg_advisory_xact_lock_shared(${HELD}); return null; end';
    create or replace trigger hold_load before insert on charge for each statement execute function hold_load()`);
  const client = await owner.connect();
  await client.query(`select pg_advisory_lock(${HELD})`);
  let isHeld = true;
  return {
    reached: () =>
      waitUntil(async () => {
        const { rowCount } = await owner.query(
          `select from pg_locks where locktype = 'advisory' and not granted and objid = ${HELD} and objsubid = 1`,
        );
        return (rowCount ?? 0) > 0;
      }),
    async release() {
      if (!isHeld) return;
      isHeld = false;
      await client.query(`select pg_advisory_unlock(${HELD})`);
      client.release();
      await owner.query('drop trigger hold_load on charge');
    },
  };
}
