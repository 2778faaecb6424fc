import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Conflict, Forbidden, Invalid, NotFound, PreconditionFailed } from '@/errors';
import { listConnections, readConnection } from '@/features/connections/read-connections';
import { everyCall, readLedger, summariseLedger } from '@/features/connections/read-ledger';
import { ConnectionRef, StartConnectionInput, UpdateConnectionInput } from '@/features/connections/schemas';
import { startConnection } from '@/features/connections/start-connection';
import { checkConnection, updateConnection } from '@/features/connections/update-connection';
import { requestSync } from '@/features/syncs/request-sync';
import { VENDOR_ACCOUNT_ID } from '../../simulated-aws/vendor';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING, type Workbench } from '../../support/workbench';

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

async function queued(name: string): Promise<unknown[]> {
  const { rows } = await bench.database.owner.query<{ data: unknown }>(
    `select data from pgboss.job where name = $1 and state = 'created' order by created_on`,
    [name],
  );
  return rows.map((row) => row.data);
}

const changed = (connectionId: string) => ({ connectionId, name: 'Renamed', dailyCapUsd: '0.50' });

describe('starting a connection', () => {
  it('T57 takes an account number or the ARN of a role', async () => {
    const named = await startConnection(ctx, {
      account: `arn:aws:iam::${PRODUCTION}:role/finops/Reader`,
      groups: [],
    });
    expect(await bench.connection(ctx, named.id)).toMatchObject({
      status: 'pending',
      awsAccountId: PRODUCTION,
      roleName: 'finops/Reader',
      roleArn: null,
    });
    expect(StartConnectionInput.parse({ account: ' 4471-8820-1936 ', groups: [] }).account).toBe(MANAGEMENT);
  });

  it.each([
    '',
    '12345',
    '44718820193a',
    `arn:aws:iam::${MANAGEMENT}:user/me`,
    `${MANAGEMENT}1`,
    '٤٤٧١٨٨٢٠١٩٣٦',
  ])('T57 refuses %j for an account', (account) => {
    expect(StartConnectionInput.safeParse({ account, groups: [] }).error?.issues[0]?.path).toEqual([
      'account',
    ]);
  });

  it('T57 refuses the operator’s own account and groups that there are not', async () => {
    await expect(startConnection(ctx, { account: VENDOR_ACCOUNT_ID, groups: [] })).rejects.toThrow(Invalid);
    expect(StartConnectionInput.safeParse({ account: MANAGEMENT, groups: ['everything'] }).success).toBe(
      false,
    );
    expect(await listConnections(ctx)).toEqual([]);
  });

  it('T57 refuses what is connected already, itself or with its organization', async () => {
    await bench.connectAndSync(ctx);
    for (const account of [MANAGEMENT, STAGING]) {
      await expect(startConnection(ctx, { account, groups: [] })).rejects.toThrow(Conflict);
    }
  });

  it('T57 always asks for cost, whatever else is chosen', async () => {
    const { id } = await startConnection(ctx, { account: MANAGEMENT, groups: ['tags', 'tags'] });
    expect((await bench.connection(ctx, id)).groups).toEqual(['cost', 'tags']);
  });
});

describe('what may be done with a connection', () => {
  it('T58 it is renamed and its limit changed', async () => {
    const { id } = await bench.start(ctx);
    await updateConnection(ctx, changed(id));
    expect(await bench.connection(ctx, id)).toMatchObject({ name: 'Renamed', dailyCapUsd: '0.5' });
  });

  it.each([
    { name: '' },
    { name: 'n'.repeat(81) },
    { dailyCapUsd: '0.04' },
    { dailyCapUsd: '-1' },
    { dailyCapUsd: '1e3' },
    { dailyCapUsd: '2.001' },
    { dailyCapUsd: '12345' },
    { connectionId: 'one' },
    { status: 'active' },
  ])('T58 bad input is refused: %j', (wrong) => {
    expect(UpdateConnectionInput.safeParse({ ...changed(randomUUID()), ...wrong }).success).toBe(false);
  });

  it('T58 it is looked at again, by the worker', async () => {
    const { id } = await bench.start(ctx);
    await checkConnection(ctx, { connectionId: id });
    await checkConnection(ctx, { connectionId: id });
    expect(await queued('probe-connection')).toEqual([{ workspaceId: ctx.workspaceId, connectionId: id }]);
    expect(bench.aws.log.entries()).toEqual([]);
  });

  it('T58 a sync is queued once, however often it is asked for', async () => {
    const { connection } = await bench.connectAndSync(ctx);
    // The first load's job, which nobody took: the workbench runs syncs without a worker.
    await bench.database.owner.query('delete from pgboss.job');
    const first = await requestSync(ctx, { connectionId: connection.id });
    expect(await requestSync(ctx, { connectionId: connection.id })).toEqual(first);
    expect((await bench.syncRuns(ctx, connection.id)).map((run) => run.kind).sort()).toEqual([
      'first',
      'manual',
    ]);
    expect(await queued('sync-costs')).toEqual([
      { workspaceId: ctx.workspaceId, connectionId: connection.id, runId: first.runId },
    ]);
  });

  it('T58 nothing is synced before it is connected', async () => {
    const { id } = await bench.start(ctx);
    await expect(requestSync(ctx, { connectionId: id })).rejects.toThrow(PreconditionFailed);
    expect(await queued('sync-costs')).toEqual([]);
  });

  it('T58 its ledger and figures are read by every member', async () => {
    const { connection, run } = await bench.connectAndSync(ctx, { account: STAGING });
    const viewer = await bench.ctxAs(ctx, 'viewer');
    const detail = await readConnection(viewer, connection.id);
    expect(detail).toMatchObject({ sync: { id: run.id, status: 'done' }, linkedAccounts: 1 });
    expect(detail.requestsToday).toBe(run.requests);
    const ledger = await readLedger(viewer, connection.id, 1_000);
    const kinds = await summariseLedger(viewer, connection.id);
    expect(kinds.reduce((sum, kind) => sum + kind.calls, 0)).toBe(ledger.length);
    const filter = { ...everyCall, action: 'GetCostAndUsage' };
    const asked = ledger.filter((entry) => entry.action === 'GetCostAndUsage');
    expect(asked.length).toBeGreaterThan(3);
    expect(await readLedger(viewer, connection.id, 1_000, { filter })).toEqual(asked);
    const after = asked[2] ?? null;
    expect(await readLedger(viewer, connection.id, 1_000, { filter, after })).toEqual(asked.slice(3));
    expect(new Set(ledger.map((entry) => entry.awsAccountId))).toEqual(new Set([STAGING]));
  });
});

describe('who may do it', () => {
  const verbs: [string, (who: Ctx, connectionId: string) => Promise<unknown>][] = [
    ['update', (who, connectionId) => updateConnection(who, changed(connectionId))],
    ['check', (who, connectionId) => checkConnection(who, { connectionId })],
    ['sync', (who, connectionId) => requestSync(who, { connectionId })],
  ];

  it.each(verbs)('T59 %s is an owner’s and an administrator’s', async (_, verb) => {
    const { id } = await bench.connect(ctx);
    for (const role of ['viewer', 'editor'] as const) {
      await expect(verb(await bench.ctxAs(ctx, role), id)).rejects.toThrow(Forbidden);
    }
    await verb(await bench.ctxAs(ctx, 'admin'), id);
  });

  it.each(verbs)('T59 %s finds nothing in another workspace', async (_, verb) => {
    const { id } = await bench.connect(ctx);
    const before = await bench.connection(ctx, id);
    await expect(verb(await bench.newWorkspace('Other'), id)).rejects.toThrow(NotFound);
    await expect(verb(ctx, randomUUID())).rejects.toThrow(NotFound);
    expect(await bench.connection(ctx, id)).toEqual(before);
  });

  it('T59 a connection’s id is one of ours or none', () => {
    for (const connectionId of ['', '1', `${randomUUID()}x`, MANAGEMENT]) {
      expect(ConnectionRef.safeParse({ connectionId }).success).toBe(false);
    }
  });
});
