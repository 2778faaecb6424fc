import { AwsError, json } from '../http/aws-error';
import type { WireResponse } from '../http/aws-error';
import type { AwsRequest } from '../http/aws-request';
import type { ServiceContext } from '../services/service';
import { epochDay, isoDay } from '../world/clock';
import { aggregate } from './aggregate';
import { costDataOf } from './cost-data';
import { validationException } from './dimensions';
import { compileFilter } from './filter';
import { columnsOf, readMetrics } from './metrics';
import { NANOS } from './money';
import { readDays, readGranularity, splitPeriods } from './periods';

const HISTORY_DAYS = 84;
const NEEDED_DAYS = 28;
const DRIFT_PER_DAY = 1.02 ** (1 / 30.44) - 1;
const Z_SCORES: Record<number, number> = { 80: 1.2816, 90: 1.6449, 95: 1.96 };

interface Model {
  /** Mean and deviation in nanodollars for each day of the week. */
  byWeekday: { mean: number; deviation: number }[];
}

function fit(history: number[], firstDay: number): Model {
  const byWeekday = Array.from({ length: 7 }, (_unused, weekday) => {
    const values = history
      .filter((_value, index) => (firstDay + index) % 7 === weekday)
      .sort((a, b) => a - b);
    // Without the extremes: the first of the month carries tax and support.
    const kept = values.slice(1, -1);
    const mean = kept.reduce((sum, value) => sum + value, 0) / Math.max(1, kept.length);
    const variance = kept.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, kept.length - 1);
    return { mean, deviation: Math.sqrt(variance) };
  });
  return { byWeekday };
}

const dollars = (nanos: number): string => String(Math.max(0, Math.round(nanos)) / NANOS);

export function getCostForecast(
  { input }: AwsRequest,
  context: ServiceContext,
  accountId: string,
): WireResponse {
  const granularity = readGranularity(input.Granularity);
  const range = readDays(input.TimePeriod);
  const today = epochDay(context.clock.now());
  if (range.start < today)
    throw validationException('Start date must be equal to or no later than the current date');
  const [metric = 'UnblendedCost'] = readMetrics([input.Metric]);
  const level = Number(input.PredictionIntervalLevel ?? 80);
  const score = Z_SCORES[level] ?? 1 + level / 100;
  const column = columnsOf([metric])[0] ?? 'unblended';
  const first = today - HISTORY_DAYS;
  const history = aggregate(costDataOf(context.world, context.clock), {
    accounts: context.world.visibleAccounts(accountId),
    periods: splitPeriods({ start: first, end: today }, 'DAILY'),
    groupings: [],
    filter: input.Filter === undefined ? () => true : compileFilter(input.Filter),
    columns: [column],
  }).map((cells) => cells[0]?.sums[column] ?? 0);
  if (history.filter((value) => value !== 0).length < NEEDED_DAYS) {
    throw new AwsError(
      'DataUnavailableException',
      'Insufficient amount of historical data to generate forecast.',
    );
  }
  const model = fit(history, first);
  let total = 0;
  const results = splitPeriods(range, granularity).map(({ start, end }) => {
    let mean = 0;
    let variance = 0;
    for (let day = start; day < end; day++) {
      const weekday = model.byWeekday[day % 7];
      mean += (weekday?.mean ?? 0) * (1 + DRIFT_PER_DAY * (day - today + HISTORY_DAYS / 2));
      variance += (weekday?.deviation ?? 0) ** 2;
    }
    total += mean;
    const margin = score * Math.sqrt(variance) + mean * 0.01;
    return {
      TimePeriod: { Start: isoDay(start), End: isoDay(end) },
      MeanValue: dollars(mean),
      PredictionIntervalLowerBound: dollars(mean - margin),
      PredictionIntervalUpperBound: dollars(mean + margin),
    };
  });
  return json({ Total: { Amount: dollars(total), Unit: 'USD' }, ForecastResultsByTime: results });
}
