import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { withDuck } from '@/duck/duck';
import { focusColumns } from '@/features/focus-export/columns';
import { queryOf } from '../costs/support';
import { focusCsv, newSource, upload } from '../uploads/support';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { csvOf, fillWorkspace, parquetOf, totalsOf } from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  await fillWorkspace(bench, ctx);
});
afterAll(() => bench.close());

/** The first day has a row of a file, and Cost Explorer; the newest months have a billing export. */
const DAYS = 'from=2026-11-30&to=2027-03-17';
const CURRENCIES = ['USD', 'EUR'];

/** Sums of the line items of a workspace, or of its charges from Cost Explorer where no line items count. */
async function byProvider(of: Ctx) {
  const { rows } = await bench.database.owner.query<Record<string, string>>(
    `select provider, currency, service, trim_scale(sum(billed))::text as billed, trim_scale(sum(effective))::text as effective from (
       select k.provider_name as provider, k.billing_currency as currency, k.service_name as service, l.billed_cost as billed,
         l.effective_cost as effective
       from line_item l join charge_kind k using (workspace_id, connection_id, kind_key)
       where l.workspace_id = $1
       union all
       select 'AWS', c.currency, c.service_name, c.billed_cost, c.effective_cost from charge c
       where c.workspace_id = $1 and c.source = 'cost-explorer' and c.charge_date >= '2026-11-30' and c.charge_date < '2027-01-01'
     ) charges where billed <> 0 or effective <> 0 group by 1, 2, 3 order by 1, 2, 3`,
    [of.workspaceId],
  );
  return rows;
}

/** What each resource is and cost, and with which tags. */
async function resourcesOf(of: Ctx) {
  const { rows } = await bench.database.owner.query<{ line: string }>(
    `select concat_ws('|', r.resource_id, r.name, r.resource_type, r.sub_account_id, k.region_id, k.usage_type, coalesce(t.tags, '{}'),
       l.billing_period, k.billing_currency, trim_scale(sum(l.billed_cost)), trim_scale(sum(l.effective_cost)),
       trim_scale(sum(l.consumed_quantity)), trim_scale(k.list_unit_price),
       trim_scale(sum(l.commitment_discount_quantity)) || ' ' || k.commitment_discount_unit) as line
     from line_item l
     join resource r using (workspace_id, connection_id, resource_key)
     join charge_kind k using (workspace_id, connection_id, kind_key)
     left join tag_set t using (workspace_id, connection_id, tag_key)
     where l.workspace_id = $1
     group by r.resource_id, r.name, r.resource_type, r.sub_account_id, k.region_id, k.usage_type, t.tags, l.billing_period, k.billing_currency,
       k.list_unit_price, k.commitment_discount_unit
     order by 1`,
    [of.workspaceId],
  );
  return rows.map((row) => row.line);
}

const reports = (of: Ctx) =>
  Promise.all(CURRENCIES.map((one) => totalsOf(of, queryOf(of, `${DAYS}&currency=${one}`))));

describe.each([
  ['CSV', csvOf],
  ['Parquet', parquetOf],
] as const)('the %s of a report', (format, fileOf) => {
  it('loads into another workspace with the same totals by provider, currency and service, the same tags and resources', async () => {
    const other = await bench.newWorkspace(`Other ${format}`);
    const connectionId = await newSource(other, 'From Belvedere');
    for (const currency of CURRENCIES) {
      const bytes = await fileOf(ctx, queryOf(ctx, `${DAYS}&currency=${currency}`));
      const file = await upload(bench, other, { connectionId, bytes, name: `${currency}.${format}` });
      expect(file, JSON.stringify(file.problems)).toMatchObject({
        state: 'loaded',
        format: 'FOCUS 1.2',
        leftOutRows: 0,
        warnings: [],
      });
    }
    expect(await byProvider(other)).toEqual(await byProvider(ctx));
    const resources = await resourcesOf(other);
    expect(resources).toEqual(await resourcesOf(ctx));
    expect(resources.length).toBeGreaterThan(100);
    expect(
      resources.some((line) => / USD$/.test(line)),
      'a commitment that was used',
    ).toBe(true);
    expect(await reports(other)).toEqual(await reports(ctx));
    for (const days of [
      'from=2027-02-01&to=2027-02-01&currency=USD',
      'from=2027-01-31&to=2027-01-31&currency=USD',
      'from=2026-12-20&to=2027-01-10&currency=USD',
    ])
      expect(await totalsOf(other, queryOf(other, days)), days).toEqual(
        await totalsOf(ctx, queryOf(ctx, days)),
      );
  }, 180_000);
});

describe('a Parquet file', () => {
  const none = { signal: new AbortController().signal };

  it('has typed columns: exact numbers, moments and text', async () => {
    const bytes = await parquetOf(ctx, queryOf(ctx, 'dates=last-month&currency=EUR'));
    const types = await withDuck(none.signal, async (duck) => {
      await writeFile(`${duck.directory}/a.parquet`, bytes);
      return duck.rows<{ column_name: string; column_type: string }>(
        `describe select * from read_parquet('${duck.directory}/a.parquet')`,
      );
    });
    const expected = { number: 'DECIMAL(38,18)', moment: 'TIMESTAMP', text: 'VARCHAR' };
    expect(types.map((one) => [one.column_name, one.column_type])).toEqual(
      focusColumns.map(({ name, type }) => [name, expected[type]]),
    );
  });

  it('that has an amount too large to be exact is broken off before it ends', async () => {
    const source = await newSource(ctx, 'Too large');
    const row = { ChargePeriodStart: '2027-02-10', BillingPeriodStart: '2027-02-01', BillingCurrency: 'JPY' };
    await upload(bench, ctx, { connectionId: source, bytes: focusCsv([row]), name: 'yen.csv' });
    const query = queryOf(ctx, 'dates=last-month&currency=JPY');
    expect((await parquetOf(ctx, query)).subarray(-4).toString()).toBe('PAR1');
    await bench.database.owner.query('update line_item set list_cost = 1e21 where connection_id = $1', [
      source,
    ]);
    await expect(parquetOf(ctx, query)).rejects.toThrow('DuckDB did not write the Parquet file.');
  });
});
