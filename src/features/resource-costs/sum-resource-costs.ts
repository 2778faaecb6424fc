import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { takeSlot } from '@/db/locks';
import { addDays, addMonths, dayOf, daysBetween, monthOf, type DayRange } from '@/domain/period';
import { literal } from '@/focus/sql';
import { passFence, type RunRef } from '@/features/syncs/fence';
import { shelfOf } from '@/features/syncs/load-window';
import { refreshStatistics } from '@/features/syncs/refresh-statistics';
import { counting, type Change } from '@/features/syncs/row-counts';
import { settleKeys } from '@/features/tags/reported-keys';
import { forgetGroups } from '@/features/tags/tag-groups';

/** The spans of a list of resources, each with the one that it is compared with. `asOf` is the first day that is not in. */
export function resourceSpans(asOf: string): Record<string, DayRange> {
  const last = (days: number, name: string) => [
    [name, { start: addDays(asOf, -days), end: asOf }],
    [`${name}_before`, { start: addDays(asOf, -2 * days), end: addDays(asOf, -days) }],
  ];
  const month = monthOf(addDays(asOf, -1));
  const before = addMonths(month, -1);
  const sameDay = addDays(before, daysBetween(month, asOf));
  return Object.fromEntries([
    ...last(7, '7'),
    ...last(30, '30'),
    ...last(90, '90'),
    ['month', { start: month, end: asOf }],
    ['month_before', { start: before, end: sameDay < month ? sameDay : month }],
  ]) as Record<string, DayRange>;
}

/** Where line items lie, of a billing export and of uploaded files, and from which day to which. */
const LOADED = `
  select shelf, billing_period as first_date, last_date from billing_period
  where workspace_id = $1 and connection_id = $2 and shelf is not null
  union all
  select shelf, first_date, last_date from uploaded_file where workspace_id = $1 and connection_id = $2 and shelf is not null`;

/** The first day that is loaded, and the first after them that is not counted any more. */
interface Loaded {
  readonly since: string | null;
  readonly asOf: string;
}

async function loadedOf(sql: Sql, run: RunRef, now: Date): Promise<Loaded | null> {
  const { rows } = await sql.query<{ first: string | null; last: string | null }>(
    `select min(first_date) as first, max(last_date) as last from (${LOADED}) loaded`,
    [run.workspaceId, run.connectionId],
  );
  const { first = null, last } = rows[0] ?? {};
  if (!last) return null;
  const [next, today] = [addDays(last, 1), dayOf(now)];
  return { since: first, asOf: next < today ? next : today };
}

/** A column for each metric and span, and what fills it; null where it is not known. */
function amountsOf(
  spans: Record<string, DayRange>,
  sumOf: (metric: 'billed' | 'effective', span: DayRange, name: string) => string | null,
): { column: string; sum: string }[] {
  return (['billed', 'effective'] as const).flatMap((metric) =>
    Object.entries(spans).map(([name, span]) => ({
      column: `${metric}_${name}`,
      sum: sumOf(metric, span, name) ?? 'null::numeric',
    })),
  );
}

/**
 * Sums the line items of half a year into the spans, resource by resource. The days are cut where a span begins or ends, so
 * that each line item is added once and each span is a sum of few.
 */
async function sumSpans(
  sql: Sql,
  run: RunRef,
  { since, asOf }: Loaded,
  { shelf, change }: { shelf: number; change: Change },
): Promise<void> {
  const spans = resourceSpans(asOf);
  const cuts = [...new Set(Object.values(spans).flatMap((span) => [span.start, span.end]))].sort();
  const { rows } = await sql.query<{ shelves: number[]; currencies: string[] }>(
    `select coalesce(array_agg(distinct p.shelf), '{}') as shelves, (
       select coalesce(array_agg(distinct k.billing_currency), '{}') from charge_kind k
       where k.workspace_id = $1 and k.shelf = $3 and k.connection_id = $2
     ) as currencies
     from (${LOADED}) p where p.last_date >= $4`,
    [run.workspaceId, run.connectionId, shelf, cuts[0]],
  );
  const { shelves = [], currencies = [] } = rows[0] ?? {};
  const key = [run.workspaceId, run.connectionId];
  // One currency a connection is the rule; only then no line item has to look up its kind.
  const isOne = currencies.length === 1;
  // Of filters that are all of one connection the planner expects a handful of rows, and would sort millions.
  await sql.query('set local enable_sort = off');
  await sql.query({
    text: `create temp table summed on commit drop as
      select l.resource_key, ${isOne ? '$6::text' : 'k.billing_currency'} as currency, width_bucket(l.charge_date, $5::date[]) as part,
        trim_scale(sum(l.billed_cost)) as billed, trim_scale(sum(l.effective_cost)) as effective
      from line_item l
      ${isOne ? '' : 'join charge_kind k on k.workspace_id = $1 and k.shelf = $6::integer and k.connection_id = $2 and k.kind_key = l.kind_key'}
      where l.workspace_id = $1 and l.shelf = any($3) and l.connection_id = $2 and l.charge_date >= $4 and l.charge_date < ($5::date[])[cardinality($5::date[])]
        and l.resource_key > 0
      group by 1, 2, 3`.replaceAll(/\$(\d)/g, (_all, n: string) =>
      literalOf(Number(n), [...key, shelves, cuts[0], cuts, isOne ? currencies[0] : shelf]),
    ),
  });
  await sql.query('set local enable_sort = on');
  const amounts = amountsOf(spans, (metric, span, name) => {
    // What a new export has of a span is told; a comparison with days that it does not have would be none.
    if (name.endsWith('_before') && since !== null && span.start < since) return null;
    const from = cuts.indexOf(span.start) + 1;
    const to = cuts.indexOf(span.end);
    return `coalesce(sum(s.${metric}) filter (where s.part between ${from} and ${to}), 0)`;
  });
  await change(
    'resource_cost',
    `insert into resource_cost (workspace_id, shelf, connection_id, resource_key, currency, sub_account_id, source, as_of, since,
       ${amounts.map((amount) => amount.column).join(', ')})
     select $1, $3, $2, s.resource_key, s.currency, r.sub_account_id, 'export', $4, $5, ${amounts.map((amount) => amount.sum).join(', ')}
     from summed s
     join resource r on r.workspace_id = $1 and r.shelf = $3 and r.connection_id = $2 and r.resource_key = s.resource_key
     group by s.resource_key, s.currency, r.sub_account_id`,
    [...key, shelf, asOf, since],
  );
}

/**
 * What Cost Explorer tells by resource, in the spans that its fourteen days hold as a whole; the others are not known. An account
 * that it is asked for is covered by no billing export now, so what an export said of its resources once is older.
 */
async function sumFetched(sql: Sql, run: RunRef, shelf: number, change: Change): Promise<void> {
  const { rows } = await sql.query<{ start: string; end: string; accounts: string[] }>(
    `select first_date as start, next_date as "end", array_agg(sub_account_id) as accounts from resource_cost_fetch
     where workspace_id = $1 and connection_id = $2 group by 1, 2`,
    [run.workspaceId, run.connectionId],
  );
  for (const { start, end, accounts } of rows) {
    const scope = [run.workspaceId, run.connectionId, shelf, accounts];
    await change(
      'resource_cost',
      `delete from resource_cost c using resource_day d
       where c.workspace_id = $1 and c.connection_id = $2 and c.shelf = $3 and d.workspace_id = $1 and d.connection_id = $2 and d.shelf = $3
         and d.sub_account_id = any($4) and c.resource_key = d.resource_key and c.currency = d.currency`,
      scope,
    );
    const amounts = amountsOf(resourceSpans(end), (metric, span) =>
      span.start < start
        ? null
        : `coalesce(sum(d.${metric}_cost) filter (where d.charge_date >= '${span.start}' and d.charge_date < '${span.end}'), 0)`,
    );
    await change(
      'resource_cost',
      `insert into resource_cost (workspace_id, shelf, connection_id, resource_key, currency, sub_account_id, source, as_of, since,
         ${amounts.map((amount) => amount.column).join(', ')})
       select $1, $3, $2, d.resource_key, d.currency, d.sub_account_id, 'cost-explorer', $5, $6, ${amounts.map((amount) => amount.sum).join(', ')}
       from resource_day d
       where d.workspace_id = $1 and d.connection_id = $2 and d.shelf = $3 and d.sub_account_id = any($4)
       group by d.resource_key, d.currency, d.sub_account_id`,
      [...scope, end, start],
    );
  }
}

/** As many rows as before are other rows all the same: see what answers are told apart by in answer-cache.ts. */
async function sayChanged(sql: Sql, run: RunRef): Promise<void> {
  await sql.query(
    `update row_count set rows = rows where workspace_id = $1 and connection_id = $2 and table_name = 'resource_cost'`,
    [run.workspaceId, run.connectionId],
  );
}

/** CREATE TABLE AS takes no parameters; these are our own ids, days and currencies, and are quoted all the same. */
function literalOf(index: number, params: readonly unknown[]): string {
  const value = params[index - 1];
  const text = Array.isArray(value) ? `{${value.map((one) => `"${String(one)}"`).join(',')}}` : String(value);
  return typeof value === 'number' ? String(value) : literal(text);
}

/**
 * What each resource cost in the usual spans, again from the line items and from what Cost Explorer told; nothing where there is
 * neither. In the middle of a load, whose next month learns keys of tags at this moment, those are left as they are.
 */
export async function sumResourceCosts(
  ctx: Ctx,
  run: RunRef,
  { isLoading = false }: { isLoading?: boolean } = {},
): Promise<void> {
  await withSql(ctx, 'write', async (sql) => {
    await sql.query("set local work_mem = '64MB'; set local jit = off");
    await passFence(sql, run);
    await takeSlot(sql, run.connectionId, 'costs');
    const shelf = await shelfOf(sql, run);
    const { change, keep } = counting(sql, run);
    if (!isLoading) {
      await settleKeys(sql, run, shelf);
      await forgetGroups(sql, run, shelf, change);
    }
    await change(
      'resource_cost',
      'delete from resource_cost where workspace_id = $1 and connection_id = $2 and shelf = $3',
      [run.workspaceId, run.connectionId, shelf],
    );
    const loaded = await loadedOf(sql, run, ctx.now());
    if (loaded) await sumSpans(sql, run, loaded, { shelf, change });
    await sumFetched(sql, run, shelf, change);
    await keep();
    await sayChanged(sql, run);
  });
  await refreshStatistics(ctx, run);
}
