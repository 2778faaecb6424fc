import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { previewRevocation } from '@/features/connections/read-connections';
import { parseCostQuery } from '@/features/costs/schemas';
import { erasedTables } from '@/features/erasure/erased-tables';
import { listReceipts, readReceipt } from '@/features/erasure/read-receipt';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { NotFound } from '@/errors';
import { createView, listViews } from '@/features/views/views';
import { createWorkbench, STAGING, STANDALONE, type Workbench } from '../../support/workbench';
import { isGenuine, rowsWhere } from './support';

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
    expect(content.rowsGoneAfterMs).toBeGreaterThanOrEqual(content.outOfEveryAnswerAfterMs);
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
    const { owner } = bench.database;
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx, { account: STAGING });
    const neighbour = await bench.connectAndSync(ctx, { account: STANDALONE });
    const { rows } = await owner.query<{ shelf: number }>('select open_shelf() as shelf');
    const shelf = rows[0]?.shelf ?? 0;
    for (const table of SHELVED) {
      await owner.query(`update ${table} set shelf = $2 where connection_id = $1`, [connection.id, shelf]);
    }
    await owner.query('update connection set shelf = $2 where id = $1', [connection.id, shelf]);
    const before = await rowsWhere(bench, 'connection_id', connection.id);
    const others = await rowsWhere(bench, 'connection_id', neighbour.connection.id);

    await revokeConnection(ctx, { connectionId: connection.id, confirmation: connection.name });
    const { content } = await readReceipt(ctx, connection.id);
    for (const table of SHELVED) {
      expect(content.rows.find((row) => row.table === table)).toMatchObject({
        before: before.get(table)?.length,
        after: 0,
      });
    }
    expect([...(await rowsWhere(bench, 'connection_id', connection.id)).keys()]).toEqual(['erasure_receipt']);
    expect(await rowsWhere(bench, 'connection_id', neighbour.connection.id)).toEqual(others);
    const dropped = await bench.runtime.db.pool.query<{ n: number }>('select drop_unused_shelves() as n');
    expect(dropped.rows).toEqual([{ n: SHELVED.length }]);
    expect(await rowsWhere(bench, 'connection_id', neighbour.connection.id)).toEqual(others);
  });
});
