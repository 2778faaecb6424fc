import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withSql, withTransaction, type Ctx } from '@/context';
import { inWorkspace } from '@/db/client';
import { takeWorkspace } from '@/db/locks';
import { recordAudit, recordAuditLast } from '@/features/audit/record-audit';
import { verifyChain } from '@/features/audit/verify-chain';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { record, stored } from './support';

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

const numbers = (count: number) => Array.from({ length: count }, (_one, index) => index + 1);

describe('the chain', () => {
  it('grows under 20 writers at once without a gap and without a deadlock', async () => {
    const writers = numbers(20).map(async (writer) => {
      for (const turn of numbers(5)) {
        await withTransaction(ctx, async (tx) => {
          // Rows that all want, in an order of their own, and two events each.
          const name = `name ${writer} ${turn}`;
          recordAudit(tx, ctx, 'workspace.settings-changed', ctx.workspaceId, { after: { name } });
          if (writer % 2 === 0) await tx.workspace.update({ where: { id: ctx.workspaceId }, data: { name } });
          recordAudit(tx, ctx, 'view.created', randomUUID());
          if (writer % 2 === 1) await tx.workspace.update({ where: { id: ctx.workspaceId }, data: { name } });
        });
      }
    });
    await Promise.all(writers);
    expect((await stored(bench, ctx)).map((event) => event.seq)).toEqual(numbers(200));
    expect((await verifyChain(ctx)).broken).toBeNull();
  });

  it('begins once, whoever is first', async () => {
    await Promise.all(numbers(10).map(() => record(ctx, 'sync.requested')));
    expect((await stored(bench, ctx)).map((event) => event.seq)).toEqual(numbers(10));
  });

  it('is per workspace', async () => {
    const other = await bench.newWorkspace('Other');
    await record(ctx, 'sync.requested');
    await record(other, 'sync.requested');
    await record(ctx, 'sync.requested');
    expect((await stored(bench, ctx)).map((event) => event.seq)).toEqual([1, 2]);
    expect((await stored(bench, other)).map((event) => event.seq)).toEqual([1]);
    expect((await verifyChain(ctx)).broken).toBeNull();
    expect((await verifyChain(other)).broken).toBeNull();
  });

  it('takes events of two people in one transaction, in their order', async () => {
    const grace = await bench.ctxAs(ctx, 'admin');
    await withTransaction(ctx, async (tx) => {
      recordAudit(tx, ctx, 'member.invited', null, { detail: { email: 'alan@acme.example' } });
      recordAudit(tx, grace, 'member.joined', null);
    });
    const actors = [ctx, grace].map(({ actor }) => (actor.kind === 'user' ? actor.userId : null));
    expect((await stored(bench, ctx)).map((event) => [event.seq, event.actor_id])).toEqual([
      [1, actors[0]],
      [2, actors[1]],
    ]);
    expect((await verifyChain(ctx)).broken).toBeNull();
  });

  it('has nothing of a transaction that came to nothing, and no gap after it', async () => {
    await record(ctx, 'sync.requested');
    const failing = withTransaction(ctx, async (tx) => {
      recordAudit(tx, ctx, 'view.created', null);
      await tx.$executeRawUnsafe('select 1');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const undone = withSql(ctx, 'write', async (sql) => {
      await recordAuditLast(sql, ctx, 'sync.loaded', null);
      throw new Error('not this either');
    });
    await expect(undone).rejects.toThrow('not this either');
    await record(ctx, 'sync.requested');
    expect((await stored(bench, ctx)).map((event) => [event.seq, event.action])).toEqual([
      [1, 'sync.requested'],
      [2, 'sync.requested'],
    ]);
  });

  it('takes texts that PostgreSQL cannot store, so that no stranger’s text fails a verb', async () => {
    const half = '\ud800';
    await record(ctx, 'session.refused', `sub\0ject`, {
      detail: { email: `a\0b${half}c\\u0000d`, [`key\0`]: 'ünï' },
      after: { name: '𝔘 "quoted" \\ud800' },
    });
    expect((await stored(bench, ctx))[0]).toMatchObject({
      subject_id: 'sub\ufffdject',
      detail: { email: 'a\ufffdb\ufffdc\\u0000d', 'key\ufffd': 'ünï' },
      after: { name: '𝔘 "quoted" \\ud800' },
    });
    expect((await verifyChain(ctx)).broken).toBeNull();
  });

  it('does not depend on how a session of the database shows times and numbers', async () => {
    await record(ctx, 'sync.requested', null, {
      detail: { big: 12345678901234567890, small: 1e-9, nothing: null },
    });
    await withSql(ctx, 'write', async (sql) => {
      await sql.query(
        `set local timezone = 'Asia/Kolkata'; set local datestyle = 'German'; set local extra_float_digits = 0`,
      );
      await sql.query(
        `select append_audit('2027-03-18 10:00:00.123456+00', $1, 'user', null, 'sync.requested', null, null, '{"a": 1.50}', null, null)`,
        [randomUUID()],
      );
    });
    const owner = await bench.database.owner.connect();
    await owner.query(`set timezone = 'America/St_Johns'; set datestyle = 'SQL'`);
    const { rows } = await owner.query<{ fits: boolean }>(
      `select bool_and(e.hash = audit_link(coalesce(p.hash, decode(repeat('00', 32), 'hex')), e)) as fits from audit_event e
       left join audit_event p on p.workspace_id = e.workspace_id and p.seq = e.seq - 1 where e.workspace_id = $1`,
      [ctx.workspaceId],
    );
    await owner.query('reset all');
    owner.release();
    expect(rows).toEqual([{ fits: true }]);
    expect((await verifyChain(ctx)).events).toBe(2);
  });

  it('lets a workspace be deleted while others write to its trail', async () => {
    await record(ctx, 'workspace.created');
    const refusals = new Set<string>();
    let isOver = false;
    const writers = numbers(6).map(async () => {
      while (!isOver)
        await record(ctx, 'sync.requested').catch((error: Error) => refusals.add(error.message));
    });
    // As deleteWorkspace does it: the workspace first, then everything that hangs on it.
    const deleting = withSql(ctx, 'write', async (sql) => {
      await takeWorkspace(sql, ctx.workspaceId);
      await sql.query('select pg_sleep(0.3)');
      await sql.query('delete from workspace where id = $1', [ctx.workspaceId]);
    });
    await deleting.finally(() => (isOver = true));
    await Promise.all(writers);
    expect([...refusals].filter((message) => /deadlock/i.test(message))).toEqual([]);
    expect([...refusals].some((message) => message.includes('The workspace is being deleted.'))).toBe(true);
    expect(await stored(bench, ctx)).toEqual([]);
  });
});

describe('the application’s role in the database', () => {
  const asApp = async (statement: string) => {
    const client = new pg.Client({ connectionString: bench.database.appUrl });
    await client.connect();
    try {
      await client.query(`set app.workspace_id = '${ctx.workspaceId}'`);
      return await client.query(statement);
    } finally {
      await client.end();
    }
  };

  it.each([
    `insert into audit_event select * from audit_event`,
    `update audit_event set action = 'view.deleted'`,
    `delete from audit_event`,
    `truncate audit_event`,
    `truncate workspace cascade`,
    `insert into audit_head (workspace_id, seq, hash, pruned_hash) values (gen_random_uuid(), 1, '', '')`,
    `update audit_head set seq = 0`,
    `delete from audit_head`,
    `truncate audit_head`,
    `alter table audit_event disable row level security`,
    `alter table audit_event disable trigger all`,
    `create or replace function audit_link(previous bytea, e audit_event) returns bytea language sql as 'select previous'`,
    `set session_replication_role = replica`,
  ])('cannot: %s', async (statement) => {
    await record(ctx, 'sync.requested');
    const before = await stored(bench, ctx);
    await expect(asApp(statement)).rejects.toThrow(/permission denied|must be owner/);
    expect(await stored(bench, ctx)).toEqual(before);
    expect((await verifyChain(ctx)).broken).toBeNull();
  });

  it('cannot move a trail by giving the workspace another id', async () => {
    await record(ctx, 'sync.requested');
    await expect(asApp('update workspace set id = gen_random_uuid()')).rejects.toThrow('row-level security');
    expect((await verifyChain(ctx)).broken).toBeNull();
  });

  it('cannot stand its own functions and operators in front of those that link', async () => {
    const client = new pg.Client({ connectionString: bench.database.appUrl });
    await client.connect();
    try {
      await client.query(`set app.workspace_id = '${ctx.workspaceId}'`);
      await client.query(
        `create function pg_temp.sha256(bytea) returns bytea language sql as $$ select '\\x00'::bytea $$`,
      );
      await client.query(
        `create function pg_temp.audit_body(audit_event) returns text language sql as $$ select 'x' $$`,
      );
      await client.query('set search_path = pg_temp, public, pg_catalog');
      await client.query(
        `select append_audit(now(), $1, 'user', null, 'sync.requested', null, null, '{}', null, null)`,
        [randomUUID()],
      );
    } finally {
      await client.end();
    }
    expect((await verifyChain(ctx)).broken).toBeNull();
  });

  it('writes nowhere without a workspace, and reads nothing', async () => {
    await record(ctx, 'sync.requested');
    const client = new pg.Client({ connectionString: bench.database.appUrl });
    await client.connect();
    try {
      const append = `select append_audit(now(), gen_random_uuid(), 'user', null, 'sync.requested', null, null, '{}', null, null)`;
      await expect(client.query(append)).rejects.toThrow('null value');
      expect((await client.query('select from audit_event')).rowCount).toBe(0);
    } finally {
      await client.end();
    }
  });

  it('sees no other workspace’s events', async () => {
    await record(ctx, 'sync.requested');
    const other = await bench.newWorkspace('Other');
    const seen = await inWorkspace(bench.runtime.db, other.workspaceId, (tx) => tx.auditEvent.count());
    expect(seen).toBe(0);
  });
});
