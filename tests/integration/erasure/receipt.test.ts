import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { previewRevocation } from '@/features/connections/read-connections';
import { parseCostQuery } from '@/features/costs/schemas';
import { withSql } from '@/context';
import { eraseConnection } from '@/features/erasure/erase-connection';
import { erasedTables } from '@/features/erasure/erased-tables';
import { listReceipts, readReceipt } from '@/features/erasure/read-receipt';
import { hideConnections, revokeConnection } from '@/features/erasure/revoke-connection';
import { NotFound } from '@/errors';
import { createView, listViews } from '@/features/views/views';
import { createWorkbench, STAGING, STANDALONE, type Workbench } from '../../support/workbench';
import { giveShelf, isGenuine, rowsWhere, withoutReceipts } from './support';

const SHELVED = erasedTables.filter(({ shelved }) => shelved).map(({ table }) => table);

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());

async function revoked() {
  const ctx = await bench.newWorkspace();
  const { connection } = await bench.connectAndSync(ctx, { account: STAGING });
  const view = await createView(ctx, { name: 'Spend by region', query: 'dates=last-90&by=region&tax=off' });
  const preview = await previewRevocation(ctx, connection.id);
  const before = await rowsWhere(bench, 'connection_id', connection.id);
  await revokeConnection(ctx, { connectionId: connection.id, confirmation: connection.name });
  return { ctx, id: connection.id, view, preview, before };
}

describe('a receipt', () => {
  let made: Awaited<ReturnType<typeof revoked>>;
  beforeAll(async () => {
    await bench.reset();
    made = await revoked();
  });

  it('T33 counts what was there, table by table, and nothing after', async () => {
    const { ctx, id, before, preview } = made;
    const { content } = await readReceipt(ctx, id);
    expect(content.rows.map((row) => row.table)).toEqual(erasedTables.map(({ table }) => table));
    for (const row of content.rows) {
      const counted = row.table === 'connection' ? 1 : (before.get(row.table)?.length ?? 0);
      expect(row, row.table).toMatchObject({ before: counted, after: 0 });
    }
    expect(content.rows.map(({ table, label, before: rows }) => ({ table, label, rows }))).toEqual(
      preview.goes,
    );
    expect(content).toMatchObject({
      kind: 'belvedere-erasure-receipt',
      version: 1,
      subject: { connection: id },
      accessEndedAt: bench.clock.now().toISOString(),
      keyId: bench.runtime.signer.keyId,
    });
    expect(content.outOfEveryAnswerAfterMs).toEqual(expect.any(Number));
    expect(content.rowsGoneAfterMs).toBeGreaterThanOrEqual(content.outOfEveryAnswerAfterMs ?? Infinity);
  });

  it('T33 is genuine by the public key alone, and not with any byte of it changed', async () => {
    const { ctx, id } = made;
    const receipt = await readReceipt(ctx, id);
    expect(isGenuine(bench, receipt)).toBe(true);
    for (let index = 0; index < receipt.body.length; index += 1) {
      const other = String.fromCharCode(receipt.body.charCodeAt(index) ^ 1);
      const changed = receipt.body.slice(0, index) + other + receipt.body.slice(index + 1);
      expect(isGenuine(bench, receipt, changed), `byte ${index}`).toBe(false);
    }
    expect(isGenuine(bench, receipt, `${receipt.body} `)).toBe(false);
  });

  it('T33 names no account, no role and no name', async () => {
    const { ctx, id } = made;
    const { body } = await readReceipt(ctx, id);
    expect(body).not.toMatch(/\d{12}(?!\d)/);
    expect(body).not.toMatch(/arn:|bv-|AWS /);
  });

  it('T33 is read in its own workspace alone', async () => {
    const { ctx, id } = made;
    expect(await listReceipts(ctx)).toEqual([{ connectionId: id, erasedAt: bench.clock.now() }]);
    const stranger = await bench.newWorkspace('Other');
    await expect(readReceipt(stranger, id)).rejects.toThrow(NotFound);
    expect(await listReceipts(stranger)).toEqual([]);
  });

  it('T33 cannot be changed or taken away by the application', async () => {
    const { ctx, id } = made;
    for (const statement of [
      `update erasure_receipt set body = 'x' where connection_id = '${id}'`,
      `delete from erasure_receipt where connection_id = '${id}'`,
    ]) {
      const run = ctx.db.pool.query(`set app.workspace_id = '${ctx.workspaceId}'; ${statement}`);
      await expect(run).rejects.toThrow('permission denied');
    }
  });
});

describe('what stays', () => {
  beforeEach(() => bench.reset());

  it('T34 saved views stay and still open', async () => {
    const { ctx, view } = await revoked();
    const [kept] = await listViews(ctx);
    expect(kept).toMatchObject({ id: view.id, name: 'Spend by region' });
    const parsed = parseCostQuery(new URLSearchParams(kept?.query), bench.clock.now());
    expect(parsed).toMatchObject({ ok: true, query: { by: 'region', preset: 'last-90', tax: false } });
    // The account can be connected again, as if for the first time.
    await bench.customer.deleteStack(STAGING);
    const { run } = await bench.connectAndSync(ctx, { account: STAGING });
    expect(run).toMatchObject({ kind: 'first', status: 'done' });
  });

  it('T34 another workspace may connect the account then', async () => {
    await revoked();
    await bench.customer.deleteStack(STAGING);
    const other = await bench.newWorkspace('Other');
    expect(await bench.connect(other, { account: STAGING })).toMatchObject({ status: 'active' });
  });
});

describe('a connection with a shelf of its own', () => {
  beforeEach(() => bench.reset());

  it('T35 is emptied with its shelf, and nobody else’s rows are touched', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx, { account: STAGING });
    const neighbour = await bench.connectAndSync(ctx, { account: STANDALONE });
    const shelf = await giveShelf(bench, connection.id);
    const before = await rowsWhere(bench, 'connection_id', connection.id);
    const others = await rowsWhere(bench, 'connection_id', neighbour.connection.id);

    await revokeConnection(ctx, { connectionId: connection.id, confirmation: connection.name });
    const { content } = await readReceipt(ctx, connection.id);
    for (const table of SHELVED) {
      expect(content.rows.find((row) => row.table === table)).toMatchObject({
        before: before.get(table)?.length ?? 0,
        after: 0,
      });
    }
    expect([...(await rowsWhere(bench, 'connection_id', connection.id)).keys()]).toEqual(['erasure_receipt']);
    expect(await rowsWhere(bench, 'connection_id', neighbour.connection.id)).toEqual(others);
    const dropped = () => bench.runtime.db.pool.query('select drop_unused_shelf() as shelf');
    expect((await dropped()).rows).toEqual([{ shelf }]);
    expect((await dropped()).rows).toEqual([{ shelf: null }]);
    expect(await rowsWhere(bench, 'connection_id', neighbour.connection.id)).toEqual(others);
  });

  it('T35 tells of what is left on its shelf, and of every other row', async () => {
    const { owner } = bench.database;
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx, { account: STAGING });
    const { id } = connection;
    const shelf = await giveShelf(bench, id);
    await withoutReceipts(bench, async () => {
      const revoking = revokeConnection(ctx, { connectionId: id, confirmation: connection.name });
      await expect(revoking).rejects.toThrow('broken off');
    });
    // As if a writer had got through in between, which none does.
    await owner.query(
      `insert into charge (workspace_id, shelf, connection_id, charge_date, line, sub_account_id, service_name, region_id,
         charge_category, record_type, currency, billed_cost, effective_cost)
       select $1, $2, $3, '2027-03-01', n, '', 'Amazon Tea', '', 'Usage', '', 'USD', 1, 1 from generate_series(1, 3) n`,
      [ctx.workspaceId, shelf, id],
    );
    await owner.query(
      `insert into charge_daily_by values ($1, $2, $3, 'total', '2027-03-01', 'Usage', '', '', 'USD', 1, 1)`,
      [ctx.workspaceId, shelf, id],
    );
    await owner.query(
      `insert into staged_charge values ($1, $2, $2, '2027-03-01', '', 'usage', 1, '2027-03-01', '', '', 'Usage', '', 'USD', 1, 1)`,
      [ctx.workspaceId, id],
    );
    await eraseConnection(bench.asWorker(ctx), { connectionId: id });
    const { content } = await readReceipt(ctx, id);
    const left = content.rows.filter((row) => row.after > 0).map(({ table, after }) => [table, after]);
    expect(left).toEqual([
      ['charge', 3],
      ['charge_daily_by', 1],
      ['staged_charge', 1],
    ]);
  });
});

describe('an erasure by the worker', () => {
  beforeEach(() => bench.reset());

  it('T33 says nothing of what nobody measured, and is dated by the commit that ended access', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx, { account: STAGING });
    await withSql(ctx, 'write', (sql) => hideConnections(ctx, sql, [id]));
    const accessEndedAt = bench.clock.now().toISOString();
    bench.clock.advance(7_000);
    await eraseConnection(bench.asWorker(ctx, 'erase-connection'), { connectionId: id });
    expect((await readReceipt(ctx, id)).content).toMatchObject({
      accessEndedAt,
      outOfEveryAnswerAfterMs: null,
      rowsGoneAfterMs: 7_000,
    });
  });
});
