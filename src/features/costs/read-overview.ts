import { limitOf, requirePermission, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { isFiltered, tagOf, toSearchParams, type CostQuery, type Dimension } from '@/domain/cost-query';
import { changePercent, compare, isZero, subtract } from '@/domain/money';
import { barsOf, dayOf, grainOf, monthOf } from '@/domain/period';
import { cachedAnswer } from './answer-cache';
import { changesByDimension, changesByTag, dailyByDimension, type KeyChange } from './cost-sql';
import { frameOf } from './frame';
import { NO_GROUP } from './labels';
import { kindOf, linesOf, namers, seriesOf } from './overview-lines';
import type { Mover, Overview } from './overview';
import { readAgreement } from './read-agreement';
import { lastMonthOf, lastWeekOf, readKpis } from './read-kpis';
import { costColumn, readScope, type CostScope } from './scope';
import { readTagOptions, TAGS_ARE_HASHED } from './tag-sql';

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
  return cachedAnswer(ctx, `overview ${toSearchParams(query)}`, (sql) => computeOverview(ctx, sql, query));
}

/** The customer's groups of the accounts that count; none where nobody has made one. */
function groupsOf(scope: CostScope): { id: string; label: string }[] {
  const groups = [...new Set(scope.accounts.map((account) => account.group ?? ''))].sort();
  return groups.every((group) => group === '')
    ? []
    : groups.map((group) => ({ id: group, label: group || NO_GROUP }));
}

async function computeOverview(ctx: Ctx, sql: Sql, query: CostQuery): Promise<Overview | null> {
  // The planner takes the ten thousand rows of two months for four and sorts them as text: 16 ms, hashed 11. And it would
  // rather read the whole cube than find a part of it by the key, where the pages lie in memory: 98 ms, by the key 27.
  // Whoever reads beside others has nothing of workers that take their processors.
  await sql.query(
    "set local enable_sort = off; set local random_page_cost = 1.1; set local max_parallel_workers_per_gather = 0; set local work_mem = '32MB'",
  );
  const scope = await readScope(sql, ctx.workspaceId, limitOf(ctx.actor));
  const frame = scope && frameOf(query, scope, ctx.now());
  if (!scope || !frame) return null;
  const { ranges, currency } = frame;
  if (tagOf(query.by) !== null || query.tags.length > 0) await sql.query(TAGS_ARE_HASHED);
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
  const unfiltered = { ...query, service: [], account: [], region: [], accountGroup: [], tags: [] };
  const all = isFiltered(query)
    ? linesBy(await changesByDimension(sql, scope, unfiltered, currency, ranges))
    : lines;
  const options = (dimension: Dimension) => all[dimension].map(({ id, label }) => ({ id, label }));
  const kind = kindOf(query.by);
  const before = ranges.isComparable ? ranges.before : null;
  const ofKind =
    kind === 'tag' ? await changesByTag(sql, scope, query, currency, { daily, before }) : changes;
  const shown = linesOf(ofKind, kind, name[kind], ranges.isComparable);
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
    series: seriesOf(daily, shown, days, name[kind]),
    lines: shown,
    services: lines.service,
    accounts: lines.account,
    regions: lines.region,
    movers: ranges.isComparable ? moversOf(changes) : [],
    filters: { service: options('service'), account: options('account'), region: options('region') },
    accountGroups: groupsOf(scope),
    tags: await readTagOptions(sql, scope),
    agreement: await readAgreement(sql, scope, currency, costColumn(query)),
    syncedAt: scope.syncedAt.toISOString(),
  };
}
