import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { rangeOfPreset } from '@/domain/cost-query';
import { parseCostQuery } from '@/features/costs/schemas';
import { readOverview } from '@/features/costs/read-overview';
import { updateConnection } from '@/features/connections/update-connection';
import type { Fault } from '../../simulated-aws/http/faults';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING } from '../../support/workbench';
import type { Workbench } from '../../support/workbench';
import { billedRequests } from './aws-truth';
import { fetchesOf, requestDays, syncedTables, windowsOf, type SyncedTables } from './our-tables';

const ACCOUNTS = [MANAGEMENT, PRODUCTION, STAGING];
const DAY_MS = 86_400_000;
const EXPORTS = [
  'bcm-data-exports:ListExports',
  'bcm-data-exports:GetExport',
  'cur:DescribeReportDefinitions',
];
const COST = ['ce:GetCostAndUsage', 'ce:GetCostForecast', 'ce:GetDimensionValues', 'ce:GetTags', ...EXPORTS];
const ORGANIZATION = ['organizations:DescribeOrganization', 'organizations:ListAccounts'];

let bench: Workbench;
let undisturbed: SyncedTables;
beforeAll(async () => {
  bench = await createWorkbench();
  const { connection } = await bench.connectAndSync(await bench.newWorkspace());
  undisturbed = await syncedTables(bench.database.owner, connection.id);
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const overview = (ctx: Ctx, address = '') => {
  const parsed = parseCostQuery(new URLSearchParams(address), ctx.now());
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fields));
  return readOverview(ctx, parsed.query);
};

const totalRequests = () => [...billedRequests(bench).values()].reduce((sum, count) => sum + count, 0);

/** A connection without the forecasts, where AWS was not asked for one. */
const withoutForecast = ({ cost_forecast: _, ...tables }: SyncedTables) => tables;

describe('a disturbance that passes', () => {
  it.each<[string, Fault[]]>([
    ['throttles', [{ kind: 'throttle', service: 'ce', after: 4, times: 3 }]],
    ['failures of AWS', [{ kind: '5xx', service: 'ce', after: 9, times: 3 }]],
    ['cut lines', [{ kind: 'reset', service: 'ce', after: 2, times: 3 }]],
    ['credentials that run out', [{ kind: 'expired', service: 'ce', after: 11, times: 2 }]],
    [
      'all of them at once',
      [
        { kind: 'throttle', service: 'organizations', times: 1 },
        { kind: '5xx', service: 'sts', action: 'AssumeRole', after: 4, times: 1 },
        { kind: 'reset', service: 'ce', after: 6, times: 1 },
        { kind: 'expired', service: 'ce', after: 14, times: 1 },
        { kind: 'throttle', service: 'ce', after: 20, times: 2 },
      ],
    ],
  ])('T19 leaves no trace in the figures: %s', async (_, faults) => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    for (const fault of faults) bench.aws.faults.add(fault);
    expect(await bench.sync(ctx, id)).toMatchObject({ status: 'done', failure: null });
    expect(bench.aws.faults.list().some((fault) => fault.struck > 0)).toBe(true);
    expect(await syncedTables(bench.database.owner, id)).toEqual(undisturbed);
    expect(await requestDays(bench, id)).toEqual(billedRequests(bench));
  });

  it('T19 waits an hour while Cost Explorer has no data yet, then goes on by itself', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    const account = bench.aws.world.account(MANAGEMENT);
    if (account) account.costExplorerEnabled = false;
    const paused = await bench.sync(ctx, id);
    expect(paused).toMatchObject({ status: 'paused', failure: { kind: 'data-unavailable' } });
    expect(paused.resume_at).toEqual(new Date(bench.clock.now().getTime() + 3_600_000));
    expect(await overview(ctx)).toBeNull();
    if (account) account.costExplorerEnabled = true;
    bench.clock.advance(3_600_000);
    expect(await bench.sync(ctx, id)).toMatchObject({ id: paused.id, status: 'done' });
    expect(await syncedTables(bench.database.owner, id)).toEqual(undisturbed);
  });
});

describe('a permission that is missing', () => {
  it('T20 fails the first load without GetCostAndUsage, says which and shows no cost', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    await bench.customer.setPermissions(MANAGEMENT, ORGANIZATION);
    const run = await bench.sync(ctx, id);
    expect(run).toMatchObject({ status: 'failed', failure: { kind: 'permission-missing' }, months_done: 0 });
    expect(run.failure?.message).toContain('ce:GetCostAndUsage');
    const connection = await bench.connection(ctx, id);
    expect(connection).toMatchObject({ status: 'attention', failure: { kind: 'permission-missing' } });
    const [denied] = connection.denied;
    expect(denied?.action).toBe('ce:GetCostAndUsage');
    expect(denied?.group).not.toBe('Unknown');
    expect(connection.failure?.message).toContain(denied?.group);
    expect(await overview(ctx)).toBeNull();
  });

  it('T20 keeps what it had when the permission goes later, and works again when it is back', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx);
    const before = await overview(ctx, 'dates=last-month');
    await bench.customer.setPermissions(MANAGEMENT, ORGANIZATION);
    expect((await bench.sync(ctx, connection.id)).status).toBe('failed');
    expect(await bench.connection(ctx, connection.id)).toMatchObject({ status: 'attention' });
    expect(await overview(ctx, 'dates=last-month')).toEqual(before);
    await bench.customer.setPermissions(MANAGEMENT, [...COST, ...ORGANIZATION]);
    expect((await bench.sync(ctx, connection.id)).status).toBe('done');
    expect(await bench.connection(ctx, connection.id)).toMatchObject({
      status: 'active',
      failure: null,
      denied: [],
    });
  });

  it('T20 names accounts by their number where the organization may not be listed', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    await bench.customer.setPermissions(MANAGEMENT, COST);
    expect(await bench.sync(ctx, id)).toMatchObject({ status: 'done', failure: null });
    const connection = await bench.connection(ctx, id);
    expect(connection).toMatchObject({
      status: 'active',
      denied: [{ action: 'organizations:DescribeOrganization' }],
    });
    const shown = await overview(ctx, 'by=account');
    expect(shown?.lines.map((line) => line.label).sort()).toEqual([...ACCOUNTS].sort());
    const { linked_account: _, ...tables } = await syncedTables(bench.database.owner, id);
    expect(tables).toEqual({ ...undisturbed, linked_account: undefined });
  });

  it('T20 tells such accounts apart already while the first load goes on', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    await bench.customer.setPermissions(MANAGEMENT, COST);
    const own = await bench.database.owner.connect();
    await own.query('begin; lock table cost_forecast in share mode');
    const syncing = bench.sync(ctx, id);
    for (let isLoaded = false; !isLoaded;) {
      const found = await own.query(
        'select from sync_window where loaded_at is not null having count(*) = 4',
      );
      isLoaded = found.rowCount === 1;
    }
    const shown = await overview(ctx, 'by=account');
    await own.query('rollback');
    own.release();
    await syncing;
    expect(shown?.lines).toHaveLength(3);
    expect(new Set(shown?.lines.map((line) => line.id)).size).toBe(3);
  });

  it('T20 labels its own forecast where AWS may not be asked for one', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    await bench.customer.setPermissions(MANAGEMENT, ['ce:GetCostAndUsage', ...EXPORTS, ...ORGANIZATION]);
    expect(await bench.sync(ctx, id)).toMatchObject({ status: 'done', failure: null });
    expect(await bench.connection(ctx, id)).toMatchObject({
      status: 'active',
      denied: [{ action: 'ce:GetCostForecast' }],
    });
    expect((await overview(ctx))?.kpis.forecast?.source).toBe('seasonal');
    expect(withoutForecast(await syncedTables(bench.database.owner, id))).toEqual(
      withoutForecast(undisturbed),
    );
  });

  it('T20 counts no forecast in the requests of a run that got none', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    await bench.customer.setPermissions(MANAGEMENT, ['ce:GetCostAndUsage', ...EXPORTS, ...ORGANIZATION]);
    const run = await bench.sync(ctx, id);
    expect(run.requests).toBe(totalRequests());
  });
});

describe('the daily cap', () => {
  const capped = async (dailyCapUsd: string) => {
    const ctx = await bench.newWorkspace();
    const { id, name } = await bench.connect(ctx);
    await updateConnection(ctx, { connectionId: id, name, dailyCapUsd });
    return { ctx, id };
  };

  it('T21 pauses the run, keeps what was fetched and goes on the next day', async () => {
    const { ctx, id } = await capped('0.20');
    const first = await bench.sync(ctx, id);
    expect(first).toMatchObject({ kind: 'first', status: 'paused', failure: { kind: 'daily-cap' } });
    expect(first.resume_at).toEqual(new Date('2027-03-19T00:01:00Z'));
    const fetched = (await fetchesOf(bench, first.id)).filter((fetch) => fetch.fetched_at);
    expect(fetched.length).toBeGreaterThan(10);
    const windows = await windowsOf(bench, first.id);
    expect(windows.map((window) => window.loaded)).toEqual(
      windows.map((window) => window.loaded).sort((a, b) => Number(b) - Number(a)),
    );
    expect(windows[0]?.loaded).toBe(true);
    const month = await overview(ctx);
    expect(month?.range).toEqual(rangeOfPreset('mtd', ctx.now()));

    // Asked again on the same day, it asks AWS nothing.
    const asked = totalRequests();
    await bench.sync(ctx, id);
    expect(totalRequests()).toBe(asked);

    bench.clock.advance(DAY_MS);
    const second = await bench.sync(ctx, id);
    expect(second).toMatchObject({ id: first.id, status: 'done', failure: null, months_done: 14 });
    const after = await fetchesOf(bench, first.id);
    for (const fetch of fetched) expect(after).toContainEqual(fetch);
    // The month's forecast begins a day later; all else is what an undisturbed run has.
    expect(withoutForecast(await syncedTables(bench.database.owner, id))).toEqual(
      withoutForecast(undisturbed),
    );
  });

  it.each(['0.07', '0.20', '0.26'])('T21 of $%s is never exceeded on any day', async (cap) => {
    const { ctx, id } = await capped(cap);
    let run = await bench.sync(ctx, id);
    for (let day = 0; run.status === 'paused' && day < 10; day += 1) {
      bench.clock.advance(DAY_MS);
      run = await bench.sync(ctx, id);
    }
    expect(run.status).toBe('done');
    const billed = billedRequests(bench);
    for (const requests of billed.values()) expect(requests).toBeLessThanOrEqual(Number(cap) * 100);
    expect(await requestDays(bench, id)).toEqual(billed);
    expect(withoutForecast(await syncedTables(bench.database.owner, id))).toEqual(
      withoutForecast(undisturbed),
    );
  });

  it('T21 lets a failed request go free, also one that was sent before midnight', async () => {
    const { ctx, id } = await capped('0.20');
    bench.clock.set('2027-03-18T23:59:59Z');
    bench.aws.faults.add({ kind: 'latency', service: 'ce', ms: 150, times: 1 });
    bench.aws.faults.add({ kind: '5xx', service: 'ce', times: 1 });
    const syncing = bench.sync(ctx, id);
    for (let isOut = false; !isOut;) isOut = (await requestDays(bench, id)).size > 0;
    bench.clock.set('2027-03-19T00:00:01Z');
    await syncing;
    for (const requests of (await requestDays(bench, id)).values())
      expect(requests).toBeGreaterThanOrEqual(0);
    const paid = [...(await requestDays(bench, id))].filter(([, requests]) => requests > 0);
    expect(new Map(paid)).toEqual(billedRequests(bench));
  });

  it('T21 that is raised lets a waiting run go on at once', async () => {
    const { ctx, id } = await capped('0.10');
    const paused = await bench.sync(ctx, id);
    expect(paused.status).toBe('paused');
    await updateConnection(ctx, { connectionId: id, name: 'Raised', dailyCapUsd: '2.00' });
    expect(await bench.sync(ctx, id)).toMatchObject({ id: paused.id, status: 'done' });
    expect(await syncedTables(bench.database.owner, id)).toEqual(undisturbed);
  });

  it('T21 that is raised wakes no run that waits for AWS', async () => {
    const ctx = await bench.newWorkspace();
    const { id, name } = await bench.connect(ctx);
    const account = bench.aws.world.account(MANAGEMENT);
    if (account) account.costExplorerEnabled = false;
    const paused = await bench.sync(ctx, id);
    expect(paused).toMatchObject({ status: 'paused', failure: { kind: 'data-unavailable' } });
    bench.clock.advance(60_000);
    await updateConnection(ctx, { connectionId: id, name, dailyCapUsd: '9.00' });
    expect(await bench.syncRuns(ctx, id)).toEqual([paused]);
  });

  it('T21 of one connection is no other connection’s', async () => {
    const { ctx, id } = await capped('0.05');
    const other = await bench.connect(ctx, { account: PRODUCTION });
    expect((await bench.sync(ctx, id)).status).toBe('paused');
    expect((await bench.sync(ctx, other.id)).status).toBe('done');
  });
});
