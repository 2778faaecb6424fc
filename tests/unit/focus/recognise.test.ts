import { describe, expect, it } from 'vitest';
import { lineItemColumns } from '@/focus/line-item';
import { recognise, selectColumns } from '@/focus/map';
import { spellings } from '@/focus/schemas/cur-names';
import { cur2Mapping } from '@/focus/schemas/cur2';
import { legacyCurMapping } from '@/focus/schemas/cur-legacy';
import { focusMapping } from '@/focus/schemas/focus';

const named = (...names: string[]) => names.map((name) => ({ name, type: 'VARCHAR' }));
const FOCUS = [
  ...['BilledCost', 'BillingAccountId', 'BillingCurrency', 'BillingPeriodStart', 'ChargeCategory'],
  ...['ChargePeriodStart', 'EffectiveCost', 'ServiceName', 'ResourceId', 'Tags'],
];
const CUR = [
  ...['bill/BillingPeriodStartDate', 'bill/PayerAccountId', 'lineItem/CurrencyCode', 'lineItem/LineItemType'],
  ...['lineItem/ProductCode', 'lineItem/UnblendedCost', 'lineItem/UsageStartDate', 'lineItem/UsageType'],
  ...['lineItem/ResourceId', 'resourceTags/user:Team'],
];
const snake = CUR.map((name) => spellings(name)[1]);

describe('recognise', () => {
  it.each([
    ['FOCUS', '1.0', FOCUS],
    ['FOCUS', '1.0', FOCUS.map((name) => name.toLowerCase())],
    ['FOCUS', '1.1', [...FOCUS, 'SkuMeter']],
    ['FOCUS', '1.2', [...FOCUS, 'SkuMeter', 'InvoiceId']],
    ['FOCUS', '1.3', [...FOCUS, 'InvoiceId', 'ServiceProviderName']],
    ['CUR', undefined, CUR],
    ['CUR', undefined, snake],
    ['CUR 2.0', undefined, [...snake, 'product', 'resource_tags']],
  ])('knows %s %s by its columns', (format, version, names) => {
    const recognised = recognise(named(...names));
    expect(recognised).toMatchObject({ ok: true, mapping: { format }, warnings: [] });
    expect(recognised.ok && recognised.version).toBe(version);
  });

  it('names the columns that are missing, and what to do', () => {
    const recognised = recognise(named(...FOCUS.filter((name) => !/^(Effective|Charge)/.test(name))));
    expect(recognised).toEqual({
      ok: false,
      problem:
        'This looks like FOCUS, but columns are missing: ChargeCategory, ChargePeriodStart, EffectiveCost. ' +
        'Add what is missing to the export, or choose all columns of its table, and load it again.',
    });
  });

  it('names a missing column of a report in both spellings', () => {
    const recognised = recognise(named(...CUR.filter((name) => name !== 'lineItem/CurrencyCode')));
    expect(recognised).toMatchObject({
      problem: expect.stringContaining(
        'a column is missing: lineItem/CurrencyCode or line_item_currency_code. Add',
      ),
    });
  });

  it.each([[[]], [['a', 'b']], [['product', 'price']]])('does not know %j', (names) => {
    expect(recognise(named(...names))).toMatchObject({
      ok: false,
      problem: expect.stringContaining('of no format that we read'),
    });
  });

  it('warns of what the file leaves out', () => {
    const recognised = recognise(
      named(...FOCUS.filter((name) => name !== 'ResourceId' && name !== 'Tags'), 'x_ServiceCode'),
    );
    expect(recognised.ok && recognised.warnings).toEqual([
      'The file has no ResourceId, so cost is not shown by resource.',
      'The file has no Tags, so cost is not shown by tag.',
      'The file has no usage types, so Amazon EC2 is split into compute and other by the operation.',
    ]);
  });
});

describe('the mappings', () => {
  it.each([focusMapping, cur2Mapping, legacyCurMapping])(
    'of $format say something of each line item column and of no other',
    (mapping) => {
      expect(Object.keys(mapping.lineItem)).toEqual(lineItemColumns.map((column) => column.name));
    },
  );

  it.each([focusMapping, cur2Mapping, legacyCurMapping])(
    'of $format name the source of every rule',
    (mapping) => {
      for (const one of Object.values(mapping.lineItem)) {
        if ('rule' in one) expect(one.source).toMatch(/^(AWS|FOCUS)\b.*: ./);
      }
    },
  );
});

describe('spellings', () => {
  it.each([
    ['lineItem/UnblendedCost', 'line_item_unblended_cost'],
    ['lineItem/LineItemType', 'line_item_line_item_type'],
    ['reservation/ReservationARN', 'reservation_reservation_a_r_n'],
    ['savingsPlan/SavingsPlanEffectiveCost', 'savings_plan_savings_plan_effective_cost'],
    ['pricing/publicOnDemandCost', 'pricing_public_on_demand_cost'],
    ['product/regionCode', 'product_region_code'],
    ['pricing/unit', 'pricing_unit'],
  ])('spells %s as Athena does', (csv, parquet) => {
    expect(spellings(csv)).toEqual([csv, parquet]);
  });
});

describe('selectColumns', () => {
  it('names a column with quotes in it safely', () => {
    const columns = named(...CUR, 'resourceTags/user:a"b\'c');
    const recognised = recognise(columns);
    if (!recognised.ok) throw new Error(recognised.problem);
    const { expressions, madeOf } = selectColumns(recognised, ['tags']);
    const sql = expressions.join();
    expect(madeOf).toContain('"resourceTags/user:a""b\'c"');
    expect(sql).toContain('"resourceTags/user:a""b\'c"');
    expect(sql).toContain(`'"a\\"b''c":'`);
  });
});
