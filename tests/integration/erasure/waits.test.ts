import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import type { Connection } from '@/features/connections/queries';
import { readReceipt } from '@/features/erasure/read-receipt';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { OWN_SHELF_ROWS } from '@/features/syncs/load-window';
import {
  createWorkbench,
  PRODUCTION,
  STAGING,
  STANDALONE,
  type SyncRunRow,
  type Workbench,
} from '../../support/workbench';
import { holdLoads, type Hold } from '../syncs/hold';
import { waitUntil } from '../syncs/wait-until';
import { countsWhere, giveShelf, readMonth, rowsWhere } from './support';

let bench: Workbench;
const holds: Pick<Hold, 'release'>[] = [];
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());
afterEach(async () => {
  for (const hold of holds.splice(0)) await hold.release();
});

async function heldLoads(): Promise<Hold> {
  const hold = await holdLoads(bench);
  holds.push(hold);
  return hold;
}

/** What waits for a lock that this test holds never ends; that is said rather than waited for. */
async function withoutWaiting<T>(work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = sleep(25_000, undefined, { signal: over.signal }).then(
    () => Promise.reject(new Error('It waits.')),
    () => new Promise<never>(() => undefined),
  );
  return Promise.race([work, late]).finally(() => over.abort());
}

const revoke = (ctx: Ctx, { id, name }: Connection) =>
  withoutWaiting(revokeConnection(ctx, { connectionId: id, confirmation: name }));

const kept = (id: string) => countsWhere(bench, 'connection_id', id);

/** Long ago, so that no window is loaded over them. */
async function addCharges(connectionId: string, count: number): Promise<void> {
  const { owner } = bench.database;
  await owner.query(
    `insert into charge (workspace_id, shelf, connection_id, charge_date, line, sub_account_id, service_name, region_id,
       charge_category, record_type, currency, billed_cost, effective_cost)
     select workspace_id, 0, id, '2020-01-01', n, aws_account_id, 'Amazon S3', '', 'Usage', '', 'USD', 0, 0
     from connection, generate_series(1, $2) n where id = $1`,
    [connectionId, count],
  );
  await owner.query(
    `update row_count set rows = rows + $2 where connection_id = $1 and table_name = 'charge'`,
    [connectionId, count],
  );
}

const outcomeOf = (sync: Promise<SyncRunRow>) =>
  sync.then(
    (run) => run.status,
    () => 'gone',
  );

interface Own {
  readonly ctx: Ctx;
  readonly connection: Connection;
}

/** Connections with a shelf each, of one workspace each. */
async function withOwnShelves(accounts: readonly string[]): Promise<Own[]> {
  const made: Own[] = [];
  for (const account of accounts) {
    const ctx = await bench.newWorkspace(account);
    const { connection } = await bench.connectAndSync(ctx, { account });
    await giveShelf(bench, connection.id);
    made.push({ ctx, connection });
  }
  return made;
}

/** A row of it that its erasure deletes late, when its shelf is emptied already and locked. */
async function holdErasureOf({ connection }: Own): Promise<Hold> {
  const client = await bench.database.owner.connect();
  await client.query('begin');
  await client.query('select from linked_account where connection_id = $1 for update', [connection.id]);
  let isHeld = true;
  const hold: Hold = {
    reached: () =>
      waitUntil(async () => {
        const { rowCount } = await bench.database.owner.query(
          `select from pg_stat_activity where wait_event_type = 'Lock' and query like 'delete from linked_account%'
             and datname = current_database()`,
        );
        return (rowCount ?? 0) > 0;
      }),
    async release() {
      if (!isHeld) return;
      isHeld = false;
      await client.query('rollback');
      client.release();
    },
  };
  holds.push(hold);
  return hold;
}

describe('a revocation', () => {
  it('T70 does not wait for a load that is moving the connection to its own shelf', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx, { account: STAGING });
    await addCharges(connection.id, OWN_SHELF_ROWS);
    const hold = await heldLoads();
    const syncing = outcomeOf(bench.sync(ctx, connection.id));
    await hold.reached();
    // Access ends, the load is ended half-way and every row is gone, while what the load waits for is still held.
    await revoke(ctx, connection);
    expect(await readMonth(ctx)).toBeNull();
    expect(await syncing).not.toBe('done');
    expect(await kept(connection.id)).toEqual({ erasure_receipt: 1 });
    const { content } = await readReceipt(ctx, connection.id);
    expect(content.rows.find((row) => row.table === 'charge')?.before).toBeGreaterThan(OWN_SHELF_ROWS);
    expect(content.rows.filter((row) => row.after > 0)).toEqual([]);
    // The shelf that was made for it is nobody's any more.
    const { rows } = await bench.runtime.db.pool.query('select drop_unused_shelf() as shelf');
    expect(rows).toEqual([{ shelf: expect.any(Number) }]);
  });

  it('T70 does not wait for the running load of another connection, nor end it', async () => {
    const [one, other] = await withOwnShelves([STAGING, STANDALONE]);
    if (!one || !other) throw new Error('There are two.');
    const before = await readMonth(other.ctx);
    const hold = await heldLoads();
    const syncing = outcomeOf(bench.sync(other.ctx, other.connection.id));
    await hold.reached();
    await revoke(one.ctx, one.connection);
    expect(await kept(one.connection.id)).toEqual({ erasure_receipt: 1 });
    await hold.release();
    expect(await syncing).toBe('done');
    expect(await readMonth(other.ctx)).toEqual(before);
  });
});

describe('a writer of the access ledger', () => {
  it('T70 that is half-way is let finish, and neither it nor the erasure fails', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx, { account: STAGING });
    const key = [ctx.workspaceId, connection.id];
    const ledger = await bench.runtime.db.pool.connect();
    await ledger.query(`begin; set local app.workspace_id = '${ctx.workspaceId}'`);
    await ledger.query(
      `insert into access_ledger (workspace_id, connection_id, at, id, aws_account_id, region, service, action, outcome,
         duration_ms, session_name)
       values ($1, $2, now(), gen_random_uuid(), '', '', 'Cost Explorer', 'GetCostAndUsage', 'ok', 1, '')`,
      key,
    );
    const erased = revoke(ctx, connection).then(
      () => 'erased',
      (error: Error) => error.message,
    );
    await waitUntil(async () => {
      const { rowCount } = await bench.database.owner.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return (rowCount ?? 0) > 0;
    });
    for (const table of ['request_day', 'sync_run']) {
      await ledger.query(
        `update ${table} set requests = requests + 1 where workspace_id = $1 and connection_id = $2`,
        key,
      );
    }
    await ledger.query('commit');
    ledger.release();
    expect(await erased).toBe('erased');
    expect(await kept(connection.id)).toEqual({ erasure_receipt: 1 });
    const { content } = await readReceipt(ctx, connection.id);
    expect(content.rows.filter((row) => row.after > 0)).toEqual([]);
  });
});

describe('revocations of several connections with shelves of their own', () => {
  it('T71 at the same moment all succeed, beside a load that runs', async () => {
    const [a, b, c] = await withOwnShelves([STAGING, PRODUCTION, STANDALONE]);
    if (!a || !b || !c) throw new Error('There are three.');
    const hold = await heldLoads();
    const syncing = outcomeOf(bench.sync(c.ctx, c.connection.id));
    await hold.reached();
    await Promise.all([revoke(a.ctx, a.connection), revoke(b.ctx, b.connection)]);
    for (const { connection } of [a, b]) expect(await kept(connection.id)).toEqual({ erasure_receipt: 1 });
    await hold.release();
    expect(await syncing).toBe('done');
    expect((await kept(c.connection.id))['charge']).toBeGreaterThan(1_000);
  });

  it('T71 do not wait for each other, and nobody else reads, loads or counts any later for them', async () => {
    const [a, b, c] = await withOwnShelves([STAGING, PRODUCTION, STANDALONE]);
    if (!a || !b || !c) throw new Error('There are three.');
    const others = await rowsWhere(bench, 'connection_id', c.connection.id);
    const hold = await holdErasureOf(b);
    const revoking = revoke(b.ctx, b.connection);
    await hold.reached();
    await revoke(a.ctx, a.connection);
    expect((await readReceipt(a.ctx, a.connection.id)).content.rows.every((row) => row.after === 0)).toBe(
      true,
    );
    const month = await withoutWaiting(readMonth(c.ctx));
    expect(month?.kpis.total).not.toBe('0');
    expect((await withoutWaiting(bench.sync(c.ctx, c.connection.id))).status).toBe('done');
    await hold.release();
    await revoking;
    expect(await kept(a.connection.id)).toEqual({ erasure_receipt: 1 });
    expect(await kept(b.connection.id)).toEqual({ erasure_receipt: 1 });
    const after = await rowsWhere(bench, 'connection_id', c.connection.id);
    for (const table of ['charge_daily', 'charge_daily_by', 'charge_monthly_by']) {
      expect(after.get(table), table).toEqual(others.get(table));
    }
  });

  it('T71 leave shelves that are dropped one by one, each only once it is empty and unused', async () => {
    const [a, b] = await withOwnShelves([STAGING, STANDALONE]);
    if (!a || !b) throw new Error('There are two.');
    const drop = async () => {
      const { rows } = await bench.runtime.db.pool.query<{ shelf: number | null }>(
        'select drop_unused_shelf() as shelf',
      );
      return rows[0]?.shelf ?? null;
    };
    while ((await drop()) !== null);
    await revoke(a.ctx, a.connection);
    // One that somebody still reads is left for the next time.
    const reader = await bench.database.owner.connect();
    await reader.query('begin; select from charge limit 1');
    expect(await drop()).toBeNull();
    await reader.query('rollback');
    reader.release();
    expect(await drop()).toEqual(expect.any(Number));
    expect(await drop()).toBeNull();
    expect((await kept(b.connection.id))['charge']).toBeGreaterThan(1_000);
  });
});
