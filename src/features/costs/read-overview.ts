import { limitOf, requirePermission, withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { isFiltered, type CostQuery, type Dimension } from '@/domain/cost-query';
import { add, changePercent, compare, isZero, sharePercent, subtract } from '@/domain/money';
import { barsOf, dayOf, grainOf, monthOf } from '@/domain/period';
import { changesByDimension, dailyByDimension, type DayAmount, type KeyChange } from './cost-sql';
import { frameOf } from './frame';
import { accountLabels, regionLabel, serviceLabel } from './labels';
import { cachedOverview } from './overview-cache';
import { SERIES_MAX, type CostLine, type Mover, type Overview, type Series } from './overview';
import { readAgreement } from './read-agreement';
import { lastMonthOf, lastWeekOf, readKpis } from './read-kpis';
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
  const frame = scope && frameOf(query, scope, ctx.now());
  if (!scope || !frame) return null;
  const { ranges, currency } = frame;
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
