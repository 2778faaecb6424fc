import type { Sql } from '@/db/client';
import { isDimension, tagOf, type CostQuery, type Dimension } from '@/domain/cost-query';
import { add } from '@/domain/money';
import { addMonths, monthOf, type DayRange, type Grain } from '@/domain/period';
import { columnFilters, costColumn, excludedCategories, isPart, type CostScope } from './scope';
import { tagCondition, tagJoin, tagKeySql } from './tag-sql';

export interface DayAmount {
  readonly day: string;
  readonly key: string;
  readonly amount: string;
}

export interface KeyChange {
  readonly dimension: string;
  readonly key: string;
  readonly key2: string;
  readonly now: string;
  readonly before: string;
}

const COLUMN_OF: Record<Dimension, string> = {
  service: 'service_name',
  account: 'sub_account_id',
  region: 'region_id',
};

/** Conditions that every cost query has; $1 to $5 are of `sharedParams`. */
const SHARED = `workspace_id = $1 and shelf = any($2) and connection_id = any($3) and currency = $4
  and charge_category <> all($5)`;

/** The same within one range of days; $1 to $7 are of `scopeParams`. */
const SCOPE = `${SHARED} and charge_date >= $6 and charge_date < $7`;

function sharedParams(scope: CostScope, query: CostQuery, currency: string): unknown[] {
  return [scope.workspaceId, scope.shelves, scope.connectionIds, currency, excludedCategories(query)];
}

function scopeParams(scope: CostScope, query: CostQuery, currency: string, range: DayRange): unknown[] {
  return [...sharedParams(scope, query, currency), range.start, range.end];
}

/** The filters, and what a limited person may see, as SQL on the cube; their parameters follow those of the scope. */
function filterSql(scope: CostScope, query: CostQuery, params: unknown[]): string {
  return columnFilters(scope, query)
    .map(([column, values]) => ` and ${column} = any($${params.push(values)})`)
    .concat(tagCondition(scope, query, (value) => `$${params.push(value)}`))
    .join('');
}

/** The cube that can tell what the filters ask for. */
const cubeOf = (query: CostQuery) => (query.tags.length > 0 ? 'charge_daily_tag' : 'charge_daily');

/** The dimension that a report's lines are made of; a group of accounts is made of accounts. */
const keyDimension = ({ by }: CostQuery): Dimension => (isDimension(by) ? by : 'account');

/** Cost by day or month and one dimension. The narrow rollup answers where nothing asks for a part of it. */
export async function dailyByDimension(
  sql: Sql,
  scope: CostScope,
  query: CostQuery,
  currency: string,
  { range, grain }: { range: DayRange; grain: Grain },
): Promise<DayAmount[]> {
  const params = scopeParams(scope, query, currency, range);
  const cost = costColumn(query);
  const bar = grain === 'day' ? 'charge_date' : "date_trunc('month', charge_date)::date";
  const by = keyDimension(query);
  const tag = tagOf(query.by);
  let text: string;
  if (tag !== null) {
    text = `select t.day, ${tagKeySql(scope, tag, (value) => `$${params.push(value)}`)} as key, sum(t.amount)::text as amount
      from (select ${bar} as day, connection_id, tag_group, sum(${cost}) as amount
        from charge_daily_tag where ${SCOPE}${filterSql(scope, query, params)} group by 1, 2, 3) t ${tagJoin} group by 1, 2`;
  } else if (isPart(scope, query)) {
    text = `select ${bar} as day, ${COLUMN_OF[by]} as key, sum(${cost})::text as amount
      from ${cubeOf(query)} where ${SCOPE}${filterSql(scope, query, params)} group by 1, 2`;
  } else {
    text = `select ${bar} as day, key, sum(${cost})::text as amount
      from charge_daily_by where ${SCOPE} and dimension = $${params.push(by)} group by 1, 2`;
  }
  return (await sql.query<DayAmount>({ text: `${text} order by 1, 2`, values: params })).rows;
}

interface Part {
  readonly span: 'now' | 'before';
  readonly monthly: boolean;
  readonly range: DayRange;
}

/** A range as whole months, which have a rollup of their own, and the days that are left at either end. */
function partsOf(span: Part['span'], range: DayRange): Part[] {
  const firstMonth = range.start === monthOf(range.start) ? range.start : addMonths(monthOf(range.start), 1);
  const lastMonth = monthOf(range.end);
  const parts: Part[] =
    firstMonth < lastMonth
      ? [
          { span, monthly: false, range: { start: range.start, end: firstMonth } },
          { span, monthly: true, range: { start: firstMonth, end: lastMonth } },
          { span, monthly: false, range: { start: lastMonth, end: range.end } },
        ]
      : [{ span, monthly: false, range }];
  return parts.filter((part) => part.range.start < part.range.end);
}

/** Services and regions are sums of service by region, and so need not be read as well. */
function withServicesAndRegions(rows: readonly KeyChange[]): KeyChange[] {
  const sums = new Map<string, KeyChange>();
  for (const row of rows) {
    if (row.dimension !== 'service_region') continue;
    for (const [dimension, key] of [
      ['service', row.key],
      ['region', row.key2],
    ] as const) {
      const sum = sums.get(`${dimension}\n${key}`);
      sums.set(`${dimension}\n${key}`, {
        dimension,
        key,
        key2: '',
        now: sum ? add(sum.now, row.now) : row.now,
        before: sum ? add(sum.before, row.before) : row.before,
      });
    }
  }
  return [...rows, ...sums.values()];
}

/** Every dimension's totals in two ranges at once: tables, movers and filter values in one pass. */
export async function changesByDimension(
  sql: Sql,
  scope: CostScope,
  query: CostQuery,
  currency: string,
  ranges: { now: DayRange; before: DayRange },
): Promise<KeyChange[]> {
  const cost = costColumn(query);
  const params = sharedParams(scope, query, currency);
  const filtered = isPart(scope, query);
  const filter = filtered ? filterSql(scope, query, params) : '';
  const branch = (part: Part): string => {
    const date = part.monthly && !filtered ? 'charge_month' : 'charge_date';
    const table = filtered ? cubeOf(query) : part.monthly ? 'charge_monthly_by' : 'charge_daily_by';
    const columns = filtered ? 'service_name, sub_account_id, region_id' : 'dimension, key, key2';
    const dimension = filtered ? '' : " and dimension in ('account', 'service_region')";
    return `select ${columns}, '${part.span}' as span, ${cost} as cost from ${table}
      where ${SHARED}${filter}${dimension} and ${date} >= $${params.push(part.range.start)} and ${date} < $${params.push(part.range.end)}`;
  };
  const parts = filtered
    ? [
        { span: 'now' as const, monthly: false, range: ranges.now },
        { span: 'before' as const, monthly: false, range: ranges.before },
      ]
    : [...partsOf('now', ranges.now), ...partsOf('before', ranges.before)];
  const sums = `coalesce(sum(cost) filter (where span = 'now'), 0)::text as now,
    coalesce(sum(cost) filter (where span = 'before'), 0)::text as before`;
  const source = parts.map(branch).join('\nunion all\n');
  const text = filtered
    ? `select case when grouping(sub_account_id) = 0 then 'account' else 'service_region' end as dimension,
         case when grouping(sub_account_id) = 0 then sub_account_id else service_name end as key,
         case when grouping(sub_account_id) = 0 then '' else region_id end as key2, ${sums}
       from (${source}) charges group by grouping sets ((sub_account_id), (service_name, region_id))`
    : `select dimension, key, key2, ${sums} from (${source}) charges group by 1, 2, 3`;
  return withServicesAndRegions((await sql.query<KeyChange>({ text, values: params })).rows);
}

/** The totals of every value of the tag that a report is grouped by, in two ranges at once. */
export async function changesByTag(
  sql: Sql,
  scope: CostScope,
  query: CostQuery,
  currency: string,
  ranges: { now: DayRange; before: DayRange },
): Promise<KeyChange[]> {
  const name = tagOf(query.by);
  if (name === null) return [];
  const cost = costColumn(query);
  const params = sharedParams(scope, query, currency);
  const filter = filterSql(scope, query, params);
  const branch = (span: Part['span'], range: DayRange) =>
    `select '${span}' as span, connection_id, tag_group, sum(${cost}) as cost from charge_daily_tag
     where ${SHARED}${filter} and charge_date >= $${params.push(range.start)} and charge_date < $${params.push(range.end)}
     group by connection_id, tag_group`;
  const source = [branch('now', ranges.now), branch('before', ranges.before)].join('\nunion all\n');
  const { rows } = await sql.query<KeyChange>({
    text: `select 'tag' as dimension, ${tagKeySql(scope, name, (value) => `$${params.push(value)}`)} as key, '' as key2,
        coalesce(sum(t.cost) filter (where t.span = 'now'), 0)::text as now,
        coalesce(sum(t.cost) filter (where t.span = 'before'), 0)::text as before
      from (${source}) t ${tagJoin} group by 2`,
    values: params,
  });
  return rows;
}

export interface SpanTotals {
  readonly name: string;
  readonly amount: string;
}

/** Totals of several named ranges in one pass. */
export async function totalsOfSpans(
  sql: Sql,
  scope: CostScope,
  query: CostQuery,
  currency: string,
  spans: readonly { name: string; range: DayRange }[],
): Promise<SpanTotals[]> {
  const starts = spans.map((span) => span.range.start);
  const ends = spans.map((span) => span.range.end);
  const whole = {
    start: starts.reduce((a, b) => (a < b ? a : b)),
    end: ends.reduce((a, b) => (a > b ? a : b)),
  };
  const params = scopeParams(scope, query, currency, whole);
  const cost = costColumn(query);
  const source = isPart(scope, query)
    ? `${cubeOf(query)} where ${SCOPE}${filterSql(scope, query, params)}`
    : `charge_daily_by where ${SCOPE} and dimension = 'total'`;
  const text = `with daily as (select charge_date, sum(${cost}) as amount from ${source} group by 1)
    select s.name, coalesce(sum(d.amount), 0)::text as amount
    from unnest($${params.push(spans.map((span) => span.name))}::text[], $${params.push(starts)}::date[], $${params.push(ends)}::date[])
      as s (name, span_start, span_end)
    left join daily d on d.charge_date >= s.span_start and d.charge_date < s.span_end
    group by s.name`;
  return (await sql.query<SpanTotals>({ text, values: params })).rows;
}
