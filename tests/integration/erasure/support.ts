import { verify } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CostRow } from '@/aws/port';
import type { Ctx } from '@/context';
import { parseCostQuery } from '@/features/costs/schemas';
import { readOverview } from '@/features/costs/read-overview';
import type { RunRef } from '@/features/syncs/fence';
import { erasedTables } from '@/features/erasure/erased-tables';
import type { SignedReceipt } from '@/features/erasure/receipt';
import type { Workbench } from '../../support/workbench';

export const readMonth = (ctx: Ctx) => {
  const parsed = parseCostQuery(new URLSearchParams(), ctx.now());
  if (!parsed.ok) throw new Error('The plain overview is not understood.');
  return readOverview(ctx, parsed.query);
};

/** Anyone's check of a receipt, with the published key alone. */
export function isGenuine(bench: Workbench, receipt: SignedReceipt, body = receipt.body): boolean {
  const signature = Buffer.from(receipt.signature, 'base64');
  return verify(null, Buffer.from(body, 'utf8'), bench.runtime.signer.publicKeyPem, signature);
}

/** Everything of a connection, or of a workspace, as text by table, beneath the policies. */
export async function rowsWhere(
  bench: Workbench,
  column: string,
  id: string,
): Promise<Map<string, string[]>> {
  const { owner } = bench.database;
  const tables = await tablesWith(bench, [column]);
  const found = new Map<string, string[]>();
  for (const table of tables) {
    const { rows } = await owner.query<{ line: string }>(
      `select t::text as line from ${table} t where ${column} = $1 order by 1`,
      [id],
    );
    if (rows.length > 0)
      found.set(
        table,
        rows.map((row) => row.line),
      );
  }
  return found;
}

/** The tables of ours that have one of the columns, their partitions left out. */
export async function tablesWith(bench: Workbench, columns: readonly string[]): Promise<string[]> {
  const { rows } = await bench.database.owner.query<{ name: string }>(
    `select distinct c.relname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and a.attnum > 0 and not a.attisdropped and a.attname = any($1) order by 1`,
    [columns],
  );
  return rows.map((row) => row.name);
}

/** How many rows of it there are, by table; those without any are left out. */
export async function countsWhere(bench: Workbench, column: string, id: string) {
  const tables = await tablesWith(bench, [column]);
  const counts = tables.map(
    (table) => `select '${table}' as name, count(*)::int as rows from ${table} where ${column} = $1`,
  );
  const { rows } = await bench.database.owner.query<{ name: string; rows: number }>(
    counts.join(' union all '),
    [id],
  );
  return Object.fromEntries(rows.filter((row) => row.rows > 0).map((row) => [row.name, row.rows]));
}

/** What a writer of the connection's open run holds in its hands. */
export async function runRefOf(bench: Workbench, ctx: Ctx, connectionId: string): Promise<RunRef> {
  const { rows } = await bench.database.owner.query<{ id: string; epoch: number }>(
    'select id, epoch from sync_run where connection_id = $1 order by created_at desc limit 1',
    [connectionId],
  );
  const [run] = rows;
  if (!run) throw new Error('There is no run.');
  return { workspaceId: ctx.workspaceId, connectionId, runId: run.id, epoch: run.epoch };
}

const row = (index: number): CostRow => ({
  date: '2027-03-02',
  service: `Service ${index}`,
  region: 'eu-west-1',
  recordType: '',
  currency: 'USD',
  billed: '1.25',
  effective: '1.25',
});

/** Pages of a long answer that stop half-way until they are let go on. */
export function stallingPages(): {
  pages: AsyncGenerator<CostRow[]>;
  stalled: Promise<void>;
  letGo: () => void;
} {
  let letGo = () => {};
  let reached = () => {};
  const stalled = new Promise<void>((resolve) => (reached = resolve));
  const released = new Promise<void>((resolve) => (letGo = resolve));
  const half = (from: number) => Array.from({ length: 2_000 }, (_, index) => row(from + index));
  async function* generate() {
    yield half(0);
    // The first half has to be on its way to the database.
    await sleep(50);
    reached();
    await released;
    yield half(2_000);
  }
  return { pages: generate(), stalled, letGo };
}

const SHELVED = erasedTables.filter(({ shelved }) => shelved).map(({ table }) => table);

/** The connection's rows on a shelf of their own, as after a large load. Returns the shelf. */
export async function giveShelf(bench: Workbench, connectionId: string): Promise<number> {
  const { owner } = bench.database;
  const { rows } = await owner.query<{ shelf: number }>('select open_shelf() as shelf');
  const shelf = rows[0]?.shelf ?? 0;
  for (const table of SHELVED) {
    await owner.query(`update ${table} set shelf = $2 where connection_id = $1`, [connectionId, shelf]);
  }
  await owner.query('update connection set shelf = $2 where id = $1', [connectionId, shelf]);
  return shelf;
}

/** Runs the work while no receipt can be written, so that an erasure breaks off between the rows and its receipt. */
export async function withoutReceipts(bench: Workbench, work: () => Promise<void>): Promise<void> {
  const { owner } = bench.database;
  await owner.query(`create function break_off() returns trigger language plpgsql as 'begin raise exception ''broken off''; end';
    create trigger break_off before insert on erasure_receipt execute function break_off()`);
  try {
    await work();
  } finally {
    await owner.query('drop trigger break_off on erasure_receipt; drop function break_off');
  }
}
