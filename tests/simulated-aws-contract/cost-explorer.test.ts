import {
  CostExplorerClient,
  GetCostAndUsageWithResourcesCommand,
  GetCostForecastCommand,
  GetDimensionValuesCommand,
  GetCostCategoriesCommand,
  GetTagsCommand,
} from '@aws-sdk/client-cost-explorer';
import type {
  GetCostAndUsageWithResourcesCommandInput,
  GroupDefinition,
} from '@aws-sdk/client-cost-explorer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulatedAws } from '../simulated-aws/server';
import type { SimulatedAws } from '../simulated-aws/server';
import { MANAGEMENT, MEMBER, STANDALONE, allPages, assume, connect, settings, sumOf } from './clients';
import type { CostQuery, Keys } from './clients';

const NOW = new Date('2026-11-24T12:00:00Z');
let aws: SimulatedAws;
let keys: Keys;

beforeAll(async () => {
  aws = await startSimulatedAws({ size: 'tiny', costPageSize: 50, now: () => NOW });
  for (const account of [MANAGEMENT, MEMBER, STANDALONE]) await connect(aws, account);
  keys = await assume(aws, MANAGEMENT);
});

afterAll(() => aws.close());

const dimension = (Key: string): GroupDefinition => ({ Type: 'DIMENSION', Key });
const query = (changes: CostQuery) => allPages(aws, keys, changes);
const one = (Key: 'SERVICE' | 'REGION' | 'RECORD_TYPE' | 'LINKED_ACCOUNT', ...Values: string[]) => ({
  Dimensions: { Key, Values },
});

describe('GetCostAndUsage', () => {
  it.each([
    [[dimension('SERVICE')]],
    [[dimension('SERVICE'), dimension('REGION')]],
    [[dimension('LINKED_ACCOUNT'), dimension('USAGE_TYPE')]],
    [[dimension('RECORD_TYPE'), dimension('OPERATION')]],
    [[{ Type: 'TAG', Key: 'team' } as GroupDefinition]],
  ])('sums to the same total grouped by %j', async (GroupBy) => {
    for (const metric of ['UnblendedCost', 'AmortizedCost']) {
      const total = sumOf(await query({ Metrics: [metric] }), metric);
      expect(total).toBeGreaterThan(0n);
      expect(sumOf(await query({ Metrics: [metric], GroupBy }), metric)).toBe(total);
      expect(sumOf(await query({ Metrics: [metric], GroupBy, Granularity: 'DAILY' }), metric)).toBe(total);
    }
  });

  it('cuts the groups into pages that lose and double nothing', async () => {
    const pages = await query({
      Granularity: 'DAILY',
      GroupBy: [dimension('SERVICE'), dimension('LINKED_ACCOUNT')],
    });
    expect(pages.length).toBeGreaterThan(5);
    const counts = pages.map((page) =>
      (page.ResultsByTime ?? []).reduce((sum, { Groups }) => sum + (Groups?.length ?? 0), 0),
    );
    expect(counts.slice(0, -1).every((count) => count === 50)).toBe(true);
    const labels = pages.flatMap((page) =>
      (page.ResultsByTime ?? []).flatMap(({ TimePeriod, Groups }) =>
        (Groups ?? []).map(({ Keys }) => `${TimePeriod?.Start} ${Keys?.join()}`),
      ),
    );
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('takes a page token only back with the parameters it was given for', async () => {
    const GroupBy = [dimension('SERVICE'), dimension('LINKED_ACCOUNT')];
    const [first] = await query({ Granularity: 'DAILY', GroupBy });
    const NextPageToken = first?.NextPageToken ?? '';
    await expect(
      query({ Granularity: 'DAILY', GroupBy: [dimension('SERVICE')], NextPageToken }),
    ).rejects.toMatchObject({ name: 'RequestChangedException' });
    await expect(query({ Granularity: 'DAILY', GroupBy, NextPageToken: 'garbage' })).rejects.toMatchObject({
      name: 'InvalidNextTokenException',
    });
  });

  it('filters with And, Or and Not', async () => {
    const total = sumOf(await query({}));
    const usage = sumOf(await query({ Filter: one('RECORD_TYPE', 'Usage') }));
    const rest = sumOf(await query({ Filter: { Not: one('RECORD_TYPE', 'Usage') } }));
    expect(usage + rest).toBe(total);
    expect(rest).not.toBe(0n);
    const lambda = one('SERVICE', 'AWS Lambda');
    const s3 = one('SERVICE', 'Amazon Simple Storage Service');
    const either = sumOf(await query({ Filter: { Or: [lambda, s3] } }));
    expect(either).toBe(sumOf(await query({ Filter: lambda })) + sumOf(await query({ Filter: s3 })));
    const here = one('REGION', 'eu-west-1');
    const nested = sumOf(await query({ Filter: { And: [{ Or: [lambda, s3] }, { Not: here }] } }));
    expect(nested).toBe(either - sumOf(await query({ Filter: { And: [{ Or: [lambda, s3] }, here] } })));
    const untagged = { Tags: { Key: 'team', MatchOptions: ['ABSENT' as const] } };
    expect(sumOf(await query({ Filter: untagged })) + sumOf(await query({ Filter: { Not: untagged } }))).toBe(
      total,
    );
  });

  it('shows every kind of line item, with savings plans that cancel out', async () => {
    const sum = async (metric: string, ...types: string[]) =>
      sumOf(await query({ Metrics: [metric], Filter: one('RECORD_TYPE', ...types) }), metric);
    for (const type of ['Usage', 'Tax', 'Support', 'SavingsPlanRecurringFee', 'RIFee']) {
      expect(await sum('UnblendedCost', type), type).toBeGreaterThan(0n);
    }
    expect(await sum('UnblendedCost', 'Credit')).toBeLessThan(0n);
    expect(await sum('UnblendedCost', 'SavingsPlanCoveredUsage', 'SavingsPlanNegation')).toBe(0n);
    expect(await sum('AmortizedCost', 'SavingsPlanNegation')).toBe(0n);
    expect(await sum('AmortizedCost', 'SavingsPlanCoveredUsage', 'SavingsPlanRecurringFee')).toBe(
      await sum('UnblendedCost', 'SavingsPlanRecurringFee'),
    );
    expect(await sum('UnblendedCost', 'DiscountedUsage')).toBe(0n);
    expect(await sum('AmortizedCost', 'DiscountedUsage')).toBe(await sum('UnblendedCost', 'RIFee'));
  });

  it('marks the open month as estimated and has nothing for today', async () => {
    const [page] = await query({
      TimePeriod: { Start: '2026-10-01', End: '2026-11-25' },
      Granularity: 'DAILY',
    });
    const byDay = new Map((page?.ResultsByTime ?? []).map((result) => [result.TimePeriod?.Start, result]));
    expect(byDay.get('2026-10-31')?.Estimated).toBe(false);
    expect(byDay.get('2026-11-01')?.Estimated).toBe(true);
    expect(byDay.get('2026-11-23')?.Total?.UnblendedCost?.Amount).not.toBe('0');
    expect(byDay.get('2026-11-24')?.Total?.UnblendedCost?.Amount).toBe('0');
  });

  it('shows a member only itself', async () => {
    const member = await allPages(aws, await assume(aws, MEMBER), { GroupBy: [dimension('LINKED_ACCOUNT')] });
    expect(
      new Set(
        member.flatMap(
          (page) => page.ResultsByTime?.flatMap(({ Groups }) => Groups?.map(({ Keys }) => Keys?.[0])) ?? [],
        ),
      ),
    ).toEqual(new Set([MEMBER]));
    expect(sumOf(member)).toBe(sumOf(await query({ Filter: one('LINKED_ACCOUNT', MEMBER) })));
  });

  it('keeps its past when a day goes by', async () => {
    const tomorrow = await startSimulatedAws({
      size: 'tiny',
      now: () => new Date(NOW.getTime() + 86_400_000),
      anchor: NOW,
    });
    await connect(tomorrow, MANAGEMENT);
    const later = { ...(await assume(tomorrow, MANAGEMENT)) };
    const past: CostQuery = {
      TimePeriod: { Start: '2026-10-01', End: '2026-11-24' },
      Granularity: 'DAILY',
      GroupBy: [dimension('SERVICE')],
    };
    expect(sumOf(await allPages(tomorrow, later, past))).toBe(sumOf(await query(past)));
    await tomorrow.close();
  });

  it.each<[string, CostQuery]>([
    ['start after end', { TimePeriod: { Start: '2026-10-02', End: '2026-10-01' } }],
    ['empty period', { TimePeriod: { Start: '2026-10-01', End: '2026-10-01' } }],
    ['no such day', { TimePeriod: { Start: '2026-02-30', End: '2026-10-01' } }],
    ['more than 14 months ago', { TimePeriod: { Start: '2025-09-30', End: '2026-10-01' } }],
    ['beyond tomorrow', { TimePeriod: { Start: '2026-10-01', End: '2026-11-26' }, Granularity: 'DAILY' }],
    ['unknown metric', { Metrics: ['Cost'] }],
    ['no metric', { Metrics: [] }],
    ['three groupings', { GroupBy: ['SERVICE', 'REGION', 'OPERATION'].map(dimension) }],
    ['unknown dimension', { GroupBy: [dimension('COLOUR')] }],
    ['two roots', { Filter: { ...one('REGION', 'x'), Not: one('REGION', 'y') } }],
    ['one operand', { Filter: { And: [one('REGION', 'x')] } }],
  ])('rejects %s', async (_what, changes) => {
    await expect(query(changes)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('is unavailable where Cost Explorer is off', async () => {
    const account = aws.world.account(STANDALONE);
    if (account) account.costExplorerEnabled = false;
    await expect(allPages(aws, await assume(aws, STANDALONE), {})).rejects.toMatchObject({
      name: 'DataUnavailableException',
    });
    if (account) account.costExplorerEnabled = true;
  });
});

describe('GetCostAndUsageWithResources', () => {
  const TimePeriod = { Start: '2026-11-10', End: '2026-11-24' };
  const GroupBy = [dimension('RESOURCE_ID'), dimension('SERVICE')];
  const Filter = one('LINKED_ACCOUNT', MEMBER);
  const ask = (changes: Partial<GetCostAndUsageWithResourcesCommandInput> = {}) =>
    new CostExplorerClient(settings(aws, keys)).send(
      new GetCostAndUsageWithResourcesCommand({
        ...{ TimePeriod, Granularity: 'DAILY', Metrics: ['UnblendedCost', 'AmortizedCost'] },
        ...{ GroupBy, Filter, ...changes },
      }),
    );

  it.each(['UnblendedCost', 'AmortizedCost'])('sums to what the account cost: %s', async (metric) => {
    const pages = [await ask()];
    for (let token = pages[0]?.NextPageToken; token; token = pages.at(-1)?.NextPageToken)
      pages.push(await ask({ NextPageToken: token }));
    expect(pages.length).toBeGreaterThan(1);
    const whole = await query({ TimePeriod, Granularity: 'DAILY', Metrics: [metric], Filter });
    expect(sumOf(pages, metric)).toBe(sumOf(whole, metric));
    const ids = pages.flatMap((page) =>
      (page.ResultsByTime ?? []).flatMap(({ Groups }) => (Groups ?? []).map(({ Keys }) => Keys?.[0])),
    );
    expect(new Set(ids).size).toBeGreaterThan(10);
    expect(ids).toContain('NoResourceId');
  });

  it.each([
    ['days before the last fourteen', { TimePeriod: { Start: '2026-11-09', End: '2026-11-10' } }],
    ['a question without a filter', { Filter: undefined }],
    ['a question that names no resource', { GroupBy: [dimension('SERVICE')] }],
  ])('rejects %s', async (_what, changes) => {
    await expect(ask(changes as Partial<GetCostAndUsageWithResourcesCommandInput>)).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('is unavailable where the payer has not opted in', async () => {
    const account = aws.world.account(MANAGEMENT);
    if (account) account.withoutResourceCosts = true;
    await expect(ask()).rejects.toMatchObject({ name: 'DataUnavailableException' });
    if (account) delete account.withoutResourceCosts;
  });
});

describe('the demo world', () => {
  it('is the size it says, with its spike, its closed account and sums that stay exact', async () => {
    const demo = await startSimulatedAws({ size: 'demo', now: () => NOW });
    await connect(demo, MANAGEMENT);
    const owner = await assume(demo, MANAGEMENT);
    const ask = async (changes: CostQuery, metric = 'UnblendedCost') =>
      sumOf(await allPages(demo, owner, { Metrics: [metric], ...changes }), metric) / 1_000_000_000n;
    const month = { TimePeriod: { Start: '2026-10-01', End: '2026-11-01' } };
    const october = await ask(month);
    expect(october).toBeGreaterThan(170_000n);
    expect(october).toBeLessThan(195_000n);
    const year = { TimePeriod: { Start: '2025-10-01', End: '2026-12-01' } };
    expect(await ask(year, 'UsageQuantity')).toBeGreaterThan(0n);
    const closed = one('LINKED_ACCOUNT', '106733842590');
    expect(
      await ask({ TimePeriod: { Start: '2026-05-01', End: '2026-06-01' }, Filter: closed }),
    ).toBeGreaterThan(3_000n);
    expect(await ask({ TimePeriod: { Start: '2026-08-01', End: '2026-11-01' }, Filter: closed })).toBe(0n);
    const place = {
      And: [one('SERVICE', 'EC2 - Other'), one('REGION', 'eu-west-1'), one('LINKED_ACCOUNT', MEMBER)],
    };
    const days = (Start: string, End: string) => ask({ TimePeriod: { Start, End }, Filter: place });
    const before = await days('2026-11-11', '2026-11-15');
    expect(await days('2026-11-15', '2026-11-19')).toBeGreaterThan(4n * before);
    const services = await allPages(demo, owner, { ...month, GroupBy: [dimension('SERVICE')] });
    expect(services[0]?.ResultsByTime?.[0]?.Groups?.length).toBeGreaterThanOrEqual(40);
    await demo.close();
  });
});

describe('the other operations', () => {
  const TimePeriod = { Start: '2026-09-01', End: '2026-11-01' };

  it('give dimension values and tags', async () => {
    const ce = new CostExplorerClient(settings(aws, keys));
    const services = await ce.send(
      new GetDimensionValuesCommand({ TimePeriod, Dimension: 'SERVICE', SearchString: 'lambda' }),
    );
    expect(services.DimensionValues?.map(({ Value }) => Value)).toEqual(['AWS Lambda']);
    const tags = await ce.send(new GetTagsCommand({ TimePeriod, TagKey: 'team' }));
    expect(tags.Tags).toContain('checkout');
    const categories = await ce.send(new GetCostCategoriesCommand({ TimePeriod }));
    expect(categories.CostCategoryNames).toEqual(['Business unit']);
    const units = await ce.send(
      new GetCostCategoriesCommand({ TimePeriod, CostCategoryName: 'Business unit' }),
    );
    expect(units).toMatchObject({
      CostCategoryValues: expect.arrayContaining(['Core']),
      TotalSize: expect.any(Number),
    });
  });

  it('forecast between bounds', async () => {
    const ce = new CostExplorerClient(settings(aws, keys));
    const forecast = await ce.send(
      new GetCostForecastCommand({
        TimePeriod: { Start: '2026-11-24', End: '2026-12-24' },
        Granularity: 'DAILY',
        Metric: 'UNBLENDED_COST',
      }),
    );
    expect(forecast.ForecastResultsByTime).toHaveLength(30);
    for (const {
      MeanValue,
      PredictionIntervalLowerBound: low,
      PredictionIntervalUpperBound: high,
    } of forecast.ForecastResultsByTime ?? []) {
      expect(Number(low)).toBeLessThan(Number(MeanValue));
      expect(Number(high)).toBeGreaterThan(Number(MeanValue));
    }
  });
});
