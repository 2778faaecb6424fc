import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { inWorkspace, sqlInWorkspace } from '@/db/client';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING, type Workbench } from '../../support/workbench';
import { accountRows, limitedTo, tracesOf } from './support';

/** By these columns a row is of one AWS account, or may be. */
const TELLING = ['sub_account_id', 'aws_account_id', 'key', 'ref', 'account_refs'];

/** Tables with such a column and without the policy, and why that is right. */
const OPEN: Record<string, string> = {
  account_grant: 'who may see what, by our own refs: what one signs in by; shown to admins',
  invitation: 'the same, for people who are yet to come; shown to admins',
  login_throttle: 'the key is a digest of who tries to sign in',
  rate_count: 'the key is a digest of a token or an address',
};

/** Tables that are of all accounts together, or of the connected one, and so show a limited person nothing. */
const CLOSED = [
  'aws_account_claim',
  'billing_export',
  'billing_period',
  'bucket_object',
  'charge_daily_by',
  'charge_monthly_by',
  'connection',
  'cost_forecast',
  'cost_tag',
  'cost_tag_listing',
  'erasure_receipt',
  'file_bucket',
  'inventory_listing',
  'line_item',
  'reported_tag',
  'sync_run',
  'tag_set',
  'uploaded_chunk',
  'uploaded_file',
];

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  await bench.connectAndSync(ctx);
  const { owner } = bench.database;
  await owner.query(
    `insert into staged_charge select workspace_id, connection_id, gen_random_uuid(), charge_date, sub_account_id, 'usage', line,
       charge_date, service_name, region_id, charge_category, record_type, currency, billed_cost, effective_cost
     from charge where workspace_id = $1`,
    [ctx.workspaceId],
  );
  await owner.query(
    `insert into access_ledger (workspace_id, connection_id, at, id, aws_account_id, region, service, action, outcome, duration_ms, session_name)
     select workspace_id, connection_id, now(), gen_random_uuid(), aws_account_id, 'us-east-1', 'ce', 'GetCostAndUsage', 'ok', 1, 's'
     from linked_account where workspace_id = $1`,
    [ctx.workspaceId],
  );
  await owner.query(
    `insert into erasure_receipt (workspace_id, connection_id, body, signature, created_at) values ($1, gen_random_uuid(), '{}', '', now())`,
    [ctx.workspaceId],
  );
  await addLineItems();
});
afterAll(() => bench.close());

/** For each account a kind, a resource, a line item and what goes with them, numbered alike. */
async function addLineItems(): Promise<void> {
  const numbered = `(select workspace_id as w, connection_id as c, aws_account_id as a,
    row_number() over (order by aws_account_id)::integer as n from linked_account where workspace_id = $1) t`;
  const statements = [
    `insert into charge_kind select w, 0, c, n, gen_random_uuid(), '', a, '', '', '', '', '', 'USD', '', '', '', '', '', '', '', '',
       'Usage', '', '', '', '', '', '', '', '', '', '', '', '', '', null, null from ${numbered}`,
    `insert into resource (workspace_id, shelf, connection_id, resource_key, resource_id, bare_id, ref, name, resource_type,
       service_name, region_id, sub_account_id, tags, attributes, related, state)
     select w, 0, c, n, 'i-' || n, '', 'r' || n, '', '', '', '', a, '{}', '{}', '{}', '' from ${numbered}`,
    `insert into resource_cost select w, 0, c, n, 'USD', a, 'export', now(), 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 from ${numbered}`,
    `insert into resource_day select w, 0, c, n, '1999-01-01', '', 'USD', a, n, n from ${numbered}`,
    `insert into resource_cost_fetch select w, c, a, '1999-01-01', '1999-01-15', 1, now() from ${numbered}`,
    `insert into tag_group select w, 0, c, n, 'export', 'Usage', a, '', '', 'USD', '{}', gen_random_uuid() from ${numbered}`,
    `insert into charge_month_tag select w, 0, c, '1999-01-01', n, a, '{1}', array[n], null, n, n from ${numbered}`,
    `insert into reported_tag select w, c, 'Team', 1, true from ${numbered} where n = 1`,
    `insert into cost_tag_listing select w, c, now(), 9, 0, null, null, null from ${numbered} where n = 1`,
    `insert into cost_tag select w, c, 'Team', 1, '{a}', now() from ${numbered} where n = 1`,
    `insert into tag_index select w, c, false, null from ${numbered} where n = 1`,
    `insert into covered_month select w, c, '1999-01-01', a from ${numbered}`,
    `insert into line_item (workspace_id, connection_id, shelf, billing_period, charge_date, resource_key, kind_key, tag_key, billed_cost,
       effective_cost) select w, c, 0, '1999-01-01', '1999-01-01', n, n, 1, n, n from ${numbered}`,
    `insert into tag_set select w, 0, c, 1, gen_random_uuid(), '{}' from ${numbered} where n = 1`,
    `insert into billing_period (workspace_id, connection_id, billing_period, export_id, shelf) select w, c, '1999-01-01', gen_random_uuid(), 0
     from ${numbered} where n = 1`,
    `insert into uploaded_file (workspace_id, connection_id, id, name, state, received_at)
     select w, c, c, 'a.csv', 'read', now() from ${numbered} where n = 1`,
    `insert into uploaded_chunk select w, c, c, 0, 'x' from ${numbered} where n = 1`,
    `insert into file_bucket (workspace_id, connection_id, bucket, prefix, role_name) select w, c, 'bucket', '', 'r' from ${numbered} where n = 1`,
    `insert into bucket_object select w, c, 'a.csv', '', 1, now() from ${numbered} where n = 1`,
    `insert into inventory_listing select w, c, 'ec2:instance', 'eu-west-1', 1, now(), null, null from ${numbered} where n = 1`,
  ];
  for (const statement of statements) await bench.database.owner.query(statement, [ctx.workspaceId]);
}

async function tellingColumns(): Promise<{ table: string; column: string }[]> {
  const { rows } = await bench.database.owner.query<{ table: string; column: string }>(
    `select c.relname as table, a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and not a.attisdropped and a.attname = any($1) order by 1, 2`,
    [TELLING],
  );
  return rows;
}

/** Tables that tell of single accounts, that nobody has closed to limited people and nobody has thought about. */
async function forgottenTables(): Promise<string[]> {
  const { rows } = await bench.database.owner.query<{ name: string }>(
    `select tablename as name from pg_policies where schemaname = 'public' and permissive = 'RESTRICTIVE' and policyname = 'of_accounts'`,
  );
  const guarded = new Set([...rows.map((row) => row.name), ...Object.keys(OPEN)]);
  return [...new Set((await tellingColumns()).map(({ table }) => table))].filter(
    (table) => !guarded.has(table),
  );
}

const as = <T extends object>(
  accounts: readonly string[] | null,
  statement: string,
  values: unknown[] = [],
) =>
  sqlInWorkspace(bench.runtime.db, { workspaceId: ctx.workspaceId, accounts }, 'read', async (sql) => {
    const { rows } = await sql.query<T>(statement, values);
    return rows;
  });

describe('the catalogue', () => {
  it('L10 has no table that tells of single accounts and is open to everybody', async () => {
    expect(await forgottenTables()).toEqual([]);
  });

  describe('with a new table', () => {
    afterEach(() => bench.database.owner.query('drop table stray'));
    it.each([
      'workspace_id uuid, sub_account_id text',
      'workspace_id uuid, aws_account_id text',
      'id uuid, key text',
    ])('L10 tells of it: %s', async (columns) => {
      await bench.database.owner.query(`create table stray (${columns})`);
      expect(await forgottenTables()).toEqual(['stray']);
    });
  });
});

describe('SQL of the application for a limited person', () => {
  const guarded = async () =>
    (await tellingColumns()).filter(({ table }) => !(table in OPEN) && !CLOSED.includes(table));

  it('L11 reads of every table the rows of their accounts, all of them and no others', async () => {
    const tables = await guarded();
    expect(tables.map(({ table, column }) => `${table}.${column}`)).toEqual([
      'access_ledger.aws_account_id',
      'charge.sub_account_id',
      'charge_daily.sub_account_id',
      'charge_kind.sub_account_id',
      'charge_month_tag.sub_account_id',
      'control_total.sub_account_id',
      'covered_month.sub_account_id',
      'linked_account.aws_account_id',
      'linked_account.ref',
      'resource.ref',
      'resource.sub_account_id',
      'resource_cost.sub_account_id',
      'resource_cost_fetch.sub_account_id',
      'resource_day.sub_account_id',
      'staged_charge.sub_account_id',
      'sync_fetch.sub_account_id',
      'tag_group.sub_account_id',
    ]);
    for (const { table, column } of tables.filter((one) => one.column !== 'ref')) {
      const count = `select ${column} as account, count(*)::int as n from ${table} where workspace_id = $1 group by 1 order by 1`;
      const all = await as<{ account: string; n: number }>(null, count, [ctx.workspaceId]);
      expect(all.length, table).toBe(3);
      for (const accounts of [[PRODUCTION], [STAGING, MANAGEMENT]]) {
        const seen = await as(accounts, count, [ctx.workspaceId]);
        expect(seen, table).toEqual(all.filter((row) => accounts.includes(row.account)));
      }
    }
  });

  it('L11 reads the line items of their accounts’ resources by the one function that tells them', async () => {
    const { rows } = await bench.database.owner.query<{ a: string; c: string; n: number }>(
      'select sub_account_id as a, connection_id as c, resource_key as n from resource where workspace_id = $1',
      [ctx.workspaceId],
    );
    for (const accounts of [[PRODUCTION], [STAGING, MANAGEMENT], [], null]) {
      for (const { a, c, n } of rows) {
        const seen = await as<{ n: number }>(
          accounts,
          "select kind_key as n from line_items_of($1, $2, '1999-01-01', '1999-02-01')",
          [c, n],
        );
        expect(seen.map((row) => row.n)).toEqual(accounts === null || accounts.includes(a) ? [n] : []);
      }
    }
  });

  it('L11 reads nothing of what is of all accounts together', async () => {
    for (const table of CLOSED) {
      const count = `select count(*)::int as n from ${table} where workspace_id = $1`;
      expect((await as<{ n: number }>(null, count, [ctx.workspaceId]))[0]?.n, table).toBeGreaterThan(0);
      for (const accounts of [[PRODUCTION], [MANAGEMENT, PRODUCTION, STAGING], []]) {
        expect(await as(accounts, count, [ctx.workspaceId]), table).toEqual([{ n: 0 }]);
      }
    }
  });

  it('L11 finds no other account anywhere, whatever table it looks through', async () => {
    const rows = await accountRows(bench, ctx);
    const foreign = tracesOf(rows, [MANAGEMENT, STAGING]);
    const { rows: tables } = await bench.database.owner.query<{ name: string }>(
      `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
         and not c.relispartition and has_table_privilege('belvedere_web', c.oid, 'select')`,
    );
    const holding = async (accounts: readonly string[] | null) => {
      const found: string[] = [];
      for (const { name } of tables) {
        const [row] = await as<{ holds: boolean }>(
          accounts,
          `select exists (select from ${name} t where exists (select from unnest($1::text[]) s where position(s in t::text) > 0)) as holds`,
          [foreign],
        );
        if (row?.holds) found.push(name);
      }
      return found;
    };
    expect(tables.length).toBeGreaterThan(30);
    expect((await holding(null)).length).toBeGreaterThanOrEqual(10);
    expect(await holding([PRODUCTION])).toEqual([]);
    expect(await holding([])).toEqual([]);
  });

  it('L11 writes and deletes nothing of other accounts either', async () => {
    const write = (statement: string) =>
      sqlInWorkspace(
        bench.runtime.db,
        { workspaceId: ctx.workspaceId, accounts: [PRODUCTION] },
        'write',
        async (sql) => {
          const { rowCount } = await sql.query(statement);
          await sql.query('rollback; begin');
          return rowCount;
        },
      );
    for (const table of ['charge_daily', 'control_total', 'linked_account']) {
      const column = table === 'linked_account' ? 'aws_account_id' : 'sub_account_id';
      expect(await write(`delete from ${table} where ${column} <> '${PRODUCTION}'`), table).toBe(0);
      await expect(write(`update ${table} set ${column} = '${STAGING}'`), table).rejects.toMatchObject({
        code: '42501',
      });
    }
    for (const table of CLOSED.filter((one) => one !== 'erasure_receipt')) {
      expect(await write(`delete from ${table}`), table).toBe(0);
    }
  });

  it('L12 is told of connections where their cost lies, and nothing else', async () => {
    const places = await as<object>([PRODUCTION], 'select * from cost_connections()');
    expect(places).toHaveLength(1);
    expect(Object.keys(places[0] ?? {})).toEqual(['id', 'shelf']);
    const { rows } = await bench.runtime.db.pool.query('select * from cost_connections()');
    expect(rows).toEqual([]);
    const stranger = await bench.newWorkspace('Other');
    const theirs = await sqlInWorkspace(bench.runtime.db, stranger.workspaceId, 'read', (sql) =>
      sql.query('select * from cost_connections()'),
    );
    expect(theirs.rows).toEqual([]);
  });
});

describe('the limit', () => {
  it('L13 ends with its transaction, also on the same connection of the pool and when it fails', async () => {
    const person = await limitedTo(bench, ctx, [PRODUCTION]);
    const db = person.db;
    const visible = { workspaceId: ctx.workspaceId, accounts: [PRODUCTION] };
    const client = await db.pool.connect();
    client.release();
    for (let time = 0; time < 3; time += 1) {
      await expect(
        inWorkspace(db, visible, async (tx) => {
          expect(await tx.linkedAccount.count()).toBe(1);
          throw new Error('on purpose');
        }),
      ).rejects.toThrow('on purpose');
      expect(await inWorkspace(db, ctx.workspaceId, (tx) => tx.linkedAccount.count())).toBe(3);
      expect(await inWorkspace(db, visible, (tx) => tx.linkedAccount.count())).toBe(1);
    }
  });

  it('L13 is made from account numbers alone, so nothing can be smuggled in with it', async () => {
    for (const account of [
      "'; reset all; --",
      '',
      '12345678901',
      `${PRODUCTION},${STAGING}`,
      `${PRODUCTION}\n`,
    ]) {
      const visible = { workspaceId: ctx.workspaceId, accounts: [account] };
      await expect(sqlInWorkspace(bench.runtime.db, visible, 'read', async () => 1)).rejects.toThrow(
        '12 digits',
      );
      await expect(inWorkspace(bench.runtime.db, visible, async () => 1)).rejects.toThrow('12 digits');
    }
  });

  it('L13 is right for many people who share a pool at the same time', async () => {
    const limits = [null, [PRODUCTION], [STAGING], []];
    const seen = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const accounts = limits[index % limits.length] ?? null;
        const rows = await as<{ id: string }>(
          accounts,
          'select distinct sub_account_id as id from charge_daily order by 1',
        );
        return (
          rows.map((row) => row.id).join() === (accounts ?? [PRODUCTION, STAGING, MANAGEMENT].sort()).join()
        );
      }),
    );
    expect(seen).toEqual(Array(60).fill(true));
  });

  it('L14 costs those who are not limited no look at a row: it is a condition that is found out once', async () => {
    const plan = async (table: string) =>
      (
        await as<{ 'QUERY PLAN': string }>(
          null,
          `explain (costs off) select * from ${table} where workspace_id = '${ctx.workspaceId}'`,
        )
      )
        .map((row) => row['QUERY PLAN'])
        .join('\n');
    for (const table of ['charge_daily_by', 'charge_monthly_by']) {
      expect(await plan(table)).toMatch(/One-Time Filter:.*InitPlan/);
      expect(await plan(table)).not.toMatch(/\n\s+Filter:.*app\.accounts/);
    }
    expect(await plan('charge_daily')).toMatch(/InitPlan/);
    expect(await plan('charge_daily')).not.toMatch(/Filter:.*current_setting\('app\.accounts/);
  });
});
