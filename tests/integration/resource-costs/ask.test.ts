import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withSql, type Ctx } from '@/context';
import { add, compare } from '@/domain/money';
import { addDays, dayOf } from '@/domain/period';
import { Forbidden, NotFound, PreconditionFailed } from '@/errors';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import {
  askResourceCosts,
  AskResourceCostsInput,
  leaveResourceCosts,
} from '@/features/resource-costs/ask-resource-costs';
import { readResourceCosts } from '@/features/resource-costs/read-resource-costs';
import { readResource } from '@/features/resources/read-resource';
import { readResources } from '@/features/resources/read-resources';
import { parseResourceQuery, type ResourceQuery } from '@/features/resources/resource-query';
import type { ResourceLine } from '@/features/resources/resources';
import { createWorkbench, MANAGEMENT, PRODUCTION, STANDALONE, type Workbench } from '../../support/workbench';
import { choose, countsOf, EXPORT } from '../exports/support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench({ costPageSize: 200 });
});
beforeEach(async () => {
  ctx = await bench.newWorkspace();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

function query(text: string): ResourceQuery {
  const parsed = parseResourceQuery(new URLSearchParams(text));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fields));
  return parsed.query;
}

async function list(text = 'span=7', as = ctx) {
  const found = await readResources(as, query(text), { offset: 0, limit: 1_000 });
  if (!found) throw new Error('Nothing is connected.');
  return found;
}

async function ask(id: string): Promise<void> {
  const { requests } = await readResourceCosts(ctx, id);
  await askResourceCosts(ctx, { connectionId: id, requests });
  await bench.sync(ctx, id);
}

const requestsOf = () =>
  bench.aws.log.entries(0).filter((one) => one.action === 'GetCostAndUsageWithResources');

const rowsLeft = async (id: string): Promise<string[]> => {
  const counts = await Promise.all(
    ['resource_day', 'resource_cost', 'resource_cost_fetch'].map(async (table) => {
      const { rowCount } = await bench.database.owner.query(
        `select from ${table} where connection_id = $1 limit 1`,
        [id],
      );
      return rowCount ? [table] : [];
    }),
  );
  return counts.flat();
};

/** Adds up all lines' amounts, of the span before those of which it is known. */
const sumOf = (lines: readonly ResourceLine[], span: '7' | 'month') =>
  add(...lines.map((line) => line.costs?.[span]?.now ?? '0'));

describe('costs by resource of Cost Explorer', () => {
  it('are not asked for before somebody has agreed to their price', async () => {
    const { id } = (await bench.connectAndSync(ctx, { account: STANDALONE })).connection;
    expect(await readResourceCosts(ctx, id)).toMatchObject({
      ...{ since: null, accounts: 1, requests: 1, isGuess: true, fetchedAt: null },
    });
    expect(requestsOf()).toHaveLength(0);
    await ask(id);
    const pages = requestsOf().length;
    expect(pages).toBeGreaterThan(1);
    expect(await readResourceCosts(ctx, id)).toMatchObject({
      ...{ accounts: 1, requests: pages, isGuess: false, failure: null },
      fetchedAt: bench.clock.now().toISOString(),
    });
    const runs = await bench.syncRuns(ctx, id);
    expect(runs.map((run) => run.status)).toEqual(['done', 'done']);
  });

  it('are what a billing export says of the same days, to the last decimal', async () => {
    const { id } = (await bench.connectAndSync(ctx, { billingExport: EXPORT })).connection;
    await ask(id);
    const fetched = await list();
    expect(fetched.priced).toBeGreaterThan(30);
    expect(new Set(fetched.lines.map((line) => line.source))).toEqual(new Set(['cost-explorer']));
    await choose(ctx, id);
    await bench.sync(ctx, id);
    const exported = await list();
    const byId = new Map(exported.lines.map((line) => [line.id, line]));
    for (const line of fetched.lines) {
      const same = byId.get(line.id);
      expect(same?.source, line.id).toBe('export');
      expect(compare(same?.costs?.['7']?.now ?? '0', line.costs?.['7']?.now ?? '-1'), line.id).toBe(0);
      expect(compare(same?.costs?.['7']?.before ?? '0', line.costs?.['7']?.before ?? '-1'), line.id).toBe(0);
    }
    expect(compare(exported.now, fetched.now)).toBe(0);
    // What the export tells is paid for no more, and what it took the place of is gone.
    expect(await readResourceCosts(ctx, id)).toMatchObject({ accounts: 0, requests: 0 });
    bench.clock.advance(24 * 3_600_000);
    const before = requestsOf().length;
    await bench.sync(ctx, id);
    expect(requestsOf()).toHaveLength(before);
    expect(await rowsLeft(id)).toEqual(['resource_cost']);
    for (const [table, [kept, real]] of Object.entries(await countsOf(bench, id)))
      expect(kept, table).toBe(real);
  });

  it('hold for the spans that fourteen days hold, and say nothing of the others', async () => {
    const { id } = (await bench.connectAndSync(ctx, { account: STANDALONE })).connection;
    await ask(id);
    const seven = await list();
    const [line] = seven.lines;
    if (!line) throw new Error('No resource has a cost.');
    expect(line.costs?.['7']).toMatchObject({ now: expect.any(String), before: expect.any(String) });
    expect(line.costs?.['30']).toBeNull();
    expect(line.costs?.['90']).toBeNull();
    // It is the 18th: the month began before the fourteen days did.
    expect(line.costs?.month).toBeNull();
    expect(compare(sumOf(seven.lines, '7'), seven.now)).toBe(0);
    expect(await list('span=30')).toMatchObject({ priced: 0, now: '0', asOf: dayOf(bench.clock.now()) });
    const details = await readResource(ctx, line.ref);
    const end = dayOf(bench.clock.now());
    expect(details.range).toEqual({ start: addDays(end, -14), end });
    const lastWeek = details.days.filter(({ day }) => day >= addDays(end, -7)).map(({ amount }) => amount);
    expect(compare(add(...lastWeek), line.costs?.['7']?.now ?? '-1')).toBe(0);
    expect(
      compare(
        add(...details.days.map(({ amount }) => amount)),
        add(...details.charges.map((one) => one.amount)),
      ),
    ).toBe(0);
    // They are in no total: the overview has the account's cost already.
    const { rows } = await withSql(ctx, 'read', (sql) =>
      sql.query<{ n: number }>(
        `select count(*)::integer as n from control_total where workspace_id = $1 and connection_id = $2 and our_billed <> aws_billed`,
        [ctx.workspaceId, id],
      ),
    );
    expect(rows[0]?.n).toBe(0);
  });

  it('know the month to date where it began within the fourteen days', async () => {
    bench.clock.set(new Date('2027-03-09T10:00:00Z'));
    const { id } = (await bench.connectAndSync(ctx, { account: STANDALONE })).connection;
    await ask(id);
    const [line] = (await list('span=month')).lines;
    expect(line?.costs?.month).toMatchObject({ now: expect.any(String), before: null, change: null });
  });

  it('are asked for once a day, and for what has waited longest first where the daily limit stops them', async () => {
    const { id } = (await bench.connectAndSync(ctx)).connection;
    await ask(id);
    const daily = requestsOf().length;
    bench.clock.advance(3_600_000);
    await bench.sync(ctx, id);
    expect(requestsOf()).toHaveLength(daily);
    bench.clock.advance(24 * 3_600_000);
    await bench.database.owner.query(
      `update connection set daily_cap_usd = 0.01 * (select requests + 3 from sync_run where connection_id = $1 order by created_at desc limit 1)
       where id = $1`,
      [id],
    );
    const run = await bench.sync(ctx, id);
    expect(run.status).toBe('done');
    expect((await readResourceCosts(ctx, id)).failure).toMatchObject({ kind: 'daily-cap' });
    const fetchedAt = async () => {
      const { rows } = await bench.database.owner.query<{ account: string; fetched_at: Date }>(
        'select sub_account_id as account, fetched_at from resource_cost_fetch where connection_id = $1 order by 2, 1',
        [id],
      );
      return rows;
    };
    const [waiting] = await fetchedAt();
    await bench.database.owner.query('update connection set daily_cap_usd = 5 where id = $1', [id]);
    await bench.sync(ctx, id);
    const after = await fetchedAt();
    expect(after.find((row) => row.account === waiting?.account)?.fetched_at).toEqual(bench.clock.now());
    expect((await readResourceCosts(ctx, id)).failure).toBeNull();
  });

  it('say what to switch on where the payer has not opted in, and the sync goes on', async () => {
    const account = bench.aws.world.account(STANDALONE);
    if (account) account.withoutResourceCosts = true;
    const { id } = (await bench.connectAndSync(ctx, { account: STANDALONE })).connection;
    await ask(id);
    const { failure } = await readResourceCosts(ctx, id);
    expect(failure).toMatchObject({ kind: 'data-unavailable' });
    expect(failure?.message).toMatch(/Cost Management preferences/);
    expect((await bench.syncRuns(ctx, id)).at(-1)?.status).toBe('done');
    if (account) delete account.withoutResourceCosts;
    await bench.sync(ctx, id);
    expect((await readResourceCosts(ctx, id)).failure).toBeNull();
    expect((await list()).priced).toBeGreaterThan(0);
  });

  it('are told of the accounts alone that a limited person sees', async () => {
    const { id } = (await bench.connectAndSync(ctx)).connection;
    await ask(id);
    const all = await list();
    const limited: Ctx = { ...ctx, actor: { ...ctx.actor, accounts: [PRODUCTION] } as Ctx['actor'] };
    const seen = await list('span=7', limited);
    expect(seen.total).toBeLessThan(all.total);
    expect(new Set(seen.lines.map((line) => line.account.label)).size).toBe(1);
    const hidden = all.lines.find((line) => !seen.lines.some((one) => one.ref === line.ref));
    if (!hidden) throw new Error('Everything is seen.');
    await expect(readResource(limited, hidden.ref)).rejects.toThrow(NotFound);
    const [own] = seen.lines;
    expect((await readResource(limited, own?.ref ?? '')).days.length).toBeGreaterThan(0);
  });
});

describe('giving them up', () => {
  it('erases what was told at once, and asks no more', async () => {
    const { id } = (await bench.connectAndSync(ctx, { account: STANDALONE })).connection;
    await ask(id);
    const before = await list();
    await leaveResourceCosts(ctx, { connectionId: id });
    expect(await rowsLeft(id)).toEqual([]);
    const after = await list();
    expect(after).toMatchObject({ total: before.total, priced: 0, asOf: null });
    const asked = requestsOf().length;
    bench.clock.advance(24 * 3_600_000);
    await bench.sync(ctx, id);
    expect(requestsOf()).toHaveLength(asked);
    for (const [table, [kept, real]] of Object.entries(await countsOf(bench, id)))
      expect(kept, table).toBe(real);
    await expect(leaveResourceCosts(ctx, { connectionId: id })).rejects.toThrow(PreconditionFailed);
  });

  it('goes with the connection', async () => {
    const { id, name } = (await bench.connectAndSync(ctx, { account: STANDALONE })).connection;
    await ask(id);
    await revokeConnection(ctx, { connectionId: id, confirmation: name });
    expect(await rowsLeft(id)).toEqual([]);
    const receipts = await bench.database.owner.query(
      'select * from erasure_receipt where connection_id = $1',
      [id],
    );
    expect(JSON.stringify(receipts.rows)).toContain('resource_day');
  });
});

describe('asking', () => {
  it('refuses a price that has grown since it was seen, and a connection without cost', async () => {
    const { id } = (await bench.connectAndSync(ctx)).connection;
    await expect(askResourceCosts(ctx, { connectionId: id, requests: 1 })).rejects.toThrow(
      /about 3 requests a day \(\$0.03\)/,
    );
    const { id: fresh } = await bench.connect(await bench.newWorkspace(), { account: STANDALONE });
    await expect(askResourceCosts(ctx, { connectionId: fresh, requests: 9 })).rejects.toThrow(NotFound);
    expect(AskResourceCostsInput.safeParse({ connectionId: id, requests: 0 }).success).toBe(false);
    expect(AskResourceCostsInput.safeParse({ connectionId: id, requests: 1.5 }).success).toBe(false);
  });

  it('has nothing to ask where nothing is loaded', async () => {
    const { id } = await bench.connect(ctx, { account: STANDALONE });
    await expect(askResourceCosts(ctx, { connectionId: id, requests: 9 })).rejects.toThrow(
      PreconditionFailed,
    );
  });

  it('is for those who may change connections', async () => {
    const { id } = (await bench.connectAndSync(ctx, { account: MANAGEMENT })).connection;
    const viewer = await bench.ctxAs(ctx, 'viewer');
    await expect(askResourceCosts(viewer, { connectionId: id, requests: 9 })).rejects.toThrow(Forbidden);
    await expect(leaveResourceCosts(viewer, { connectionId: id })).rejects.toThrow(Forbidden);
    const other = await bench.newWorkspace();
    await expect(askResourceCosts(other, { connectionId: id, requests: 9 })).rejects.toThrow(NotFound);
    await expect(leaveResourceCosts(other, { connectionId: id })).rejects.toThrow(NotFound);
    await expect(readResourceCosts(other, id)).rejects.toThrow(NotFound);
  });
});
