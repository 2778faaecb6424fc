import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { erasedTables, keptTables } from '@/features/erasure/erased-tables';
import { createDatabase, type TestDatabase } from '../../support/database';
import { checkTenancy, tenantTables } from '../../support/tenancy-check';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

const list = async (statement: string): Promise<string[]> => {
  const { rows } = await database.owner.query<{ name: string }>(statement);
  return rows.map((row) => row.name);
};

describe('the catalogue', () => {
  it('has every table of a workspace behind one forced policy, keyed and referenced by workspace', async () => {
    expect(await tenantTables(database.owner)).toHaveLength(58);
    expect(await checkTenancy(database.owner)).toEqual([]);
  });

  it('has no workspace in a table that counts as global, but where a session, of staff too, says which is open', async () => {
    const columns = await list(
      `select c.relname || '.' || a.attname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relrowsecurity and not c.relispartition
         and a.attname in ('workspace_id', 'connection_id') order by 1`,
    );
    expect(columns).toEqual(['auth_session.workspace_id', 'staff_session.workspace_id']);
  });

  it('knows of every table with rows of a connection what becomes of them at its erasure', async () => {
    const tables = await list(
      `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'connection_id'
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
    );
    const known = [...erasedTables.map(({ table }) => table), ...keptTables].filter(
      (name) => name !== 'connection',
    );
    expect(tables).toEqual([...known].sort());
  });

  it('leaves shelves to their parents: nobody but the owner reaches a leaf, an old or a new one', async () => {
    await database.owner.query('select open_shelf()');
    const leaves = await list(
      `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relispartition and c.relkind = 'r' order by 1`,
    );
    expect(leaves).toHaveLength(24);
    for (const leaf of leaves) {
      const { rows } = await database.owner.query(
        `select has_table_privilege('belvedere_web', $1, 'select, insert, update, delete, truncate, references, trigger') as may`,
        [`public.${leaf}`],
      );
      expect(rows, leaf).toEqual([{ may: false }]);
    }
    expect(await checkTenancy(database.owner)).toEqual([]);
  });

  it("gives the application's role no ownership and nothing above Row Level Security", async () => {
    const roles = await list(
      `with recursive held as (
         select oid from pg_roles where rolname = 'belvedere_web'
         union select m.roleid from pg_auth_members m join held h on m.member = h.oid
       )
       select concat_ws(' ', r.rolname, case when r.rolsuper then 'super' end, case when r.rolbypassrls then 'bypass' end,
         case when r.rolcreaterole then 'createrole' end, case when r.rolcreatedb then 'createdb' end,
         case when exists (select from pg_class c where c.relowner = r.oid) then 'owns' end) as name
       from pg_roles r join held h on h.oid = r.oid order by 1`,
    );
    expect(roles).toEqual(['belvedere_app', 'belvedere_web']);
    const { rows } = await database.owner.query(
      `select has_schema_privilege('belvedere_web', 'public', 'create') as creates`,
    );
    expect(rows).toEqual([{ creates: false }]);
  });

  it('lets nobody but the application call what looks across workspaces', async () => {
    const open = await list(
      `select p.proname as name from pg_proc p
       where p.pronamespace = 'public'::regnamespace and p.prosecdef and has_function_privilege('public', p.oid, 'execute')`,
    );
    expect(open).toEqual([]);
  });

  it('has no function with the rights of its owner that a temporary table could deceive', async () => {
    // Unless it is named last, pg_temp is searched before everything else, pg_catalog too.
    const unsafe = await list(
      `select p.proname as name from pg_proc p
       where p.pronamespace = 'public'::regnamespace and p.prosecdef
         and not exists (select from unnest(p.proconfig) c where c ~ '^search_path=.*pg_temp"?$')
       order by 1`,
    );
    expect(unsafe).toEqual([]);
  });

  it('cannot be talked into dropping a table by temporary tables that look like the catalogue', async () => {
    const app = new pg.Client({ connectionString: database.appUrl });
    await app.connect();
    try {
      await app.query(`create temp table pg_inherits (inhrelid oid, inhparent oid)`);
      await app.query(`create temp table pg_class (oid oid, relname name)`);
      await app.query(`insert into pg_temp.pg_inherits values (1, 2)`);
      await app.query(`insert into pg_temp.pg_class values (1, 'tombstone'), (2, 'charge')`);
      await app.query(`grant select on pg_temp.pg_inherits, pg_temp.pg_class to public`);
      await app.query('select public.drop_unused_shelf()');
    } finally {
      await app.end();
    }
    expect(await list(`select relname as name from pg_class where relname = 'tombstone'`)).toEqual([
      'tombstone',
    ]);
  });
});

describe('the check itself', () => {
  const table = 'forgotten';
  const secure = `alter table ${table} enable row level security; alter table ${table} force row level security;`;
  const policy = (using: string) => `create policy of_workspace on ${table} using (${using});`;
  const ofWorkspace = policy(`workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid`);
  const good = 'workspace_id uuid not null, id uuid not null, primary key (workspace_id, id)';
  afterEach(() => database.owner.query(`drop table ${table}`));

  it.each([
    ['a table without a policy', `create table ${table} (${good})`, 'Row Level Security is off'],
    [
      'a policy that does not bind the owner',
      `create table ${table} (${good}); alter table ${table} enable row level security; ${ofWorkspace}`,
      'does not bind the owner',
    ],
    [
      'a policy that lets everything through',
      `create table ${table} (${good}); ${secure} ${policy('true')}`,
      'is not the one of a workspace',
    ],
    [
      'a second policy',
      `create table ${table} (${good}); ${secure} ${ofWorkspace} create policy more on ${table} using (true)`,
      'has 2 policies',
    ],
    ['a table without a workspace', `create table ${table} (id uuid primary key)`, 'has no workspace_id'],
    [
      'a key without the workspace',
      `create table ${table} (workspace_id uuid not null, id uuid primary key); ${secure} ${ofWorkspace}`,
      'unique index',
    ],
    [
      'a reference without the workspace',
      `create table ${table} (${good}, user_id uuid references app_user (id)); ${secure} ${ofWorkspace}`,
      'foreign key',
    ],
  ])('reports %s', async (_, statement, problem) => {
    await database.owner.query(statement);
    expect((await checkTenancy(database.owner)).join('\n')).toContain(problem);
  });

  it.each([
    [
      'a restrictive policy that nobody knows',
      `create table ${table} (${good}); ${secure} ${ofWorkspace} create policy less on ${table} as restrictive using (true)`,
      'policy less is not known',
    ],
    [
      'one of accounts where none is known',
      `create table ${table} (${good}); ${secure} ${ofWorkspace} create policy of_accounts on ${table} as restrictive using (true)`,
      'is not the one that is known',
    ],
    [
      'one of accounts that gives instead of taking',
      `create table ${table} (${good}); ${secure} ${ofWorkspace} create policy of_accounts on ${table} using (true)`,
      'of_accounts is not restrictive',
    ],
  ])('reports %s', async (_, statement, problem) => {
    await database.owner.query(statement);
    expect((await checkTenancy(database.owner)).join('\n')).toContain(problem);
  });

  it('is content with a table that is made right', async () => {
    await database.owner.query(`create table ${table} (${good}); ${secure} ${ofWorkspace}`);
    expect(await checkTenancy(database.owner)).toEqual([]);
  });
});

describe('the check of what people see of accounts', () => {
  let broken: TestDatabase;
  beforeAll(async () => {
    broken = await createDatabase();
  });
  afterAll(() => broken.drop());

  const setting = `(select coalesce(current_setting('app.accounts', true), '') = '')`;
  it.each([
    ['a table without it', 'drop policy of_accounts on charge', 'charge: has no policy of accounts'],
    [
      'one that lets everything through',
      `drop policy of_accounts on charge_daily; create policy of_accounts on charge_daily as restrictive using (true)`,
      'charge_daily: policy of_accounts is not the one that is known',
    ],
    [
      'one that holds for reading alone',
      `drop policy of_accounts on cost_forecast; create policy of_accounts on cost_forecast as restrictive for select using (${setting})`,
      'cost_forecast: policy of_accounts is not the one that is known',
    ],
    [
      'one that holds for another role',
      `drop policy of_accounts on sync_run; create policy of_accounts on sync_run as restrictive to belvedere_system using (${setting})`,
      'sync_run: policy of_accounts is not the one that is known',
    ],
    [
      'one that looks at another column',
      `drop policy of_accounts on control_total; create policy of_accounts on control_total as restrictive
         using (${setting} or currency = any ((select string_to_array(current_setting('app.accounts', true), ','))::text[]))`,
      'control_total: policy of_accounts is not the one that is known',
    ],
  ])('reports %s', async (_, statement, problem) => {
    await broken.owner.query(statement);
    expect(await checkTenancy(broken.owner)).toContain(problem);
  });
});
