import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { addMonths, type DayRange } from '@/domain/period';
import { oldestDay } from '@/domain/sync-plan';
import { passFence, type RunRef } from '@/features/syncs/fence';
import { saveUnlistedAccounts } from '@/features/syncs/linked-accounts';
import { compareWithAws, shelfOf } from '@/features/syncs/load-window';
import { rollUp } from '@/features/syncs/replace-charges';
import { countedIn, counting, type Change } from '@/features/syncs/row-counts';
import { openPeriod } from './export-store';
import { amountColumns, type FactFiles } from './read-files';
import { removePeriod } from './remove-period';

/** From so many line items on a period lies on a shelf of its own, which is filled by COPY and exchanged as a whole. */
export const OWN_SHELF_ROWS = 20_000;

const COLUMNS = ['charge_date', 'resource_key', 'kind_key', 'tag_key', ...amountColumns].join(', ');

export interface PeriodFacts extends FactFiles {
  readonly period: string;
  readonly exportId: string;
  readonly fingerprint: string;
  readonly files: number;
  readonly bytes: number;
  readonly sourceRows: number;
  readonly lastDate: string | null;
}

/** Line items are numbers and days alone, and so in PostgreSQL's own text format, which it reads fastest. */
async function copyInto(
  sql: Sql,
  target: string,
  file: string,
  format: 'csv' | 'text' = 'csv',
): Promise<void> {
  const copy = sql.query(copyFrom(`copy ${target} from stdin (format ${format})`));
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), copy);
}

/** The line items of a large period: a leaf that only they are in. */
async function fillOwnShelf(sql: Sql, run: RunRef, facts: PeriodFacts, shelf: number): Promise<void> {
  await copyInto(sql, `line_item_s${shelf} (${COLUMNS})`, facts.lineItems, 'text');
  await sql.query('select publish_load($1, $2)', [run.connectionId, facts.period]);
}

/** Those of a small one: rows among others on the connection's shelf. */
async function fillShelf(sql: Sql, run: RunRef, facts: PeriodFacts, shelf: number): Promise<void> {
  await sql.query(
    `create temp table incoming_line_item (
       charge_date date, resource_key integer, kind_key integer, tag_key integer,
       ${amountColumns.map((column) => `${column} numeric`).join(', ')}
     ) on commit drop`,
  );
  await copyInto(sql, 'incoming_line_item', facts.lineItems, 'text');
  await sql.query(
    `insert into line_item (workspace_id, shelf, connection_id, billing_period, ${COLUMNS})
     select $1, $2, $3, $4, i.* from incoming_line_item i`,
    [run.workspaceId, shelf, run.connectionId, facts.period],
  );
}

/** The period as daily totals, from which the rollups are made. */
async function addExportCharges(
  sql: Sql,
  run: RunRef,
  { facts, shelf, days, change }: { facts: PeriodFacts; shelf: number; days: DayRange; change: Change },
): Promise<void> {
  const scope = [run.workspaceId, shelf, run.connectionId, days.start, days.end];
  await sql.query(
    `create temp table incoming_charge (
       charge_date date, sub_account_id text, service_name text, region_id text, charge_category text, record_type text,
       currency char(3), billed_cost numeric, effective_cost numeric
     ) on commit drop`,
  );
  await copyInto(sql, 'incoming_charge', facts.charges);
  await change(
    'charge',
    `insert into charge (workspace_id, shelf, connection_id, charge_date, line, source, sub_account_id, service_name, region_id,
       charge_category, record_type, currency, billed_cost, effective_cost)
     select $1, $2, $3, i.charge_date,
       (select coalesce(max(c.line), 0) from charge c
        where c.workspace_id = $1 and c.shelf = $2 and c.connection_id = $3 and c.charge_date >= $4 and c.charge_date < $5)
         + row_number() over (order by i.charge_date, i.sub_account_id, i.service_name, i.region_id),
       'export', i.sub_account_id, i.service_name, i.region_id, i.charge_category, i.record_type, i.currency, i.billed_cost,
       i.effective_cost
     from incoming_charge i`,
    scope,
  );
  await sql.query(
    `insert into covered_month (workspace_id, connection_id, billing_period, sub_account_id)
     select $1, $2, $3, a from unnest($4::text[]) a`,
    [run.workspaceId, run.connectionId, facts.period, facts.accounts.map((account) => account.id)],
  );
}

/** An account that AWS does not list is called what the bill calls it. */
async function nameAccounts(sql: Sql, run: RunRef, { accounts }: PeriodFacts): Promise<void> {
  await sql.query(
    `update linked_account l set name = a.name from unnest($3::text[], $4::text[]) as a (id, name)
     where l.workspace_id = $1 and l.connection_id = $2 and l.aws_account_id = a.id and l.name is null and a.name <> ''`,
    [
      ...[run.workspaceId, run.connectionId],
      ...[accounts.map((account) => account.id), accounts.map((account) => account.name)],
    ],
  );
}

/**
 * What the period tells of its resources: the days on which they cost something, and the words of the newest. Of one that the
 * inventory lists itself, the bill adds the days and the service alone.
 */
async function describeResources(sql: Sql, run: RunRef, shelf: number, facts: PeriodFacts): Promise<void> {
  await sql.query(
    `create temp table incoming_resource_day (
       resource_key integer, tag_key integer, kind_key integer, first_seen date, last_seen date
     ) on commit drop`,
  );
  await copyInto(sql, 'incoming_resource_day', facts.resourceDays);
  await sql.query('analyze incoming_resource_day');
  await sql.query(
    `update resource r set first_seen = least(r.first_seen, i.first_seen), last_seen = greatest(r.last_seen, i.last_seen),
       service_name = case when i.last_seen < r.last_seen then r.service_name else k.service_name end,
       region_id = case when i.last_seen < r.last_seen or r.listed_at is not null then r.region_id else k.region_id end,
       tags = case when i.last_seen < r.last_seen or r.listed_at is not null then r.tags else coalesce(t.tags, '{}') end
     from incoming_resource_day i
     join charge_kind k on k.workspace_id = $1 and k.shelf = $2 and k.connection_id = $3 and k.kind_key = i.kind_key
     left join tag_set t on t.workspace_id = $1 and t.shelf = $2 and t.connection_id = $3 and t.tag_key = i.tag_key
     where r.workspace_id = $1 and r.shelf = $2 and r.connection_id = $3 and r.resource_key = i.resource_key`,
    [run.workspaceId, shelf, run.connectionId],
  );
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
 * or the new, and a load that breaks off anywhere leaves the old. Throws Fenced where the connection was revoked.
 */
export async function publishPeriod(ctx: Ctx, run: RunRef, facts: PeriodFacts): Promise<void> {
  const hasOwnShelf = facts.rows >= OWN_SHELF_ROWS;
  const ownShelf = await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await openPeriod(sql, run, facts.period, facts.exportId);
    if (!hasOwnShelf) return 0;
    const { rows } = await sql.query<{ shelf: number }>('select open_load($1, $2) as shelf', [
      run.connectionId,
      facts.period,
    ]);
    return rows[0]?.shelf ?? 0;
  });
  await withSql(ctx, 'write', async (sql) => {
    await sql.query("set local work_mem = '128MB'; set local jit = off");
    await passFence(sql, run);
    const shelf = await shelfOf(sql, run);
    const days = { start: facts.period, end: addMonths(facts.period, 1) };
    const { change, keep } = counting(sql, run);
    await removePeriod(sql, run, { shelf, days, change });
    await addExportCharges(sql, run, { facts, shelf, days, change });
    await rollUp(change, { run, shelf, days });
    await keep();
    await describeResources(sql, run, shelf, facts);
    await saveUnlistedAccounts(
      sql,
      run,
      facts.accounts.map((account) => account.id),
    );
    await nameAccounts(sql, run, facts);
    await compareWithAws(sql, run, days, { shelf, now: ctx.now() });
    if (ownShelf > 0) await fillOwnShelf(sql, run, facts, ownShelf);
    else await fillShelf(sql, run, facts, shelf);
    await countedIn(sql, run, { line_item: facts.rows });
    await markLoaded(sql, ctx, run, facts);
    await sql.query(
      `update billing_period set export_id = $4, shelf = $5, next_shelf = null, fingerprint = $6, files = $7, bytes = $8,
         source_rows = $9, rows = $10, last_date = $11, loaded_at = $12, failure = null, failed_at = null
       where workspace_id = $1 and connection_id = $2 and billing_period = $3`,
      [
        ...[run.workspaceId, run.connectionId, facts.period, facts.exportId, ownShelf || shelf],
        ...[facts.fingerprint, facts.files, facts.bytes, facts.sourceRows, facts.rows, facts.lastDate],
        ctx.now(),
      ],
    );
  });
  if (hasOwnShelf) await ctx.db.pool.query('select drop_unused_shelf()');
}
