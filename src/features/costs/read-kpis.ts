import type { Sql } from '@/db/client';
import type { CostQuery } from '@/domain/cost-query';
import { seasonalForecast } from '@/domain/forecast';
import { add, changePercent, divide } from '@/domain/money';
import { addDays, addMonths, daysBetween, monthOf, type DayRange } from '@/domain/period';
import { dailyByDimension, totalsOfSpans } from './cost-sql';
import type { Kpis } from './overview';
import { isPart, type CostScope } from './scope';

export interface Ranges {
  readonly now: DayRange;
  readonly before: DayRange;
  readonly isComparable: boolean;
  /** The day after the last loaded one: what "today" means for every figure. */
  readonly today: string;
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
  // Whatever the report is grouped by, this is about all of it: services are the cheapest to add up.
  const daily = await dailyByDimension(sql, scope, { ...query, by: 'service' }, currency, {
    range: { start: since, end: today },
    grain: 'day',
  });
  const totals = new Map<string, string>();
  for (const row of daily) totals.set(row.day, add(totals.get(row.day) ?? '0', row.amount));
  const seasonal = seasonalForecast(totals, today);
  return seasonal && { source: 'seasonal', ...seasonal };
}

export async function readKpis(
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

export const lastMonthOf = (today: string): DayRange => ({
  start: addMonths(monthOf(today), -1),
  end: monthOf(today),
});
export const lastWeekOf = (today: string): DayRange => ({ start: addDays(today, -7), end: today });
