import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { lineItemsOf, openDuck, textRows } from './duck';

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
  EffectiveCost: '1.5',
  ServiceName: 'Amazon S3',
};

/** A FOCUS row in which one column is an expression of its own. */
async function itemWith(column: string, expression: string) {
  const { [column]: _, ...others } = FOCUS;
  const [item] = await lineItemsOf(
    duck,
    `select *, ${expression} as "${column}" from (${textRows([others])})`,
  );
  return item ?? {};
}

describe('the day of a charge', () => {
  it.each([
    ["'2026-11-05 22:00:00'", '2026-11-05'],
    ["'2026-11-05T22:00:00Z'", '2026-11-05'],
    ["'2026-11-05T22:00:00.000Z'", '2026-11-05'],
    ["'2026-11-05T22:00Z'", '2026-11-05'],
    ["'2026-11-05'", '2026-11-05'],
    ["'2026-11-05T01:00:00+02:00'", '2026-11-04'],
    ["'2026-11-05T22:00:00-05:00'", '2026-11-06'],
    ["'2026-11-05 23:59:59 UTC'", '2026-11-05'],
    ["date '2026-11-05'", '2026-11-05'],
    ["timestamp '2026-11-05 23:30:00'", '2026-11-05'],
    ["timestamp_ms '2026-11-05 23:30:00'", '2026-11-05'],
    ["timestamp_s '2026-11-05 23:30:00'", '2026-11-05'],
    ["timestamp_ns '2026-11-05 23:30:00'", '2026-11-05'],
    ["timestamptz '2026-11-05 23:30:00Z'", '2026-11-05'],
  ])('that is %s is %s, whatever the zone of the session', async (expression, expected) => {
    expect(await itemWith('ChargePeriodStart', expression)).toMatchObject({ charge_date: expected });
  });
});

describe('tags', () => {
  it.each([
    [`'{"team": "web", "Env": "prod"}'`, '{"Env":"prod","team":"web"}'],
    [`'{"team": "w\\"e\\u00e9b", "a b": ""}'`, '{"a b":"","team":"w\\"eéb"}'],
    [`'{"level": 3, "on": true, "none": null}'`, '{"level":"3","none":"","on":"true"}'],
    [`' { "b" : "2" , "a" : "1" } '`, '{"a":"1","b":"2"}'],
    [`'{"a b": "1", "a": "2", "a!": "3", "a-b": "4"}'`, '{"a":"2","a b":"1","a!":"3","a-b":"4"}'],
    [`'{"a": "\\u0000"}'`, '{}'],
    [`'{"note": "[1] {2}"}'`, '{"note":"[1] {2}"}'],
    [`'{}'`, '{}'],
    [`''`, '{}'],
    [`'NULL'`, '{}'],
    ['null::varchar', '{}'],
    [`'no json'`, '{}'],
    ["map {'team': 'web', 'Env': 'prod'}", '{"Env":"prod","team":"web"}'],
    [`map {'a"b': 'c', 'A': 'd\\e', 'é': '1'}`, '{"A":"d\\\\e","a\\"b":"c","é":"1"}'],
    ["map {'team': null::varchar}", '{"team":""}'],
    ['map([], [])::map(varchar, varchar)', '{}'],
    ['null::map(varchar, varchar)', '{}'],
    ["[{key: 'team', value: 'web'}, {key: 'Env', value: 'prod'}]", '{"Env":"prod","team":"web"}'],
    ["[{key: 'team', value: 'a'}, {key: 'team', value: 'b'}]", '{"team":"a","team":"b"}'],
    ["{team: 'web', Env: 'prod'}", '{"Env":"prod","team":"web"}'],
    [`'{"team": "web"}'::json`, '{"team":"web"}'],
  ])('from %s are %s', async (expression, expected) => {
    expect(await itemWith('Tags', expression)).toMatchObject({ tags: expected });
  });

  const CUR = {
    'bill/BillingPeriodStartDate': '2026-11-01T00:00:00Z',
    'bill/PayerAccountId': '111122223333',
    'lineItem/CurrencyCode': 'USD',
    'lineItem/LineItemType': 'Usage',
    'lineItem/ProductCode': 'AmazonS3',
    'lineItem/UnblendedCost': '1',
    'lineItem/UsageStartDate': '2026-11-05T00:00:00Z',
  };

  it.each([
    ["map {'Unit': 'Retail'}", `'{"team": "web"}'`, '{"team":"web","cost-category:Unit":"Retail"}'],
    [
      "map {'Unit': 'Retail', 'Area': 'a\":b'}",
      `'{}'`,
      '{"cost-category:Area":"a\\":b","cost-category:Unit":"Retail"}',
    ],
    [
      `map {'U"n:': ':', 'V': ''}`,
      `'{"a":"b"}'`,
      '{"a":"b","cost-category:U\\"n:":":","cost-category:V":""}',
    ],
    ['map([], [])::map(varchar, varchar)', `'{"a":"b"}'`, '{"a":"b"}'],
    ['null::map(varchar, varchar)', 'null::varchar', '{}'],
  ])('have the cost categories %s beside them', async (categories, tags, expected) => {
    const [item] = await lineItemsOf(
      duck,
      `select *, ${tags} as "Tags", ${categories} as "x_CostCategories" from (${textRows([FOCUS])})`,
    );
    expect(item).toMatchObject({ tags: expected });
  });

  it('of the legacy report are its columns, those of AWS with their prefix', async () => {
    const [csv] = await lineItemsOf(
      duck,
      textRows([
        {
          ...CUR,
          'resourceTags/user:Team': 'web "1"',
          'resourceTags/user:Env': '',
          'resourceTags/aws:createdBy': 'Root:123',
          'costCategory/Business unit': 'Retail',
        },
      ]),
    );
    expect(csv).toMatchObject({
      tags: '{"Team":"web \\"1\\"","aws:createdBy":"Root:123","cost-category:Business unit":"Retail"}',
    });
    const [parquet] = await lineItemsOf(duck, textRows([{ ...CUR, resource_tags_user_team: 'web' }]));
    expect(parquet).toMatchObject({ tags: '{"team":"web"}' });
  });

  it.each([
    ["map {'user_team': 'web', 'user:Env': 'prod', 'aws_created_by': 'x'}"],
    [`'{"user_team": "web", "user:Env": "prod", "aws_created_by": "x"}'`],
    [`'{"user_team": "w\\u0065b", "user:Env": "prod", "aws_created_by": "x"}'`],
  ])('of CUR 2.0 lose the prefix of the user: %s', async (expression) => {
    const [item] = await lineItemsOf(
      duck,
      `select *, ${expression} as resource_tags from (${textRows([CUR])})`,
    );
    expect(item).toMatchObject({ tags: '{"Env":"prod","aws_created_by":"x","team":"web"}' });
  });

  it.each([
    ["map {'product_name': 'Amazon Simple Storage Service', 'region_code': 'eu-west-1'}"],
    [`'{"product_name": "Amazon Simple Storage Service", "region_code": "eu-west-1"}'`],
    ["{product_name: 'Amazon Simple Storage Service', region_code: 'eu-west-1'}"],
  ])('the product of CUR 2.0 is read from %s', async (expression) => {
    const [item] = await lineItemsOf(duck, `select *, ${expression} as product from (${textRows([CUR])})`);
    expect(item).toMatchObject({ service_name: 'Amazon Simple Storage Service', region_id: 'eu-west-1' });
  });
});

describe('a line item', () => {
  it('of the billing account itself stands under that account', async () => {
    const [own, payer] = await lineItemsOf(
      duck,
      textRows([
        { ...FOCUS, SubAccountId: '444455556666', SubAccountName: 'web', BillingAccountName: 'payer' },
        { ...FOCUS, SubAccountId: 'NULL', BillingAccountName: 'payer' },
      ]),
    );
    expect(own).toMatchObject({ sub_account_id: '444455556666', sub_account_name: 'web' });
    expect(payer).toMatchObject({ sub_account_id: '111122223333', sub_account_name: 'payer' });
  });

  it.each([
    ['BilledCost', "'0.1234567890123456789'"],
    ['BilledCost', '1.2345678901234567e-05::double'],
    ['EffectiveCost', "''"],
    ['ChargePeriodStart', "'soon'"],
    ['BillingCurrency', "'US$'"],
    ['ChargeCategory', "'Discount'"],
  ])('is refused, not rounded or made up, where %s is %s', async (column, expression) => {
    await expect(itemWith(column, expression)).rejects.toThrow(
      /^Invalid Input Error: A row has no \w+ that can be kept exactly\.$/,
    );
  });

  it.each([
    ['ListCost', 'list_cost'],
    ['ConsumedQuantity', 'consumed_quantity'],
    ['ListUnitPrice', 'list_unit_price'],
  ])('has no %s where it cannot be kept exactly', async (column, name) => {
    expect(await itemWith(column, "'0.1234567890123456789'")).toMatchObject({ [name]: null });
    expect(await itemWith(column, "'0.123456789012345678'")).toMatchObject({
      [name]: '0.123456789012345678',
    });
  });

  it('brings a currency to capital letters', async () => {
    expect(await itemWith('BillingCurrency', "'eur'")).toMatchObject({ billing_currency: 'EUR' });
  });

  it('counts the quantity of usage once, and not again for what takes it back or discounts it', async () => {
    const cur = {
      'bill/BillingPeriodStartDate': '2026-11-01T00:00:00Z',
      'bill/PayerAccountId': '111122223333',
      'lineItem/CurrencyCode': 'USD',
      'lineItem/ProductCode': 'AmazonEC2',
      'lineItem/UnblendedCost': '1',
      'lineItem/UsageAmount': '24',
      'lineItem/UsageStartDate': '2026-11-05T00:00:00Z',
      'pricing/publicOnDemandCost': '2.4',
      'pricing/unit': 'Hrs',
      'savingsPlan/SavingsPlanEffectiveCost': '1',
    };
    const types = ['Usage', 'SavingsPlanCoveredUsage', 'SavingsPlanNegation', 'EdpDiscount', 'Fee'];
    const items = await lineItemsOf(
      duck,
      textRows(types.map((type) => ({ ...cur, 'lineItem/LineItemType': type }))),
    );
    const said = items.map((item) => [
      item['consumed_quantity'],
      item['pricing_quantity'],
      item['list_cost'],
    ]);
    const [hours, price] = ['24.000000000000000000', '2.400000000000000000'];
    expect(said).toEqual([
      [hours, hours, price],
      [hours, hours, price],
      [null, null, null],
      [null, null, null],
      [null, hours, null],
    ]);
  });
});
