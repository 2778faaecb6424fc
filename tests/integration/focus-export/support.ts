import Big from 'big.js';
import type { Readable } from 'node:stream';
import type { Ctx } from '@/context';
import type { CostQuery } from '@/domain/cost-query';
import { readOverview } from '@/features/costs/read-overview';
import { exportFocusCsv } from '@/features/focus-export/export-focus-csv';
import { exportFocusParquet } from '@/features/focus-export/export-focus-parquet';
import { connectWithExport } from '../exports/support';
import { focusCsv, newSource, upload, type Row } from '../uploads/support';
import { readCsv } from '../../support/plain-csv';
import type { Workbench } from '../../support/workbench';

export async function bytesOf(body: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of body as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

export const csvOf = async (ctx: Ctx, query: CostQuery): Promise<Buffer> =>
  bytesOf((await exportFocusCsv(ctx, query)).body);

export const parquetOf = async (ctx: Ctx, query: CostQuery): Promise<Buffer> =>
  bytesOf((await exportFocusParquet(ctx, query, { signal: new AbortController().signal })).body);

export const rowsOf = async (ctx: Ctx, query: CostQuery) =>
  readCsv((await csvOf(ctx, query)).toString('utf8'));

/**
 * Sums of the numbers of a file, by column. What is quoted is no number and is cut out, so that lines are lines: some hundred times
 * faster than reading every value.
 */
export function sumsOf(file: Buffer, ...columns: string[]): { rows: number; sums: Record<string, string> } {
  const [header = '', ...lines] = file
    .toString('utf8')
    .replaceAll(/"[^"]*"/g, '')
    .trimEnd()
    .split('\n');
  const names = header.split(',');
  const cells = lines.map((line) => line.split(','));
  const sum = (name: string) => {
    const at = names.indexOf(name);
    return cells.reduce((all, row) => all + atto(row[at] ?? ''), 0n);
  };
  return { rows: lines.length, sums: Object.fromEntries(columns.map((name) => [name, textOf(sum(name))])) };
}

const PLACES = 18;

/** An amount in units of its eighteenth place. */
function atto(amount: string): bigint {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,18}))?$/.exec(amount) ?? [];
  if (whole === '') throw new Error(`${amount} is no amount.`);
  return BigInt(`${sign}${whole}${fraction.padEnd(PLACES, '0')}`);
}

const textOf = (amount: bigint) => new Big(amount.toString()).div(new Big(10).pow(PLACES)).toFixed();

export const exact = (amount: string | undefined) => new Big(amount ?? '0').toFixed();

/** What the overview says of the same query, by either metric; null where it says nothing. */
export async function totalsOf(ctx: Ctx, query: CostQuery) {
  const billed = await readOverview(ctx, { ...query, metric: 'unblended' });
  const effective = await readOverview(ctx, { ...query, metric: 'amortized' });
  if (!billed || !effective) return null;
  return { BilledCost: exact(billed.kpis.total), EffectiveCost: exact(effective.kpis.total) };
}

const EURO_ROWS: readonly Row[] = [
  {
    ResourceId: '/vm/euro',
    BilledCost: '10.000000000000000001',
    EffectiveCost: '9',
    Tags: '{"env":"prod","a b":"1"}',
  },
  {
    ResourceId: '/vm/two',
    BilledCost: '-3',
    EffectiveCost: '-3',
    ChargeCategory: 'Credit',
    Tags: '{"env":"te\\"st, now"}',
  },
  { ResourceId: '', BilledCost: '0.5', EffectiveCost: '0.25', Tags: '', ResourceName: '', RegionId: '' },
  { BilledCost: '1', ServiceName: 'Storage, "cold"\nand more', ResourceName: '=1+1', ResourceType: 'disk' },
].map((row) => ({
  ...{ BillingCurrency: 'EUR', ChargePeriodStart: '2027-02-10T00:00:00Z', BillingPeriodStart: '2027-02-01' },
  ...row,
}));

/** A day that is told by Cost Explorer, by the export and by files, in two currencies and of two providers. */
const DOLLAR_ROWS: readonly Row[] = [
  {
    ProviderName: 'Google Cloud',
    BilledCost: '7.5',
    EffectiveCost: '7',
    ChargePeriodStart: '2027-01-31T23:00:00Z',
    BillingPeriodStart: '2027-02-01',
    SubAccountId: 'project-1',
    SubAccountName: 'Project one',
  },
  {
    ProviderName: 'Google Cloud',
    BilledCost: '0.000000000000000001',
    ChargeCategory: 'Adjustment',
    ChargePeriodStart: '2026-11-30T00:00:00Z',
    BillingPeriodStart: '2026-11-01',
    SubAccountId: '123456789012',
  },
  {
    ProviderName: 'Google Cloud',
    BilledCost: '2',
    ListCost: '3',
    ConsumedQuantity: '1.5',
    ConsumedUnit: 'Hours',
    ChargeCategory: 'Tax',
    ChargePeriodStart: '2027-03-01',
    BillingPeriodStart: '2027-03-01',
    SubAccountId: 'project-1',
  },
];

/**
 * A workspace with everything that costs come from: Cost Explorer, a billing export of the newest months, and files. Some line
 * items of the export are dated outside the month that bills them, which counts them on its first day or its last.
 */
export async function fillWorkspace(bench: Workbench, ctx: Ctx): Promise<void> {
  const id = await connectWithExport(bench, ctx);
  const source = await newSource(ctx, 'Files');
  await upload(bench, ctx, { connectionId: source, bytes: focusCsv(EURO_ROWS), name: 'euro.csv' });
  await upload(bench, ctx, { connectionId: source, bytes: focusCsv(DOLLAR_ROWS), name: 'dollar.csv' });
  const { rowCount } = await bench.database.owner.query(
    `update line_item set charge_date = case when charge_date = billing_period then charge_date - 40 else charge_date + 3 end
     where connection_id = $1 and (charge_date = billing_period
       or charge_date = (billing_period + interval '1 month' - interval '1 day')::date)`,
    [id],
  );
  if (!rowCount) throw new Error('No line item lies at the edge of a month.');
}
