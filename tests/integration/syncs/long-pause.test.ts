import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { readOverview } from '@/features/costs/read-overview';
import { parseCostQuery } from '@/features/costs/schemas';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING } from '../../support/workbench';
import type { Workbench } from '../../support/workbench';
import { nanos } from './amounts';
import { awsMonths, billedRequests } from './aws-truth';
import { monthlySums, ourMonths, requestDays, rowCounts, windowsOf } from './our-tables';

const ACCOUNTS = [MANAGEMENT, PRODUCTION, STAGING];

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

async function synced() {
  const ctx = await bench.newWorkspace();
  const { connection } = await bench.connectAndSync(ctx);
  return { ctx, id: connection.id };
}

async function controlTotals(id: string) {
  const { rows } = await bench.database.owner.query<{ month: string; compared: number; equal: number }>(
    `select to_char(billing_period, 'YYYY-MM') as month, count(compared_at)::int as compared,
       count(*) filter (where aws_billed = our_billed and aws_effective = our_effective)::int as equal
     from control_total where connection_id = $1 group by 1 order by 1`,
    [id],
  );
  return rows;
}

async function yearOf(ctx: Ctx) {
  const parsed = parseCostQuery(new URLSearchParams('dates=last-12-months'), ctx.now());
  return parsed.ok ? readOverview(ctx, parsed.query) : null;
}

/** The months from the first to the last, both included. */
function monthsBetween(first: string, last: string): string[] {
  const months: string[] = [];
  const at = new Date(`${first}-01T00:00:00Z`);
  for (; at.toISOString().slice(0, 7) <= last; at.setUTCMonth(at.getUTCMonth() + 1)) {
    months.push(at.toISOString().slice(0, 7));
  }
  return months;
}

describe('a pause of four months', () => {
  it('T76 leaves no month out, and every month is compared with AWS', async () => {
    const { ctx, id } = await synced();
    bench.clock.set('2027-07-18T10:00:00Z');
    const run = await bench.sync(ctx, id);
    expect(run).toMatchObject({ kind: 'daily', status: 'done', months_total: 5, months_done: 5 });
    expect(await windowsOf(bench, run.id)).toEqual([
      { start: '2027-06-01', end: '2027-07-18', loaded: true },
      { start: '2027-03-01', end: '2027-06-01', loaded: true },
    ]);
    const months = monthsBetween('2026-02', '2027-07');
    for (const account of ACCOUNTS) {
      const ours = await ourMonths(bench.database.owner, id, account);
      expect([...ours.keys()], account).toEqual(months);
      // AWS keeps fourteen months; the older ones are those that were loaded before.
      const aws = await awsMonths(bench, account, { start: '2026-06-01', end: '2027-07-18' });
      for (const [month, total] of aws) expect(ours.get(month), `${account} ${month}`).toEqual(total);
    }
    expect(await controlTotals(id)).toEqual(months.map((month) => ({ month, compared: 3, equal: 3 })));
    const { owner } = bench.database;
    expect(await monthlySums(owner, { table: 'charge_monthly_by', day: 'charge_month' }, id)).toEqual(
      await monthlySums(owner, { table: 'charge_daily_by', day: 'charge_date' }, id),
    );
    expect(await requestDays(bench, id)).toEqual(billedRequests(bench));
    const { real, kept } = await rowCounts(owner, id);
    expect(kept).toEqual(real);
    const year = await yearOf(ctx);
    expect(year).toMatchObject({
      range: { start: '2026-07-01', end: '2027-07-01' },
      agreement: { beingCompared: 0, differences: [] },
    });
    const aws = await Promise.all(
      ACCOUNTS.map((account) => awsMonths(bench, account, { start: '2026-07-01', end: '2027-07-01' })),
    );
    const whole = aws.flatMap((one) => [...one.values()]).reduce((sum, month) => sum + month.effective, 0n);
    expect(nanos(year?.kpis.total ?? '')).toBe(whole);
  });

  it('T76 shows the newest days first, and says that the others are being compared', async () => {
    const { ctx, id } = await synced();
    bench.clock.set('2027-07-18T10:00:00Z');
    const client = await bench.database.owner.connect();
    await client.query('begin');
    // The older of the two windows cannot be marked as loaded.
    const syncing = bench.sync(ctx, id);
    for (let isPlanned = false; !isPlanned;) {
      const found = await client.query(
        `select from sync_window where start_date = '2027-03-01' and end_date = '2027-06-01' for update`,
      );
      isPlanned = found.rowCount === 1;
    }
    for (let isLoaded = false; !isLoaded;) {
      const found = await bench.database.owner.query(
        `select from sync_window where start_date = '2027-06-01' and loaded_at is not null`,
      );
      isLoaded = found.rowCount === 1;
    }
    const during = await yearOf(ctx);
    await client.query('rollback');
    client.release();
    expect((await syncing).status).toBe('done');
    expect(during?.agreement).toMatchObject({ beingCompared: 9, differences: [] });
    // The days in between are missing, and not zero.
    expect(during).toMatchObject({
      loaded: { start: '2027-06-01', end: '2027-07-18' },
      range: { start: '2027-06-01', end: '2027-07-01' },
    });
    expect((await yearOf(ctx))?.loaded).toEqual({ start: '2026-02-01', end: '2027-07-18' });
  });

  it('T76 leaves no month out either where the first sync after it fails half-way', async () => {
    const { ctx, id } = await synced();
    bench.clock.set('2027-07-18T10:00:00Z');
    // Two totals and the answers of the newest window.
    bench.aws.faults.add({ kind: 'denied', service: 'ce', after: 9 });
    const failed = await bench.sync(ctx, id);
    expect(failed).toMatchObject({ status: 'failed', failure: { kind: 'permission-missing' } });
    expect((await windowsOf(bench, failed.id)).map((window) => window.loaded)).toEqual([true, false]);
    bench.aws.faults.clear();
    bench.clock.advance(86_400_000);
    const next = await bench.sync(ctx, id);
    expect(next.id).not.toBe(failed.id);
    expect(next).toMatchObject({ status: 'done', failure: null });
    const months = monthsBetween('2026-02', '2027-07');
    for (const account of ACCOUNTS) {
      expect([...(await ourMonths(bench.database.owner, id, account)).keys()], account).toEqual(months);
    }
    expect(await controlTotals(id)).toEqual(months.map((month) => ({ month, compared: 3, equal: 3 })));
    // From then on it is a day's sync again.
    bench.clock.advance(86_400_000);
    expect(await windowsOf(bench, (await bench.sync(ctx, id)).id)).toMatchObject([{ start: '2027-06-01' }]);
  });
});

describe('a pause that is longer than AWS keeps its figures', () => {
  it('T76 is caught up as far as AWS goes back', async () => {
    const { ctx, id } = await synced();
    bench.clock.set('2028-08-10T10:00:00Z');
    const run = await bench.sync(ctx, id);
    expect(run).toMatchObject({ status: 'done', months_total: 14, months_done: 14 });
    const windows = await windowsOf(bench, run.id);
    expect(windows.at(0)?.end).toBe('2028-08-10');
    expect(windows.at(-1)?.start).toBe('2027-07-01');
    for (const account of ACCOUNTS) {
      const ours = await ourMonths(bench.database.owner, id, account);
      const aws = await awsMonths(bench, account, { start: '2027-07-01', end: '2028-08-10' });
      for (const [month, total] of aws) expect(ours.get(month), `${account} ${month}`).toEqual(total);
    }
    // What nobody can load any more is asked for no more, and is not shown as zero.
    bench.clock.advance(86_400_000);
    expect(await windowsOf(bench, (await bench.sync(ctx, id)).id)).toMatchObject([{ start: '2028-07-01' }]);
    expect((await yearOf(ctx))?.loaded).toEqual({ start: '2027-07-01', end: '2028-08-11' });
  });
});
