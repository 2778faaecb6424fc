import { BOOLEAN, DOUBLE, INTEGER, VARCHAR } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { weightOf } from '../cost-explorer/by-resource';
import type { Ledger } from '../cost-explorer/ledger';
import { stableHash } from '../cost-explorer/series';
import type { Series } from '../cost-explorer/series';
import type { AccountDefinition } from '../world/accounts';
import { billedResourceId } from '../world/resources';
import type { Inventory, SimResource } from '../world/resources';
import { RECORD_TERMS, regionOf, serviceTerms } from './bill-terms';
import { appendColumns } from './duck-tables';

/** One account's part of a bill. */
export interface BilledAccount {
  account: AccountDefinition;
  ledger: Ledger;
  inventory: Inventory;
}

interface Column<T> {
  name: string;
  type: DuckDBType;
  sqlType: string;
  value: (row: T) => DuckDBValue;
}

const text = <T>(name: string, value: (row: T) => string | null): Column<T> => ({
  name,
  type: VARCHAR,
  sqlType: 'varchar',
  value,
});
const double = <T>(name: string, value: (row: T) => number): Column<T> => ({
  name,
  type: DOUBLE,
  sqlType: 'double',
  value,
});
const integer = <T>(name: string, value: (row: T) => number): Column<T> => ({
  name,
  type: INTEGER,
  sqlType: 'integer',
  value,
});

/** A line of a bill: a series of an account, by a number that is unique in the bill. */
interface Line {
  line: number;
  account: AccountDefinition;
  series: Series;
}

const skuOf = ({ service, usageType, operation }: Series): string =>
  stableHash(service, usageType, operation, 'sku').toString(36).toUpperCase().padStart(16, 'Q7');

const hex = (length: number, ...parts: string[]): string =>
  stableHash(...parts)
    .toString(16)
    .padStart(length, '0')
    .slice(0, length);

function planArn({ account, series }: Line): string | null {
  const { recordType, region } = series;
  const id = (name: string): string => hex(8, account.id, name);
  if (recordType.startsWith('SavingsPlan')) {
    return `arn:aws:savingsplans::${account.id}:savingsplan/${id('a')}-5f1c-4d2b-9a7e-${id('b')}0c1d`;
  }
  if (recordType === 'DiscountedUsage' || recordType === 'RIFee') {
    return `arn:aws:rds:${region}:${account.id}:ri:ri-2026-01-01-${id(region)}`;
  }
  return null;
}

/** A price as a bill writes it, however small. */
const plain = (rate: number): string => rate.toFixed(12).replace(/\.?0+$/, '');

function description({ series }: Line): string {
  const { usageType, unit, rate, recordType, service } = series;
  if (recordType === 'Tax')
    return 'Tax for product code AmazonEC2 usage type BoxUsage operation RunInstances';
  if (rate > 0) return `$${plain(rate)} per ${unit} of ${usageType}`;
  return usageType === '' ? `${recordType} for ${service}` : `${recordType} for ${service}, ${usageType}`;
}

const terms = ({ series }: Line) => RECORD_TERMS[series.recordType];
const isOfUsage = ({ recordType }: Series): boolean => RECORD_TERMS[recordType].category === 'Usage';
const IS_CORRECTION = 'Correction';

const LINE_COLUMNS: readonly Column<Line>[] = [
  integer('line', ({ line }) => line),
  text('account_id', ({ account }) => account.id),
  text('account_name', ({ account }) => account.name),
  text('record_type', ({ series }) => series.recordType),
  text('service_name', ({ series }) => serviceTerms(series.service).name),
  text('service_code', ({ series }) => serviceTerms(series.service).code),
  text('service_category', ({ series }) => serviceTerms(series.service).category),
  text('service_subcategory', ({ series }) => serviceTerms(series.service).subcategory),
  text('region_id', ({ series }) => regionOf(series.region)?.id ?? null),
  text('region_name', ({ series }) => regionOf(series.region)?.name ?? null),
  text('usage_type', ({ series }) => series.usageType || null),
  text('operation', ({ series }) => series.operation || null),
  text('instance_type', ({ series }) =>
    series.instanceType === 'NoInstanceType' ? null : series.instanceType,
  ),
  text('unit', ({ series }) => (series.unit === 'N/A' ? null : series.unit)),
  double('rate', ({ series }) => series.rate),
  text('description', description),
  text('sku_id', ({ series }) => (isOfUsage(series) ? skuOf(series) : null)),
  text('sku_price_id', ({ series }) => (isOfUsage(series) ? `${skuOf(series)}.JRTCKXETXF.6YS6EN2CT7` : null)),
  text('charge_category', (line) => terms(line).category),
  text('charge_class', ({ series }) => (series.operation === IS_CORRECTION ? IS_CORRECTION : null)),
  text('charge_frequency', (line) => terms(line).frequency),
  text('pricing_category', (line) => terms(line).pricing),
  text('line_item_type', (line) => terms(line).lineItemType),
  text('plan_arn', planArn),
  {
    name: 'is_hourly',
    type: BOOLEAN,
    sqlType: 'boolean',
    value: ({ series }) => isOfUsage(series) || series.recordType === 'SavingsPlanRecurringFee',
  },
];

interface Billed {
  number: number;
  resource: SimResource;
}

const BETWEEN = '\u001f';
const curKey = (key: string): string =>
  `${key.startsWith('aws:') ? 'aws_' : 'user_'}${key
    .replace(/^aws:/, '')
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')}`;

const tagKeys = ({ resource }: Billed, spell: (key: string) => string): string =>
  Object.keys(resource.tags).map(spell).join(BETWEEN);

const RESOURCE_COLUMNS: readonly Column<Billed>[] = [
  integer('resource', ({ number }) => number),
  text('billed_id', ({ resource }) => billedResourceId(resource)),
  text('resource_type', ({ resource }) => resource.type.split(':').at(-1)?.split('/')[0] ?? null),
  text('zone', ({ resource }) => resource.zone || null),
  text('tag_keys', (billed) => tagKeys(billed, (key) => key)),
  text('cur_tag_keys', (billed) => tagKeys(billed, curKey)),
  text('tag_values', ({ resource }) => Object.values(resource.tags).join(BETWEEN)),
];

interface Share {
  line: number;
  billed: Billed;
}

const NEVER = 2_000_000_000;

const SHARE_COLUMNS: readonly Column<Share>[] = [
  integer('line', ({ line }) => line),
  integer('resource', ({ billed }) => billed.number),
  double('weight', ({ billed }) => weightOf(billed.resource.arn)),
  integer('created', ({ billed }) => billed.resource.createdDay),
  integer('deleted', ({ billed }) => billed.resource.deletedDay ?? NEVER),
];

async function fill<T>(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column<T>[],
  rows: readonly T[],
): Promise<void> {
  const shape = columns.map(({ name, sqlType }) => `${name} ${sqlType}`).join(', ');
  await connection.run(`create temp table ${table} (${shape})`);
  const appender = await connection.createAppender(table);
  appendColumns(
    appender,
    columns.map(({ type }) => type),
    columns.map(({ value }) => rows.map(value)),
  );
  appender.closeSync();
}

const mapOf = (keys: string): string => `case when ${keys} = '' then map([]::varchar[], []::varchar[])
  else map(string_split(${keys}, chr(31)), string_split(tag_values, chr(31))) end`;

/** Makes the tables of everything but the amounts: `lines`, `resources` and `shares`. */
export async function fillBillTables(
  connection: DuckDBConnection,
  accounts: readonly BilledAccount[],
): Promise<void> {
  const lines: Line[] = [];
  const billed: Billed[] = [];
  const shares: Share[] = [];
  for (const { account, ledger, inventory } of accounts) {
    const offset = billed.length;
    inventory.resources.forEach((resource, index) => billed.push({ number: offset + index, resource }));
    ledger.series.forEach((series, index) => {
      const line = lines.push({ line: lines.length, account, series }) - 1;
      for (const position of inventory.sharers[index] ?? []) {
        const one = billed[offset + position];
        if (one) shares.push({ line, billed: one });
      }
    });
  }
  await fill(connection, 'lines', LINE_COLUMNS, lines);
  await fill(connection, 'raw_resources', RESOURCE_COLUMNS, billed);
  await fill(connection, 'shares', SHARE_COLUMNS, shares);
  await connection.run(`create temp table resources as select resource, billed_id, resource_type, zone,
    ${mapOf('tag_keys')} as tags, ${mapOf('cur_tag_keys')} as cur_tags from raw_resources order by resource`);
  await connection.run('drop table raw_resources');
}

const CELL_TYPES = [INTEGER, INTEGER, DOUBLE, DOUBLE, DOUBLE];

/** Makes the table `cells`: what the ledgers say of the days from `firstDay` to before `endDay`, in nanodollars. */
export async function fillCells(
  connection: DuckDBConnection,
  accounts: readonly BilledAccount[],
  firstDay: number,
  endDay: number,
): Promise<void> {
  await connection.run(`create or replace temp table cells
    (line integer, day integer, unblended double, amortized double, quantity double)`);
  const appender = await connection.createAppender('cells');
  let line = 0;
  for (const { ledger } of accounts) {
    appendColumns(appender, CELL_TYPES, cellsOf(ledger, line, firstDay, endDay));
    line += ledger.series.length;
  }
  appender.closeSync();
}

function cellsOf(ledger: Ledger, offset: number, firstDay: number, endDay: number): number[][] {
  const columns: [number[], number[], number[], number[], number[]] = [[], [], [], [], []];
  const from = Math.max(firstDay, ledger.firstDay);
  const until = Math.min(endDay, ledger.firstDay + ledger.days);
  for (let row = 0; row < ledger.series.length; row++) {
    for (let day = from; day < until; day++) {
      const cell = row * ledger.days + day - ledger.firstDay;
      const unblended = ledger.unblended[cell] ?? 0;
      const amortized = ledger.amortized[cell] ?? 0;
      const quantity = ledger.quantity[cell] ?? 0;
      if (unblended === 0 && amortized === 0 && quantity === 0) continue;
      [offset + row, day, unblended, amortized, quantity].forEach((value, index) =>
        columns[index]?.push(value),
      );
    }
  }
  return columns;
}
