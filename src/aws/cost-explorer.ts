import {
  type CostExplorerClient,
  GetCostAndUsageCommand,
  GetCostAndUsageWithResourcesCommand,
  GetCostForecastCommand,
  type Expression,
  type GetCostAndUsageCommandInput,
  type MetricValue,
  type ResultByTime,
} from '@aws-sdk/client-cost-explorer';
import { USAGE_RECORD_TYPES } from '@/domain/charge-category';
import { AwsError } from './port';
import type { AccountTotal, CostRow, DateRange, Forecast, RecordKind, ResourceCostRow } from './port';

// FOCUS BilledCost is what Cost Explorer calls unblended, EffectiveCost what it calls amortized.
const METRICS = ['UnblendedCost', 'AmortizedCost'];

const usage: Expression = {
  Dimensions: { Key: 'RECORD_TYPE', Values: [...USAGE_RECORD_TYPES], MatchOptions: ['EQUALS'] },
};

const ofAccount = (accountId: string): Expression => ({
  Dimensions: { Key: 'LINKED_ACCOUNT', Values: [accountId], MatchOptions: ['EQUALS'] },
});

/** The two filters are each other's complement, so together they hold every charge once. */
function filterOf(accountId: string, kind: RecordKind): Expression {
  return { And: [ofAccount(accountId), kind === 'usage' ? usage : { Not: usage }] };
}

type Send = <T>(call: (client: CostExplorerClient) => Promise<T>, action: string) => Promise<T>;

interface Page {
  readonly ResultsByTime?: ResultByTime[] | undefined;
  readonly NextPageToken?: string | undefined;
}

async function* pagesOf(
  ask: (token: { NextPageToken?: string }) => Promise<Page>,
): AsyncGenerator<ResultByTime[]> {
  let token: string | undefined;
  do {
    const page = await ask(token ? { NextPageToken: token } : {});
    yield page.ResultsByTime ?? [];
    token = page.NextPageToken;
  } while (token);
}

const pages = (send: Send, input: GetCostAndUsageCommandInput) =>
  pagesOf((token) =>
    send((client) => client.send(new GetCostAndUsageCommand({ ...input, ...token })), 'ce:GetCostAndUsage'),
  );

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

const WITH_RESOURCES = 'ce:GetCostAndUsageWithResources';
/** What Cost Explorer calls cost that belongs to no resource. */
const NO_RESOURCE = 'NoResourceId';

/** AWS says in several ways that the payer has not opted in to costs by resource; of one, the name is that of a missing permission. */
const isNotOptedIn = (error: AwsError) =>
  error.kind === 'data-unavailable' ||
  (error.kind === 'permission-missing' && /opt(ed)?[ -]?in|not enabled/i.test(String(error.cause)));

/**
 * Cost by resource, record types of all kinds: what a Savings Plan covers and its negation meet in the resource, as in a bill.
 * The API asks for a filter, and says of services alone that it takes them.
 * https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsageWithResources.html
 */
export async function* resourceCostPages(
  send: Send,
  range: DateRange,
  accountId: string,
  services: readonly string[],
): AsyncGenerator<ResourceCostRow[]> {
  const input = {
    TimePeriod: { Start: range.start, End: range.end },
    Granularity: 'DAILY' as const,
    Metrics: METRICS,
    Filter: {
      And: [
        ofAccount(accountId),
        { Dimensions: { Key: 'SERVICE' as const, Values: [...services], MatchOptions: ['EQUALS' as const] } },
      ],
    },
    GroupBy: [
      { Type: 'DIMENSION' as const, Key: 'RESOURCE_ID' },
      { Type: 'DIMENSION' as const, Key: 'SERVICE' },
    ],
  };
  const ask = async (token: { NextPageToken?: string }): Promise<Page> => {
    try {
      return await send(
        (client) => client.send(new GetCostAndUsageWithResourcesCommand({ ...input, ...token })),
        WITH_RESOURCES,
      );
    } catch (error) {
      if (!(error instanceof AwsError) || !isNotOptedIn(error)) throw error;
      throw new AwsError(
        'data-unavailable',
        'Cost Explorer does not tell costs by resource here yet. The payer account switches that on under Billing and Cost Management, Cost Management preferences, Cost Explorer: resource-level data at daily granularity. AWS then needs up to 48 hours.',
        false,
        WITH_RESOURCES,
      );
    }
  };
  for await (const page of pagesOf(ask)) {
    yield page.flatMap((day) =>
      (day.Groups ?? []).flatMap((group) => {
        const [resourceId = '', service = ''] = group.Keys ?? [];
        if (resourceId === '' || resourceId === NO_RESOURCE) return [];
        return { date: day.TimePeriod?.Start ?? range.start, resourceId, service, ...amounts(group.Metrics) };
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
