import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { readOverview } from '@/features/costs/read-overview';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { nanos } from '../syncs/amounts';
import { lineItems, type LineItem } from '../syncs/aws-truth';
import { ACCOUNTS, Bill, known, overviewOf, queryOf } from './support';

let bench: Workbench;
let ctx: Ctx;
let id: string;
let items: LineItem[];
beforeAll(async () => {
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  id = (await bench.connectAndSync(ctx)).connection.id;
  items = lineItems(bench, ACCOUNTS, { start: '2026-02-01', end: '2027-03-18' });
});
afterAll(() => bench.close());

const asOwner = (statement: string, values: unknown[] = []) => bench.database.owner.query(statement, values);

describe('the key figures', () => {
  it('T43 month to date, last month and averages are those of the bill', async () => {
    const { kpis } = await overviewOf(ctx, 'dates=mtd&cost=unblended');
    const bill = new Bill(items, 'billed');
    const month = bill.in({ start: '2027-03-01', end: '2027-03-18' }).total;
    expect(nanos(kpis.total)).toBe(month);
    expect(nanos(known(kpis.lastMonth))).toBe(bill.in({ start: '2027-02-01', end: '2027-03-01' }).total);
    expect(kpis.lastMonthIsFinal).toBe(true);
    const week = bill.in({ start: '2027-03-11', end: '2027-03-18' }).total;
    expect(Number(kpis.dailyAverage)).toBeCloseTo(Number(month) / 1e9 / 17, 6);
    expect(Number(kpis.lastSevenDaysAverage)).toBeCloseTo(Number(week) / 1e9 / 7, 6);
  });

  it('T43 change in percent is to one decimal', async () => {
    const { kpis } = await overviewOf(ctx, 'dates=last-month');
    const [now, before] = [nanos(kpis.total), nanos(known(kpis.before))];
    const change = ((Number(now) - Number(before)) / Math.abs(Number(before))) * 100;
    expect(kpis.change).toMatch(/^-?\d+\.\d$/);
    expect(Math.abs(Number(kpis.change) - change)).toBeLessThanOrEqual(0.051);
  });

  it('T43 last month is not final while AWS still estimates it', async () => {
    await asOwner(
      'update control_total set estimated = true where connection_id = $1 and billing_period = $2',
      [id, '2027-02-01'],
    );
    expect((await overviewOf(ctx, '')).kpis.lastMonthIsFinal).toBe(false);
    await asOwner(
      'update control_total set estimated = false where connection_id = $1 and billing_period = $2',
      [id, '2027-02-01'],
    );
  });
});

describe('the forecast', () => {
  it('T44 of the plain page is AWS’s own on top of what is billed', async () => {
    for (const [cost, metric] of [
      ['amortized', 'effective'],
      ['unblended', 'billed'],
    ] as const) {
      const { kpis } = await overviewOf(ctx, `dates=mtd&cost=${cost}`);
      const { rows } = await asOwner(
        'select mean::text, low::text, high::text from cost_forecast where connection_id = $1 and metric = $2',
        [id, metric],
      );
      const [aws] = rows as { mean: string; low: string; high: string }[];
      if (!aws) throw new Error('There is no forecast.');
      const billed = nanos(kpis.total);
      expect(kpis.forecast?.source).toBe('aws');
      expect(nanos(kpis.forecast?.mean ?? '')).toBe(billed + nanos(aws.mean));
      expect(nanos(kpis.forecast?.low ?? '')).toBe(billed + nanos(aws.low));
      expect(nanos(kpis.forecast?.high ?? '')).toBe(billed + nanos(aws.high));
    }
  });

  it.each(['tax=off', 'credits=off', 'refunds=off', 'region=eu-west-1', 'service=AWS Lambda'])(
    'T44 is our own and says so where AWS was asked for another: %s',
    async (filter) => {
      const { kpis } = await overviewOf(ctx, `dates=mtd&${filter}`);
      expect(kpis.forecast?.source).toBe('seasonal');
      const [low, mean, high] = [kpis.forecast?.low, kpis.forecast?.mean, kpis.forecast?.high].map(Number);
      expect(low).toBeLessThanOrEqual(mean ?? 0);
      expect(mean).toBeLessThanOrEqual(high ?? 0);
      expect(low).toBeGreaterThanOrEqual(Number(kpis.total) - 0.01);
    },
  );

  it('T44 of AWS holds until the next sync, for the month that is loaded and named', async () => {
    const forecastAt = async (instant: string) => {
      bench.clock.set(instant);
      const { kpis, forecastMonth } = await overviewOf(ctx, '');
      bench.clock.reset();
      return { forecast: kpis.forecast, forecastMonth };
    };
    const asked = (await overviewOf(ctx, '')).kpis.forecast;
    for (const instant of ['2027-03-19T10:00:00Z', '2027-04-01T10:00:00Z', '2027-04-02T10:00:00Z']) {
      expect(await forecastAt(instant)).toEqual({ forecast: asked, forecastMonth: '2027-03-01' });
    }
  });
});

describe('the agreement with AWS', () => {
  const ours = { amortized: 'effective', unblended: 'billed' } as const;

  it.each(['amortized', 'unblended'] as const)('T45 shows both figures, %s', async (cost) => {
    const { agreement, syncedAt } = await overviewOf(ctx, `cost=${cost}`);
    const whole = new Bill(items, ours[cost]).total;
    expect(nanos(agreement?.aws ?? '')).toBe(whole);
    expect(nanos(agreement?.ours ?? '')).toBe(whole);
    expect(agreement?.differences).toEqual([]);
    expect(syncedAt).toBe(bench.clock.now().toISOString());
  });

  it('T45 locates a difference of a billionth in the month and account of the row that has it', async () => {
    const change = (by: string) =>
      asOwner(
        `update charge_daily set billed_cost = billed_cost + $2::numeric where ctid in (
           select ctid from charge_daily where connection_id = $1 and sub_account_id = '209817345566'
             and charge_date = '2027-03-09' and charge_category = 'Usage' limit 1)`,
        [id, by],
      );
    await change('0.000000001');
    // What a sync does once it has loaded: hold its months against AWS.
    await asOwner(
      `update control_total t set our_billed = (
         select sum(d.billed_cost) from charge_daily d where d.connection_id = t.connection_id
           and d.sub_account_id = t.sub_account_id and date_trunc('month', d.charge_date) = t.billing_period)
       where connection_id = $1`,
      [id],
    );
    const { agreement } = await overviewOf(ctx, 'cost=unblended');
    expect(nanos(agreement?.ours ?? '') - nanos(agreement?.aws ?? '')).toBe(1n);
    expect(agreement?.differences).toMatchObject([{ account: 'acme-staging', period: '2027-03-01' }]);
    expect((await overviewOf(ctx, 'cost=amortized')).agreement?.differences).toEqual([]);
    // The next sync puts it right.
    expect((await bench.sync(ctx, id)).status).toBe('done');
    expect((await overviewOf(ctx, 'cost=unblended')).agreement?.differences).toEqual([]);
  });
});

describe('two currencies', () => {
  beforeEach(() =>
    asOwner(`delete from control_total where currency = 'EUR'; delete from charge_daily where currency = 'EUR';
      delete from charge_daily_by where currency = 'EUR'`),
  );

  it('T46 are never added up', async () => {
    const before = await overviewOf(ctx, 'dates=mtd&by=region');
    await asOwner(
      `insert into control_total (workspace_id, connection_id, billing_period, sub_account_id, currency, aws_billed, aws_effective,
         our_billed, our_effective, estimated, fetched_at, compared_at)
       values ($1, $2, '2027-03-01', '209817345566', 'EUR', 7, 7, 7, 7, true, now(), now())`,
      [ctx.workspaceId, id],
    );
    await asOwner(
      `insert into charge_daily values ($1, 0, $2, '2027-03-05', 'Usage', '209817345566', 'Amazon Tea', 'eu-west-1', 'EUR', 7, 7)`,
      [ctx.workspaceId, id],
    );
    await asOwner(
      `insert into charge_daily_by select $1, 0, $2, d, '2027-03-05', 'Usage', k, k2, 'EUR', 7, 7
       from (values ('total', '', ''), ('service', 'Amazon Tea', ''), ('account', '209817345566', ''), ('region', 'eu-west-1', ''),
         ('service_region', 'Amazon Tea', 'eu-west-1')) v (d, k, k2)`,
      [ctx.workspaceId, id],
    );
    const euro = await overviewOf(ctx, 'dates=mtd&by=region&currency=EUR');
    expect(euro).toMatchObject({ currency: 'EUR', currencies: ['EUR', 'USD'], kpis: { total: '7' } });
    expect(euro.lines).toMatchObject([{ id: 'eu-west-1', amount: '7' }]);
    expect(euro.agreement).toMatchObject({ aws: '7', ours: '7' });
    expect(euro.kpis.forecast?.source).not.toBe('aws');
    const dollars = await overviewOf(ctx, 'dates=mtd&by=region&currency=USD');
    expect(dollars).toEqual({ ...before, currencies: ['EUR', 'USD'] });
    const filtered = await overviewOf(ctx, 'dates=mtd&currency=EUR&region=eu-west-1');
    expect(filtered.kpis.total).toBe('7');
  });
});

describe('no cost', () => {
  it('T47 is something else than no data', async () => {
    const nobody = await bench.newWorkspace('Empty');
    expect(await readOverview(nobody, queryOf(nobody, ''))).toBeNull();
    const { kpis, lines } = await overviewOf(ctx, 'from=2026-03-01&to=2026-03-03&service=Amazon Tea');
    expect(kpis).toMatchObject({ total: '0', before: '0', change: null });
    expect(lines).toEqual([]);
  });
});
