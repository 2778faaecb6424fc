import { readFileSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import Big from 'big.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { findProblems } from '@/focus/find-problems';
import { lineItemColumns } from '@/focus/line-item';
import type { RecognisedFile } from '@/focus/map';
import { readCsv } from '../../support/plain-csv';
import { openDuck, rowsOf, selectLineItems, tableOf } from './duck';

const PATH = new URL('../../fixtures/focus/focus-1.0-sample-1000.csv', import.meta.url);

const sample = readCsv(`${readFileSync(PATH, 'utf8')}\n`);
let duck: DuckDBConnection;
let recognised: RecognisedFile;
beforeAll(async () => {
  duck = await openDuck();
  const file = `read_csv('${PATH.pathname}', all_varchar = true, header = true)`;
  recognised = await tableOf(duck, 'source', `select row_number() over () as __row, * from ${file}`);
  await duck.run(`create table line_item as ${selectLineItems(recognised, 'source')}`);
});

function totalOf(column: string, rows = sample): string {
  const said = rows.map((row) => row[column] ?? 'NULL').filter((value) => value !== 'NULL' && value !== '');
  return said.reduce((sum, value) => sum.plus(value), new Big(0)).toFixed(18);
}

describe('the FOCUS 1.0 sample', () => {
  it('is recognised with its version', () => {
    expect(recognised).toMatchObject({ mapping: { format: 'FOCUS' }, version: '1.0', warnings: [] });
  });

  it('gives the columns of the line item in their order and with their types', async () => {
    const types = {
      date: 'DATE',
      text: 'VARCHAR',
      amount: 'DECIMAL(38,18)',
      number: 'DECIMAL(38,18)',
      tags: 'VARCHAR',
    };
    const described = await rowsOf(duck, 'describe line_item');
    expect(described.map((column) => [column['column_name'], column['column_type']])).toEqual(
      lineItemColumns.map((column) => [column.name, types[column.type]]),
    );
  });

  it.each([
    ['billed_cost', 'BilledCost'],
    ['effective_cost', 'EffectiveCost'],
    ['list_cost', 'ListCost'],
    ['contracted_cost', 'ContractedCost'],
    ['consumed_quantity', 'ConsumedQuantity'],
    ['pricing_quantity', 'PricingQuantity'],
    ['list_unit_price', 'ListUnitPrice'],
    ['contracted_unit_price', 'ContractedUnitPrice'],
  ])('sums %s to the total of the file', async (column, source) => {
    const rows = await rowsOf(
      duck,
      `select billing_currency as currency, count(*) as rows, sum(${column})::varchar as total from line_item group by 1`,
    );
    expect(sample).toHaveLength(1000);
    expect(rows).toEqual([{ currency: 'USD', rows: '1000', total: totalOf(source) }]);
    expect(new Big(totalOf(source)).eq(0)).toBe(false);
  });

  it('keeps the billed cost of every provider and day', async () => {
    const rows = await rowsOf(
      duck,
      `select provider_name as provider, charge_date as day, sum(billed_cost)::varchar as total from line_item group by 1, 2`,
    );
    const expected = new Map<string, Record<string, string>[]>();
    for (const row of sample) {
      const key = `${row['ProviderName']} ${row['ChargePeriodStart']?.slice(0, 10)}`;
      expected.set(key, [...(expected.get(key) ?? []), row]);
    }
    expect(rows).toHaveLength(expected.size);
    for (const row of rows) {
      expect(row['total']).toBe(totalOf('BilledCost', expected.get(`${row['provider']} ${row['day']}`)));
    }
  });

  it('keeps no text NULL, and every tag', async () => {
    const texts = lineItemColumns.filter((column) => column.type === 'text').map((column) => column.name);
    const [row] = await rowsOf(
      duck,
      `select count(*) filter ('NULL' in (${texts.join(', ')})) as null_texts,
         count(*) filter (${texts.map((name) => `${name} is null`).join(' or ')}) as nulls from line_item`,
    );
    expect(row).toEqual({ null_texts: '0', nulls: '0' });
    const kept = await rowsOf(duck, 'select tags from line_item order by tags');
    const said = sample.map((row) => {
      const tags = Object.entries(JSON.parse(row['Tags'] === 'NULL' ? '{}' : (row['Tags'] ?? '{}')));
      return JSON.stringify(Object.fromEntries(tags.sort(([a], [b]) => (a < b ? -1 : 1))));
    });
    expect(kept.map((row) => row['tags'])).toEqual(said.sort());
  });

  it('names services of AWS as Cost Explorer does, and leaves those of others', async () => {
    const rows = await rowsOf(
      duck,
      `select distinct provider_name as provider, service_name as service from line_item
       where service_name like '%Load Balancing' or service_name like 'EC2%' or service_name like 'Virtual Machines%' order by 1, 2`,
    );
    expect(rows).toContainEqual({ provider: 'AWS', service: 'Amazon Elastic Load Balancing' });
    expect(rows).not.toContainEqual({ provider: 'AWS', service: 'Elastic Load Balancing' });
  });

  it('has no row that cannot be loaded', async () => {
    expect(await rowsOf(duck, findProblems(recognised, 'source', 10))).toEqual([]);
  });
});
