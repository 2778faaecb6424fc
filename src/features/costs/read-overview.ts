import { limitOf, requirePermission, withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { isFiltered, rangeOfPreset, type CostQuery, type Dimension } from '@/domain/cost-query';
import { seasonalForecast } from '@/domain/forecast';
import { add, changePercent, compare, divide, isZero, sharePercent, subtract } from '@/domain/money';
import {
  type DayRange,
  addDays,
  addMonths,
  barsOf,
  comparisonRange,
  dayOf,
  daysBetween,
  grainOf,
  monthOf,
} from '@/domain/period';
import {
  changesByDimension,
  dailyByDimension,
  totalsOfSpans,
  type DayAmount,
  type KeyChange,
} from './cost-sql';
import { accountLabels, regionLabel, serviceLabel } from './labels';
import { cachedOverview } from './overview-cache';
import { SERIES_MAX, type CostLine, type Kpis, type Mover, type Overview, type Series } from './overview';
import { readAgreement } from './read-agreement';
import { costColumn, isPart, readScope, type CostScope } from './scope';

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

function linesOf(
  changes: readonly KeyChange[],
  dimension: Dimension,
  name: Namer,
  isComparable: boolean,
): CostLine[] {
  const rows = changes.filter((change) => change.dimension === dimension);
  const whole = add(...rows.map((row) => row.now));
  return rows
    .sort((a, b) => compare(b.now, a.now) || (a.key < b.key ? -1 : 1))
    .filter((row) => !isZero(row.now) || (isComparable && !isZero(row.before)))
    .map((row) => ({
      ...name(row.key),
      amount: row.now,
      before: isComparable ? row.before : null,
      change: isComparable ? changePercent(row.now, row.before) : null,
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
  today: string,
): Promise<Kpis['forecast']> {
  const month = monthOf(today);
  // AWS's own is of all accounts together.
  const isPlain = !isPart(scope, query) && query.credits && query.refunds && query.tax;
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
      const [billed] = await totalsOfSpans(sql, scope, query, currency, [
        { name: 'billed', range: { start: month, end: found.start } },
      ]);
      const whole = (part: string) => add(billed?.amount ?? '0', part);
      return { source: 'aws', mean: whole(found.mean), low: whole(found.low), high: whole(found.high) };
    }
  }
  const since = addDays(month, -35);
  const daily = await dailyByDimension(sql, scope, query, currency, {
    range: { start: since, end: today },
    grain: 'day',
  });
  const totals = new Map<string, string>();
  for (const row of daily) totals.set(row.day, add(totals.get(row.day) ?? '0', row.amount));
  const seasonal = seasonalForecast(totals, today);
  return seasonal && { source: 'seasonal', ...seasonal };
}

interface Ranges {
  readonly now: DayRange;
  readonly before: DayRange;
  readonly isComparable: boolean;
  /** The day after the last loaded one: what "today" means for every figure. */
  readonly today: string;
}

/** The days of a page, cut to what is loaded; null where none of them is. */
function rangesOf(query: CostQuery, scope: CostScope, now: Date): Ranges | null {
  const { start: since, end: until } = scope.loaded;
  const today = until < dayOf(now) ? until : dayOf(now);
  const asked =
    query.preset === 'custom' ? query.range : rangeOfPreset(query.preset, new Date(Date.parse(today)));
  const range = {
    start: asked.start < since ? since : asked.start,
    end: asked.end > today ? today : asked.end,
  };
  if (range.start >= range.end) return null;
  const before = comparisonRange(range);
  return { now: range, before, isComparable: before.start >= since, today };
}

async function readKpis(
  sql: Sql,
  scope: CostScope,
  query: CostQuery,
  currency: string,
  ranges: Ranges,
): Promise<Kpis> {
  const lastMonth = lastMonthOf(ranges.today);
  const week = lastWeekOf(ranges.today);
  const spans = await totalsOfSpans(sql, scope, query, currency, [
    { name: 'now', range: ranges.now },
    { name: 'before', range: ranges.before },
    { name: 'lastMonth', range: lastMonth },
    { name: 'week', range: week },
  ]);
  const amount = (name: string) => spans.find((span) => span.name === name)?.amount ?? '0';
  const isLoaded = (range: DayRange) => range.start >= scope.loaded.start;
  const { rows } = await sql.query<{ open: number; known: number }>(
    `select count(*) filter (where estimated)::integer as open, count(*)::integer as known
     from control_total where workspace_id = $1 and connection_id = any($2) and billing_period = $3
       and ($4::text[] is null or sub_account_id = any($4))`,
    [scope.workspaceId, scope.connectionIds, lastMonth.start, scope.limitedTo],
  );
  return {
    total: amount('now'),
    before: ranges.isComparable ? amount('before') : null,
    change: ranges.isComparable ? changePercent(amount('now'), amount('before')) : null,
    lastMonth: isLoaded(lastMonth) ? amount('lastMonth') : null,
    lastMonthIsFinal: rows[0]?.open === 0 && rows[0].known > 0,
    dailyAverage: divide(amount('now'), daysBetween(ranges.now.start, ranges.now.end)),
    lastSevenDaysAverage: isLoaded(week) ? divide(amount('week'), 7) : null,
    forecast: await readForecast(sql, scope, query, currency, ranges.today),
  };
}

const lastMonthOf = (today: string): DayRange => ({
  start: addMonths(monthOf(today), -1),
  end: monthOf(today),
});
const lastWeekOf = (today: string): DayRange => ({ start: addDays(today, -7), end: today });

/** Everything the overview shows, from one snapshot of the database. Null while nothing of the days asked for is loaded. */
export async function readOverview(ctx: Ctx, query: CostQuery): Promise<Overview | null> {
  requirePermission(ctx, 'cost:read');
  return withSql(ctx, 'read', (sql) =>
    cachedOverview(ctx, sql, query, () => computeOverview(ctx, sql, query)),
  );
}

async function computeOverview(ctx: Ctx, sql: Sql, query: CostQuery): Promise<Overview | null> {
  // The planner takes the ten thousand rows of two months for four and sorts them as text: 16 ms, hashed 11. And it would
  // rather read the whole cube than find a part of it by the key, where the pages lie in memory: 98 ms, by the key 27.
  await sql.query('set local enable_sort = off; set local random_page_cost = 1.1');
  const scope = await readScope(sql, ctx.workspaceId, limitOf(ctx.actor));
  const ranges = scope && rangesOf(query, scope, ctx.now());
  const currency =
    query.currency && scope?.currencies.includes(query.currency) ? query.currency : scope?.currencies[0];
  if (!scope || !ranges || !currency) return null;
  const name = namers(scope);
  const changes = await changesByDimension(sql, scope, query, currency, ranges);
  const grain = grainOf(ranges.now);
  const daily = await dailyByDimension(sql, scope, query, currency, { range: ranges.now, grain });
  const days = barsOf(ranges.now, grain);
  const linesBy = (of: readonly KeyChange[]) => ({
    service: linesOf(of, 'service', name.service, ranges.isComparable),
    account: linesOf(of, 'account', name.account, ranges.isComparable),
    region: linesOf(of, 'region', name.region, ranges.isComparable),
  });
  const lines = linesBy(changes);
  // What can be filtered on does not shrink with what is filtered on.
  const unfiltered = { ...query, service: [], account: [], region: [] };
  const all = isFiltered(query)
    ? linesBy(await changesByDimension(sql, scope, unfiltered, currency, ranges))
    : lines;
  const options = (dimension: Dimension) => all[dimension].map(({ id, label }) => ({ id, label }));
  const shown = lines[query.by];
  return {
    currency,
    currencies: scope.currencies,
    isLimited: scope.limitedTo !== null,
    by: query.by,
    metric: query.metric,
    range: ranges.now,
    comparison: ranges.before,
    grain,
    days,
    loaded: scope.loaded,
    isMonthToDate: ranges.now.start === monthOf(ranges.today) && ranges.now.end === ranges.today,
    forecastMonth: monthOf(ranges.today),
    lastMonth: lastMonthOf(ranges.today).start,
    lastSevenDays: lastWeekOf(ranges.today),
    estimatedFrom: monthOf(dayOf(ctx.now())),
    kpis: await readKpis(sql, scope, query, currency, ranges),
    series: seriesOf(daily, shown, days, name[query.by]),
    lines: shown,
    services: lines.service,
    accounts: lines.account,
    regions: lines.region,
    movers: ranges.isComparable ? moversOf(changes) : [],
    filters: { service: options('service'), account: options('account'), region: options('region') },
    agreement: await readAgreement(sql, scope, currency, costColumn(query)),
    syncedAt: scope.syncedAt.toISOString(),
  };
}
