import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { parseCostQuery } from '@/features/costs/schemas';
import { readOverview } from '@/features/costs/read-overview';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING } from '../../support/workbench';
import type { Workbench } from '../../support/workbench';
import { nanos } from './amounts';
import { awsMonths, restate, type Restatement } from './aws-truth';
import { monthlySums, ourMonths, rowCounts, syncedTables, windowsOf } from './our-tables';
import { waitUntil } from './wait-until';

const TODAY = '2027-03-18';
let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

async function synced() {
  const ctx = await bench.newWorkspace();
  const { connection } = await bench.connectAndSync(ctx);
  return { ctx, id: connection.id };
}

async function expectEqualToAws(id: string, end = TODAY) {
  for (const account of [MANAGEMENT, PRODUCTION, STAGING]) {
    const aws = await awsMonths(bench, account, { start: '2026-02-01', end });
    expect(await ourMonths(bench.database.owner, id, account), account).toEqual(aws);
  }
  const { real, kept } = await rowCounts(bench.database.owner, id);
  expect(kept).toEqual(real);
}

/** The whole of the last thirty days, as the page says it. */
async function shownTotal(ctx: Ctx): Promise<bigint> {
  const parsed = parseCostQuery(new URLSearchParams('from=2027-02-16&to=2027-03-17'), bench.clock.now());
  const overview = parsed.ok ? await readOverview(ctx, parsed.query) : null;
  if (!overview) throw new Error('There is no overview.');
  return nanos(overview.kpis.total);
}

/** Runs the work while a writer of this table waits half-way through its window. */
async function heldBefore<T>(table: string, work: (release: () => Promise<void>) => Promise<T>): Promise<T> {
  const client = await bench.database.owner.connect();
  let isHeld = true;
  const release = async () => {
    if (isHeld) await client.query('rollback');
    isHeld = false;
  };
  try {
    await client.query(`begin; lock table ${table} in share mode`);
    return await work(release);
  } finally {
    await release();
    client.release();
  }
}

async function isWaiting(table: string): Promise<boolean> {
  const { rowCount } = await bench.database.owner.query(
    `select from pg_locks where not granted and relation = $1::regclass`,
    [table],
  );
  return (rowCount ?? 0) > 0;
}

const changes: [string, Restatement][] = [
  ['adds to a day', { accountId: PRODUCTION, recordType: 'Usage', day: '2027-03-02', by: 1_234_567_891 }],
  ['takes from a day', { accountId: STAGING, recordType: 'Usage', day: '2027-02-12', by: -7 }],
  [
    'changes a credit',
    { accountId: PRODUCTION, recordType: 'Credit', day: '2027-02-20', by: -99_000_000_001 },
  ],
  [
    'changes the tax of the open month',
    { accountId: MANAGEMENT, recordType: 'Tax', day: '2027-03-01', by: 1 },
  ],
  [
    'changes the tax of the month before, which stands on its first day',
    { accountId: PRODUCTION, recordType: 'Tax', day: '2027-02-01', by: 4_000_000_007 },
  ],
];

describe('a restatement', () => {
  it.each(changes)('T17 replaces the window when AWS %s', async (_, change) => {
    const { ctx, id } = await synced();
    const before = await shownTotal(ctx);
    const cells = restate(bench, change);
    expect(cells).toBeGreaterThan(0);
    expect((await bench.sync(ctx, id)).status).toBe('done');
    await expectEqualToAws(id);
    const { owner } = bench.database;
    expect(await monthlySums(owner, { table: 'charge_monthly_by', day: 'charge_month' }, id)).toEqual(
      await monthlySums(owner, { table: 'charge_daily_by', day: 'charge_date' }, id),
    );
    const isShown = change.day >= '2027-02-16';
    expect((await shownTotal(ctx)) - before).toBe(isShown ? BigInt(cells) * BigInt(change.by ?? 0) : 0n);
    // The simulator makes the day anew.
    bench.clock.advance(86_400_000);
    await awsMonths(bench, PRODUCTION, { start: '2027-03-01', end: '2027-03-19' });
  });

  it('T17 takes the new day and the restated ones a day later', async () => {
    const { ctx, id } = await synced();
    bench.clock.advance(86_400_000);
    // The day is new to the simulator too; only then can it be changed.
    for (const accountId of [PRODUCTION, STAGING]) {
      restate(bench, { accountId, recordType: 'Usage', day: '2027-03-05', by: 3_000_000_003 });
    }
    const run = await bench.sync(ctx, id);
    expect(run).toMatchObject({ kind: 'daily', status: 'done' });
    await expectEqualToAws(id, '2027-03-19');
  });

  it('T17 drops what AWS takes away altogether', async () => {
    const { ctx, id } = await synced();
    // All that the account has in the window besides usage.
    const gone: Omit<Restatement, 'accountId'>[] = [
      { recordType: 'Tax', day: '2027-03-01', by: null },
      { recordType: 'Support', day: '2027-03-01', by: null },
    ];
    bench.clock.set('2027-04-20T10:00:00Z');
    expect((await bench.sync(ctx, id)).status).toBe('done');
    const april = gone.map((one) => ({ ...one, day: '2027-04-01' }));
    for (const one of [...gone, ...april]) expect(restate(bench, { accountId: MANAGEMENT, ...one })).toBe(1);
    expect((await bench.sync(ctx, id)).status).toBe('done');
    const { rows } = await bench.database.owner.query(
      `select charge_date::text as day, record_type from charge
       where connection_id = $1 and sub_account_id = $2 and record_type <> '' and charge_date >= '2027-03-16'`,
      [id, MANAGEMENT],
    );
    expect(rows).toEqual([]);
    const aws = await awsMonths(bench, MANAGEMENT, { start: '2027-04-01', end: '2027-04-20' });
    const ours = await ourMonths(bench.database.owner, id, MANAGEMENT);
    expect(ours.get('2027-04')).toEqual(aws.get('2027-04'));
    const { real, kept } = await rowCounts(bench.database.owner, id);
    expect(kept).toEqual(real);
  });

  it('T17 takes an older month again where its total has moved, of that account alone', async () => {
    const { ctx, id } = await synced();
    const requests = async () =>
      (
        await bench.database.owner.query<{ requests: number }>(
          'select sum(requests)::int as requests from request_day where connection_id = $1',
          [id],
        )
      ).rows[0]?.requests ?? 0;
    const first = await requests();
    await bench.sync(ctx, id);
    const usual = (await requests()) - first;
    restate(bench, { accountId: PRODUCTION, recordType: 'Usage', day: '2026-08-05', by: 1_000_000_000 });
    const run = await bench.sync(ctx, id);
    expect(run.status).toBe('done');
    await expectEqualToAws(id);
    const { owner } = bench.database;
    const fetched = await owner.query(
      `select f.sub_account_id as account, f.kind from sync_fetch f
       where f.connection_id = $1 and f.start_date = '2026-08-01' and f.run_id = $2 order by 2`,
      [id, run.id],
    );
    expect(fetched.rows).toEqual([
      { account: PRODUCTION, kind: 'other' },
      { account: PRODUCTION, kind: 'usage' },
    ]);
    expect((await requests()) - first - usual).toBeGreaterThan(usual);
    // Nothing is apart any more, and the next sync costs what it always did.
    const before = await requests();
    await bench.sync(ctx, id);
    expect((await requests()) - before).toBe(usual);
    const apart = await owner.query(
      'select from control_total where connection_id = $1 and (aws_billed, aws_effective) is distinct from (our_billed, our_effective)',
      [id],
    );
    expect(apart.rows).toEqual([]);
  });

  it('T17 holds an older month that stays apart against AWS, and tries it again only a week later', async () => {
    const { ctx, id } = await synced();
    const { owner } = bench.database;
    const day = '2026-08-05';
    restate(bench, { accountId: PRODUCTION, recordType: 'Usage', day, by: 1_000_000_000 });
    await bench.sync(ctx, id);
    await owner.query(
      `update charge_daily set billed_cost = billed_cost + 5
       where connection_id = $1 and charge_date = $2 and sub_account_id = $3 and charge_category = 'Usage'`,
      [id, day, PRODUCTION],
    );
    const windows = async () => {
      const { id: runId } = await bench.sync(ctx, id);
      return (await windowsOf(bench, runId)).map((window) => window.start);
    };
    expect(await windows()).not.toContain('2026-08-01');
    bench.clock.advance(8 * 86_400_000);
    expect(await windows()).toContain('2026-08-01');
  });

  it('T17 leaves the days before the window as they were where nothing moved by a cent', async () => {
    const { ctx, id } = await synced();
    const older = `select row(t.*)::text as line from charge t where connection_id = $1 and charge_date < '2027-02-01' order by 1`;
    const before = await bench.database.owner.query(older, [id]);
    for (const day of ['2027-01-31', '2027-02-01']) {
      restate(bench, { accountId: PRODUCTION, recordType: 'Usage', day, by: 5 });
    }
    await bench.sync(ctx, id);
    expect((await bench.database.owner.query(older, [id])).rows).toEqual(before.rows);
  });
});

describe('a reader meanwhile', () => {
  it.each(['charge_daily', 'charge_daily_by', 'charge_monthly_by'])(
    'T18 sees all of the old window until all of the new one is there, stopped before %s',
    async (table) => {
      const { ctx, id } = await synced();
      const old = await shownTotal(ctx);
      const cells = restate(bench, {
        accountId: PRODUCTION,
        recordType: 'Usage',
        day: '2027-03-10',
        by: 1_000_000_000,
      });
      const seen = new Set<bigint>();
      await heldBefore(table, async (release) => {
        const syncing = bench.sync(ctx, id);
        await waitUntil(() => isWaiting(table));
        for (let poll = 0; poll < 5; poll += 1) seen.add(await shownTotal(ctx));
        expect([...seen]).toEqual([old]);
        await release();
        let isOver = false;
        const over = syncing.finally(() => (isOver = true));
        while (!isOver) seen.add(await shownTotal(ctx));
        expect((await over).status).toBe('done');
      });
      const fresh = await shownTotal(ctx);
      seen.add(fresh);
      expect(fresh - old).toBe(BigInt(cells) * 1_000_000_000n);
      expect([...seen].sort()).toEqual([old, fresh].sort());
      bench.clock.advance(86_400_000);
      await awsMonths(bench, PRODUCTION, { start: '2027-03-01', end: '2027-03-19' });
    },
  );

  it('T18 reads nothing of a first load before its first window is whole', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    await heldBefore('charge_daily_by', async (release) => {
      const syncing = bench.sync(ctx, id);
      await waitUntil(() => isWaiting('charge_daily_by'));
      const tables = await bench.database.owner.query(
        'select from charge union all select from charge_daily',
      );
      expect(tables.rowCount).toBe(0);
      await release();
      expect((await syncing).status).toBe('done');
    });
    expect((await syncedTables(bench.database.owner, id)).charge.length).toBeGreaterThan(1_000);
  });
});
