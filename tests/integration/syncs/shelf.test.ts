import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { readOverview } from '@/features/costs/read-overview';
import { parseCostQuery } from '@/features/costs/schemas';
import { OWN_SHELF_ROWS } from '@/features/syncs/load-window';
import { createWorkbench, STANDALONE, type Workbench } from '../../support/workbench';
import { syncedTables } from './our-tables';

const SHELVED = ['charge', 'charge_daily', 'charge_daily_by', 'charge_monthly_by'];
const allOn = (shelf: number) => Object.fromEntries(SHELVED.map((table) => [table, [shelf]]));

let bench: Workbench;
let ctx: Ctx;
let large: string;
let small: string;
beforeAll(async () => {
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  large = (await bench.connectAndSync(ctx)).connection.id;
  small = (await bench.connectAndSync(ctx, { account: STANDALONE })).connection.id;
});
afterAll(() => bench.close());

const shelvesOf = async (connectionId: string) => {
  const found: Record<string, number[]> = {};
  for (const table of SHELVED) {
    const { rows } = await bench.database.owner.query<{ shelf: number }>(
      `select distinct shelf from ${table} where connection_id = $1`,
      [connectionId],
    );
    found[table] = rows.map((row) => row.shelf);
  }
  return found;
};

const shown = async (address: string) => {
  const parsed = parseCostQuery(new URLSearchParams(address), ctx.now());
  const overview = parsed.ok ? await readOverview(ctx, parsed.query) : null;
  return overview && { ...overview, agreement: null };
};

/** Long ago, so that no window is loaded over them. */
const addCharges = (connectionId: string, count: number) =>
  bench.database.owner.query(
    `insert into charge (workspace_id, shelf, connection_id, charge_date, line, sub_account_id, service_name, region_id,
       charge_category, record_type, currency, billed_cost, effective_cost)
     select workspace_id, 0, id, '2020-01-01', n, aws_account_id, 'Amazon S3', '', 'Usage', '', 'USD', 0, 0
     from connection, generate_series(1, $2) n where id = $1`,
    [connectionId, count],
  );

describe('a connection with many rows', () => {
  it('T24 has its rows on the shared shelf at first', async () => {
    for (const id of [large, small]) {
      expect(await shelvesOf(id)).toEqual(allOn(0));
    }
  });

  it('T24 moves to a shelf of its own with its next load, and every figure stays', async () => {
    await addCharges(large, OWN_SHELF_ROWS);
    const tables = await syncedTables(bench.database.owner, large);
    const others = await syncedTables(bench.database.owner, small);
    const addresses = ['dates=last-90', 'dates=last-90&by=region&service=Amazon Simple Storage Service'];
    const before = await Promise.all(addresses.map(shown));
    expect((await bench.sync(ctx, large)).status).toBe('done');

    const shelves = await shelvesOf(large);
    const [own = 0] = shelves['charge'] ?? [];
    expect(own).toBeGreaterThan(0);
    expect(shelves).toEqual(allOn(own));
    const after = await syncedTables(bench.database.owner, large);
    // Texts of a quarter of a million rows are compared as one, so that a difference is not printed whole.
    expect(after.charge.join('\n') === tables.charge.join('\n')).toBe(true);
    expect(after.charge_daily.filter((line) => !line.startsWith('(2020-'))).toEqual(tables.charge_daily);
    expect(after.control_total).toEqual(tables.control_total);
    expect(await Promise.all(addresses.map(shown))).toEqual(before);
    expect(await syncedTables(bench.database.owner, small)).toEqual(others);
    expect(await shelvesOf(small)).toEqual(allOn(0));
  });

  it('T24 stays on its shelf from then on', async () => {
    const before = await shelvesOf(large);
    expect((await bench.sync(ctx, large)).status).toBe('done');
    expect(await shelvesOf(large)).toEqual(before);
  });

  it('T24 keeps its shelf when unused ones are cleared away', async () => {
    await bench.database.owner.query('select open_shelf()');
    const { rows: dropped } = await bench.runtime.db.pool.query('select drop_unused_shelf() as shelf');
    expect(dropped).toEqual([{ shelf: expect.any(Number) }]);
    const { rows: more } = await bench.runtime.db.pool.query('select drop_unused_shelf() as shelf');
    expect(more).toEqual([{ shelf: null }]);
    const { rows } = await bench.database.owner.query(
      `select c.relname from pg_class c where c.relkind = 'r' and c.relname ~ '^charge_s[1-9]'`,
    );
    expect(rows).toHaveLength(1);
    expect((await shown('dates=last-90'))?.kpis.total).not.toBe('0');
  });
});
