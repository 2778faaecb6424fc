import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { withSql } from '@/context';
import { dropUnusedShelves } from '@/db/unused-shelves';
import { NotFound } from '@/errors';
import { settleLeaves, shelvedTables, shelvesOf } from '@/features/connections/shelves';
import { readReceipt } from '@/features/erasure/read-receipt';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { leaveExport } from '@/features/exports/choose-export';
import { forgetPeriods } from '@/features/exports/forget-periods';
import { readExports } from '@/features/exports/read-exports';
import { readResource } from '@/features/resources/read-resource';
import { readResources } from '@/features/resources/read-resources';
import { parseResourceQuery } from '@/features/resources/resource-query';
import { Fenced } from '@/features/syncs/fence';
import { refreshStatistics } from '@/features/syncs/refresh-statistics';
import { createWorkbench, MANAGEMENT, PRODUCTION, type Workbench } from '../../support/workbench';
import { queryOf } from '../costs/support';
import { csvOf, sumsOf, totalsOf } from '../focus-export/support';
import { connectWithExport, countsOf, expectAgreement } from './support';

let bench: Workbench;
let ctx: Ctx;
let id: string;

beforeAll(async () => {
  bench = await createWorkbench({ size: 'demo' });
  bench.aws.world.createExport({ months: 2 });
  ctx = await bench.newWorkspace();
  id = await connectWithExport(bench, ctx);
}, 240_000);
afterAll(() => bench.close());

const query = () => {
  const parsed = parseResourceQuery(new URLSearchParams());
  if (!parsed.ok) throw new Error('The standard query is not understood.');
  return parsed.query;
};

const loads = async () =>
  (
    await bench.database.owner.query<{ period: string; shelf: number; rows: string }>(
      'select billing_period::text as period, shelf, rows from billing_period where connection_id = $1 order by 1',
      [id],
    )
  ).rows;

const rowsOf = async (table: string) =>
  Number((await bench.database.owner.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]?.n);

/** One statement as the application, in the connection's workspace unless told otherwise; the code it is refused with. */
async function asApp(text: string, as: Ctx = ctx): Promise<string> {
  try {
    await withSql(as, 'write', (sql) => sql.query(text));
    return 'done';
  } catch (error) {
    return (error as { code?: string }).code ?? 'none';
  }
}

/** When the backends were last told that a table has changed: the transaction that did, of all that are partitioned by shelf. */
async function told(): Promise<Record<string, string>> {
  const { rows } = await bench.database.owner.query<{ table: string; xmin: string; made: string }>(
    `select a.attrelid::regclass::text as table, a.xmin::text, m.xmin::text as made
     from unnest(shelved_tables()) t
     join pg_attribute a on a.attrelid = t::regclass and a.attname = 'shelf'
     join pg_attribute m on m.attrelid = t::regclass and m.attname = 'workspace_id'`,
  );
  return Object.fromEntries(rows.map((row) => [row.table, row.xmin === row.made ? 'never' : row.xmin]));
}

const INSUFFICIENT = '42501';
const CHECK = '23514';
const COLUMNS = '(charge_date, resource_key, kind_key, tag_key, billed_cost, effective_cost)';
const VALUES = "('2027-03-01', 0, 1, 0, 1, 1)";

/** What Cost Explorer says of each account and month, beside what the rollups and the line items add up to. */
async function expectAll(): Promise<void> {
  const { totals, items } = await expectAgreement(ctx, id);
  expect(totals.length).toBeGreaterThan(100);
  for (const item of items) {
    const total = totals.find((one) => one.period === item.period && one.account === item.account);
    expect([item.billed, item.effective]).toEqual([total?.aws_billed, total?.aws_effective]);
  }
}

describe('a large load', () => {
  /** How often each leaf of the connection was analyzed, not counting autovacuum, which comes when it comes. */
  const analyzed = async (): Promise<Record<string, number>> => {
    const { rows } = await bench.database.owner.query<{ leaf: string; times: string }>(
      `select s.relname as leaf, s.analyze_count as times from connection c
       join pg_stat_user_tables s on s.relname ~ ('_s' || c.shelf || '$') where c.id = $1 and s.analyze_count > 0`,
      [id],
    );
    return Object.fromEntries(rows.map(({ leaf, times }) => [leaf.replace(/_s\d+$/, ''), Number(times)]));
  };

  it('is known to the planner as soon as it is there', async () => {
    expect(Object.keys(await analyzed())).toEqual(
      expect.arrayContaining(['charge_daily', 'charge_daily_by']),
    );
  });

  it('is not looked through again where little has changed, nor for another workspace', async () => {
    const before = await analyzed();
    const { epoch } = await bench.connection(ctx, id);
    const run = { workspaceId: ctx.workspaceId, connectionId: id, runId: randomUUID(), epoch };
    await refreshStatistics(ctx, run);
    expect(await analyzed()).toEqual(before);
    // A backend tells what it changed a while later, unless it is asked to.
    await bench.database.owner.query(
      `update charge_daily set billed_cost = billed_cost where connection_id = '${id}'; select pg_stat_force_next_flush()`,
    );
    const other = await bench.newWorkspace();
    await expect(refreshStatistics(other, { ...run, workspaceId: other.workspaceId })).rejects.toThrow(
      Fenced,
    );
    await expect(refreshStatistics(ctx, { ...run, epoch: run.epoch + 1 })).rejects.toThrow(Fenced);
    expect(await asApp(`select analyze_next_leaf('${id}')`, other)).toBe('done');
    expect(await analyzed()).toEqual(before);
    await expect(refreshStatistics(ctx, run).then(analyzed)).resolves.toEqual({
      ...before,
      charge_daily: (before.charge_daily ?? 0) + 1,
    });
  });
});

describe('a large month that AWS restates', () => {
  it('stays as it was where its files break off, and is exchanged as a whole under whoever reads', async () => {
    await expectAll();
    const before = await loads();
    bench.aws.world.restate({ accountId: PRODUCTION, month: '2027-02', factor: 0.5 });
    bench.aws.exportFiles.faults.add({ kind: 'aborted-body', month: '2027-02', afterBytes: 200_000 });
    await bench.sync(ctx, id);
    const broken = await readExports(ctx, id);
    expect(broken.periods.map((one) => [one.period, one.failure === null])).toEqual([
      ['2027-03-01', true],
      ['2027-02-01', false],
    ]);
    expect(await loads()).toEqual(before);
    bench.aws.exportFiles.faults.clear();

    const seen = new Set<string>();
    let isOver = false;
    const reading = (async () => {
      for (let last = false; !last;) {
        last = isOver;
        seen.add(
          await withSql(ctx, 'read', async (sql) => {
            const { rows: named } = await sql.query<{ own: number; shelves: number[] }>(
              'select c.shelf as own, line_item_shelves(c.id) as shelves from cost_connections() c',
            );
            const month = `charge_date >= '2027-02-01' and charge_date < '2027-03-01'`;
            const { rows } = await sql.query<{ sums: string }>(
              `select concat_ws(' ', (select trim_scale(sum(billed_cost)) from charge_daily where workspace_id = $1 and shelf = $2 and ${month}),
                 (select trim_scale(sum(billed_cost)) from line_item where workspace_id = $1 and shelf = any($3) and ${month})) as sums`,
              [ctx.workspaceId, named[0]?.own, named[0]?.shelves],
            );
            return rows[0]?.sums ?? '';
          }),
        );
      }
    })();
    const { line_item: toldBefore } = await told();
    await bench.sync(ctx, id);
    isOver = true;
    await reading;
    expect((await told())['line_item']).not.toBe(toldBefore);
    expect(seen.size).toBe(2);
    for (const sums of seen) expect(sums.split(' ')[0]).toBe(sums.split(' ')[1]);
    const after = await loads();
    expect(after.map((one, index) => one.shelf === before[index]?.shelf)).toEqual([false, true]);
    // The leaf that was exchanged is dropped by whoever comes by when nobody reads it any more.
    await dropUnusedShelves(ctx.db);
    await expectAll();
    expect(await rowsOf('line_item')).toBe(after.reduce((sum, one) => sum + Number(one.rows), 0));
  }, 240_000);
});

describe('a large month', () => {
  it('lies on a shelf of its own, which the application can neither read nor write any more', async () => {
    const found = await loads();
    expect(found).toHaveLength(2);
    for (const { shelf, rows } of found) {
      expect(shelf).toBeGreaterThan(0);
      expect(await rowsOf(`line_item_s${shelf}`)).toBe(Number(rows));
      expect(await asApp(`select from line_item_s${shelf}`)).toBe(INSUFFICIENT);
      expect(await asApp(`insert into line_item_s${shelf} ${COLUMNS} values ${VALUES}`)).toBe(INSUFFICIENT);
    }
    for (const [table, [kept, real]] of Object.entries(await countsOf(bench, id)))
      expect([table, kept]).toEqual([table, real]);
  });

  it('is loaded into a leaf that takes rows of that connection and period alone', async () => {
    await bench.database.owner.query(
      `insert into billing_period (workspace_id, connection_id, billing_period, export_id) values ($1, $2, '2027-01-01', gen_random_uuid())`,
      [ctx.workspaceId, id],
    );
    const { rows } = await withSql(ctx, 'write', (sql) =>
      sql.query<{ shelf: number }>('select open_load($1, $2) as shelf', [id, '2027-01-01']),
    );
    const leaf = `line_item_s${rows[0]?.shelf}`;
    expect(await asApp(`insert into ${leaf} ${COLUMNS} values ${VALUES}`)).toBe('done');
    expect(await asApp(`select from ${leaf}`)).toBe(INSUFFICIENT);
    expect(
      await asApp(
        `insert into ${leaf} (workspace_id, ${COLUMNS.slice(1)} values (gen_random_uuid(), ${VALUES.slice(1)}`,
      ),
    ).toBe(INSUFFICIENT);
    await expect(
      bench.database.owner.query(
        `insert into ${leaf} (workspace_id, ${COLUMNS.slice(1)} values (gen_random_uuid(), ${VALUES.slice(1)}`,
      ),
    ).rejects.toMatchObject({ code: CHECK });
    const other = await bench.newWorkspace('Other');
    expect(await asApp(`select open_load('${id}', '2027-01-01')`, other)).toBe('P0002');
    expect(await asApp(`select seal_load('${id}', ${rows[0]?.shelf})`, other)).toBe('P0002');
    // It is a part of line_item already, and nothing names it: what was not published counts nowhere.
    expect(await rowsOf('line_item')).toBe((await loads()).reduce((sum, one) => sum + Number(one.rows), 1));
    const shelves = await withSql(ctx, 'read', (sql) => shelvesOf(sql, ctx.workspaceId, id));
    expect(shelves).not.toContain(rows[0]?.shelf);
    // COPY freezes rows where its own transaction has emptied the leaf, of which nobody else's may be.
    expect(await asApp(`select empty_load('${id}', ${rows[0]?.shelf})`, other)).toBe('P0002');
    expect(await asApp(`select empty_load('${id}', ${shelves[1]})`)).toBe('P0002');
    // A number that the application wrote is not enough: the leaf has to be one of the connection's loads.
    await expect(
      withSql(ctx, 'write', async (sql) => {
        await sql.query('update billing_period set next_shelf = $2 where connection_id = $1', [
          id,
          shelves[1],
        ]);
        await sql.query('select empty_load($1, $2)', [id, shelves[1]]);
      }),
    ).rejects.toMatchObject({ code: 'P0002' });
    await expect(
      withSql(ctx, 'write', async (sql) => {
        await sql.query('select empty_load($1, $2)', [id, rows[0]?.shelf]);
        await sql.query('select seal_load($1, $2)', [id, rows[0]?.shelf]);
        await sql.query(`insert into ${leaf} ${COLUMNS} values ${VALUES}`);
      }),
    ).rejects.toMatchObject({ code: INSUFFICIENT });
    // All of that was taken back: the row is there for the revocation below.
    expect(await rowsOf(leaf)).toBe(1);
  });

  it('is told to every backend before anything names it', async () => {
    expect(await asApp(`select settle_leaves('{line_item,connection}')`)).toBe('22023');
    const before = await told();
    // The connection's own shelf was made by its first load.
    expect(Object.keys(before).sort()).toEqual([...shelvedTables].sort());
    expect(Object.values(before)).not.toContain('never');
    // Who reads for long is waited for, and not to the end.
    await withSql(ctx, 'read', async (sql) => {
      await sql.query('select from line_item where workspace_id = $1 and shelf = 0', [ctx.workspaceId]);
      const started = performance.now();
      await settleLeaves(ctx, ['line_item']);
      expect(performance.now() - started).toBeGreaterThan(200);
    });
    const after = await told();
    expect(after).toEqual({ ...before, line_item: after['line_item'] });
    expect(after['line_item']).not.toBe(before['line_item']);
  });
});

describe('a person who may see some accounts only', () => {
  it('sees the resources and line items of those, by their figures too', async () => {
    const all = await readResources(ctx, query(), { offset: 0, limit: 1000 });
    const limited: Ctx = { ...ctx, actor: { ...ctx.actor, accounts: [PRODUCTION] } as Ctx['actor'] };
    const some = await readResources(limited, query(), { offset: 0, limit: 1000 });
    expect(some?.total).toBeGreaterThan(0);
    expect(some?.total).toBeLessThan(all?.total ?? 0);
    expect(new Set(some?.lines.map((one) => one.account.label)).size).toBe(1);
    const own = some?.lines[0];
    const others = all?.lines.find((one) => one.account.ref !== own?.account.ref);
    const details = await readResource(limited, own?.ref ?? '');
    expect(details.days.length).toBeGreaterThan(0);
    expect(details.charges.length).toBeGreaterThan(0);
    expect(details.days).toEqual((await readResource(ctx, own?.ref ?? '')).days);
    await expect(readResource(limited, others?.ref ?? '')).rejects.toThrow(NotFound);
    const items = await withSql(
      limited,
      'read',
      async (sql) => (await sql.query<{ n: string }>('select count(*) as n from line_item')).rows[0]?.n,
    );
    expect(Number(items)).toBe(0);
  });

  it('is shown nothing of another workspace', async () => {
    const other = await bench.newWorkspace('Other');
    const [first] = (await readResources(ctx, query(), { offset: 0, limit: 1 }))?.lines ?? [];
    await expect(readResource(other, first?.ref ?? '')).rejects.toThrow(NotFound);
    expect(await readResources(other, query(), { offset: 0, limit: 1 })).toBeNull();
  });
});

describe('the FOCUS file of large months', () => {
  it('adds up to the report, and waits for no other connection, whose leaves may be locked', async () => {
    const { rows } = await bench.database.owner.query<{ shelf: number }>('select open_shelf() as shelf');
    const holder = await bench.database.owner.connect();
    await holder.query('begin');
    for (const table of ['charge', 'charge_kind', 'tag_set', 'resource', 'line_item'])
      await holder.query(`lock table ${table}_s${rows[0]?.shelf} in access exclusive mode`);
    try {
      const query = queryOf(ctx, 'from=2027-01-20&to=2027-02-28&tax=off');
      const file = await Promise.race([
        csvOf(ctx, query),
        sleep(30_000, undefined, { ref: false }).then(() => Promise.reject(new Error('It waits.'))),
      ]);
      const { rows: written, sums } = sumsOf(file, 'BilledCost', 'EffectiveCost');
      expect(written).toBeGreaterThan(20_000);
      expect(sums).toEqual(await totalsOf(ctx, query));
    } finally {
      await holder.query('rollback');
      holder.release();
    }
  });
});

describe('a month that is given back', () => {
  it('waits for no other connection, whose line items may be locked', async () => {
    const { rows } = await bench.database.owner.query<{ shelf: number }>('select open_shelf() as shelf');
    const holder = await bench.database.owner.connect();
    await holder.query(`begin; lock table line_item_s${rows[0]?.shelf} in access exclusive mode`);
    try {
      const { epoch } = await bench.connection(ctx, id);
      const run = { workspaceId: ctx.workspaceId, connectionId: id, runId: randomUUID(), epoch };
      await Promise.race([
        forgetPeriods(bench.asWorker(ctx), run, ['2027-02-01']),
        sleep(20_000, undefined, { ref: false }).then(() => Promise.reject(new Error('It waits.'))),
      ]);
      expect((await loads()).map((one) => one.period)).toEqual(['2027-01-01', '2027-03-01']);
    } finally {
      await holder.query('rollback');
      holder.release();
    }
    for (const [table, [kept, real]] of Object.entries(await countsOf(bench, id)))
      expect([table, kept]).toEqual([table, real]);
  });
});

describe('a revocation', () => {
  it('empties every leaf, that of a broken load too, and says so in its receipt', async () => {
    const before = await loads();
    const { rows: leaves } = await bench.database.owner.query<{ name: string }>(
      `select relname as name from pg_class where relname ~ '^line_item_s[0-9]+$' and relkind = 'r'`,
    );
    expect(leaves.length).toBeGreaterThanOrEqual(before.length + 1);
    const { name } = await bench.connection(ctx, id);
    await revokeConnection(ctx, { connectionId: id, confirmation: name });
    for (const leaf of leaves) expect([leaf.name, await rowsOf(leaf.name)]).toEqual([leaf.name, 0]);
    for (const table of [
      'resource',
      'charge_kind',
      'tag_set',
      'resource_cost',
      'billing_period',
      'billing_export',
      'covered_month',
      'charge',
    ]) {
      expect([table, await rowsOf(table)]).toEqual([table, 0]);
    }
    const { content } = await readReceipt(ctx, id);
    const line = content.rows.find((one) => one.table === 'line_item');
    expect(line).toMatchObject({ before: before.reduce((sum, one) => sum + Number(one.rows), 0), after: 0 });
    expect(await readResources(ctx, query(), { offset: 0, limit: 1 })).toBeNull();
    expect(bench.logLines.join('')).not.toContain(MANAGEMENT);
  });
});

describe('an export that is given up', () => {
  it('leaves no leaf of its months behind', async () => {
    await bench.customer.deleteStack(MANAGEMENT);
    const fresh = await bench.newWorkspace();
    const given = await connectWithExport(bench, fresh);
    const leaves = async () => {
      const { rows } = await bench.database.owner.query<{ name: string }>(
        `select relname as name from pg_class where relname ~ '^line_item_s[0-9]+$' and obj_description(oid, 'pg_class') = $1`,
        [given],
      );
      return rows;
    };
    expect((await leaves()).length).toBe(2);
    await leaveExport(fresh, { connectionId: given });
    await bench.sync(fresh, given);
    expect(await leaves()).toEqual([]);
  }, 240_000);
});
