import type pg from 'pg';
import type { Workbench } from '../../support/workbench';
import { nanos } from './amounts';
import type { MonthTotal } from './aws-truth';

// What two equal syncs agree on, whatever ids they have and in whatever order they came.
const COMPARABLE = {
  charge: `charge_date, sub_account_id, service_name, region_id, charge_category, record_type, currency, billed_cost, effective_cost`,
  charge_daily: `charge_date, charge_category, sub_account_id, service_name, region_id, currency, billed_cost, effective_cost`,
  charge_daily_by: `dimension, charge_date, charge_category, key, key2, currency, billed_cost, effective_cost`,
  charge_monthly_by: `dimension, charge_month, charge_category, key, key2, currency, billed_cost, effective_cost`,
  control_total: `billing_period, sub_account_id, currency, aws_billed, aws_effective, our_billed, our_effective, estimated`,
  cost_forecast: `billing_period, metric, currency, start_date, mean, low, high`,
  linked_account: `aws_account_id, name, status`,
} as const;

export type SyncedTables = Record<keyof typeof COMPARABLE, string[]>;

/** Every synced row of a connection as sorted text, read beneath the policies. */
export async function syncedTables(owner: pg.Pool, connectionId: string): Promise<SyncedTables> {
  const read = async (table: keyof typeof COMPARABLE) => {
    const { rows } = await owner.query<{ line: string }>(
      `select row(${COMPARABLE[table]})::text as line from ${table} where connection_id = $1 order by 1`,
      [connectionId],
    );
    return rows.map((row) => row.line);
  };
  return {
    charge: await read('charge'),
    charge_daily: await read('charge_daily'),
    charge_daily_by: await read('charge_daily_by'),
    charge_monthly_by: await read('charge_monthly_by'),
    control_total: await read('control_total'),
    cost_forecast: await read('cost_forecast'),
    linked_account: await read('linked_account'),
  };
}

/** How many rows of a connection each large table has, and how many it is said to have. */
export async function rowCounts(owner: pg.Pool, connectionId: string) {
  const counts = ['charge', 'charge_daily', 'charge_daily_by', 'charge_monthly_by'].map(
    (table) => `select '${table}' as name, count(*)::int as rows from ${table} where connection_id = $1`,
  );
  const real = await owner.query<{ name: string; rows: number }>(`${counts.join(' union all ')} order by 1`, [
    connectionId,
  ]);
  const kept = await owner.query<{ name: string; rows: number }>(
    'select table_name as name, rows::int as rows from row_count where connection_id = $1 order by 1',
    [connectionId],
  );
  return { real: real.rows, kept: kept.rows };
}

/** The sources that one figure may be read from; all must tell the same. */
export const SOURCES = {
  charge: 'charge',
  charge_daily: 'charge_daily',
  'charge_daily_by total': `(select * from charge_daily_by where dimension = 'total')`,
  'charge_daily_by service': `(select * from charge_daily_by where dimension = 'service')`,
  'charge_daily_by account': `(select * from charge_daily_by where dimension = 'account')`,
  'charge_daily_by region': `(select * from charge_daily_by where dimension = 'region')`,
  'charge_daily_by service_region': `(select * from charge_daily_by where dimension = 'service_region')`,
} as const;

interface SumRow {
  key: string;
  billed: string;
  effective: string;
}

const toTotals = (rows: SumRow[]) =>
  new Map<string, MonthTotal>(
    rows.map((row) => [row.key, { billed: nanos(row.billed), effective: nanos(row.effective) }]),
  );

/** Sums of one source by day and category: the finest that all of them share. */
export async function dailySums(owner: pg.Pool, source: string, connectionId: string) {
  const { rows } = await owner.query<SumRow>(
    `select charge_date || ' ' || charge_category as key, sum(billed_cost)::text as billed, sum(effective_cost)::text as effective
     from ${source} s where connection_id = $1 group by 1 order by 1`,
    [connectionId],
  );
  return toTotals(rows);
}

/** Sums of one dimension by month, from the rollup by day or from the one by month. */
export async function monthlySums(
  owner: pg.Pool,
  rollup: { table: 'charge_daily_by' | 'charge_monthly_by'; day: 'charge_date' | 'charge_month' },
  connectionId: string,
) {
  const { rows } = await owner.query<SumRow>(
    `select concat_ws('|', dimension, to_char(${rollup.day}, 'YYYY-MM'), charge_category, key, key2, currency) as key,
       sum(billed_cost)::text as billed, sum(effective_cost)::text as effective
     from ${rollup.table} where connection_id = $1 group by 1 order by 1`,
    [connectionId],
  );
  return toTotals(rows);
}

/** Our months of one account, as AWS tells them. */
export async function ourMonths(owner: pg.Pool, connectionId: string, accountId: string) {
  const { rows } = await owner.query<SumRow>(
    `select to_char(charge_date, 'YYYY-MM') as key, sum(billed_cost)::text as billed, sum(effective_cost)::text as effective
     from charge_daily where connection_id = $1 and sub_account_id = $2 group by 1 order by 1`,
    [connectionId, accountId],
  );
  return toTotals(rows);
}

export interface FetchRow {
  readonly window_start: string;
  readonly account: string;
  readonly kind: string;
  readonly rows: number | null;
  readonly fetched_at: Date | null;
}

/** What a run planned to ask, and what of it it has. */
export async function fetchesOf(bench: Workbench, runId: string): Promise<FetchRow[]> {
  const { rows } = await bench.database.owner.query<FetchRow>(
    `select start_date::text as window_start, sub_account_id as account, kind, rows, fetched_at from sync_fetch
     where run_id = $1 order by 1 desc, 2, 3`,
    [runId],
  );
  return rows;
}

export interface WindowRow {
  readonly start: string;
  readonly end: string;
  readonly loaded: boolean;
}

export async function windowsOf(bench: Workbench, runId: string): Promise<WindowRow[]> {
  const { rows } = await bench.database.owner.query<WindowRow>(
    `select start_date::text as start, end_date::text as end, loaded_at is not null as loaded from sync_window
     where run_id = $1 order by position`,
    [runId],
  );
  return rows;
}

export async function requestDays(bench: Workbench, connectionId: string): Promise<Map<string, number>> {
  const { rows } = await bench.database.owner.query<{ day: string; requests: number }>(
    'select day::text, requests from request_day where connection_id = $1 order by day',
    [connectionId],
  );
  return new Map(rows.map((row) => [row.day, row.requests]));
}
