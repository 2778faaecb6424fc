import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { closeDb, openDb, sqlInWorkspace, type Db } from '@/db/client';
import { checkChain } from '@/features/audit/verify-chain';

const BEFORE_THE_CHAIN = '20261125';
const [ONE, TWO, EMPTY] = [randomUUID(), randomUUID(), randomUUID()];
const owner = `owner_${randomBytes(4).toString('hex')}`;
const name = `test_${owner}`;

const urlOf = (base: string, database: string, user?: string) => {
  const url = new URL(base);
  url.pathname = `/${database}`;
  if (user) [url.username, url.password] = [user, 'secret'];
  return url.href;
};

async function asAdmin(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(inject('postgres').ownerUrl, 'postgres') });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

async function apply(client: pg.Client, isWanted: (folder: string) => boolean): Promise<void> {
  const folders = (await readdir('prisma/migrations')).filter((folder) => /^\d{14}_/.test(folder)).sort();
  for (const folder of folders.filter(isWanted)) {
    await client.query(await readFile(`prisma/migrations/${folder}/migration.sql`, 'utf8'));
  }
}

let client: pg.Client;
let db: Db;

// The tables' owner is no superuser here, as in a database that somebody else hosts: Row Level Security binds it.
beforeAll(async () => {
  await asAdmin(
    `create role ${owner} login createrole password 'secret'`,
    `grant belvedere_app, belvedere_system to ${owner} with admin option`,
    `create database ${name} owner ${owner} template template0`,
  );
  client = new pg.Client({ connectionString: urlOf(inject('postgres').ownerUrl, name, owner) });
  await client.connect();
  await apply(client, (folder) => folder < BEFORE_THE_CHAIN);
  for (const workspace of [ONE, TWO, EMPTY]) {
    await client.query(`select set_config('app.workspace_id', $1, false)`, [workspace]);
    await client.query('insert into workspace (id, name) values ($1, $2)', [workspace, 'Acme']);
  }
  for (const [workspace, events] of [
    [ONE, 300],
    [TWO, 5],
  ] as const) {
    await client.query(`select set_config('app.workspace_id', $1, false)`, [workspace]);
    // Two of each time, in no order.
    await client.query(
      `insert into audit_event (workspace_id, at, id, actor_kind, actor_id, action, subject_id, detail)
       select $1, date_trunc('day', now()) - interval '400 days' + make_interval(mins => (n * 7919 % $2 / 2)::integer), gen_random_uuid(),
         'user', gen_random_uuid(), 'view.created', n::text, jsonb_build_object('n', n)
       from generate_series(1, $2) n`,
      [workspace, events],
    );
  }
  await client.query(`reset app.workspace_id`);
  await apply(client, (folder) => folder >= BEFORE_THE_CHAIN);
  db = openDb(urlOf(inject('postgres').appUrl, name));
}, 120_000);

afterAll(async () => {
  await closeDb(db);
  await client.end();
  await asAdmin(`drop database ${name} with (force)`, `drop owned by ${owner}`, `drop role ${owner}`);
});

const inOne = <T>(workspace: string, work: (sql: pg.PoolClient) => Promise<T>) =>
  sqlInWorkspace(db, workspace, 'write', work);

describe('the migration to a chain', () => {
  it('chains what was written before, each workspace in the order of its time', async () => {
    for (const [workspace, events] of [
      [ONE, 300],
      [TWO, 5],
    ] as const) {
      const { report, rows } = await inOne(workspace, async (sql) => ({
        report: await checkChain(sql, workspace),
        rows: (
          await sql.query<{ seq: number; ordered: number }>(
            `select seq::integer, row_number() over (order by at, id)::integer as ordered from audit_event where workspace_id = $1`,
            [workspace],
          )
        ).rows,
      }));
      expect(report).toMatchObject({ broken: null, events, prunedSeq: 0, newest: { seq: events } });
      expect(rows.filter((row) => row.seq !== row.ordered)).toEqual([]);
      expect(rows).toHaveLength(events);
    }
  });

  it('finds what is changed in them afterwards', async () => {
    await client.query(`select set_config('app.workspace_id', $1, false)`, [TWO]);
    await client.query(`update audit_event set actor_id = null where seq = 2`);
    const report = await inOne(TWO, (sql) => checkChain(sql, TWO));
    expect(report.broken).toMatchObject({ kind: 'changed', seq: 2 });
  });

  it('goes on from there, and shortens it, for an owner that Row Level Security binds', async () => {
    const append = `select append_audit(now(), gen_random_uuid(), 'system', null, 'sync.loaded', null, null, '{}', null, null)`;
    await inOne(ONE, (sql) => sql.query(append));
    await inOne(EMPTY, (sql) => sql.query(append));
    await inOne(ONE, (sql) =>
      sql.query('update workspace set audit_retention_days = 100 where id = $1', [ONE]),
    );
    const gone = await inOne(ONE, async (sql) => {
      const { rows } = await sql.query<{ gone: number }>('select prune_audit(now()) as gone');
      return rows[0]?.gone;
    });
    expect(gone).toBe(300);
    expect(await inOne(ONE, (sql) => checkChain(sql, ONE))).toMatchObject({
      broken: null,
      prunedSeq: 300,
      events: 2,
    });
    expect(await inOne(EMPTY, (sql) => checkChain(sql, EMPTY))).toMatchObject({ broken: null, events: 1 });
  });

  it('left Row Level Security forced', async () => {
    const { rows } = await client.query(
      `select relname from pg_class where relname in ('audit_event', 'audit_head') and relrowsecurity and relforcerowsecurity`,
    );
    expect(rows).toHaveLength(2);
  });
});
