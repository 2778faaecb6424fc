import type { Sql } from '@/db/client';
import type { DayRange } from '@/domain/period';
import type { RunRef } from './fence';
import { counting, type Change } from './row-counts';

/** Two passes over the cube; service, region and total are sums of those. */
async function rollUpDimensions(change: Change, scope: readonly unknown[]): Promise<void> {
  await change(
    'charge_daily_by',
    `with base as materialized (
       select charge_date, charge_category, currency,
         case when grouping(sub_account_id) = 0 then 'account' else 'service_region' end as dimension,
         case when grouping(sub_account_id) = 0 then sub_account_id else service_name end as key,
         case when grouping(sub_account_id) = 0 then '' else region_id end as key2,
         sum(billed_cost) as billed, sum(effective_cost) as effective
       from charge_daily
       where workspace_id = $1 and shelf = $2 and connection_id = $3 and charge_date >= $4 and charge_date < $5
       group by grouping sets (
         (charge_date, charge_category, currency, sub_account_id),
         (charge_date, charge_category, currency, service_name, region_id)
       )
     ), every as (
       select dimension, charge_date, charge_category, key, key2, currency, billed, effective from base
       union all
       select x.dimension, b.charge_date, b.charge_category, x.key, '', b.currency, sum(b.billed), sum(b.effective)
       from base b
       cross join lateral (values ('service', b.key), ('region', b.key2), ('total', '')) as x (dimension, key)
       where b.dimension = 'service_region'
       group by x.dimension, b.charge_date, b.charge_category, x.key, b.currency
     )
     insert into charge_daily_by (workspace_id, shelf, connection_id, dimension, charge_date, charge_category, key, key2,
       currency, billed_cost, effective_cost)
     select $1, $2, $3, dimension, charge_date, charge_category, key, key2, currency, billed, effective from every`,
    scope,
  );
}

/** Months are rolled up from whole days, so a window that covers a part of one still leaves it exact. */
async function rollUpMonths(change: Change, scope: readonly unknown[]): Promise<void> {
  const months = `charge_month >= date_trunc('month', $4::date) and charge_month < $5::date`;
  await change(
    'charge_monthly_by',
    `delete from charge_monthly_by where workspace_id = $1 and shelf = $2 and connection_id = $3 and ${months}`,
    scope,
  );
  await change(
    'charge_monthly_by',
    `insert into charge_monthly_by (workspace_id, shelf, connection_id, dimension, charge_month, charge_category, key, key2,
       currency, billed_cost, effective_cost)
     select $1, $2, $3, dimension, date_trunc('month', charge_date)::date, charge_category, key, key2, currency, sum(billed_cost),
       sum(effective_cost)
     from charge_daily_by
     where workspace_id = $1 and shelf = $2 and connection_id = $3 and charge_date >= date_trunc('month', $4::date)
       and charge_date < date_trunc('month', $5::date - 1) + interval '1 month'
     group by 4, 5, 6, 7, 8, 9`,
    scope,
  );
}

/**
 * Rebuilds the rollups of a range of days from the charges. An account's month counts from its billing export where that
 * covers it, and from Cost Explorer everywhere else: never from both.
 */
export async function rollUp(
  sql: Sql,
  change: Change,
  { run, shelf, days }: { run: RunRef; shelf: number; days: DayRange },
): Promise<void> {
  const scope = [run.workspaceId, shelf, run.connectionId, days.start, days.end];
  // Rows by the ten thousand with nine texts to a key: hashed, and never sorted by the rules of a language.
  await sql.query('set local enable_sort = off; set local enable_nestloop = off');
  for (const table of ['charge_daily', 'charge_daily_by'] as const) {
    await change(
      table,
      `delete from ${table} where workspace_id = $1 and shelf = $2 and connection_id = $3 and charge_date >= $4 and charge_date < $5`,
      scope,
    );
  }
  await change(
    'charge_daily',
    `insert into charge_daily (workspace_id, shelf, connection_id, charge_date, charge_category, sub_account_id,
       service_name, region_id, currency, billed_cost, effective_cost)
     select $1, $2, $3, c.charge_date, c.charge_category, c.sub_account_id, c.service_name,
       c.region_id, c.currency, sum(c.billed_cost), sum(c.effective_cost)
     from charge c
     left join covered_month m on m.workspace_id = $1 and m.connection_id = $3 and m.sub_account_id = c.sub_account_id
       and m.billing_period = date_trunc('month', c.charge_date)::date
     where c.workspace_id = $1 and c.shelf = $2 and c.connection_id = $3 and c.charge_date >= $4 and c.charge_date < $5
       and (c.source = 'export') = (m.billing_period is not null)
     group by 4, 5, 6, 7, 8, 9`,
    scope,
  );
  await rollUpDimensions(change, scope);
  await rollUpMonths(change, scope);
  await sql.query('set local enable_sort = on; set local enable_nestloop = on');
}

/** What Cost Explorer said of the window and the rollups change together: a reader sees all of the old or all of the new. */
export async function replaceCharges(
  sql: Sql,
  run: RunRef,
  window: DayRange,
  shelf: number,
): Promise<number> {
  const { change, keep } = counting(sql, run);
  const staged = [run.workspaceId, shelf, run.connectionId, window.start, window.end, run.runId];
  await change(
    'charge',
    `delete from charge c using sync_fetch f
     where c.workspace_id = $1 and c.shelf = $2 and c.connection_id = $3 and c.charge_date >= $4 and c.charge_date < $5
       and c.source = 'cost-explorer' and f.fetched_at is not null
       and f.workspace_id = $1 and f.connection_id = $3 and f.run_id = $6 and f.start_date = $4
       and f.sub_account_id = c.sub_account_id and (f.kind = 'usage') = (c.record_type = '')`,
    staged,
  );
  const inserted = await change(
    'charge',
    `insert into charge (workspace_id, shelf, connection_id, charge_date, line, sub_account_id, service_name, region_id,
       charge_category, record_type, currency, billed_cost, effective_cost)
     select $1, $2, $3, s.charge_date,
       (select coalesce(max(c.line), 0) from charge c
        where c.workspace_id = $1 and c.shelf = $2 and c.connection_id = $3 and c.charge_date >= $4 and c.charge_date < $5)
         + row_number() over (order by s.charge_date, s.sub_account_id, s.kind, s.ordinal),
       s.sub_account_id, s.service_name, s.region_id, s.charge_category, s.record_type, s.currency, s.billed_cost, s.effective_cost
     from staged_charge s
     where s.workspace_id = $1 and s.connection_id = $3 and s.run_id = $6 and s.window_start = $4 and s.charge_date < $5`,
    staged,
  );
  await rollUp(sql, change, { run, shelf, days: window });
  await keep();
  return inserted;
}
