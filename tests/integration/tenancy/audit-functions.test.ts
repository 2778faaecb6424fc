import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withTransaction, type Ctx } from '@/context';
import { recordAudit } from '@/features/audit/record-audit';
import { createWorkbench, type Workbench } from '../../support/workbench';

let bench: Workbench;
let a: Ctx;
let b: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  [a, b] = [await bench.newWorkspace('A'), await bench.newWorkspace('B')];
  for (const ctx of [a, b]) {
    for (let time = 0; time < 3; time += 1) {
      await withTransaction(ctx, async (tx) => recordAudit(tx, ctx, 'sync.requested', String(time)));
    }
  }
});

const trail = async () => {
  const { rows } = await bench.database.owner.query(
    `select (select jsonb_agg(to_jsonb(e) order by workspace_id, seq) from audit_event e) as events,
       (select jsonb_agg(to_jsonb(h) order by workspace_id) from audit_head h) as heads`,
  );
  return rows[0] as unknown;
};

const append = (subject = 'forged') =>
  `select append_audit(now(), '${randomUUID()}', 'user', null, 'sync.requested', '${subject}', null, '{}', null, null)`;

/** Statements as the application's login, on a connection of their own; the code that PostgreSQL refuses with, or null. */
async function asApp(...statements: string[]): Promise<string | null> {
  const client = new pg.Client({ connectionString: bench.database.appUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? 'none';
  } finally {
    await client.end();
  }
}

const within = ({ workspaceId }: Ctx) => `begin; set local app.workspace_id = '${workspaceId}'`;

/** Tables by which a function would be deceived that looked for its own where the caller has put some. */
const DECOYS = [
  ...['audit_head', 'audit_event', 'workspace'].map(
    (table) => `create temp table ${table} (like public.${table} including all)`,
  ),
  `insert into pg_temp.audit_head values ('00000000-0000-4000-8000-000000000001', 99, '\\x00', 0, '\\x00')`,
  'grant all on pg_temp.audit_head, pg_temp.audit_event, pg_temp.workspace to public',
  `set search_path = pg_temp, public`,
];

describe('the trail', () => {
  it('is written by its function alone: the application inserts, changes and deletes nothing of it', async () => {
    const before = await trail();
    for (const statement of [
      'insert into audit_event select * from audit_event limit 1',
      `update audit_event set subject_id = 'x'`,
      'delete from audit_event',
      'truncate audit_event',
      `update audit_head set seq = 1`,
      `insert into audit_head select gen_random_uuid(), 0, '\\x00', 0, '\\x00'`,
      'delete from audit_head',
      'truncate audit_head',
      'select * from audit_event for update',
    ]) {
      expect(await asApp(within(a), statement, 'commit'), statement).toBe('42501');
    }
    expect(await trail()).toEqual(before);
  });
});

describe('append_audit', () => {
  it('adds to the workspace that is set, one link after the other, and to no other', async () => {
    const before = (await trail()) as { heads: { workspace_id: string; seq: number }[] };
    expect(await asApp(within(a), append(), append('again'), 'commit')).toBeNull();
    const after = (await trail()) as typeof before & {
      events: { workspace_id: string; subject_id: string }[];
    };
    for (const head of after.heads) {
      const was = before.heads.find((one) => one.workspace_id === head.workspace_id)?.seq ?? 0;
      expect(head.seq - was).toBe(head.workspace_id === a.workspaceId ? 2 : 0);
    }
    const forged = after.events.filter((event) => ['forged', 'again'].includes(event.subject_id));
    expect(forged.map((event) => event.workspace_id)).toEqual([a.workspaceId, a.workspaceId]);
  });

  it('does nothing where no workspace is set, where it is none, or where it is gone', async () => {
    const before = await trail();
    expect(await asApp(append())).not.toBeNull();
    expect(await asApp(`begin; set local app.workspace_id = ''`, append(), 'commit')).not.toBeNull();
    expect(await asApp(`begin; set local app.workspace_id = '${randomUUID()}'`, append(), 'commit')).toBe(
      '23503',
    );
    expect(await asApp(`begin; set local app.workspace_id = 'x'' or true'`, append(), 'commit')).toBe(
      '22P02',
    );
    expect(await trail()).toEqual(before);
  });

  it('writes into its own tables, whatever the caller’s search path and temporary tables say', async () => {
    const { rows: heads } = await bench.database.owner.query<{ seq: string }>(
      'select seq from audit_head where workspace_id = $1',
      [a.workspaceId],
    );
    const decoyed = await asApp(
      ...DECOYS,
      within(a),
      append().replace('append_audit', 'public.append_audit'),
      `do $$ begin if exists (select from pg_temp.audit_event) then raise exception 'deceived'; end if; end $$`,
      'commit',
    );
    expect(decoyed).toBeNull();
    const { rows } = await bench.database.owner.query<{ seq: string; subject_id: string }>(
      'select seq, subject_id from audit_event where workspace_id = $1 order by seq desc limit 1',
      [a.workspaceId],
    );
    expect(rows).toEqual([{ seq: String(Number(heads[0]?.seq) + 1), subject_id: 'forged' }]);
  });

  it('takes no operator or function of the caller’s for its own', async () => {
    const before = (await trail()) as { events: unknown[] };
    const trap = [
      `create function pg_temp.to_jsonb(anyelement) returns jsonb language plpgsql as 'begin raise exception ''deceived''; end'`,
      `create function pg_temp.sha256(bytea) returns bytea language sql as $$ select '\\x00'::bytea $$`,
      `create function pg_temp.jsonb_build_array(variadic "any") returns jsonb language internal as 'jsonb_build_array'`,
    ];
    for (const statement of trap)
      await asApp(statement, `set search_path = pg_temp, pg_catalog, public`, within(a), append(), 'commit');
    const after = (await trail()) as { events: { workspace_id: string; seq: number; hash: string }[] };
    expect(after.events.length).toBeGreaterThan(before.events.length);
    const { rows } = await bench.database.owner.query<{ broken: number }>(
      `select count(*)::int as broken from (
         select e.hash, audit_link(lag(e.hash, 1, decode(repeat('00', 32), 'hex')) over (partition by e.workspace_id order by e.seq), e) as right_hash
         from audit_event e
       ) links where hash <> right_hash`,
    );
    expect(rows).toEqual([{ broken: 0 }]);
  });

  it('says that nobody is limited, or not, by what is set beside the workspace: the trail is of all', async () => {
    expect(await asApp(within(a), `set local app.accounts = 'none'`, append('limited'), 'commit')).toBeNull();
    const { rowCount } = await bench.database.owner.query(
      `select from audit_event where subject_id = 'limited'`,
    );
    expect(rowCount).toBe(1);
  });
});

describe('prune_audit', () => {
  const prune = `select public.prune_audit('2999-01-01')`;
  const age = (days: number) =>
    bench.database.owner.query(`update audit_event set at = at - make_interval(days => $1)`, [days]);
  const keep = (ctx: Ctx, days: number | null) =>
    bench.database.owner.query('update workspace set audit_retention_days = $2 where id = $1', [
      ctx.workspaceId,
      days,
    ]);

  it('lets go of nothing where the workspace says nothing, where none is set, or of another’s', async () => {
    await age(4_000);
    await keep(b, 30);
    const before = await trail();
    expect(await asApp(within(a), prune, 'commit')).toBeNull();
    expect(await asApp(prune)).toBeNull();
    expect(await asApp(`begin; set local app.workspace_id = '${randomUUID()}'`, prune, 'commit')).toBeNull();
    expect(await trail()).toEqual(before);
  });

  it('lets go of nothing that is younger than the setting, whatever day the caller says it is', async () => {
    // The trail is of the test's clock, which is ahead of the database's.
    const { rows } = await bench.database.owner.query<{ days: number }>(
      'select ceil(extract(epoch from max(at) - now()) / 86400)::int as days from audit_event',
    );
    await age((rows[0]?.days ?? 0) + 20);
    await keep(a, 1);
    const before = await trail();
    expect(await asApp(within(a), prune, 'commit')).toBeNull();
    expect(await trail()).toEqual(before);
    await age(60);
    expect(await asApp(within(a), prune, 'commit')).toBeNull();
    const left = await bench.database.owner.query('select action from audit_event where workspace_id = $1', [
      a.workspaceId,
    ]);
    expect(left.rows).toEqual([{ action: 'audit.pruned' }]);
  });

  it('is not deceived by temporary tables', async () => {
    await age(4_000);
    const before = await trail();
    const decoyed = await asApp(
      ...DECOYS,
      `insert into pg_temp.workspace (id, name, audit_retention_days) values ('${a.workspaceId}', 'A', 30)`,
      within(a),
      prune,
      'commit',
    );
    expect(decoyed).toBeNull();
    expect(await trail()).toEqual(before);
  });
});
