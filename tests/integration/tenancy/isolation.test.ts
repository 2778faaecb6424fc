import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { inWorkspace, sqlInWorkspace } from '@/db/client';
import { tenantTables } from '../../support/tenancy-check';
import { createWorkbench, MANAGEMENT, STANDALONE, type Workbench } from '../../support/workbench';
import { seedWorkspace } from './seed';

const keyOf = (table: string) => (table === 'workspace' ? 'id' : 'workspace_id');

/** The columns of a connection that the application may change. */
const UPDATABLE =
  `name status role_arn role_name groups epoch shelf next_shelf daily_cap_usd failure denied probes failed_probes organization_id
  polling_since probed_at active_since next_action_at revoked_at resource_costs_since resource_costs_failure`.split(
    /\s+/,
  );

/** Written once, so that no one may change them, whosever they are. */
const WRITE_ONCE = ['audit_event', 'audit_head', 'erasure_receipt'];

let bench: Workbench;
let tables: string[];
let a: Ctx;
let b: Ctx;

beforeAll(async () => {
  bench = await createWorkbench();
  tables = await tenantTables(bench.database.owner);
  [a, b] = [await bench.newWorkspace('A'), await bench.newWorkspace('B')];
  await bench.connectAndSync(a, { account: STANDALONE });
  await bench.connectAndSync(b, { account: MANAGEMENT });
  await seedWorkspace(bench.database.owner, a);
  await seedWorkspace(bench.database.owner, b);
});
afterAll(() => bench.close());

async function ownerCount(table: string, { workspaceId }: Ctx): Promise<number> {
  const { rows } = await bench.database.owner.query<{ n: number }>(
    `select count(*)::int as n from ${table} where ${keyOf(table)} = $1`,
    [workspaceId],
  );
  return rows[0]?.n ?? 0;
}

/** One statement as the application, with the given workspace set; `null` sets none. */
async function asApp(ctx: Ctx | null, statement: string, values: unknown[] = []) {
  if (ctx)
    return sqlInWorkspace(bench.runtime.db, ctx.workspaceId, 'write', (sql) => sql.query(statement, values));
  return bench.runtime.db.pool.query(statement, values);
}

/** Rows touched, or the code that PostgreSQL refuses with. */
async function touched(ctx: Ctx, statement: string, values: unknown[] = []): Promise<number | string> {
  try {
    return (await asApp(ctx, statement, values)).rowCount ?? 0;
  } catch (error) {
    return (error as { code?: string }).code ?? 'none';
  }
}

describe('every table of a workspace', () => {
  it('has rows of both, so that the tests below test something', async () => {
    expect(tables.length).toBeGreaterThanOrEqual(35);
    for (const table of tables) {
      for (const ctx of [a, b]) expect(await ownerCount(table, ctx), table).toBeGreaterThan(0);
    }
  });

  it('shows nothing where no workspace is set', async () => {
    for (const table of tables) {
      expect((await asApp(null, `select count(*)::int as n from ${table}`)).rows, table).toEqual([{ n: 0 }]);
    }
  });

  it('shows nothing on a connection that had a workspace set before', async () => {
    const client = await bench.runtime.db.pool.connect();
    try {
      await client.query(`begin; set local app.workspace_id = '${a.workspaceId}'`);
      expect((await client.query('select from connection')).rowCount).toBe(1);
      await client.query('commit');
      for (const table of tables)
        expect((await client.query(`select from ${table} limit 1`)).rowCount).toBe(0);
    } finally {
      client.release();
    }
  });

  it('shows a workspace its own rows and no others', async () => {
    for (const table of tables) {
      const { rows } = await asApp(
        a,
        `select ${keyOf(table)} as owner, count(*)::int as n from ${table} group by 1`,
      );
      expect(rows, table).toEqual([{ owner: a.workspaceId, n: await ownerCount(table, a) }]);
    }
  });

  it("lets a workspace change or delete none of another's rows", async () => {
    for (const table of tables) {
      const before = await ownerCount(table, b);
      const key = keyOf(table);
      const isWriteOnce = WRITE_ONCE.includes(table);
      const update = `update ${table} set ${key} = ${key} where ${key} = $1`;
      const updated = isWriteOnce || table === 'connection' ? '42501' : 0;
      expect(await touched(a, update, [b.workspaceId]), table).toBe(updated);
      const remove = `delete from ${table} where ${key} = $1`;
      expect(await touched(a, remove, [b.workspaceId]), table).toBe(isWriteOnce ? '42501' : 0);
      expect(await ownerCount(table, b), table).toBe(before);
    }
  });

  it("lets a workspace change none of another's connections, in any of the columns that it may change", async () => {
    for (const column of UPDATABLE) {
      const update = `update connection set ${column} = ${column} where workspace_id = $1`;
      expect(await touched(a, update, [b.workspaceId]), column).toBe(0);
      expect(await touched(a, update, [a.workspaceId]), column).toBe(1);
    }
  });

  it('keeps the account, the ExternalId and the ids of a connection as they were issued', async () => {
    const { rows } = await bench.database.owner.query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = 'connection'::regclass and attnum > 0 and not attisdropped`,
    );
    const fixed = rows.map((row) => row.name).filter((name) => !UPDATABLE.includes(name));
    expect(fixed.sort()).toEqual([
      'aws_account_id',
      'created_at',
      'external_id',
      'id',
      'kind',
      'workspace_id',
    ]);
    for (const column of fixed) {
      expect(await touched(a, `update connection set ${column} = ${column}`), column).toBe('42501');
    }
    const smuggled = `insert into connection select * from connection
      on conflict (workspace_id, id) do update set external_id = 'mine'`;
    expect(await touched(a, smuggled)).toBe('42501');
  });

  it('lets a workspace insert nothing for another, nor hand over what it has', async () => {
    for (const table of tables) {
      const { rows } = await bench.database.owner.query<{ row: object }>(
        `select to_jsonb(t) as row from ${table} t where ${keyOf(table)} = $1 limit 1`,
        [b.workspaceId],
      );
      const insert = `insert into ${table} select * from jsonb_populate_record(null::${table}, $1)`;
      expect(await touched(a, insert, [JSON.stringify(rows[0]?.row)]), table).toBe('42501');
      const handOver = `update ${table} set ${keyOf(table)} = $1`;
      expect(await touched(a, handOver, [b.workspaceId]), table).toBe('42501');
    }
  });

  it('is not emptied, locked or redefined by the application', async () => {
    for (const table of tables) {
      for (const statement of [
        `truncate ${table}`,
        `alter table ${table} disable row level security`,
        `drop policy of_workspace on ${table}`,
        `drop table ${table}`,
      ]) {
        expect(await touched(a, statement), statement).toBe('42501');
      }
    }
  });
});

describe('the setting', () => {
  it('does not let the application step out of Row Level Security', async () => {
    expect(await touched(a, 'set local row_security = off; select * from connection')).toBe('42501');
    for (const role of ['postgres', 'belvedere_system'])
      expect(await touched(a, `set local role ${role}`)).toBe('42501');
  });

  it('is made from a UUID alone, so nothing can be smuggled in with it', async () => {
    for (const id of [
      "'; reset all; --",
      '',
      `${a.workspaceId}'`,
      `${a.workspaceId}\n`,
      a.workspaceId.toUpperCase(),
    ]) {
      await expect(sqlInWorkspace(bench.runtime.db, id, 'read', async () => 1)).rejects.toThrow(
        'must be a UUID',
      );
      await expect(inWorkspace(bench.runtime.db, id, async () => 1)).rejects.toThrow('must be a UUID');
    }
  });

  it('ends with its transaction, through Prisma too, also when that fails', async () => {
    const failing = inWorkspace(bench.runtime.db, a.workspaceId, async (tx) => {
      expect(await tx.connection.count()).toBe(1);
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect(await bench.runtime.db.prisma.connection.count()).toBe(0);
    expect(await inWorkspace(bench.runtime.db, randomUUID(), (tx) => tx.connection.count())).toBe(0);
  });

  it('is right for many workspaces that share a pool at the same time', async () => {
    const seen = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const ctx = index % 2 === 0 ? a : b;
        const { rows } = await asApp(ctx, 'select distinct workspace_id as id from charge_daily_by');
        return rows.length === 1 && (rows[0] as { id: string }).id === ctx.workspaceId;
      }),
    );
    expect(seen).toEqual(Array(60).fill(true));
  });

  it('is needed by no function that looks across workspaces, and those return ids alone', async () => {
    await bench.runtime.db.pool.query('select * from due_work()').then(({ fields }) => {
      expect(fields.map((field) => field.name)).toEqual(['kind', 'workspace_id', 'connection_id', 'run_id']);
    });
    const userId = a.actor.kind === 'user' ? a.actor.userId : '';
    const { rows } = await asApp(null, 'select * from workspaces_of_user($1)', [userId]);
    expect(rows).toEqual([
      {
        workspace_id: a.workspaceId,
        name: 'A',
        role: 'owner',
        accounts: null,
        require_second_factor: false,
        enforce_sso: false,
        sso_connection_id: null,
        idle_minutes: 4_320,
        absolute_minutes: 20_160,
      },
    ]);
  });

  it("does not empty another workspace's shelf, nor the shelf of a connection that is not revoked", async () => {
    const charges = await ownerCount('charge', b);
    const { rows } = await bench.database.owner.query<{ id: string }>('select id from connection');
    for (const { id } of rows) for (const ctx of [a, b]) await asApp(ctx, 'select empty_shelf($1)', [id]);
    expect(await ownerCount('charge', b)).toBe(charges);
  });
});
