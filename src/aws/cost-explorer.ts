import {
  type CostExplorerClient,
  GetCostAndUsageCommand,
  GetCostForecastCommand,
  type Expression,
  type GetCostAndUsageCommandInput,
  type MetricValue,
  type ResultByTime,
} from '@aws-sdk/client-cost-explorer';
import { USAGE_RECORD_TYPES } from '@/domain/charge-category';
import type { AccountTotal, CostRow, DateRange, Forecast, RecordKind } from './port';

// FOCUS BilledCost is what Cost Explorer calls unblended, EffectiveCost what it calls amortized.
const METRICS = ['UnblendedCost', 'AmortizedCost'];

const usage: Expression = {
  Dimensions: { Key: 'RECORD_TYPE', Values: [...USAGE_RECORD_TYPES], MatchOptions: ['EQUALS'] },
};

/** The two filters are each other's complement, so together they hold every charge once. */
function filterOf(accountId: string, kind: RecordKind): Expression {
  const account: Expression = {
    Dimensions: { Key: 'LINKED_ACCOUNT', Values: [accountId], MatchOptions: ['EQUALS'] },
  };
  return { And: [account, kind === 'usage' ? usage : { Not: usage }] };
}

type Send = <T>(call: (client: CostExplorerClient) => Promise<T>, action: string) => Promise<T>;

async function* pages(send: Send, input: GetCostAndUsageCommandInput): AsyncGenerator<ResultByTime[]> {
  let token: string | undefined;
  do {
    const pageInput = { ...input, ...(token ? { NextPageToken: token } : {}) };
    const page = await send(
      (client) => client.send(new GetCostAndUsageCommand(pageInput)),
      'ce:GetCostAndUsage',
    );
    yield page.ResultsByTime ?? [];
    token = page.NextPageToken;
  } while (token);
}

function amounts(metrics: Record<string, MetricValue> | undefined): {
  currency: string;
  billed: string;
  effective: string;
} {
  const billed = metrics?.['UnblendedCost'];
  const effective = metrics?.['AmortizedCost'];
  return {
    currency: billed?.Unit ?? 'USD',
    billed: billed?.Amount ?? '0',
    effective: effective?.Amount ?? '0',
  };
}

export async function* costPages(
  send: Send,
  range: DateRange,
  accountId: string,
  kind: RecordKind,
): AsyncGenerator<CostRow[]> {
  const input: GetCostAndUsageCommandInput = {
    TimePeriod: { Start: range.start, End: range.end },
    Granularity: 'DAILY',
    Metrics: METRICS,
    Filter: filterOf(accountId, kind),
    GroupBy: [
      { Type: 'DIMENSION', Key: 'SERVICE' },
      { Type: 'DIMENSION', Key: kind === 'usage' ? 'REGION' : 'RECORD_TYPE' },
    ],
  };
  for await (const page of pages(send, input)) {
    yield page.flatMap((day) =>
      (day.Groups ?? []).map((group) => {
        const [service = '', second = ''] = group.Keys ?? [];
        return {
          date: day.TimePeriod?.Start ?? range.start,
          service,
          region: kind === 'usage' && second !== 'NoRegion' ? second : '',
          recordType: kind === 'usage' ? '' : second,
          ...amounts(group.Metrics),
        };
      }),
    );
  }
}

async function totals(send: Send, range: DateRange, byRecordType: boolean): Promise<AccountTotal[]> {
  const input: GetCostAndUsageCommandInput = {
    TimePeriod: { Start: range.start, End: range.end },
    Granularity: 'MONTHLY',
    Metrics: METRICS,
    GroupBy: [
      { Type: 'DIMENSION', Key: 'LINKED_ACCOUNT' },
      ...(byRecordType ? [{ Type: 'DIMENSION' as const, Key: 'RECORD_TYPE' }] : []),
    ],
  };
  const found: AccountTotal[] = [];
  for await (const page of pages(send, input)) {
    for (const period of page) {
      for (const group of period.Groups ?? []) {
        found.push({
          period: period.TimePeriod?.Start ?? range.start,
          accountId: group.Keys?.[0] ?? '',
          recordType: group.Keys?.[1] ?? '',
          estimated: period.Estimated ?? false,
          ...amounts(group.Metrics),
        });
      }
    }
  }
  return found;
}

export const monthlyTotals = (send: Send, range: DateRange) => totals(send, range, false);

export const totalsByRecordType = (send: Send, range: DateRange) => totals(send, range, true);

/** Cost Explorer's own forecast with its 80% interval. */
export async function forecast(
  send: Send,
  range: DateRange,
  metric: 'billed' | 'effective',
): Promise<Forecast> {
  const answer = await send(
    (client) =>
      client.send(
        new GetCostForecastCommand({
          TimePeriod: { Start: range.start, End: range.end },
          Granularity: 'MONTHLY',
          Metric: metric === 'billed' ? 'UNBLENDED_COST' : 'AMORTIZED_COST',
          PredictionIntervalLevel: 80,
        }),
      ),
    'ce:GetCostForecast',
  );
  const period = answer.ForecastResultsByTime?.[0];
  const mean = answer.Total?.Amount ?? '0';
  return {
    mean,
    low: period?.PredictionIntervalLowerBound ?? mean,
    high: period?.PredictionIntervalUpperBound ?? mean,
    currency: answer.Total?.Unit ?? 'USD',
  };
}
