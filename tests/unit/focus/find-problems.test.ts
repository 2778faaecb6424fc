import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { findProblems } from '@/focus/find-problems';
import { openDuck, rowsOf, selectLineItems, tableOf, textRows, valueOf, type Row } from './duck';

let duck: DuckDBConnection;
beforeAll(async () => {
  duck = await openDuck();
});

const FOCUS: Record<string, string> = {
  BilledCost: '1.5',
  BillingAccountId: '111122223333',
  BillingCurrency: 'USD',
  BillingPeriodStart: '2026-11-01 00:00:00',
  ChargeCategory: 'Usage',
  ChargePeriodStart: '2026-11-05 00:00:00',
  ConsumedQuantity: '3',
  EffectiveCost: '1.5',
  ListCost: '2',
  ServiceName: 'Amazon S3',
  Tags: '{"team": "web"}',
};
const CUR: Record<string, string> = {
  'bill/BillingPeriodStartDate': '2026-11-01T00:00:00Z',
  'bill/PayerAccountId': '111122223333',
  'lineItem/CurrencyCode': 'USD',
  'lineItem/LineItemType': 'Usage',
  'lineItem/ProductCode': 'AmazonEC2',
  'lineItem/UnblendedCost': '1',
  'lineItem/UsageStartDate': '2026-11-05T00:00:00Z',
  'reservation/EffectiveCost': '',
  'reservation/UnusedRecurringFee': '',
  'savingsPlan/TotalCommitmentToDate': '',
  'savingsPlan/UsedCommitment': '',
  'resourceTags/user:team': 'web',
};

async function problemsOf(query: string, limit = 100): Promise<Row[]> {
  const recognised = await tableOf(duck, 'source', query);
  return rowsOf(duck, findProblems(recognised, 'source', limit));
}

const DIGITS = 'has more than 18 digits after the point, or more than 20 before it';
const COSTS = ['BilledCost', 'EffectiveCost', 'ListCost', 'ConsumedQuantity'];

describe('findProblems', () => {
  it('finds none in rows that can be loaded', async () => {
    expect(await problemsOf(textRows([FOCUS, { ...FOCUS, ListCost: 'NULL', Tags: '' }]))).toEqual([]);
    expect(await problemsOf(textRows([CUR]))).toEqual([]);
  });

  it.each([
    ...COSTS.flatMap((column) => [
      [column, 'free', 'is not a number'],
      [column, 'NaN', 'is not a number'],
      [column, '1_000', 'is not a number'],
      [column, '0.1234567890123456789', DIGITS],
      [column, '100000000000000000000', DIGITS],
      [column, '1e-19', DIGITS],
    ]),
    ['BilledCost', '', 'is missing'],
    ['BilledCost', 'NULL', 'is missing'],
    ['EffectiveCost', '', 'is missing'],
    ['ChargePeriodStart', '', 'is missing'],
    ['ChargePeriodStart', 'last week', 'is not a date'],
    ['ChargePeriodStart', '2026-13-40', 'is not a date'],
    ['ChargePeriodStart', 'infinity', 'is not a date'],
    ['ChargePeriodStart', '05.11.2026', 'is not a date'],
    ['BillingPeriodStart', '2026-02-30T00:00:00Z', 'is not a date'],
    ['BillingCurrency', 'US$', 'is not a currency code of three letters'],
    ['BillingCurrency', 'EURO', 'is not a currency code of three letters'],
    ['BillingCurrency', '', 'is missing'],
    ['ChargeCategory', 'Discount', 'is none of Usage, Purchase, Tax, Credit, Adjustment'],
    ['ChargeCategory', '', 'is missing'],
    ['Tags', 'team=web', 'is not JSON text of keys and words'],
    ['Tags', '["web"]', 'is not JSON text of keys and words'],
    ['Tags', '"web"', 'is not JSON text of keys and words'],
    ['Tags', '{"team": {"name": "web"}}', 'is not JSON text of keys and words'],
    ['Tags', '{"team": ["web"]}', 'is not JSON text of keys and words'],
    ['Tags', '{"team": "we', 'is not JSON text of keys and words'],
  ])('tells %s of %j: %s', async (column, value, message) => {
    const shown = value === 'NULL' ? '' : value;
    expect(await problemsOf(textRows([FOCUS, { ...FOCUS, [column]: value }]))).toEqual([
      { row_number: '2', column_name: column, value: shown, message },
    ]);
  });

  it.each([
    ["'nan'::double", 'nan', 'is not a number'],
    ["'infinity'::double", 'inf', 'is not a number'],
    ['1.2345678901234568e-05::double', '1.2345678901234568e-05', DIGITS],
    ['1e25::double', '1e+25', DIGITS],
    ['true', 'true', 'is not a number'],
    ['0.1234567890123456789::decimal(38,19)', '0.1234567890123456789', DIGITS],
  ])('tells of an amount that is %s', async (amount, value, message) => {
    const { BilledCost: _, ...others } = FOCUS;
    expect(await problemsOf(`select *, ${amount} as BilledCost from (${textRows([others])})`)).toEqual([
      { row_number: '1', column_name: 'BilledCost', value, message },
    ]);
  });

  it('tells of every problem of a row, by the number that the caller gives it', async () => {
    const rows = [FOCUS, { ...FOCUS, BilledCost: 'x', BillingCurrency: '?' }, { ...FOCUS, Tags: 'y' }];
    const query = `select row_number() over () + 40 as __row, * from (${textRows(rows)})`;
    const problems = await problemsOf(query);
    expect(problems.map((problem) => [problem['row_number'], problem['column_name']])).toEqual([
      ['42', 'BilledCost'],
      ['42', 'BillingCurrency'],
      ['43', 'Tags'],
    ]);
    expect(await problemsOf(query, 2)).toHaveLength(2);
    expect(await problemsOf(query, 0)).toEqual([]);
  });

  it('shows no more than 200 characters of a value', async () => {
    const [problem] = await problemsOf(textRows([{ ...FOCUS, ListCost: 'x'.repeat(5000) }]));
    expect(problem?.['value']).toBe('x'.repeat(200));
  });

  it('leaves a column alone that the row does not need', async () => {
    const unused = { 'savingsPlan/UsedCommitment': 'none', 'reservation/EffectiveCost': 'none' };
    expect(await problemsOf(textRows([{ ...CUR, ...unused }]))).toEqual([]);
    const plan = { ...CUR, ...unused, 'lineItem/LineItemType': 'SavingsPlanRecurringFee' };
    expect(await problemsOf(textRows([{ ...plan, 'savingsPlan/TotalCommitmentToDate': '5' }]))).toEqual([
      {
        row_number: '1',
        column_name: 'reservation/EffectiveCost',
        value: 'none',
        message: 'is not a number',
      },
      {
        row_number: '1',
        column_name: 'savingsPlan/UsedCommitment',
        value: 'none',
        message: 'is not a number',
      },
    ]);
  });

  it('tells of a row that has no line item type', async () => {
    expect(await problemsOf(textRows([{ ...CUR, 'lineItem/LineItemType': '' }]))).toEqual([
      {
        row_number: '1',
        column_name: 'charge_category',
        value: '',
        message: 'cannot be worked out from the columns of the file',
      },
    ]);
  });
});

const GARBAGE = [
  ...[
    '',
    'NULL',
    ' ',
    'null',
    '-',
    '.',
    'e',
    '1e',
    '1e5e5',
    '--1',
    '1.2.3',
    '9'.repeat(60),
    `0.${'1'.repeat(60)}`,
  ],
  ...[
    '1e999999999999999999999',
    '-1e-999999999',
    '0x1F',
    '1_0',
    '∞',
    '💥',
    '\u0001',
    "'",
    '"',
    '\\',
    '%',
    '$.a',
    '{}',
  ],
  ...[
    '{"a":1}',
    '{"a":{}}',
    '{"a":[]}',
    '[1,2',
    '{"a"}',
    '{"":""}',
    '{"a":"\\u0000"}',
    '{"a":"\\ud800"}',
    '{"a":1,"a":2}',
  ],
  ...[
    '[[[[[[',
    'true',
    '2026-99-99',
    '0000-00-00',
    '99999-01-01',
    '290309-12-22',
    '-4713-01-01',
    'epoch',
    'now',
    'infinity',
  ],
  ...[
    '2026-11-05T25:00:00Z',
    '2026-11-05T00:00Z',
    '2026-11-05T00:00:00+99:99',
    '5',
    'Usage',
    'RIFee',
    'Fee',
    'USD',
    'ÄÖÜ',
  ],
  ...[
    'SavingsPlanRecurringFee',
    'SavingsPlanCoveredUsage',
    'DiscountedUsage',
    'AWS',
    '99999999999999999999',
    '-99999999999999999999',
  ],
];

/** The same numbers at every run: a row of garbage for each index. */
function garbageRow(columns: readonly string[], seed: number): Record<string, string> {
  let state = seed * 2654435761;
  const pick = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return GARBAGE[state % GARBAGE.length] ?? '';
  };
  return Object.fromEntries(columns.map((column) => [column, pick()]));
}

describe.each([
  [
    'FOCUS',
    [...Object.keys(FOCUS), 'ProviderName', 'x_ServiceCode', 'x_UsageType', 'SubAccountId', 'ListUnitPrice'],
  ],
  [
    'CUR',
    [
      ...Object.keys(CUR),
      'reservation/ReservationARN',
      'savingsPlan/SavingsPlanEffectiveCost',
      'pricing/publicOnDemandCost',
    ],
  ],
  [
    'CUR 2.0',
    [...Object.keys(CUR).filter((name) => !name.startsWith('resourceTags')), 'product', 'resource_tags'],
  ],
])('garbage in %s', (_format, columns) => {
  it('never makes the query fail, and what it lets through can be loaded', async () => {
    const rows = Array.from({ length: 500 }, (_, index) => garbageRow(columns, index + 1));
    const recognised = await tableOf(
      duck,
      'source',
      `select row_number() over () as __row, * from (${textRows(rows)})`,
    );
    const bad = `(${findProblems(recognised, 'source', 1_000_000)})`;
    const problems = Number(await valueOf(duck, `select count(*) from ${bad}`));
    expect(problems).toBeGreaterThan(500);
    const good = `(select * from source where __row not in (select row_number from ${bad}))`;
    const loaded = await rowsOf(duck, `select * from (${selectLineItems(recognised, good)})`);
    expect(Number(await valueOf(duck, `select count(*) from ${good}`))).toBe(loaded.length);
  });

  it('is told of one value at a time', async () => {
    const rows = GARBAGE.map((value) => Object.fromEntries(columns.map((column) => [column, value])));
    const recognised = await tableOf(duck, 'source', textRows(rows));
    const numbers = `select distinct row_number from (${findProblems(recognised, 'source', 100_000)})`;
    expect(await rowsOf(duck, numbers)).toHaveLength(GARBAGE.length);
  });
});
