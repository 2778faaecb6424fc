import type { Sql } from '@/db/client';
import { isDimension, tagOf, type CostQuery, type Dimension } from '@/domain/cost-query';
import { add } from '@/domain/money';
import { partsOf, type DayRange, type Grain } from '@/domain/period';
import { columnFilters, costColumn, excludedCategories, isPart, type CostScope } from './scope';
import { bindTo } from '@/features/tags/report-tags';
import { barOf, costsByTag, taggedCharges, type Counted } from './tag-sql';

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

const DIMENSIONS = Object.fromEntries(Object.values(COLUMN_OF).map((column) => [column, `g.${column}`]));

/** Conditions on what is counted that every cost query has; $1 to $5 are of `sharedParams`. */
const countedIn = (alias: string) => `${alias}currency = $4 and ${alias}charge_category <> all($5)`;

const SHARED = `workspace_id = $1 and shelf = any($2) and connection_id = any($3) and ${countedIn('')}`;

function sharedParams(scope: CostScope, query: CostQuery, currency: string): unknown[] {
  return [scope.workspaceId, scope.shelves, scope.connectionIds, currency, excludedCategories(query)];
}

/** The filters, and what a limited person may see, as SQL on the cube; their parameters follow those of the scope. */
function filterOf(scope: CostScope, query: CostQuery, params: unknown[]): Counted {
  const filters = columnFilters(scope, query).map(
    ([column, values]) => [column, `any($${params.push(values)})`] as const,
  );
  return (alias) => filters.map(([column, values]) => ` and ${alias}${column} = ${values}`).join('');
}

/** Everything that a query counts but its tags, as conditions on the columns of an alias; its parameters are among `params`. */
function countedOf(scope: CostScope, query: CostQuery, params: unknown[]): Counted {
  const filter = filterOf(scope, query, params);
  return (alias) => `${countedIn(`${alias}.`)}${filter(`${alias}.`)}`;
}

/** The SELECT of a part of the charges by day: from the cube, or where the query filters by tags from what knows them. */
function partSql(
  scope: CostScope,
  query: CostQuery,
  params: unknown[],
  { range, grain }: { range: DayRange; grain: Grain },
): string {
  const bind = bindTo(params);
  if (query.tags.length > 0) {
    const counted = countedOf(scope, query, params);
    return taggedCharges(scope, query, DIMENSIONS, { counted, range, grain, bind });
  }
  return `select ${Object.keys(DIMENSIONS).join(', ')}, ${barOf(grain, 'charge_date')} as day, ${costColumn(query)} as cost
    from charge_daily where ${SHARED}${filterOf(scope, query, params)('')}
      and charge_date >= ${bind(range.start)} and charge_date < ${bind(range.end)}`;
}

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
  const by = keyDimension(query);
  const tag = tagOf(query.by);
  const params = sharedParams(scope, query, currency);
  const bind = bindTo(params);
  let text: string;
  if (tag !== null) {
    const counted = countedOf(scope, query, params);
    text = `select t.day, t.key, sum(t.cost)::text as amount
      from (${costsByTag(scope, query, tag, { counted, range, grain, bind })}) t group by 1, 2`;
  } else if (isPart(scope, query)) {
    text = `select t.day, t.${COLUMN_OF[by]} as key, sum(t.cost)::text as amount
      from (${partSql(scope, query, params, { range, grain })}) t group by 1, 2`;
  } else {
    text = `select ${barOf(grain, 'charge_date')} as day, key, sum(${costColumn(query)})::text as amount
      from charge_daily_by where ${SHARED} and charge_date >= ${bind(range.start)} and charge_date < ${bind(range.end)}
        and dimension = ${bind(by)} group by 1, 2`;
  }
  return (await sql.query<DayAmount>({ text: `${text} order by 1, 2`, values: params })).rows;
}

type Span = 'now' | 'before';

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
  const params = sharedParams(scope, query, currency);
  const sums = `coalesce(sum(cost) filter (where span = 'now'), 0)::text as now,
    coalesce(sum(cost) filter (where span = 'before'), 0)::text as before`;
  const spans: Span[] = ['now', 'before'];
  let text: string;
  if (isPart(scope, query)) {
    const source = spans
      .map(
        (span) =>
          `select '${span}' as span, p.* from (${partSql(scope, query, params, { range: ranges[span], grain: 'month' })}) p`,
      )
      .join('\nunion all\n');
    text = `select case when grouping(sub_account_id) = 0 then 'account' else 'service_region' end as dimension,
         case when grouping(sub_account_id) = 0 then sub_account_id else service_name end as key,
         case when grouping(sub_account_id) = 0 then '' else region_id end as key2, ${sums}
       from (${source}) charges group by grouping sets ((sub_account_id), (service_name, region_id))`;
  } else {
    const source = spans.flatMap((span) =>
      partsOf(ranges[span]).map(({ isWhole, range }) => {
        const [table, date] = isWhole
          ? ['charge_monthly_by', 'charge_month']
          : ['charge_daily_by', 'charge_date'];
        return `select dimension, key, key2, '${span}' as span, ${costColumn(query)} as cost from ${table}
          where ${SHARED} and dimension in ('account', 'service_region')
            and ${date} >= $${params.push(range.start)} and ${date} < $${params.push(range.end)}`;
      }),
    );
    text = `select dimension, key, key2, ${sums} from (${source.join('\nunion all\n')}) charges group by 1, 2, 3`;
  }
  return withServicesAndRegions((await sql.query<KeyChange>({ text, values: params })).rows);
}

/**
 * The totals of every value of the tag that a report is grouped by, in two ranges. `daily` is what the range of now cost, as
 * `dailyByDimension` found it: nothing is read twice, and the range before only where it is compared with.
 */
export async function changesByTag(
  sql: Sql,
  scope: CostScope,
  query: CostQuery,
  currency: string,
  { daily, before }: { daily: readonly DayAmount[]; before: DayRange | null },
): Promise<KeyChange[]> {
  const earlier = before
    ? await dailyByDimension(sql, scope, query, currency, { range: before, grain: 'month' })
    : [];
  const [now, then] = [totalsByKey(daily), totalsByKey(earlier)];
  return [...new Set([...now.keys(), ...then.keys()])].map((key) => ({
    ...{ dimension: 'tag', key, key2: '' },
    ...{ now: now.get(key) ?? '0', before: then.get(key) ?? '0' },
  }));
}

function totalsByKey(rows: readonly DayAmount[]): Map<string, string> {
  const amounts = new Map<string, string[]>();
  for (const { key, amount } of rows) {
    const known = amounts.get(key);
    if (known) known.push(amount);
    else amounts.set(key, [amount]);
  }
  return new Map([...amounts].map(([key, of]) => [key, add(...of)]));
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
  const params = sharedParams(scope, query, currency);
  const source = isPart(scope, query)
    ? partSql(scope, query, params, { range: whole, grain: 'day' })
    : `select charge_date as day, ${costColumn(query)} as cost from charge_daily_by
       where ${SHARED} and dimension = 'total' and charge_date >= $${params.push(whole.start)} and charge_date < $${params.push(whole.end)}`;
  const text = `with daily as (select day, sum(cost) as amount from (${source}) c group by 1)
    select s.name, coalesce(sum(d.amount), 0)::text as amount
    from unnest($${params.push(spans.map((span) => span.name))}::text[], $${params.push(starts)}::date[], $${params.push(ends)}::date[])
      as s (name, span_start, span_end)
    left join daily d on d.day >= s.span_start and d.day < s.span_end
    group by s.name`;
  return (await sql.query<SpanTotals>({ text, values: params })).rows;
}
