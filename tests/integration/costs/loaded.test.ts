import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { daysOf } from '@/domain/period';
import { readOverview } from '@/features/costs/read-overview';
import { createWorkbench, MANAGEMENT, PRODUCTION, STANDALONE, type Workbench } from '../../support/workbench';
import { nanos, total } from '../syncs/amounts';
import { lineItems } from '../syncs/aws-truth';
import { holdTable } from '../syncs/hold';
import { ACCOUNTS, Bill, overviewOf, queryOf } from './support';

const DAY_MS = 86_400_000;

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const overview = (ctx: Ctx, address = '') => readOverview(ctx, queryOf(ctx, address));

/** As while a first load goes on: of its windows, newest first, only so many are loaded. */
async function loadedWindows(connectionId: string, count: number): Promise<void> {
  await bench.database.owner.query(
    `update sync_window set loaded_at = case when position <= $2 then now() end where connection_id = $1`,
    [connectionId, count],
  );
}

describe('before the first window is loaded', () => {
  it('T60 there is no overview, though the totals of AWS are there', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    expect(await overview(ctx)).toBeNull();
    const hold = await holdTable(bench, 'charge_daily_by');
    const syncing = bench.sync(ctx, id);
    await hold.reached();
    const { rowCount } = await bench.database.owner.query('select from control_total');
    expect(rowCount).toBeGreaterThan(0);
    for (const address of ['', 'dates=last-90', 'dates=last-month&by=account']) {
      expect(await overview(ctx, address), address).toBeNull();
    }
    await hold.release();
    expect((await syncing).status).toBe('done');
    expect(await overview(ctx)).not.toBeNull();
  });

  it('T60 a connection changes nothing of what the others show', async () => {
    const ctx = await bench.newWorkspace();
    await bench.connectAndSync(ctx, { account: STANDALONE });
    const before = await overview(ctx, 'dates=last-90&by=account');
    const { id } = await bench.connect(ctx, { account: MANAGEMENT });
    const hold = await holdTable(bench, 'charge_daily_by');
    const syncing = bench.sync(ctx, id);
    await hold.reached();
    expect(await overview(ctx, 'dates=last-90&by=account')).toEqual(before);
    await hold.release();
    await syncing;
    const after = await overview(ctx, 'dates=last-90&by=account');
    expect(after?.lines).toHaveLength(4);
    expect(after?.loaded).toEqual({ start: '2026-02-01', end: '2027-03-18' });
  });
});

describe('while a first load goes on', () => {
  let ctx: Ctx;
  let id: string;
  beforeEach(async () => {
    ctx = await bench.newWorkspace();
    id = (await bench.connectAndSync(ctx)).connection.id;
  });

  it('T61 the days are cut to the loaded ones, and every figure is of those', async () => {
    await loadedWindows(id, 1);
    const bill = new Bill(
      lineItems(bench, ACCOUNTS, { start: '2026-02-01', end: '2027-03-18' }),
      'effective',
    );
    const open = { start: '2027-03-01', end: '2027-03-18' };
    for (const address of ['', 'dates=last-30', 'dates=last-90', 'from=2027-02-20&to=2027-03-31']) {
      const page = await overviewOf(ctx, address);
      expect(page, address).toMatchObject({ range: open, loaded: open, days: daysOf(open) });
      expect(nanos(page.kpis.total)).toBe(bill.in(open).total);
      expect(total(page.lines.map((line) => line.amount))).toBe(bill.in(open).total);
      expect(Number(page.kpis.dailyAverage)).toBeCloseTo(Number(bill.in(open).total) / 1e9 / 17, 6);
    }
    const days = await overviewOf(ctx, 'from=2027-02-25&to=2027-03-04');
    expect(days.range).toEqual({ start: '2027-03-01', end: '2027-03-05' });
  });

  it.each(['dates=last-month', 'dates=last-6-months', 'from=2027-02-01&to=2027-02-28'])(
    'T61 nothing is said of days of which none is loaded: %s',
    async (address) => {
      await loadedWindows(id, 1);
      expect(await overview(ctx, address)).toBeNull();
    },
  );

  it('T61 nothing is compared with days that are not loaded, as if they had cost nothing', async () => {
    await loadedWindows(id, 1);
    for (const address of ['', 'by=account', 'by=region&service=Amazon Simple Storage Service']) {
      const page = await overviewOf(ctx, address);
      expect(page.movers, address).toEqual([]);
      expect(page.kpis).toMatchObject({ before: null, change: null });
      for (const line of [...page.lines, ...page.services, ...page.accounts]) {
        expect(line).toMatchObject({ before: null, change: null });
        expect(nanos(line.amount)).not.toBe(0n);
      }
    }
    await loadedWindows(id, 2);
    const page = await overviewOf(ctx, '');
    expect(page.comparison).toEqual({ start: '2027-02-01', end: '2027-02-18' });
    expect(page.kpis.before).not.toBeNull();
    expect(page.movers.length).toBeGreaterThan(5);
    expect(page.lines.every((line) => line.before !== null)).toBe(true);
  });

  it('T61 last month and the last week have no figure until they are loaded whole', async () => {
    await loadedWindows(id, 1);
    const first = await overviewOf(ctx, '');
    expect(first).toMatchObject({ lastMonth: '2027-02-01', isMonthToDate: true });
    expect(first.kpis.lastMonth).toBeNull();
    expect(first.lastSevenDays).toEqual({ start: '2027-03-11', end: '2027-03-18' });
    expect(first.kpis.lastSevenDaysAverage).not.toBeNull();
    const beginFirst = (day: string) =>
      bench.database.owner.query(
        'update sync_window set start_date = $2 where connection_id = $1 and position = 1',
        [id, day],
      );
    await beginFirst('2027-03-14');
    expect((await overviewOf(ctx, '')).kpis.lastSevenDaysAverage).toBeNull();
    await beginFirst('2027-03-01');
    await loadedWindows(id, 2);
    expect((await overviewOf(ctx, '')).kpis.lastMonth).not.toBeNull();
  });

  it('T61 of one connection, the days of all are cut to what it has', async () => {
    await bench.connectAndSync(ctx, { account: STANDALONE });
    await loadedWindows(id, 2);
    const page = await overviewOf(ctx, 'dates=last-90&by=account');
    expect(page.loaded).toEqual({ start: '2027-02-01', end: '2027-03-18' });
    expect(page.range).toEqual(page.loaded);
    expect(page.lines).toHaveLength(4);
  });
});

describe('before the sync of the day', () => {
  it('T62 at half past midnight on the second, the month that is loaded is shown, and not a month of zero', async () => {
    bench.clock.set('2027-04-01T07:00:00Z');
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx, { account: PRODUCTION });
    const march = { start: '2027-03-01', end: '2027-04-01' };
    const bill = new Bill(lineItems(bench, [PRODUCTION], march), 'effective');
    bench.clock.set('2027-04-02T00:30:00Z');
    const night = await overviewOf(ctx, '');
    expect(night).toMatchObject({ range: march, lastMonth: march.start });
    expect(nanos(night.kpis.total)).toBe(bill.total);
    expect(nanos(night.kpis.lastMonth ?? '')).toBe(bill.total);
    expect(night.kpis.total).not.toBe('0');
    expect(night.kpis.lastSevenDaysAverage).not.toBe('0');
    expect(await overview(ctx, 'from=2027-04-01&to=2027-04-01')).toBeNull();

    bench.clock.set('2027-04-02T07:00:00Z');
    expect((await bench.sync(ctx, connection.id)).status).toBe('done');
    const day = await overviewOf(ctx, '');
    expect(day).toMatchObject({
      range: { start: '2027-04-01', end: '2027-04-02' },
      isMonthToDate: true,
      forecastMonth: '2027-04-01',
    });
    expect(day.kpis.total).not.toBe('0');
  });
});

describe('the agreement with AWS', () => {
  it('T63 says how many months a sync has yet to compare, and when all were', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx);
    const first = bench.clock.now().toISOString();
    const before = (await overviewOf(ctx, '')).agreement;
    expect(before).toMatchObject({ beingCompared: 0, comparedAt: first, differences: [] });

    bench.clock.advance(DAY_MS);
    const hold = await holdTable(bench, 'charge_daily_by');
    const syncing = bench.sync(ctx, connection.id);
    await hold.reached();
    const during = (await overviewOf(ctx, '')).agreement;
    // February and March of three accounts; all older months are held against today's totals already.
    const today = bench.clock.now().toISOString();
    expect(during).toMatchObject({ beingCompared: 6, comparedAt: today, differences: [] });
    expect(nanos(during?.aws ?? '')).toBe(nanos(during?.ours ?? ''));
    expect(nanos(during?.aws ?? '')).toBeLessThan(nanos(before?.aws ?? ''));
    await hold.release();
    await syncing;
    expect((await overviewOf(ctx, '')).agreement).toMatchObject({
      beingCompared: 0,
      comparedAt: bench.clock.now().toISOString(),
    });
  });

  it('T63 is as old as that of the connection which was compared longest ago', async () => {
    const ctx = await bench.newWorkspace();
    await bench.connectAndSync(ctx, { account: STANDALONE });
    const first = bench.clock.now().toISOString();
    bench.clock.advance(DAY_MS);
    const { connection } = await bench.connectAndSync(ctx);
    bench.clock.advance(DAY_MS);
    await bench.sync(ctx, connection.id);
    const page = await overviewOf(ctx, '');
    expect(page.agreement?.comparedAt).toBe(first);
    expect(page.syncedAt).toBe(bench.clock.now().toISOString());
  });
});
