import type { DuckDBConnection } from '@duckdb/node-api';
import Big from 'big.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { findProblems } from '@/focus/find-problems';
import { spellings } from '@/focus/schemas/cur-names';
import { lineItemsOf, openDuck, rowsOf, tableOf, textRows, type Row } from './duck';

let duck: DuckDBConnection;
beforeAll(async () => {
  duck = await openDuck();
});

const RI = 'arn:aws:ec2:eu-west-1:111122223333:reserved-instances/0f1e';
const SP = 'arn:aws:savingsplans::111122223333:savingsplan/ab12';
const COMMON = {
  'bill/BillingPeriodStartDate': '2026-11-01T00:00:00Z',
  'bill/PayerAccountId': '111122223333',
  'lineItem/CurrencyCode': 'USD',
  'lineItem/ProductCode': 'AmazonEC2',
  'lineItem/UsageAccountId': '444455556666',
  'lineItem/UsageStartDate': '2026-11-05T13:00:00Z',
  'lineItem/UsageType': 'EUW1-BoxUsage:m5.large',
  'product/ProductName': 'Amazon Elastic Compute Cloud',
};

type Figures = readonly [type: string, billed: string, effective: string, columns: Record<string, string>];
const row = ([type, billed, , columns]: Figures) => ({
  ...COMMON,
  'lineItem/LineItemType': type,
  'lineItem/UnblendedCost': billed,
  ...columns,
});

const reserved = (upfront: string, recurring: string) => ({
  'reservation/ReservationARN': RI,
  'reservation/UnusedAmortizedUpfrontFeeForBillingPeriod': upfront,
  'reservation/UnusedRecurringFee': recurring,
});
const used = (effective: string) => ({
  'reservation/ReservationARN': RI,
  'reservation/EffectiveCost': effective,
});
const covered = (effective: string) => ({
  'savingsPlan/SavingsPlanARN': SP,
  'savingsPlan/SavingsPlanEffectiveCost': effective,
});
const plan = (total: string, usedPart: string) => ({
  'savingsPlan/SavingsPlanARN': SP,
  'savingsPlan/TotalCommitmentToDate': total,
  'savingsPlan/UsedCommitment': usedPart,
});

/** Each case is worked by hand: the rows of a bill, what each row costs amortized, and what both sum to. */
const cases: { name: string; rows: Figures[]; billed: string; effective: string }[] = [
  {
    // 720 hours at 0.06: 600 used, 120 not. Nothing in advance.
    name: 'a reservation without an upfront fee, 120 of 720 hours unused',
    rows: [
      ['RIFee', '43.20', '7.20', reserved('0', '7.20')],
      ['DiscountedUsage', '0', '36.00', used('36.00')],
    ],
    billed: '43.2',
    effective: '43.2',
  },
  {
    // 262.80 in advance for 8,760 hours is 0.03 an hour, and 0.025 an hour recurring: 0.055. 700 hours used, 20 not.
    name: 'a reservation with a part of the fee in advance, 20 of 720 hours unused',
    rows: [
      ['Fee', '262.80', '0', { 'reservation/ReservationARN': RI }],
      ['RIFee', '18.00', '1.10', reserved('0.60', '0.50')],
      ['DiscountedUsage', '0', '38.50', used('38.50')],
    ],
    billed: '280.8',
    effective: '39.6',
  },
  {
    // 438.00 in advance for 8,760 hours is 0.05 an hour: all 720 hours used.
    name: 'a reservation with all of the fee in advance',
    rows: [
      ['Fee', '438.00', '0', { 'reservation/ReservationARN': RI }],
      ['RIFee', '0', '0', reserved('0', '')],
      ['DiscountedUsage', '0', '36.00', used('36.00')],
    ],
    billed: '438',
    effective: '36',
  },
  {
    // A commitment of 1.00 for the hour: 0.80 of it pays for usage that costs 1.10 on demand, 0.20 is left over.
    name: 'a Savings Plan without an upfront fee, a fifth of the hour unused',
    rows: [
      ['SavingsPlanRecurringFee', '1.00', '0.20', plan('1.00', '0.80')],
      ['SavingsPlanCoveredUsage', '1.10', '0.80', covered('0.80')],
      ['SavingsPlanNegation', '-1.10', '0', covered('')],
      ['Usage', '0.25', '0.25', {}],
    ],
    billed: '1.25',
    effective: '1.25',
  },
  {
    // All of 8,760.00 in advance: 1.00 an hour, of which 0.7 + 0.1 is used.
    name: 'a Savings Plan with all of the fee in advance',
    rows: [
      ['SavingsPlanUpfrontFee', '8760.00', '0', { 'savingsPlan/SavingsPlanARN': SP }],
      ['SavingsPlanRecurringFee', '0', '0.2', plan('1', '0.8')],
      ['SavingsPlanCoveredUsage', '0.95', '0.7', covered('0.7')],
      ['SavingsPlanNegation', '-0.95', '0', covered('')],
      ['SavingsPlanCoveredUsage', '0.14', '0.1', covered('0.1')],
      ['SavingsPlanNegation', '-0.14', '0', covered('')],
    ],
    billed: '8760',
    effective: '1',
  },
  {
    name: 'what no commitment touches',
    rows: [
      ['Usage', '0.1', '0.1', {}],
      ['Fee', '100', '100', {}],
      ['Tax', '19.000001', '19.000001', {}],
      ['Credit', '-5', '-5', {}],
      ['Refund', '-2.5', '-2.5', {}],
      ['EdpDiscount', '-0.01', '-0.01', {}],
      ['PrivateRateDiscount', '-0.005', '-0.005', {}],
      ['BundledDiscount', '-0.001', '-0.001', {}],
    ],
    billed: '111.584001',
    effective: '111.584001',
  },
  {
    // AWS gives neither figure for Dedicated Hosts, so the fee stays where it is billed.
    name: 'a reserved Dedicated Host',
    rows: [
      ['RIFee', '900', '900', reserved('', '')],
      ['DiscountedUsage', '0', '0', used('')],
    ],
    billed: '900',
    effective: '900',
  },
];

const total = (rows: readonly Row[], column: string) =>
  rows.reduce((sum, each) => sum.plus(String(each[column])), new Big(0)).toString();
const plain = (value: unknown) => new Big(String(value)).toString();

const legacyCsv = (rows: readonly Figures[]) => textRows(rows.map(row));
const asCur2 = (rows: readonly Figures[]) => {
  const renamed = rows.map((each) =>
    Object.fromEntries(
      Object.entries(row(each))
        .filter(([name]) => name !== 'product/ProductName')
        .map(([name, value]) => [spellings(name)[1], value]),
    ),
  );
  const names = [...new Set(renamed.flatMap((each) => Object.keys(each)))];
  const isNumber = (name: string) =>
    /(cost|fee|period|date|commitment)$/.test(name) && !/start_date$/.test(name);
  const columns = names.map((name) =>
    isNumber(name) ? `try_cast("${name}" as double) as "${name}"` : `"${name}"`,
  );
  return `select ${columns.join(', ')}, map {'product_name': 'Amazon Elastic Compute Cloud'} as product,
    map {'user_team': 'web'} as resource_tags from (${textRows(renamed)})`;
};

describe.each([
  ['the legacy report', legacyCsv],
  ['CUR 2.0', asCur2],
])('%s', (_form, queryOf) => {
  it.each(cases)('amortizes $name', async ({ rows, billed, effective }) => {
    const items = await lineItemsOf(duck, queryOf(rows));
    expect(items.map((item) => [plain(item['billed_cost']), plain(item['effective_cost'])])).toEqual(
      rows.map(([, rowBilled, rowEffective]) => [plain(rowBilled), plain(rowEffective)]),
    );
    expect(total(items, 'billed_cost')).toBe(billed);
    expect(total(items, 'effective_cost')).toBe(effective);
  });

  it('says how much of a commitment is used and how much is not', async () => {
    const hours = (amount: string) => ({ 'lineItem/UsageAmount': amount, 'pricing/unit': 'Hrs' });
    // 720 hours reserved of which 600 are used, and a plan of 1.00 an hour of which 0.80 is: quantity and unit, by hand.
    const worked: [figures: Figures, quantity: number | null, unit: string][] = [
      [
        [
          'RIFee',
          '43.2',
          '',
          { ...reserved('0', '7.2'), ...hours('720'), 'reservation/UnusedQuantity': '120' },
        ],
        120,
        'Hrs',
      ],
      [['DiscountedUsage', '0', '', { ...used('36'), ...hours('600') }], 600, 'Hrs'],
      [['SavingsPlanRecurringFee', '1', '', { ...plan('1.00', '0.80'), ...hours('1') }], 0.2, 'USD'],
      [['SavingsPlanCoveredUsage', '1.1', '', { ...covered('0.80'), ...hours('11') }], 0.8, 'USD'],
      [['SavingsPlanNegation', '-1.1', '', { ...covered(''), ...hours('11') }], null, ''],
      [['SavingsPlanUpfrontFee', '8760', '', { 'savingsPlan/SavingsPlanARN': SP, ...hours('1') }], null, ''],
      [['Usage', '0.25', '', hours('2.5')], null, ''],
    ];
    // An hour of an instance twice the size takes twice as much of a reservation that fits all sizes: 4 units are reserved.
    const sized = { 'lineItem/NormalizationFactor': '8', 'lineItem/NormalizedUsageAmount': '2880' };
    const unused = { 'lineItem/NormalizationFactor': '4', 'reservation/UnusedNormalizedUnitQuantity': '0' };
    worked.push(
      [['DiscountedUsage', '0', '', { ...used('36'), ...hours('360'), ...sized }], 2880, 'Normalized Hrs'],
      [['RIFee', '0', '', { ...reserved('0', '0'), ...hours('720'), ...unused }], 0, 'Normalized Hrs'],
    );
    const items = await lineItemsOf(duck, queryOf(worked.map(([figures]) => figures)));
    const said = items.map((item) => {
      const quantity = item['commitment_discount_quantity'];
      return [quantity === null ? null : Number(quantity), item['commitment_discount_unit']];
    });
    expect(said).toEqual(worked.map(([, quantity, unit]) => [quantity, unit]));
  });

  it('says of each row what commitment it belongs to', async () => {
    const rows = cases.flatMap((each) => each.rows);
    const items = await lineItemsOf(duck, queryOf(rows));
    const said = items.map((item, index) =>
      [
        rows[index]?.[0],
        item['charge_category'],
        item['commitment_discount_type'],
        item['commitment_discount_category'],
        item['commitment_discount_status'],
        item['pricing_category'],
      ].join(' | '),
    );
    expect([...new Set(said)]).toEqual([
      'RIFee | Purchase | Reserved | Usage | Unused | ',
      'DiscountedUsage | Usage | Reserved | Usage | Used | Committed',
      'Fee | Purchase | Reserved | Usage |  | ',
      'SavingsPlanRecurringFee | Purchase | Savings Plan | Spend | Unused | ',
      'SavingsPlanCoveredUsage | Usage | Savings Plan | Spend | Used | Committed',
      'SavingsPlanNegation | Usage | Savings Plan | Spend |  | ',
      'Usage | Usage |  |  |  | Standard',
      'SavingsPlanUpfrontFee | Purchase | Savings Plan | Spend |  | ',
      'Fee | Purchase |  |  |  | ',
      'Tax | Tax |  |  |  | ',
      'Credit | Credit |  |  |  | ',
      'Refund | Adjustment |  |  |  | ',
      'EdpDiscount | Usage |  |  |  | ',
      'PrivateRateDiscount | Usage |  |  |  | ',
      'BundledDiscount | Usage |  |  |  | ',
    ]);
  });
});

const NOT_WORKED_OUT = 'cannot be worked out from the columns of the file';

describe('a report that lacks the columns of amortization', () => {
  it.each([
    ['SavingsPlanCoveredUsage', '1.10'],
    ['SavingsPlanRecurringFee', '1.00'],
    ['DiscountedUsage', '0'],
    ['RIFee', '43.20'],
  ])('cannot say what %s costs', async (type, billed) => {
    const query = textRows([row([type, billed, '', {}])]);
    const recognised = await tableOf(duck, 'source', query);
    expect(await rowsOf(duck, findProblems(recognised, 'source', 10))).toEqual([
      { row_number: '1', column_name: 'effective_cost', value: '', message: NOT_WORKED_OUT },
    ]);
    await expect(lineItemsOf(duck, query)).rejects.toThrow('no effective_cost that can be kept exactly');
  });

  it('says so too where the unused part of a plan is too large to keep', async () => {
    const huge = '99999999999999999999';
    const rows = [row(['SavingsPlanRecurringFee', '1', '', plan(huge, `-${huge}`)])];
    const recognised = await tableOf(duck, 'source', textRows(rows));
    const [problem] = await rowsOf(duck, findProblems(recognised, 'source', 10));
    expect(problem).toMatchObject({ column_name: 'effective_cost', message: NOT_WORKED_OUT });
  });
});
