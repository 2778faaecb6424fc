import { gunzipSync } from 'node:zlib';
import { CostExplorerClient, GetCostAndUsageCommand, type Group } from '@aws-sdk/client-cost-explorer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from '../../support/plain-csv';
import { createWorkbench, MANAGEMENT, type Workbench } from '../../support/workbench';
import { adminCredentials } from '../../simulated-aws/vendor';
import { nanos, sumBy } from '../syncs/amounts';
import { connectWithExport, EXPORT, expectAgreement } from './support';

const MARCH = { Start: '2027-03-01', End: '2027-03-18' };

interface DaySum {
  readonly key: string;
  readonly billed: bigint;
  readonly effective: bigint;
}

let bench: Workbench;
let id: string;
let delivered: Record<string, string>[];

/** The report writes ten places. */
const trimmed = (amount: string) => amount.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

beforeAll(async () => {
  bench = await createWorkbench();
  bench.aws.world.createExport({ name: 'hourly', format: 'cur-legacy', grain: 'hourly', months: 1 });
  const ctx = await bench.newWorkspace();
  id = await connectWithExport(bench, ctx, 'hourly');
  await expectAgreement(ctx, id);
  delivered = await deliveredRows();
}, 120_000);
afterAll(() => bench.close());

/** What Cost Explorer says day by day, asked by other code than the product's; only where it says that something was charged. */
async function awsDays(): Promise<DaySum[]> {
  const client = new CostExplorerClient({
    endpoint: bench.aws.url,
    region: 'us-east-1',
    credentials: adminCredentials(MANAGEMENT),
  });
  const sums: DaySum[] = [];
  const sumOf = (day: string, { Keys = [], Metrics = {} }: Group): DaySum => ({
    key: [day, ...Keys].join('|'),
    billed: nanos(Metrics['UnblendedCost']?.Amount ?? ''),
    effective: nanos(Metrics['AmortizedCost']?.Amount ?? ''),
  });
  let page: string | undefined;
  do {
    const answer = await client.send(
      new GetCostAndUsageCommand({
        TimePeriod: MARCH,
        Granularity: 'DAILY',
        Metrics: ['UnblendedCost', 'AmortizedCost'],
        GroupBy: [
          { Type: 'DIMENSION', Key: 'LINKED_ACCOUNT' },
          { Type: 'DIMENSION', Key: 'SERVICE' },
        ],
        NextPageToken: page,
      }),
    );
    for (const { TimePeriod, Groups = [] } of answer.ResultsByTime ?? [])
      sums.push(...Groups.map((group) => sumOf(TimePeriod?.Start ?? '', group)));
    page = answer.NextPageToken;
  } while (page !== undefined);
  client.destroy();
  return sums;
}

async function storedDays(): Promise<DaySum[]> {
  const { rows } = await bench.database.owner.query<{ key: string; billed: string; effective: string }>(
    `select concat_ws('|', l.charge_date, k.sub_account_id, k.service_name) as key,
       trim_scale(sum(l.billed_cost))::text as billed, trim_scale(sum(l.effective_cost))::text as effective
     from line_item l join charge_kind k using (workspace_id, connection_id, kind_key)
     where l.connection_id = $1 group by 1`,
    [id],
  );
  return rows.map(({ key, billed, effective }) => ({
    key,
    billed: nanos(billed),
    effective: nanos(effective),
  }));
}

/** Sums by key, without those that come to nothing, which one side has rows of and the other may not. */
const byKey = (sums: readonly DaySum[], amount: (sum: DaySum) => bigint) =>
  new Map([...sumBy(sums, ({ key }) => key, amount)].filter(([, sum]) => sum !== 0n));

/** Rows of the report as AWS has delivered it. */
async function deliveredRows(): Promise<Record<string, string>[]> {
  const files = await bench.aws.exportFiles.list(EXPORT.bucket, `${EXPORT.prefix}/hourly/`);
  return files
    .filter(({ kind }) => kind === 'data')
    .flatMap((file) => readCsv(gunzipSync(file.content()).toString('utf8')));
}

describe('a Cost and Usage Report by the hour', () => {
  it('has the costs of every day, account and service that Cost Explorer has of that day', async () => {
    const [aws, ours] = [await awsDays(), await storedDays()];
    const billed = byKey(aws, (sum) => sum.billed);
    expect(billed.size).toBeGreaterThan(100);
    expect(new Set([...billed.keys()].map((key) => key.slice(0, 10))).size).toBe(17);
    expect(byKey(ours, (sum) => sum.billed)).toEqual(billed);
    expect(byKey(ours, (sum) => sum.effective)).toEqual(byKey(aws, (sum) => sum.effective));
  });

  it('is kept by the day: the hours of a resource and kind of charge are one row', async () => {
    const { rows: twice } = await bench.database.owner.query(
      `select charge_date, resource_key, kind_key, tag_key, count(*) from line_item
       where connection_id = $1 group by 1, 2, 3, 4 having count(*) > 1`,
      [id],
    );
    expect(twice).toEqual([]);
    const startOf = (row: Record<string, string>) => row['lineItem/UsageStartDate'] ?? '';
    expect(new Set(delivered.map((row) => startOf(row).slice(11, 13))).size).toBe(24);
    // What tells charges of a day apart in the report, by columns that have nothing to do with the hour.
    const columns = [
      ...['lineItem/UsageAccountId', 'lineItem/LineItemType', 'lineItem/ProductCode', 'lineItem/UsageType'],
      ...['lineItem/Operation', 'lineItem/ResourceId', 'lineItem/LineItemDescription', 'pricing/RateId'],
    ];
    const charges = new Set(
      delivered.map((row) => [startOf(row).slice(0, 10), ...columns.map((name) => row[name])].join('|')),
    );
    const { rows: kept } = await bench.database.owner.query<{ n: number }>(
      'select count(*)::integer as n from line_item where connection_id = $1',
      [id],
    );
    expect(kept).toEqual([{ n: charges.size }]);
    expect(delivered.length).toBeGreaterThan(charges.size * 5);
  });

  it('keeps the quantities of its hours too, as their sum', async () => {
    const { rows } = await bench.database.owner.query<{ sum: string }>(
      'select trim_scale(sum(consumed_quantity))::text as sum from line_item where connection_id = $1',
      [id],
    );
    const USAGE = ['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage'];
    const used = delivered.filter((row) => USAGE.includes(row['lineItem/LineItemType'] ?? ''));
    const sum = used.reduce((all, row) => all + nanos(trimmed(row['lineItem/UsageAmount'] ?? '')), 0n);
    expect(nanos(rows[0]?.sum ?? '')).toBe(sum);
  });

  it('keeps how much of each commitment was used and how much was not', async () => {
    const { rows } = await bench.database.owner.query<{ key: string; sum: string }>(
      `select concat_ws('|', k.commitment_discount_status, k.commitment_discount_unit) as key,
         trim_scale(sum(l.commitment_discount_quantity))::text as sum
       from line_item l join charge_kind k using (workspace_id, connection_id, kind_key)
       where l.connection_id = $1 and l.commitment_discount_quantity <> 0 group by 1 order by 1`,
      [id],
    );
    const sumOf = (type: string, ...columns: [sign: bigint, name: string][]) =>
      delivered
        .filter((row) => row['lineItem/LineItemType'] === type)
        .flatMap((row) => columns.map(([sign, name]) => sign * nanos(trimmed(row[name] ?? ''))))
        .reduce((all, one) => all + one, 0n);
    expect(rows.map(({ key, sum }) => [key, nanos(sum)])).toEqual([
      [
        'Unused|USD',
        sumOf(
          'SavingsPlanRecurringFee',
          [1n, 'savingsPlan/TotalCommitmentToDate'],
          [-1n, 'savingsPlan/UsedCommitment'],
        ),
      ],
      ['Used|Hrs', sumOf('DiscountedUsage', [1n, 'lineItem/UsageAmount'])],
      ['Used|USD', sumOf('SavingsPlanCoveredUsage', [1n, 'savingsPlan/SavingsPlanEffectiveCost'])],
    ]);
  });
});
