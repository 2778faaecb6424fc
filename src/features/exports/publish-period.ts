import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { addMonths } from '@/domain/period';
import { oldestDay } from '@/domain/sync-plan';
import { openLeaves } from '@/features/connections/shelves';
import { passFence, type RunRef } from '@/features/syncs/fence';
import { compareWithAws, shelfOf } from '@/features/syncs/load-window';
import { rollUp } from '@/features/syncs/replace-charges';
import { countedIn, counting } from '@/features/syncs/row-counts';
import { openPeriod } from './export-store';
import { addCharges, copyLineItems, describeAccounts, factColumns, fillLeaf } from './publish-facts';
import { amountColumns } from './read-files';
import type { FactFiles } from './write-facts';
import { removePeriod } from './remove-period';

/** From so many line items on a period lies on a shelf of its own, which is filled by COPY and exchanged as a whole. */
export const OWN_SHELF_ROWS = 20_000;

export interface PeriodFacts extends FactFiles {
  readonly period: string;
  readonly exportId: string;
  readonly fingerprint: string;
  readonly files: number;
  readonly bytes: number;
  readonly sourceRows: number;
  readonly lastDate: string | null;
}

async function openLeaf(ctx: Ctx, run: RunRef, facts: PeriodFacts): Promise<number> {
  return openLeaves(ctx, ['line_item'], async (sql) => {
    await passFence(sql, run);
    await openPeriod(sql, run, facts.period, facts.exportId);
    const { rows } = await sql.query<{ shelf: number }>('select open_load($1, $2) as shelf', [
      run.connectionId,
      facts.period,
    ]);
    return rows[0]?.shelf ?? 0;
  });
}

/**
 * Puts the line items of a large period into a leaf that only they are in, and returns its shelf; null for a small one. Nothing
 * names it before the period is published, and it may be filled while another period is. Throws Fenced.
 */
export async function fillPeriod(ctx: Ctx, run: RunRef, facts: PeriodFacts): Promise<number | null> {
  if (facts.rows < OWN_SHELF_ROWS) return null;
  const leaf = await openLeaf(ctx, run, facts);
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await sql.query('select empty_load($1, $2)', [run.connectionId, leaf]);
    await fillLeaf(sql, `line_item_s${leaf} (${factColumns})`, facts.lineItems);
    await sql.query('select seal_load($1, $2)', [run.connectionId, leaf]);
  });
  return leaf;
}

/** Those of a small one: rows among others on the connection's shelf. */
async function fillShelf(sql: Sql, run: RunRef, facts: PeriodFacts, shelf: number): Promise<number> {
  await sql.query(
    `create temp table incoming_line_item (
       charge_date date, resource_key integer, kind_key integer, tag_key integer,
       ${amountColumns.map((column) => `${column} numeric`).join(', ')}
     ) on commit drop`,
  );
  await copyLineItems(sql, 'incoming_line_item', facts.lineItems);
  await sql.query(
    `insert into line_item (workspace_id, shelf, connection_id, billing_period, ${factColumns})
     select $1, $2, $3, $4, i.* from incoming_line_item i`,
    [run.workspaceId, shelf, run.connectionId, facts.period],
  );
  return shelf;
}

/** Months that Cost Explorer no longer tells by the day are there by the export alone, and count as loaded by it. */
async function markLoaded(sql: Sql, ctx: Ctx, run: RunRef, facts: PeriodFacts): Promise<void> {
  if (facts.period >= oldestDay(ctx.now())) return;
  await sql.query(
    `insert into sync_window (workspace_id, connection_id, run_id, start_date, end_date, position, rows, loaded_at)
     values ($1, $2, $3, $4, $5, 1000, $6, $7)
     on conflict (workspace_id, connection_id, run_id, start_date) do update set loaded_at = excluded.loaded_at, rows = excluded.rows`,
    [
      ...[run.workspaceId, run.connectionId, run.runId, facts.period, addMonths(facts.period, 1)],
      ...[facts.rows, ctx.now()],
    ],
  );
}

/**
 * Puts a period in place of what was there of it, line items, daily totals and all, in one transaction: a reader sees the old
 * or the new, and a load that breaks off anywhere leaves the old. `fillPeriod` comes before, and says the leaf. Throws Fenced where
 * the connection was revoked.
 */
export async function publishPeriod(
  ctx: Ctx,
  run: RunRef,
  facts: PeriodFacts,
  leaf: number | null,
): Promise<void> {
  await withSql(ctx, 'write', async (sql) => {
    await sql.query("set local work_mem = '128MB'; set local jit = off");
    await passFence(sql, run);
    await openPeriod(sql, run, facts.period, facts.exportId);
    const shelf = await shelfOf(sql, run);
    const days = { start: facts.period, end: addMonths(facts.period, 1) };
    const { change, keep } = counting(sql, run);
    await removePeriod(sql, run, { shelf, days, change });
    await addCharges(sql, run, { facts, shelf, days, source: 'export', change });
    await sql.query(
      `insert into covered_month (workspace_id, connection_id, billing_period, sub_account_id)
       select $1, $2, $3, a from unnest($4::text[]) a`,
      [run.workspaceId, run.connectionId, facts.period, facts.accounts.map((account) => account.id)],
    );
    await rollUp(sql, change, { run, shelf, days });
    await keep();
    await describeAccounts(sql, run, facts);
    await compareWithAws(sql, run, days, { shelf, now: ctx.now() });
    const itemShelf = leaf ?? (await fillShelf(sql, run, facts, shelf));
    await countedIn(sql, run, { line_item: facts.rows });
    await markLoaded(sql, ctx, run, facts);
    const { rowCount } = await sql.query(
      `update billing_period set export_id = $4, shelf = $5, next_shelf = null, fingerprint = null, files = $6, bytes = $7,
         source_rows = $8, rows = $9, last_date = $10, loaded_at = $11, failure = null, failed_at = null
       where workspace_id = $1 and connection_id = $2 and billing_period = $3 and ($12::integer is null or next_shelf = $12)`,
      [
        ...[run.workspaceId, run.connectionId, facts.period, facts.exportId, itemShelf],
        ...[facts.files, facts.bytes, facts.sourceRows, facts.rows, facts.lastDate],
        ...[ctx.now(), leaf],
      ],
    );
    if (rowCount !== 1) throw new Error('Another load of this period has begun.');
  });
}
