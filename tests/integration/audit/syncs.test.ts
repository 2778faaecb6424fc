import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { listAudit } from '@/features/audit/read-audit';
import { finishRun, markRunning } from '@/features/syncs/sync-store';
import { requestSync } from '@/features/syncs/request-sync';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { queryOf } from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  ctx = await bench.newWorkspace();
});

const synced = async () =>
  (await listAudit(ctx, queryOf('action=sync'))).events.map(({ action, what, subject, detail }) => ({
    ...{ action, what, of: subject?.id, detail },
  }));

describe('a sync in the trail', () => {
  it('is there once its costs are loaded', async () => {
    const { connection, run } = await bench.connectAndSync(ctx);
    expect(run.status).toBe('done');
    expect(await synced()).toEqual([
      {
        ...{ action: 'sync.loaded', of: connection.id, detail: { run: run.id } },
        what: `loaded the costs of the connection “${connection.name}”`,
      },
    ]);
  });

  it('is there once it has failed, and not while it waits to go on', async () => {
    const { id: connectionId } = await bench.connect(ctx);
    const { runId } = await requestSync(bench.asWorker(ctx), { connectionId });
    const state = await markRunning(ctx, { connectionId, runId });
    const run = { workspaceId: ctx.workspaceId, connectionId, runId, epoch: state?.epoch ?? -1 };
    const failure = { kind: 'permission-missing', message: 'The role does not grant it.', attempts: 1 };
    await finishRun(bench.asWorker(ctx), run, { status: 'paused', failure, resumeAt: bench.clock.now() });
    expect(await synced()).toEqual([]);
    await finishRun(bench.asWorker(ctx), run, { status: 'failed', failure, resumeAt: null });
    expect(await synced()).toMatchObject([
      { action: 'sync.failed', of: connectionId, detail: { run: runId, reason: 'permission-missing' } },
    ]);
    expect((await synced())[0]?.what).toContain(': a permission is missing');
  });
});
