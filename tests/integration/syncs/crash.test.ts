import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { startWorker } from '@/jobs/worker';
import { runSync } from '@/features/syncs/run-sync';
import { requestSync } from '@/features/syncs/request-sync';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { billedRequests } from './aws-truth';
import { requestDays, syncedTables, type SyncedTables } from './our-tables';
import { waitUntil as waitUntilSo } from './wait-until';
import { secondRuntime, startWorkerProcess, type WorkerProcess } from './worker-process';

let bench: Workbench;
let undisturbed: SyncedTables;
let requests: number;
let workers: WorkerProcess[] = [];

const asked = () => [...billedRequests(bench).values()].reduce((sum, count) => sum + count, 0);

beforeAll(async () => {
  // A real process has the real time, so here everything has.
  bench = await createWorkbench({ now: new Date().toISOString() });
  const { connection } = await bench.connectAndSync(await bench.newWorkspace());
  undisturbed = await syncedTables(bench.database.owner, connection.id);
  requests = asked();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());
afterEach(async () => {
  for (const worker of workers) await worker.kill();
  workers = [];
});

const start = () => {
  const worker = startWorkerProcess(bench);
  workers.push(worker);
  return worker;
};

const waitUntil = (isSo: () => Promise<boolean>) =>
  waitUntilSo(() => {
    for (const worker of workers) worker.expectRunning();
    return isSo();
  });

async function counts(query: string, values: unknown[]): Promise<number> {
  const { rows } = await bench.database.owner.query<{ n: number }>(query, values);
  return rows[0]?.n ?? 0;
}

const fetched = (id: string) =>
  counts('select count(*)::int as n from sync_fetch where connection_id = $1 and fetched_at is not null', [
    id,
  ]);
const loaded = (id: string) =>
  counts('select count(*)::int as n from sync_window where connection_id = $1 and loaded_at is not null', [
    id,
  ]);
const isDone = async (id: string) =>
  (await counts(`select count(*)::int as n from sync_run where connection_id = $1 and status = 'done'`, [
    id,
  ])) === 1;

/** What every charge sums to is in whole windows only, also between a crash and the next start. */
async function expectWholeWindows(id: string): Promise<void> {
  const { rows } = await bench.database.owner.query(
    `select c.charge_date from charge c where c.connection_id = $1 and not exists (
       select from sync_window w where w.connection_id = $1 and w.loaded_at is not null
         and c.charge_date >= w.start_date and c.charge_date < w.end_date) limit 1`,
    [id],
  );
  expect(rows).toEqual([]);
}

// Processes are slow to start on a machine that is busy.
describe('kill -9 of the worker', { timeout: 180_000 }, () => {
  it('T22 at any number of fetches loses nothing and doubles nothing', async () => {
    const { id } = await bench.connect(await bench.newWorkspace());
    // Slow enough to be caught between two fetches.
    bench.aws.faults.add({ kind: 'latency', service: 'ce', ms: 60 });
    for (const killAfter of [1, 5, 11, 17]) {
      const worker = start();
      await waitUntil(async () => (await fetched(id)) >= killAfter || (await isDone(id)));
      await worker.kill();
      await expectWholeWindows(id);
    }
    bench.aws.faults.clear();
    const last = start();
    await waitUntil(() => isDone(id));
    expect(await syncedTables(bench.database.owner, id)).toEqual(undisturbed);
    // Only what was under way when it died is asked for again: at most four at a time.
    expect(asked()).toBeLessThanOrEqual(requests + 4 * 8);
    expect(last.output()).toBe('');
  });

  it('T22 in the middle of a load shows none of the window, and the next worker loads it whole', async () => {
    const { id } = await bench.connect(await bench.newWorkspace());
    const holder = await bench.database.owner.connect();
    await holder.query('begin; lock table charge_daily_by in share mode');
    const isStuck = async () =>
      (await counts(
        `select count(*)::int as n from pg_locks where not granted and relation = 'charge_daily_by'::regclass`,
        [],
      )) > 0;
    const worker = start();
    await waitUntil(isStuck);
    await worker.kill();
    expect(await counts('select count(*)::int as n from charge where connection_id = $1', [id])).toBe(0);
    expect(await loaded(id)).toBe(0);
    await holder.query('rollback');
    holder.release();
    start();
    await waitUntil(() => isDone(id));
    expect(await syncedTables(bench.database.owner, id)).toEqual(undisturbed);
    expect(asked()).toBe(requests);
  });

  it('T22 at a seeded point of a restatement leaves the old figures or the new', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx);
    const { id } = connection;
    await bench.database.owner.query(
      `update charge set billed_cost = billed_cost + 1 where connection_id = $1 and record_type = ''
         and charge_date >= current_date - 20`,
      [id],
    );
    await requestSync(ctx, { connectionId: id });
    bench.aws.faults.add({ kind: 'latency', service: 'ce', ms: 60 });
    const before = await fetched(id);
    const worker = start();
    await waitUntil(async () => (await fetched(id)) >= before + 3);
    await worker.kill();
    bench.aws.faults.clear();
    start();
    await waitUntil(
      async () =>
        (await counts(
          `select count(*)::int as n from sync_run where connection_id = $1 and status = 'done'`,
          [id],
        )) === 2,
    );
    expect(await syncedTables(bench.database.owner, id)).toEqual(undisturbed);
  });
});

describe('two workers', () => {
  it('T23 at once do the work of one', async () => {
    const { id } = await bench.connect(await bench.newWorkspace());
    const runtimes = [secondRuntime(bench), secondRuntime(bench)];
    const running = await Promise.all(runtimes.map((runtime) => startWorker(runtime)));
    await waitUntil(() => isDone(id));
    for (const worker of running) await worker.stop();
    for (const runtime of runtimes) await runtime.close();
    expect(await syncedTables(bench.database.owner, id)).toEqual(undisturbed);
    expect(asked()).toBe(requests);
    expect(await requestDays(bench, id)).toEqual(billedRequests(bench));
    expect(await counts('select count(*)::int as n from sync_run where connection_id = $1', [id])).toBe(1);
  });

  it('T23 that are given the same run at the same moment do it once', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    const { runId } = await requestSync(bench.asWorker(ctx), { connectionId: id });
    const runtimes = Array.from({ length: 3 }, () => secondRuntime(bench));
    const seenBy = (runtime: (typeof runtimes)[number]): Ctx => bench.asWorker({ ...ctx, ...runtime });
    await Promise.all(runtimes.map((runtime) => runSync(seenBy(runtime), { connectionId: id, runId })));
    for (const runtime of runtimes) await runtime.close();
    expect(await syncedTables(bench.database.owner, id)).toEqual(undisturbed);
    expect(asked()).toBe(requests);
  });
});
