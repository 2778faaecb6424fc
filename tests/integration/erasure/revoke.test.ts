import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withSql, type Ctx } from '@/context';
import { Forbidden, Invalid, NotFound } from '@/errors';
import { listConnections, previewRevocation, readConnection } from '@/features/connections/read-connections';
import { RevokeConnectionInput, UpdateConnectionInput } from '@/features/connections/schemas';
import { updateConnection } from '@/features/connections/update-connection';
import { eraseConnection } from '@/features/erasure/erase-connection';
import { readReceipt } from '@/features/erasure/read-receipt';
import { hideConnections, revokeConnection } from '@/features/erasure/revoke-connection';
import { Fenced } from '@/features/syncs/fence';
import { loadWindow } from '@/features/syncs/load-window';
import { requestSync } from '@/features/syncs/request-sync';
import { runSync } from '@/features/syncs/run-sync';
import { stageCharges } from '@/features/syncs/stage-charges';
import { createWorkbench, STAGING, STANDALONE, type Workbench } from '../../support/workbench';
import { waitUntil } from '../syncs/wait-until';
import { countsWhere, readMonth, rowsWhere, runRefOf, stallingPages, withoutReceipts } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

async function synced() {
  const ctx = await bench.newWorkspace();
  const { connection } = await bench.connectAndSync(ctx, { account: STAGING });
  return { ctx, id: connection.id, name: connection.name };
}

const fetchOf = (subAccountId: string) =>
  ({ windowStart: '2027-03-01', subAccountId, kind: 'usage' }) as const;

async function* nothing() {}

const kept = (id: string) => countsWhere(bench, 'connection_id', id);

async function stagedRows(id: string): Promise<number> {
  const found = await bench.database.owner.query(
    'select from staged_charge where connection_id = $1 limit 1',
    [id],
  );
  return found.rowCount ?? 0;
}

async function dueWork() {
  const { rows } = await bench.runtime.db.pool.query<{ kind: string; connection_id: string }>(
    'select kind, connection_id from due_work()',
  );
  return rows;
}

/** Nobody can erase the connection until it is released, as if the erasure took long. */
async function holdErasure(id: string): Promise<() => Promise<void>> {
  const client = await bench.database.owner.connect();
  await client.query('select pg_advisory_lock(hashtextextended($1::text, 3))', [id]);
  return async () => {
    await client.query('select pg_advisory_unlock_all()');
    client.release();
  };
}

describe('a revocation that is refused', () => {
  it('T30 changes nothing with any name but the right one', async () => {
    const { ctx, id, name } = await synced();
    const before = await rowsWhere(bench, 'connection_id', id);
    for (const confirmation of ['', name.toLowerCase(), 'AWS', `${name}${name}`, id]) {
      const refused = revokeConnection(ctx, { connectionId: id, confirmation });
      await expect(refused, confirmation).rejects.toThrow(Invalid);
      await expect(refused).rejects.toMatchObject({
        fields: { confirmation: expect.stringContaining(name) },
      });
    }
    expect(await rowsWhere(bench, 'connection_id', id)).toEqual(before);
    expect(await bench.connection(ctx, id)).toMatchObject({ status: 'active' });
  });

  it('T30 is no editor’s, no viewer’s and no other workspace’s', async () => {
    const { ctx, id, name } = await synced();
    const input = { connectionId: id, confirmation: name };
    for (const role of ['editor', 'viewer'] as const) {
      await expect(revokeConnection(await bench.ctxAs(ctx, role), input)).rejects.toThrow(Forbidden);
    }
    const stranger = await bench.newWorkspace('Other');
    await expect(revokeConnection(stranger, input)).rejects.toThrow(NotFound);
    await expect(eraseConnection(stranger, input)).resolves.toBeUndefined();
    expect(await bench.connection(ctx, id)).toMatchObject({ status: 'active' });
    expect(await readMonth(ctx)).not.toBeNull();
  });

  it('T30 finds nothing the second time', async () => {
    const { ctx, id, name } = await synced();
    await revokeConnection(ctx, { connectionId: id, confirmation: name });
    await expect(revokeConnection(ctx, { connectionId: id, confirmation: name })).rejects.toThrow(NotFound);
  });

  it('T30 is an administrator’s as well', async () => {
    const { ctx, id, name } = await synced();
    await revokeConnection(await bench.ctxAs(ctx, 'admin'), { connectionId: id, confirmation: name });
    expect(await kept(id)).toEqual({ erasure_receipt: 1 });
  });
});

describe('the name that confirms it', () => {
  const account = () => {
    const found = bench.aws.world.accounts.get(STANDALONE);
    if (!found) throw new Error('There is no such account.');
    return found;
  };

  it.each([
    ['  Fernhill Studio ', 'Fernhill Studio'],
    ['Fernhill   Studio', 'Fernhill Studio'],
    ['   ', `AWS ${STANDALONE}`],
  ])('T30 can be typed, whatever spaces AWS has in %j', async (told, shown) => {
    const ctx = await bench.newWorkspace();
    const { name, inOrganization } = account();
    // In an organization of its own, so that AWS tells its name.
    Object.assign(account(), { name: told, inOrganization: true });
    const { organization } = bench.aws.world;
    const { managementAccountId } = organization;
    organization.managementAccountId = STANDALONE;
    try {
      const { connection } = await bench.connectAndSync(ctx, { account: STANDALONE });
      expect(connection.name).toBe(shown);
      const input = { connectionId: connection.id, confirmation: connection.name };
      await revokeConnection(ctx, RevokeConnectionInput.parse(input));
      expect(await kept(connection.id)).toEqual({ erasure_receipt: 1 });
    } finally {
      organization.managementAccountId = managementAccountId;
      Object.assign(account(), { name, inOrganization });
    }
  });

  it('T30 can be typed after it was changed to one with spaces', async () => {
    const { ctx, id } = await synced();
    await updateConnection(
      ctx,
      UpdateConnectionInput.parse({ connectionId: id, name: '  Our   own  ', dailyCapUsd: '2.00' }),
    );
    const { name } = await bench.connection(ctx, id);
    expect(name).toBe('Our own');
    await revokeConnection(ctx, RevokeConnectionInput.parse({ connectionId: id, confirmation: ` ${name} ` }));
    expect(await kept(id)).toEqual({ erasure_receipt: 1 });
  });
});

describe('a revocation', () => {
  it('T31 takes the data out of every answer before a row is erased', async () => {
    const { ctx, id, name } = await synced();
    const release = await holdErasure(id);
    const revoking = revokeConnection(ctx, { connectionId: id, confirmation: name });
    await waitUntil(async () => (await dueWork()).some((due) => due.kind === 'erase'));
    expect((await kept(id))['charge']).toBeGreaterThan(1_000);
    expect(await readMonth(ctx)).toBeNull();
    expect(await listConnections(ctx)).toEqual([]);
    await expect(readConnection(ctx, id)).rejects.toThrow(NotFound);
    await expect(previewRevocation(ctx, id)).rejects.toThrow(NotFound);
    await expect(requestSync(ctx, { connectionId: id })).rejects.toThrow(NotFound);
    await release();
    await revoking;
    expect(await kept(id)).toEqual({ erasure_receipt: 1 });
  });

  it('T31 waits for no writer: one in the middle of a long COPY fails and leaves no row', async () => {
    const { ctx, id, name } = await synced();
    const run = await runRefOf(bench, ctx, id);
    const { pages, stalled, letGo } = stallingPages();
    const writing = stageCharges(ctx, run, fetchOf(STAGING), pages).then(
      () => 'written',
      () => 'failed',
    );
    await stalled;
    await revokeConnection(ctx, { connectionId: id, confirmation: name });
    expect(await readMonth(ctx)).toBeNull();
    expect(await kept(id)).toEqual({ erasure_receipt: 1 });
    letGo();
    expect(await writing).toBe('failed');
    expect(await kept(id)).toEqual({ erasure_receipt: 1 });
  });

  it('T31 is out of every answer at once beside a load that has written rows of the connection', async () => {
    const { ctx, id, name } = await synced();
    const release = await holdErasure(id);
    const writer = await bench.database.owner.connect();
    try {
      // What a row that refers to the connection holds of it until its transaction ends.
      await writer.query('begin');
      await writer.query('select from connection where id = $1 for key share', [id]);
      const revoking = revokeConnection(ctx, { connectionId: id, confirmation: name });
      await waitUntil(async () => (await dueWork()).some((due) => due.kind === 'erase'));
      expect(await readMonth(ctx)).toBeNull();
      await writer.query('rollback');
      await release();
      await revoking;
    } finally {
      await writer.query('rollback');
      writer.release();
    }
    expect(await kept(id)).toEqual({ erasure_receipt: 1 });
  });

  it('T31 ends a sync that is under way, which leaves no row and no complaint', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    const { runId } = await requestSync(bench.asWorker(ctx), { connectionId: id });
    bench.aws.faults.add({ kind: 'latency', service: 'ce', ms: 40 });
    const syncing = runSync(bench.asWorker(ctx, 'sync-costs'), { connectionId: id, runId });
    const outcome = syncing.then(
      () => 'over',
      (error: Error) => `${error.name}: ${error.message}`,
    );
    await waitUntil(async () => (await stagedRows(id)) > 0);
    // The first sync has told it by now.
    const { name } = await bench.connection(ctx, id);
    await revokeConnection(ctx, { connectionId: id, confirmation: name });
    expect(await outcome).toBe('over');
    expect(await kept(id)).toEqual({ erasure_receipt: 1 });
    const errors = bench.logLines.filter((line) => (JSON.parse(line) as { level: number }).level >= 50);
    expect(errors).toEqual([]);
  });

  it('T31 sends no request to AWS after it has returned', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    const { runId } = await requestSync(bench.asWorker(ctx), { connectionId: id });
    bench.aws.faults.add({ kind: 'latency', service: 'ce', ms: 40 });
    const syncing = runSync(bench.asWorker(ctx), { connectionId: id, runId }).catch(() => undefined);
    await waitUntil(async () => bench.aws.log.entries().some((entry) => entry.service === 'ce'));
    const { name } = await bench.connection(ctx, id);
    await revokeConnection(ctx, { connectionId: id, confirmation: name });
    await syncing;
    const before = bench.aws.log.entries().length;
    await runSync(bench.asWorker(ctx), { connectionId: id, runId });
    expect(bench.aws.log.entries()).toHaveLength(before);
  });

  it('T31 fences off a writer that starts after it, in every place that writes', async () => {
    const { ctx, id } = await synced();
    const run = await runRefOf(bench, ctx, id);
    const window = { start: '2027-03-01', end: '2027-03-18' };
    await withSql(ctx, 'write', (sql) => hideConnections(ctx, sql, [id]));
    const writers: [string, () => Promise<unknown>][] = [
      ['staging', () => stageCharges(ctx, run, fetchOf(STAGING), nothing())],
      ['loading', () => loadWindow(ctx, run, window)],
    ];
    const before = await kept(id);
    for (const [what, write] of writers) await expect(write(), what).rejects.toThrow(Fenced);
    expect(await kept(id)).toEqual(before);
    await eraseConnection(ctx, { connectionId: id });
    for (const [what, write] of writers) await expect(write(), what).rejects.toThrow(Fenced);
    expect(await kept(id)).toEqual({ erasure_receipt: 1 });
  });

  it('T31 leaves the workspace’s other connection as it was, row for row', async () => {
    const { ctx, id, name } = await synced();
    const other = await bench.connectAndSync(ctx, { account: STANDALONE });
    const before = await rowsWhere(bench, 'connection_id', other.connection.id);
    await revokeConnection(ctx, { connectionId: id, confirmation: name });
    expect(await rowsWhere(bench, 'connection_id', other.connection.id)).toEqual(before);
    const month = await readMonth(ctx);
    expect(month?.accounts.map((line) => line.label)).toEqual(['615273849012']);
  });
});

describe('an erasure that breaks off', () => {
  it('T32 after the access ended is listed as due work and goes on from there', async () => {
    const { ctx, id } = await synced();
    const { goes } = await previewRevocation(ctx, id);
    await withSql(ctx, 'write', (sql) => hideConnections(ctx, sql, [id]));
    expect(await dueWork()).toContainEqual({ kind: 'erase', connection_id: id });
    await eraseConnection(bench.asWorker(ctx, 'erase-connection'), { connectionId: id });
    expect(await dueWork()).toEqual([]);
    const { content } = await readReceipt(ctx, id);
    expect(content.rows.map((row) => row.before)).toEqual(goes.map((row) => row.rows));
  });

  it('T32 between the rows and the receipt loses nothing of the receipt', async () => {
    const { ctx, id, name } = await synced();
    const { goes } = await previewRevocation(ctx, id);
    const { owner } = bench.database;
    await withoutReceipts(bench, async () => {
      const revoking = revokeConnection(ctx, { connectionId: id, confirmation: name });
      await expect(revoking).rejects.toThrow('broken off');
    });

    expect(await kept(id)).toEqual({});
    const { rows: bare } = await owner.query('select * from connection where id = $1', [id]);
    expect(bare).toMatchObject([{ name: '', aws_account_id: '', role_arn: null, external_id: '' }]);
    expect(await readMonth(ctx)).toBeNull();
    expect(await dueWork()).toContainEqual({ kind: 'erase', connection_id: id });

    await eraseConnection(bench.asWorker(ctx, 'erase-connection'), { connectionId: id });
    const { content } = await readReceipt(ctx, id);
    expect(content.rows.map((row) => row.before)).toEqual(goes.map((row) => row.rows));
    expect((await owner.query('select from connection where id = $1', [id])).rowCount).toBe(0);
  });

  it('T32 called again when all is done changes nothing', async () => {
    const { ctx, id, name } = await synced();
    await revokeConnection(ctx, { connectionId: id, confirmation: name });
    const receipt = await readReceipt(ctx, id);
    await eraseConnection(ctx, { connectionId: id });
    await eraseConnection(bench.asWorker(ctx), { connectionId: id });
    expect(await readReceipt(ctx, id)).toEqual(receipt);
  });

  it('T32 called by two at once is done once', async () => {
    const { ctx, id } = await synced();
    await withSql(ctx, 'write', (sql) => hideConnections(ctx, sql, [id]));
    const erasing: Ctx[] = [ctx, bench.asWorker(ctx), bench.asWorker(ctx)];
    await Promise.all(erasing.map((one) => eraseConnection(one, { connectionId: id })));
    const { content } = await readReceipt(ctx, id);
    expect(content.rows.find((row) => row.table === 'charge')?.before).toBeGreaterThan(1_000);
    const { rowCount } = await bench.database.owner.query(
      `select from audit_event where action = 'connection.erased' and subject_id = $1`,
      [id],
    );
    expect(rowCount).toBe(1);
  });
});
