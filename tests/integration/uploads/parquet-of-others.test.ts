import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import type { FileSummary } from '@/features/uploads/list-files';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { openDuck } from '../../unit/focus/duck';
import { keptOf, newSource, upload } from './support';

let bench: Workbench;
let ctx: Ctx;
let id: string;
let duck: DuckDBConnection;
let directory: string;
beforeAll(async () => {
  bench = await createWorkbench();
  duck = await openDuck();
  directory = await mkdtemp(join(tmpdir(), 'parquet-of-others-'));
});
afterAll(async () => {
  duck.closeSync();
  await rm(directory, { recursive: true, force: true });
  await bench.close();
});
beforeEach(async () => {
  await bench.reset();
  ctx = await bench.newWorkspace();
  id = await newSource(ctx);
});

/** Writes the rows of a query as another provider would, uploads the file and loads it. */
async function load(query: string, options = 'compression snappy'): Promise<FileSummary> {
  const path = join(directory, 'export.parquet');
  await duck.run(`copy (${query}) to '${path}' (format parquet, ${options})`);
  return upload(bench, ctx, { connectionId: id, bytes: await readFile(path), name: 'export.parquet' });
}

interface StoredRow {
  readonly day: string;
  readonly period: string;
  readonly resource: string;
  readonly account: string;
  readonly service: string;
  readonly region: string;
  readonly category: string;
  readonly tags: string;
  readonly billed: string;
  readonly effective: string;
  readonly list: string | null;
  readonly quantity: string | null;
}

/** The line items in words, without the zeros that a decimal ends in. */
async function storedRows(): Promise<StoredRow[]> {
  const amount = (column: string) => `trim_scale(l.${column})::text`;
  const { rows } = await bench.database.owner.query<StoredRow>(
    `select l.charge_date::text as day, l.billing_period::text as period, coalesce(r.resource_id, '') as resource,
       k.sub_account_id as account, k.service_name as service, k.region_id as region, k.charge_category as category,
       coalesce(t.tags::text, '{}') as tags, ${amount('billed_cost')} as billed, ${amount('effective_cost')} as effective,
       ${amount('list_cost')} as list, ${amount('consumed_quantity')} as quantity
     from line_item l join charge_kind k using (workspace_id, connection_id, kind_key)
     left join resource r using (workspace_id, connection_id, resource_key)
     left join tag_set t using (workspace_id, connection_id, tag_key)
     where l.connection_id = $1 order by l.charge_date, resource, l.billed_cost`,
    [id],
  );
  return rows;
}

/** Every table of ours has this sum. */
async function expectKept(billed: string, effective: string): Promise<void> {
  for (const [table, sums] of Object.entries(await keptOf(ctx, id)))
    expect([table, sums]).toEqual([table, { billed, effective }]);
}

/** As Azure exports FOCUS 1.0: decimals, moments with a zone or without, tags as JSON text, columns of its own. */
const AZURE = `
  select cast(billed as decimal(38, 18)) as BilledCost, cast(effective as decimal(38, 18)) as EffectiveCost,
    cast(billed * 2 as decimal(38, 18)) as ListCost, 'EA-7001' as BillingAccountId, 'Contoso' as BillingAccountName,
    'EUR' as BillingCurrency, timestamptz '2026-12-01 00:00:00+00' as BillingPeriodStart,
    timestamptz '2027-01-01 00:00:00+00' as BillingPeriodEnd, category as ChargeCategory, 'Virtual machine hours' as ChargeDescription,
    moment as ChargePeriodStart, moment + interval 1 day as ChargePeriodEnd, cast(hours as decimal(38, 18)) as ConsumedQuantity,
    'Hours' as ConsumedUnit, 'Microsoft' as InvoiceIssuerName, 'Microsoft' as ProviderName, 'Microsoft' as PublisherName,
    'westeurope' as RegionId, 'West Europe' as RegionName, resource as ResourceId, 'Virtual Machines' as ServiceName,
    'Compute' as ServiceCategory, '/subscriptions/a1' as SubAccountId, tags as Tags, 'Standard' as x_SkuTier,
    cast(billed * 1.08 as double) as x_BilledCostInUsd
  from (values
    (1.000000000000000001, 0.1, 24, timestamptz '2026-12-10 00:00:00+00', '/subscriptions/a1/vm/one', 'Usage', '{"env":"prod","team":"core"}'),
    (0.3, 0.2, 24, timestamptz '2026-12-10 00:00:00+00', '/subscriptions/a1/vm/two', 'Usage', '{}'),
    (123456789012.123456789012345678, 7, 1, timestamptz '2026-12-11 00:00:00+00', '/subscriptions/a1/vm/one', 'Usage', null),
    (-0.25, -0.25, null, timestamptz '2026-12-31 23:00:00+00', null, 'Credit', null)
  ) as t (billed, effective, hours, moment, resource, category, tags)`;

describe('FOCUS 1.0 in Parquet as Azure writes it', () => {
  it('is loaded to the last of eighteen decimals, with its provider, its currency and its tags', async () => {
    const file = await load(AZURE);
    expect(file).toMatchObject({ state: 'loaded', format: 'FOCUS 1.0', rows: 4, problemCount: 0 });
    const [billed, effective] = ['123456789013.173456789012345679', '7.05'];
    expect(file.totals).toEqual([{ provider: 'Microsoft', currency: 'EUR', rows: 4, billed, effective }]);
    await expectKept(billed, effective);
    const vm = { account: '/subscriptions/a1', service: 'Virtual Machines', region: 'westeurope' };
    const one = { ...vm, period: '2026-12-01', resource: '/subscriptions/a1/vm/one', category: 'Usage' };
    expect(await storedRows()).toEqual([
      {
        ...{ ...one, day: '2026-12-10', tags: '{"env": "prod", "team": "core"}', quantity: '24' },
        ...{ billed: '1.000000000000000001', effective: '0.1', list: '2.000000000000000002' },
      },
      {
        ...{ ...one, day: '2026-12-10', resource: '/subscriptions/a1/vm/two', tags: '{}', quantity: '24' },
        ...{ billed: '0.3', effective: '0.2', list: '0.6' },
      },
      {
        ...{ ...one, day: '2026-12-11', tags: '{}', quantity: '1' },
        ...{
          billed: '123456789012.123456789012345678',
          effective: '7',
          list: '246913578024.246913578024691356',
        },
      },
      {
        ...{ ...one, day: '2026-12-31', resource: '', category: 'Credit', tags: '{}', quantity: null },
        ...{ billed: '-0.25', effective: '-0.25', list: '-0.5' },
      },
    ]);
  });
});

/** As a view of Google Cloud in BigQuery comes out: doubles or numerics, tags as pairs of key and value, moments without a zone. */
const google = (amountType: string, tags: string, more = '') => `
  select cast(billed as ${amountType}) as BilledCost, cast(billed as ${amountType}) as EffectiveCost,
    cast(null as ${amountType}) as ListCost, '01AB-CD' as BillingAccountId, 'USD' as BillingCurrency,
    timestamp '2026-12-01 00:00:00' as BillingPeriodStart, 'Usage' as ChargeCategory,
    moment as ChargePeriodStart, 'Google Cloud' as ProviderName, 'europe-west1' as RegionId, resource as ResourceId,
    'Compute Engine' as ServiceName, 'project-a' as SubAccountId, ${tags} as Tags ${more}
  from (values
    (0.1, timestamp '2026-12-10 01:00:00', '//compute/one'), (0.2, timestamp '2026-12-10 02:00:00', '//compute/one'),
    (0.7, timestamp '2026-12-10 23:59:59', '//compute/two'), (1e-9, timestamp '2026-12-12 00:00:00', '//compute/one')
  ) as t (billed, moment, resource)`;

// As BigQuery, Spark and DuckDB write the same two tags.
const TAGS = {
  'JSON text': `'{"team":"core","env":"prod"}'`,
  'a map': `map {'team': 'core', 'env': 'prod'}`,
  'pairs of key and value': `[{'key': 'team', 'value': 'core'}, {'key': 'env', 'value': 'prod'}]`,
} as const;

describe('FOCUS 1.1 in Parquet as others write it', () => {
  it.each(
    ['decimal(38, 9)', 'double'].flatMap((type) =>
      Object.entries(TAGS).map(([written, tags]) => [type, written, tags] as const),
    ),
  )('has exact totals from %s, and its tags from %s', async (type, _, tags) => {
    const file = await load(google(type, tags, `, 'meter' as SkuMeter`));
    expect(file).toMatchObject({ state: 'loaded', format: 'FOCUS 1.1', rows: 4, problemCount: 0 });
    const sum = '1.000000001';
    expect(file.totals).toEqual([
      { provider: 'Google Cloud', currency: 'USD', rows: 4, billed: sum, effective: sum },
    ]);
    await expectKept(sum, sum);
    const one = {
      ...{ period: '2026-12-01', account: 'project-a', service: 'Compute Engine', region: 'europe-west1' },
      ...{ category: 'Usage', tags: '{"env": "prod", "team": "core"}', list: null, quantity: null },
    };
    // The hours of a day are one row, and 0.1 and 0.2 are 0.3.
    expect(await storedRows()).toEqual([
      { ...one, day: '2026-12-10', resource: '//compute/one', billed: '0.3', effective: '0.3' },
      { ...one, day: '2026-12-10', resource: '//compute/two', billed: '0.7', effective: '0.7' },
      {
        ...one,
        day: '2026-12-12',
        resource: '//compute/one',
        billed: '0.000000001',
        effective: '0.000000001',
      },
    ]);
  });

  it.each([
    ['1.0', ''],
    ['1.1', ', cast(null as varchar) as CapacityReservationId'],
    ['1.1', `, 'Virtual Machines' as ServiceSubcategory`],
    ['1.2', `, 'meter' as SkuMeter, 'INV-1' as InvoiceId`],
  ])('is told from other versions by its columns: %s with "%s"', async (version, more) => {
    const file = await load(google('double', TAGS['a map'], more), 'compression zstd');
    expect(file).toMatchObject({ state: 'loaded', format: `FOCUS ${version}` });
  });
});
