import { requirePermission, withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { isFiltered, type CostQuery, type Dimension } from '@/domain/cost-query';
import { seasonalForecast } from '@/domain/forecast';
import { add, changePercent, compare, divide, isZero, sharePercent, subtract } from '@/domain/money';
import {
  addDays,
  addMonths,
  comparisonRange,
  dayOf,
  daysBetween,
  daysOf,
  monthOf,
  type DayRange,
} from '@/domain/period';
import {
  changesByDimension,
  dailyByDimension,
  totalsOfSpans,
  type DayAmount,
  type KeyChange,
} from './cost-sql';
import { accountLabels, regionLabel, serviceLabel } from './labels';
import { SERIES_MAX, type CostLine, type Kpis, type Mover, type Overview, type Series } from './overview';
import { readAgreement } from './read-agreement';
import { costColumn, readScope, type CostScope } from './scope';

type Namer = (key: string) => { id: string; label: string };

function namers(scope: CostScope): Record<Dimension, Namer> {
  const accounts = accountLabels(scope);
  return {
    service: (key) => ({ id: key, label: serviceLabel(key) }),
    region: (key) => ({ id: key, label: regionLabel(key) }),
    account: (key) => {
      const account = accounts.get(key);
      return { id: account?.ref ?? '', label: account?.label ?? key };
    },
  };
}

function linesOf(changes: readonly KeyChange[], dimension: Dimension, name: Namer): CostLine[] {
  const rows = changes.filter((change) => change.dimension === dimension);
  const whole = add(...rows.map((row) => row.now));
  return rows
    .sort((a, b) => compare(b.now, a.now) || (a.key < b.key ? -1 : 1))
    .filter((row) => !isZero(row.now) || !isZero(row.before))
    .map((row) => ({
      ...name(row.key),
      amount: row.now,
      before: row.before,
      change: changePercent(row.now, row.before),
      share: sharePercent(row.now, whole),
    }));
}

/** At most five series, those of the first five lines, so that a name keeps its colour; the rest is one. */
function seriesOf(
  daily: readonly DayAmount[],
  lines: readonly CostLine[],
  days: readonly string[],
  name: Namer,
): Series[] {
  const top = lines.slice(0, lines.length === SERIES_MAX + 1 ? SERIES_MAX + 1 : SERIES_MAX);
  const isTop = new Set(top.map((line) => line.id));
  const amounts = new Map<string, string>();
  const rest = new Map<string, string[]>();
  for (const row of daily) {
    const { id } = name(row.key);
    if (isTop.has(id)) amounts.set(`${id}\n${row.day}`, row.amount);
    else rest.set(row.day, [...(rest.get(row.day) ?? []), row.amount]);
  }
  const series: Series[] = top.slice(0, SERIES_MAX).map((line) => ({
    id: line.id,
    label: line.label,
    amounts: days.map((day) => amounts.get(`${line.id}\n${day}`) ?? '0'),
  }));
  const others = lines.length - series.length;
  if (others > 0) {
    const sixth = top[SERIES_MAX];
    series.push({
      id: null,
      label: others === 1 ? (sixth?.label ?? '1 other') : `${others} others`,
      amounts: days.map((day) =>
        add(...(rest.get(day) ?? []), (sixth && amounts.get(`${sixth.id}\n${day}`)) ?? '0'),
      ),
    });
  }
  return series;
}

const MOVERS_EACH_WAY = 5;

function moversOf(changes: readonly KeyChange[]): Mover[] {
  const moved = changes
    .filter((change) => change.dimension === 'service_region')
    .map((change) => ({
      service: change.key,
      region: change.key2,
      difference: subtract(change.now, change.before),
      change: changePercent(change.now, change.before),
    }))
    .filter((mover) => !isZero(mover.difference))
    .sort((a, b) => compare(b.difference, a.difference));
  const up = moved.filter((mover) => compare(mover.difference, '0') > 0).slice(0, MOVERS_EACH_WAY);
  const down = moved.filter((mover) => compare(mover.difference, '0') < 0).slice(-MOVERS_EACH_WAY);
  return [...up, ...down.reverse()];
}

interface AwsForecast {
  mean: string;
  low: string;
  high: string;
  connections: number;
  start: string | null;
  last_start: string | null;
}

async function readForecast(
  sql: Sql,
  scope: CostScope,
  query: CostQuery,
  currency: string,
  context: { today: string },
): Promise<Kpis['forecast']> {
  const month = monthOf(context.today);
  const isPlain = !isFiltered(query) && query.credits && query.refunds && query.tax;
  if (isPlain) {
    const { rows } = await sql.query<AwsForecast>(
      `select sum(f.mean)::text as mean, sum(f.low)::text as low, sum(f.high)::text as high, count(*)::integer as connections,
         min(f.start_date) as start, max(f.start_date) as last_start
       from cost_forecast f
       where f.workspace_id = $1 and f.connection_id = any($2) and f.billing_period = $3 and f.metric = $4 and f.currency = $5`,
      [
        scope.workspaceId,
        scope.connectionIds,
        month,
        query.metric === 'amortized' ? 'effective' : 'billed',
        currency,
      ],
    );
    const found = rows[0];
    // AWS forecasts the days from the sync on; what was billed before them comes first.
    if (
      found &&
      found.connections === scope.connectionIds.length &&
      found.start &&
      found.start === found.last_start
    ) {
      const billed = await totalsOfSpans(sql, scope, query, currency, [
        {
          name: 'billed',
          range: { start: month, end: found.start > month ? found.start : addDays(month, 1) },
        },
      ]);
      const before = found.start > month ? (billed[0]?.amount ?? '0') : '0';
      const whole = (part: string) => add(before, part);
      return { source: 'aws', mean: whole(found.mean), low: whole(found.low), high: whole(found.high) };
    }
  }
  const since = addDays(month, -35);
  const daily = await dailyByDimension(sql, scope, query, currency, { start: since, end: context.today });
  const totals = new Map<string, string>();
  for (const row of daily) totals.set(row.day, add(totals.get(row.day) ?? '0', row.amount));
  const seasonal = seasonalForecast(totals, context.today);
  return seasonal && { source: 'seasonal', ...seasonal };
}

async function readKpis(
  sql: Sql,
  scope: CostScope,
  query: CostQuery,
  currency: string,
  ranges: { now: DayRange; before: DayRange; today: string },
): Promise<Kpis> {
  const month = monthOf(ranges.today);
  const lastMonth = { start: addMonths(month, -1), end: month };
  const spans = await totalsOfSpans(sql, scope, query, currency, [
    { name: 'now', range: ranges.now },
    { name: 'before', range: ranges.before },
    { name: 'lastMonth', range: lastMonth },
    { name: 'week', range: { start: addDays(ranges.today, -7), end: ranges.today } },
  ]);
  const amount = (name: string) => spans.find((span) => span.name === name)?.amount ?? '0';
  const final = await sql.query(
    `select from control_total where workspace_id = $1 and connection_id = any($2) and billing_period = $3 and estimated`,
    [scope.workspaceId, scope.connectionIds, lastMonth.start],
  );
  return {
    total: amount('now'),
    before: amount('before'),
    change: changePercent(amount('now'), amount('before')),
    lastMonth: amount('lastMonth'),
    lastMonthIsFinal: final.rowCount === 0,
    dailyAverage: divide(amount('now'), Math.max(1, daysBetween(ranges.now.start, ranges.now.end))),
    lastSevenDaysAverage: divide(amount('week'), 7),
    forecast: await readForecast(sql, scope, query, currency, { today: ranges.today }),
  };
}

/** Everything the overview shows, from one snapshot of the database. Null while no connection has any cost. */
export async function readOverview(ctx: Ctx, query: CostQuery): Promise<Overview | null> {
  requirePermission(ctx, 'cost:read');
  const today = dayOf(ctx.now());
  return withSql(ctx, 'read', async (sql) => {
    const scope = await readScope(sql, ctx.workspaceId);
    const currency =
      query.currency && scope.currencies.includes(query.currency) ? query.currency : scope.currencies[0];
    if (!currency) return null;
    const range = query.range;
    const comparison = comparisonRange(range);
    const name = namers(scope);
    const changes = await changesByDimension(sql, scope, query, currency, { now: range, before: comparison });
    const daily = await dailyByDimension(sql, scope, query, currency, range);
    const days = daysOf(range);
    const lines = linesOf(changes, query.by, name[query.by]);
    // What can be filtered on does not shrink with what is filtered on.
    const unfiltered = { ...query, service: [], account: [], region: [] };
    const all = isFiltered(query)
      ? await changesByDimension(sql, scope, unfiltered, currency, { now: range, before: comparison })
      : changes;
    const option = (dimension: Dimension) =>
      linesOf(all, dimension, name[dimension]).map(({ id, label }) => ({ id, label }));
    const { agreement, syncedAt } = await readAgreement(sql, scope, currency, costColumn(query));
    return {
      currency,
      currencies: scope.currencies,
      by: query.by,
      metric: query.metric,
      range,
      comparison,
      days,
      estimatedFrom: monthOf(today),
      kpis: await readKpis(sql, scope, query, currency, { now: range, before: comparison, today }),
      series: seriesOf(daily, lines, days, name[query.by]),
      lines,
      services: linesOf(changes, 'service', name.service),
      accounts: linesOf(changes, 'account', name.account),
      movers: moversOf(changes),
      filters: { service: option('service'), account: option('account'), region: option('region') },
      agreement,
      syncedAt,
    };
  });
}
