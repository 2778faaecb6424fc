import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuck } from '../simulated-aws/billing/duck-tables';
import type { Duck } from '../simulated-aws/billing/duck-tables';
import { fillBillTables } from '../simulated-aws/billing/bill-tables';
import type { BilledAccount } from '../simulated-aws/billing/bill-tables';
import { writeFocusFiles } from '../simulated-aws/billing/write-export';
import { writeMonth } from '../simulated-aws/billing/write-files';
import { costDataOf } from '../simulated-aws/cost-explorer/cost-data';
import type { ExportFormat, Grain } from '../simulated-aws/world/billing-state';
import { DAY_MS, SimClock } from '../simulated-aws/world/clock';
import { inventoryOf, isAlive } from '../simulated-aws/world/resources';
import { World } from '../simulated-aws/world/world';
import { MANAGEMENT } from './clients';

const NOW = new Date('2026-11-28T12:00:00Z');
const FIRST = Date.parse('2026-10-01') / DAY_MS;
const END = Date.parse('2026-11-01') / DAY_MS;
/** A day has 24 times the rows where they are by the hour. */
const endOf = (grain: Grain) => (grain === 'hourly' ? FIRST + 6 : END);
const MONTH = { start: '2026-10-01', end: '2026-11-01', payerId: MANAGEMENT, payerName: 'Acme Group' };

let directory: string;
let duck: Duck;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'billing-sums-'));
  duck = await openDuck(directory, 2);
});

afterAll(async () => {
  await duck.close();
  await rm(directory, { recursive: true });
});

const newWorld = () =>
  new World({ size: 'tiny', seed: 'sums', anchorDay: Math.floor(NOW.getTime() / DAY_MS) });

function billedAccounts(world: World): BilledAccount[] {
  const data = costDataOf(world, new SimClock(() => NOW));
  return world.visibleAccounts(MANAGEMENT).flatMap((id) => {
    const account = world.accounts.get(id);
    const ledger = data.ledger(id);
    return account && ledger ? [{ account, ledger, inventory: inventoryOf(world, id) }] : [];
  });
}

/** `account day`: unblended and amortized nanodollars. */
type Sums = Map<string, [number, number]>;

function sumsOfLedgers(accounts: readonly BilledAccount[], end: number): Sums {
  const sums: Sums = new Map();
  for (const { account, ledger } of accounts) {
    for (let day = FIRST; day < end; day++) {
      const cells = ledger.series.map((_, row) => row * ledger.days + day - ledger.firstDay);
      const sum = (column: Float64Array) => cells.reduce((total, cell) => total + (column[cell] ?? 0), 0);
      sums.set(`${account.id} ${day}`, [sum(ledger.unblended), sum(ledger.amortized)]);
    }
  }
  return sums;
}

const nanosOf = (amount: string) => `sum(cast(round((${amount}) * 1e9) as hugeint))`;

const amortizedOf = (
  name: (group: string, column: string) => string,
) => `case ${name('lineItem', 'LineItemType')}
  when 'SavingsPlanCoveredUsage' then ${name('savingsPlan', 'SavingsPlanEffectiveCost')}
  when 'SavingsPlanNegation' then 0
  when 'SavingsPlanRecurringFee' then ${name('savingsPlan', 'TotalCommitmentToDate')} - ${name('savingsPlan', 'UsedCommitment')}
  when 'DiscountedUsage' then ${name('reservation', 'EffectiveCost')}
  when 'RIFee' then ${name('reservation', 'UnusedAmortizedUpfrontFeeForBillingPeriod')} + ${name('reservation', 'UnusedRecurringFee')}
  else ${name('lineItem', 'UnblendedCost')} end`;

const snake = (text: string) => text.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
const cur2 = (group: string, column: string) => `${snake(group)}_${snake(column)}`;
const legacy = (group: string, column: string) => `"${group}/${column}"`;

const SUMS: Record<ExportFormat, (files: string) => string> = {
  'focus-1.2': (files) => `select SubAccountId as account, ChargePeriodStart as started,
    BilledCost as billed, EffectiveCost as effective from read_parquet('${files}')`,
  'cur-2.0': (files) => `select line_item_usage_account_id as account, line_item_usage_start_date as started,
    line_item_unblended_cost as billed, ${amortizedOf(cur2)} as effective from read_parquet('${files}')`,
  'cur-legacy': (files) => `select "lineItem/UsageAccountId" as account, "lineItem/UsageStartDate" as started,
    "lineItem/UnblendedCost" as billed, ${amortizedOf(legacy)} as effective
    from read_csv('${files}', compression = 'gzip', types = {'lineItem/UsageAccountId': 'varchar'}, sample_size = -1)`,
};

async function sumsOfFiles(files: string, format: ExportFormat): Promise<Sums> {
  const reader = await duck.connection.runAndReadAll(`select account, epoch_ms(started) // ${DAY_MS} as day,
    ${nanosOf('billed')} as billed, ${nanosOf('effective')} as effective from (${SUMS[format](files)}) group by all`);
  return new Map(
    reader
      .getRows()
      .map(([account, day, billed, effective]) => [
        `${String(account)} ${String(day)}`,
        [Number(billed), Number(effective)],
      ]),
  );
}

const withCost = (sums: Sums) =>
  [...sums].filter(([, [billed, effective]]) => billed !== 0 || effective !== 0).sort();

describe('line items sum to the ledger, for every account and day,', () => {
  const cases: [ExportFormat, Grain][] = [
    ['focus-1.2', 'daily'],
    ['focus-1.2', 'hourly'],
    ['cur-2.0', 'daily'],
    ['cur-2.0', 'hourly'],
    ['cur-legacy', 'daily'],
  ];
  it.each(cases)('in %s %s', async (format, grain) => {
    const world = newWorld();
    world.restate({ accountId: MANAGEMENT, month: '2026-10' });
    world.restate({ accountId: '731904462850', month: '2026-10', kind: 'correction', dollars: 31.7 });
    const accounts = billedAccounts(world);
    const own = await openDuck(directory, 2);
    const name = `${format}-${grain}`;
    await fillBillTables(own.connection, accounts);
    const files = await writeMonth(own.connection, {
      accounts,
      month: MONTH,
      firstDay: FIRST,
      endDay: endOf(grain),
      format,
      grain,
      rowsPerFile: 9_000,
      pathOf: (number) => join(directory, `${name}-${number}`),
    });
    await own.close();
    expect(files.length).toBe(Math.ceil(files.reduce((sum, { rows }) => sum + rows, 0) / 9_000));
    expect(withCost(await sumsOfFiles(`${directory}/${name}-*`, format))).toEqual(
      withCost(sumsOfLedgers(accounts, endOf(grain))),
    );
  });
});

it('says in FOCUS what is covered, bought and unused, and of which resource', async () => {
  const world = newWorld();
  const accounts = billedAccounts(world);
  const files = `${directory}/focus-1.2-daily-*`;
  const rows = async (sql: string) => (await duck.connection.runAndReadAll(sql)).getRowsJson();
  const kinds = await rows(`select distinct ChargeCategory, CommitmentDiscountStatus, BilledCost = 0 as free
    from read_parquet('${files}') where CommitmentDiscountType = 'Savings Plan' order by all`);
  expect(kinds).toEqual([
    ['Purchase', null, false],
    ['Usage', 'Unused', true],
    ['Usage', 'Used', true],
  ]);
  const named = await rows(
    `select distinct ResourceId from read_parquet('${files}') where ResourceId is not null`,
  );
  const known = new Set(
    accounts.flatMap(({ inventory }) => inventory.resources.flatMap(({ id, arn }) => [id, arn])),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter(([id]) => !known.has(String(id)))).toEqual([]);
  const [service] = await rows(`select list(distinct x_ServiceCode), bool_or(map_contains(Tags, 'team'))
    from read_parquet('${files}') where ServiceName = 'Amazon Elastic Compute Cloud' and ChargeCategory = 'Usage'`);
  expect(service).toEqual([['AmazonEC2'], true]);
});

it('has resources that come and go, and always one for what is used', () => {
  const world = new World({ size: 'demo', seed: 'belvedere', anchorDay: 20_785 });
  for (const id of world.visibleAccounts(MANAGEMENT)) {
    const { resources, sharers } = inventoryOf(world, id);
    expect(new Set(resources.map(({ arn }) => arn)).size).toBe(resources.length);
    for (const positions of sharers.filter(({ length }) => length > 0)) {
      const lasting = positions.filter((position) => {
        const resource = resources[position];
        return resource && isAlive(resource, 20_785 - 470) && isAlive(resource, 20_785 + 900);
      });
      expect(lasting.length).toBeGreaterThan(0);
    }
  }
  const all = world.visibleAccounts(MANAGEMENT).flatMap((id) => inventoryOf(world, id).resources);
  expect(all.length).toBeGreaterThan(1_400);
  expect(all.filter(({ deletedDay }) => deletedDay !== null && deletedDay < 20_785).length).toBeGreaterThan(
    20,
  );
  expect(all.filter(({ type, relatedArns }) => type === 'ec2:volume' && relatedArns.length > 0)).not.toEqual(
    [],
  );
});

it('writes as many line items as a benchmark asks for', async () => {
  const target = await mkdtemp(join(directory, 'bench-'));
  const { rows, files } = await writeFocusFiles({
    directory: target,
    millions: 0.05,
    days: 40,
    resources: 3_000,
    accounts: 3,
    seed: 'bench',
  });
  expect(Math.abs(rows - 50_000)).toBeLessThan(2_000);
  expect(files.map(({ month }) => month)).toEqual(['2026-10', '2026-11']);
  const [counted] = (
    await duck.connection.runAndReadAll(`select count(*), count(distinct SubAccountId)
      from read_parquet('${target}/*/*.parquet')`)
  ).getRowsJson();
  expect(counted?.map(Number)).toEqual([rows, 3]);
});
