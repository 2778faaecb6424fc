import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AwsError, type AwsPort, type CostRow } from '@/aws/port';
import { withTransaction, type Ctx } from '@/context';
import { updateConnection } from '@/features/connections/update-connection';
import type { RunRef } from '@/features/syncs/fence';
import { loadWindow } from '@/features/syncs/load-window';
import { queueSync } from '@/features/syncs/queue-sync';
import { requestSync } from '@/features/syncs/request-sync';
import { stageCharges } from '@/features/syncs/stage-charges';
import { createWorkbench, STAGING, type SyncRunRow, type Workbench } from '../../support/workbench';
import { billedRequests } from './aws-truth';
import { fetchesOf, requestDays, syncedTables, windowsOf, type SyncedTables } from './our-tables';

const DAY_MS = 86_400_000;

let bench: Workbench;
let undisturbed: SyncedTables;
let requests: number;
beforeAll(async () => {
  bench = await createWorkbench();
  const { connection, run } = await bench.connectAndSync(await bench.newWorkspace());
  undisturbed = await syncedTables(bench.database.owner, connection.id);
  requests = run.requests;
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const asked = () => [...billedRequests(bench).values()].reduce((sum, count) => sum + count, 0);
const refOf = (ctx: Ctx, connectionId: string, { id }: Pick<SyncRunRow, 'id'>): RunRef => ({
  workspaceId: ctx.workspaceId,
  connectionId,
  runId: id,
  epoch: 0,
});

describe('a window that is loaded twice', () => {
  it('T72 changes nothing the second time', async () => {
    const ctx = await bench.newWorkspace();
    const { connection, run } = await bench.connectAndSync(ctx);
    const [before, runs] = [
      await syncedTables(bench.database.owner, connection.id),
      await bench.syncRuns(ctx, connection.id),
    ];
    for (const { start, end } of await windowsOf(bench, run.id)) {
      expect(await loadWindow(ctx, refOf(ctx, connection.id, run), { start, end })).toBe(0);
    }
    expect(await syncedTables(bench.database.owner, connection.id)).toEqual(before);
    expect(await bench.syncRuns(ctx, connection.id)).toEqual(runs);
  });

  it('T72 by two workers at once is loaded by one of them', async () => {
    const ctx = await bench.newWorkspace();
    const { connection, run } = await bench.connectAndSync(ctx, { account: STAGING });
    const ref = refOf(ctx, connection.id, run);
    const window = { start: '2026-01-01', end: '2026-02-01' };
    const { owner } = bench.database;
    await owner.query(`insert into sync_window values ($1, $2, $3, $4, $5, 9)`, [
      ...[ref.workspaceId, ref.connectionId, ref.runId, window.start, window.end],
    ]);
    await owner.query(`insert into sync_fetch values ($1, $2, $3, $4, $5, 'usage')`, [
      ...[ref.workspaceId, ref.connectionId, ref.runId, window.start, STAGING],
    ]);
    const rows: CostRow[] = Array.from({ length: 40 }, (_, index) => ({
      date: `2026-01-${String((index % 28) + 1).padStart(2, '0')}`,
      ...{ service: `Service ${index}`, region: 'eu-west-1', recordType: '', currency: 'USD' },
      ...{ billed: '1.25', effective: '1.25' },
    }));
    async function* pages() {
      yield rows;
    }
    const fetch = { windowStart: window.start, subAccountId: STAGING, kind: 'usage' as const };
    await stageCharges(ctx, ref, fetch, pages());
    const loaded = await Promise.all([loadWindow(ctx, ref, window), loadWindow(ctx, ref, window)]);
    expect(loaded.sort()).toEqual([0, 40]);
    const { rows: sums } = await owner.query(
      `select count(*)::int as n, sum(billed_cost)::text as billed from charge where connection_id = $1 and charge_date < $2`,
      [connection.id, window.end],
    );
    expect(sums).toEqual([{ n: 40, billed: '50.00' }]);
  });
});

describe('a sync that is asked for several times at once', () => {
  it('T73 is one run, whoever asks', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx, { account: STAGING });
    const { id } = connection;
    const askers = [ctx, bench.asWorker(ctx), ctx, bench.asWorker(ctx), ctx, ctx];
    const answers = await Promise.all(askers.map((one) => requestSync(one, { connectionId: id })));
    expect(new Set(answers.map((answer) => answer.runId)).size).toBe(1);
    expect(await bench.syncRuns(ctx, id)).toHaveLength(2);
  });

  it('T73 is one run also where nothing but the queue is asked', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx, { account: STAGING });
    const queue = () => withTransaction(ctx, (tx) => queueSync(tx, ctx, connection, 'daily'));
    const runIds = await Promise.all(Array.from({ length: 6 }, queue));
    expect(new Set(runIds).size).toBe(1);
    expect(await bench.syncRuns(ctx, connection.id)).toHaveLength(2);
  });
});

describe('a first load that failed', () => {
  it.each([3, 9, 14])(
    'T74 after %i requests is taken up where it was, and nothing is paid twice',
    async (after) => {
      const ctx = await bench.newWorkspace();
      const { id } = await bench.connect(ctx);
      bench.aws.faults.add({ kind: 'denied', service: 'ce', after });
      const failed = await bench.sync(ctx, id);
      expect(failed).toMatchObject({
        kind: 'first',
        status: 'failed',
        failure: { kind: 'permission-missing' },
      });
      const fetched = (await fetchesOf(bench, failed.id)).filter((fetch) => fetch.fetched_at);
      expect(fetched).toHaveLength(after - 2);
      expect(asked()).toBe(after);

      bench.aws.faults.clear();
      bench.clock.advance(60_000);
      const { runId } = await requestSync(ctx, { connectionId: id });
      expect(runId).toBe(failed.id);
      expect(await bench.syncRuns(ctx, id)).toMatchObject([
        { id: failed.id, kind: 'first', status: 'queued', failure: null },
      ]);
      const again = await bench.sync(ctx, id);
      expect(again).toMatchObject({
        id: failed.id,
        kind: 'first',
        status: 'done',
        months_done: 14,
        requests,
      });
      expect(asked()).toBe(requests);
      expect(await requestDays(bench, id)).toEqual(billedRequests(bench));
      const after14 = await fetchesOf(bench, failed.id);
      for (const fetch of fetched) expect(after14).toContainEqual(fetch);
      expect(await syncedTables(bench.database.owner, id)).toEqual(undisturbed);
      expect(await bench.connection(ctx, id)).toMatchObject({ status: 'active', failure: null, denied: [] });
    },
  );

  it('T74 is not taken up by a later sync, which is a run of its own', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx, { account: STAGING });
    bench.clock.advance(60_000);
    bench.aws.faults.add({ kind: 'denied', service: 'ce' });
    const failed = await bench.sync(ctx, connection.id);
    expect(failed).toMatchObject({ kind: 'daily', status: 'failed' });
    bench.aws.faults.clear();
    bench.clock.advance(60_000);
    const next = await bench.sync(ctx, connection.id);
    expect(next).toMatchObject({ kind: 'daily', status: 'done' });
    expect(next.id).not.toBe(failed.id);
  });
});

describe('pauses of different kinds', () => {
  /** AWS, throttling everything but the checks of the role. */
  const throttling = (aws: AwsPort): AwsPort => ({
    ...aws,
    open: (...args) => ({
      ...aws.open(...args),
      organizationAccounts: () =>
        Promise.reject(new AwsError('throttled', 'AWS asks us to slow down.', true, 'organizations:X')),
    }),
  });

  it('T75 are not added up: six days at the limit and one throttle do not fail a run', async () => {
    const ctx = await bench.newWorkspace();
    const { id, name } = await bench.connect(ctx);
    await updateConnection(ctx, { connectionId: id, name, dailyCapUsd: '0.05' });
    let run: SyncRunRow | undefined;
    for (let day = 1; day <= 6; day += 1) {
      // The day's money is spent, so that nothing at all is loaded.
      await bench.database.owner.query('insert into request_day values ($1, $2, $3, 5)', [
        ...[ctx.workspaceId, id, bench.clock.now().toISOString().slice(0, 10)],
      ]);
      run = await bench.sync(ctx, id);
      expect(run).toMatchObject({ status: 'paused', failure: { kind: 'daily-cap', attempts: day } });
      bench.clock.advance(DAY_MS);
    }
    const throttled = await bench.sync({ ...ctx, aws: throttling(ctx.aws) }, id);
    expect(throttled).toMatchObject({
      id: run?.id,
      status: 'paused',
      failure: { kind: 'throttled', attempts: 1 },
    });
    await updateConnection(ctx, { connectionId: id, name, dailyCapUsd: '2.00' });
    bench.clock.advance(DAY_MS);
    expect(await bench.sync(ctx, id)).toMatchObject({ id: run?.id, status: 'done', failure: null });
  });

  it('T75 of one kind in a row do fail a run in the end', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    const throttled = { ...ctx, aws: throttling(ctx.aws) };
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      expect(await bench.sync(throttled, id)).toMatchObject({
        status: 'paused',
        failure: { kind: 'throttled', attempts: attempt },
      });
      bench.clock.advance(3_600_000);
    }
    expect(await bench.sync(throttled, id)).toMatchObject({ status: 'failed', resume_at: null });
  });
});
