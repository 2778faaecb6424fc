import { AwsError, json } from '../http/aws-error';
import type { WireResponse } from '../http/aws-error';
import { isObject } from '../http/aws-request';
import type { AwsRequest } from '../http/aws-request';
import type { ServiceContext } from '../services/service';
import { epochDay, isoDay } from '../world/clock';
import { aggregate } from './aggregate';
import type { Answer, Grouping } from './aggregate';
import { aggregateByResource } from './by-resource';
import type { ResourceLabel } from './by-resource';
import { costDataOf } from './cost-data';
import { readDimension, readTag, validationException } from './dimensions';
import { compileFilter } from './filter';
import { columnsOf, metricValues, readMetrics } from './metrics';
import { fingerprint, makePageToken, readPageToken } from './page-tokens';
import { checkHistory, firstOfMonth, readDays, readGranularity, splitPeriods } from './periods';
import type { Period } from './periods';

const GROUPINGS_LIMIT = 2;
const REMEMBERED_ANSWERS = 6;

interface Definition {
  Type: string;
  Key: string;
}

function readDefinitions(value: unknown): Definition[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > GROUPINGS_LIMIT) {
    throw validationException(`GroupBy can have at most ${GROUPINGS_LIMIT} entries`);
  }
  const definitions = value.map((entry: unknown) => {
    const { Type = 'DIMENSION', Key } = isObject(entry) ? entry : {};
    return { Type: String(Type), Key: String(Key) };
  });
  if (new Set(definitions.map(({ Type, Key }) => `${Type}:${Key}`)).size < definitions.length) {
    throw validationException('Cannot group by the same dimension twice');
  }
  return definitions;
}

function labelOf(type: string, key: string): Grouping['label'] {
  if (type === 'DIMENSION') return readDimension(key);
  if (type === 'TAG') {
    const read = readTag(key);
    return (series) => `${key}$${read(series)}`;
  }
  if (type === 'COST_CATEGORY') return () => `${key}$`;
  throw validationException(`Group definition type ${type} is not supported`);
}

const answers = new WeakMap<ServiceContext, Map<string, Answer>>();

function remembered(context: ServiceContext, key: string, compute: () => Answer): Answer {
  const known = answers.get(context) ?? new Map<string, Answer>();
  answers.set(context, known);
  const answer = known.get(key) ?? compute();
  known.delete(key);
  known.set(key, answer);
  const oldest = known.keys().next().value;
  if (known.size > REMEMBERED_ANSWERS && oldest !== undefined) known.delete(oldest);
  return answer;
}

export function getCostAndUsage(
  request: AwsRequest,
  context: ServiceContext,
  accountId: string,
): WireResponse {
  const { input } = request;
  const definitions = readDefinitions(input.GroupBy);
  const groupings: Grouping[] = definitions.map(({ Type, Key }) => ({ label: labelOf(Type, Key) }));
  const filter = input.Filter === undefined ? (): boolean => true : compileFilter(input.Filter);
  return answerPage(request, context, { accountId, definitions }, (question) =>
    aggregate(costDataOf(context.world, context.clock), { ...question, groupings, filter }),
  );
}

const RESOURCE_DAYS = 14;
const RESOURCE_ID = 'RESOURCE_ID';

/** The same by resource: of the last fourteen days, where the payer has opted in, and only with a filter. */
export function getCostAndUsageWithResources(
  request: AwsRequest,
  context: ServiceContext,
  accountId: string,
): WireResponse {
  const { input } = request;
  if (input.Filter === undefined) throw validationException('Filter is required');
  if (!context.world.hasResourceCosts(accountId)) {
    throw new AwsError(
      'DataUnavailableException',
      'Resource-level data is not enabled. Opt in on the Cost Explorer settings page of the payer account',
    );
  }
  const today = epochDay(context.clock.now());
  if (readDays(input.TimePeriod).start < today - RESOURCE_DAYS) {
    throw validationException('Resource-level data is only available for the last 14 days');
  }
  const definitions = readDefinitions(input.GroupBy);
  if (!definitions.some(({ Key }) => Key === RESOURCE_ID)) {
    throw validationException('Resource-level data has to be grouped or filtered by RESOURCE_ID');
  }
  const labels = definitions.map(({ Type, Key }): ResourceLabel => {
    return Key === RESOURCE_ID ? (_series, _account, resourceId) => resourceId : labelOf(Type, Key);
  });
  const filter = compileFilter(input.Filter);
  return answerPage(request, context, { accountId, definitions }, (question) =>
    aggregateByResource(context.world, costDataOf(context.world, context.clock), {
      ...question,
      labels,
      filter,
    }),
  );
}

type Question = Pick<Parameters<typeof aggregate>[1], 'accounts' | 'periods' | 'columns'>;

function answerPage(
  { action, input }: AwsRequest,
  context: ServiceContext,
  { accountId, definitions }: { accountId: string; definitions: Definition[] },
  compute: (question: Question) => Answer,
): WireResponse {
  const granularity = readGranularity(input.Granularity);
  const range = readDays(input.TimePeriod);
  checkHistory(range, granularity, context.clock.now());
  const metrics = readMetrics(input.Metrics);
  const print = fingerprint(action, accountId, input);
  const offset = readPageToken(input.NextPageToken, print);
  const periods = splitPeriods(range, granularity);
  const lastDay = costDataOf(context.world, context.clock).lastDay();
  const answer = remembered(context, `${print}:${lastDay}:${context.world.version}`, () =>
    compute({
      accounts: context.world.visibleAccounts(accountId),
      periods,
      columns: columnsOf(metrics),
    }),
  );
  const openMonth = firstOfMonth(epochDay(context.clock.now()));
  const describe = (period: Period): object => ({
    TimePeriod: { Start: isoDay(period.start), End: isoDay(period.end) },
    Estimated: period.end > openMonth,
  });
  if (definitions.length === 0) {
    const totals = periods.map((period, index) => ({
      ...describe(period),
      Total: metricValues(metrics, answer[index]?.[0]),
      Groups: [],
    }));
    return json({ ResultsByTime: totals, DimensionValueAttributes: [] });
  }
  const page = cutPage(answer, offset, context.costPageSize);
  const results = page.slices.map(({ index, cells }) => ({
    ...describe(periods[index] ?? range),
    Total: cells.length === 0 ? metricValues(metrics, undefined) : {},
    Groups: cells.map((cell) => ({ Keys: cell.keys, Metrics: metricValues(metrics, cell) })),
  }));
  return json({
    GroupDefinitions: definitions,
    ResultsByTime: results,
    DimensionValueAttributes: accountNames(context, page.slices, definitions),
    ...(page.next === undefined ? {} : { NextPageToken: makePageToken(print, page.next) }),
  });
}

interface Slice {
  index: number;
  cells: Answer[number];
}

/** Cuts the groups of all periods into pages of equal size; a period may continue on the next page. */
function cutPage(
  answer: Answer,
  offset: number,
  size: number,
): { slices: Slice[]; next: number | undefined } {
  const slices: Slice[] = [];
  const end = offset + size;
  let position = 0;
  answer.forEach((cells, index) => {
    const from = Math.max(0, offset - position);
    const to = Math.min(cells.length, end - position);
    const isEmptyHere =
      cells.length === 0 && position >= offset && position < end && (position > offset || offset === 0);
    if (from < to || isEmptyHere) slices.push({ index, cells: cells.slice(from, to) });
    position += cells.length;
  });
  if (offset === 0 && position === 0) {
    return { slices: answer.map((cells, index) => ({ index, cells })), next: undefined };
  }
  return { slices, next: end < position ? end : undefined };
}

function accountNames(context: ServiceContext, slices: Slice[], definitions: { Key: string }[]): object[] {
  const position = definitions.findIndex(({ Key }) => Key === 'LINKED_ACCOUNT');
  if (position < 0) return [];
  const ids = new Set(slices.flatMap(({ cells }) => cells.map((cell) => cell.keys[position] ?? '')));
  return [...ids].sort().map((id) => ({
    Value: id,
    Attributes: { description: context.world.accounts.get(id)?.name ?? id },
  }));
}
