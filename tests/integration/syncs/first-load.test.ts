import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withSql, type Ctx } from '@/context';
import type { Connection } from '@/features/connections/queries';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING } from '../../support/workbench';
import type { SyncRunRow, Workbench } from '../../support/workbench';
import { sumBy } from './amounts';
import { awsMonths, billedRequests, lineItems } from './aws-truth';
import {
  dailySums,
  fetchesOf,
  monthlySums,
  ourMonths,
  requestDays,
  rowCounts,
  SOURCES,
  syncedTables,
  windowsOf,
} from './our-tables';

const ACCOUNTS = [MANAGEMENT, PRODUCTION, STAGING];
const HISTORY = { start: '2026-02-01', end: '2027-03-18' };

let bench: Workbench;
let ctx: Ctx;
let connection: Connection;
let run: SyncRunRow;
beforeAll(async () => {
  // Small pages, so that every account's windows come in several.
  bench = await createWorkbench({ costPageSize: 700 });
  ctx = await bench.newWorkspace();
  ({ connection, run } = await bench.connectAndSync(ctx));
});
afterAll(() => bench.close());

describe('a first load', () => {
  it('T10 takes fourteen months, the newest window first', async () => {
    expect(run).toMatchObject({ kind: 'first', status: 'done', months_total: 14, months_done: 14 });
    expect(await windowsOf(bench, run.id)).toEqual([
      { start: '2027-03-01', end: '2027-03-18', loaded: true },
      { start: '2027-02-01', end: '2027-03-01', loaded: true },
      { start: '2026-11-01', end: '2027-02-01', loaded: true },
      { start: '2026-02-01', end: '2026-11-01', loaded: true },
    ]);
  });

  it.each(ACCOUNTS)(
    'T10 has every month of account %s as AWS totals it, in both metrics',
    async (account) => {
      const aws = await awsMonths(bench, account, HISTORY);
      expect(aws.size).toBe(14);
      expect(await ourMonths(bench.database.owner, connection.id, account)).toEqual(aws);
    },
  );

  it('T10 finds AWS and itself in agreement, every account and month compared', async () => {
    const totals = await bench.database.owner.query(
      `select count(*)::int as all, count(*) filter (where aws_billed = our_billed and aws_effective = our_effective)::int as equal
       from control_total where connection_id = $1`,
      [connection.id],
    );
    expect(totals.rows).toEqual([{ all: 42, equal: 42 }]);
  });

  it.each(Object.keys(SOURCES) as (keyof typeof SOURCES)[])(
    'T11 tells the same day by day whether %s is read or the charges',
    async (source) => {
      const { owner } = bench.database;
      const sums = await dailySums(owner, SOURCES[source], connection.id);
      expect(sums.size).toBeGreaterThan(410);
      expect(sums).toEqual(await dailySums(owner, 'charge', connection.id));
    },
  );

  it('T11 tells the same whether the months are read or their days', async () => {
    const { owner } = bench.database;
    const months = await monthlySums(
      owner,
      { table: 'charge_monthly_by', day: 'charge_month' },
      connection.id,
    );
    expect(months).toEqual(
      await monthlySums(owner, { table: 'charge_daily_by', day: 'charge_date' }, connection.id),
    );
    expect(new Set([...months.keys()].map((key) => key.split('|')[1])).size).toBe(14);
  });

  it('T12 holds every line item once: both filters together are the whole bill', async () => {
    const items = lineItems(bench, ACCOUNTS, HISTORY);
    const kindOf = (recordType: string) =>
      ['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage'].includes(recordType) ? '' : recordType;
    const { rows } = await bench.database.owner.query<{ record_type: string; billed: string }>(
      `select record_type, (sum(billed_cost) * 1e9)::bigint::text as billed from charge where connection_id = $1 group by 1`,
      [connection.id],
    );
    const ours = sumBy(
      rows,
      (row) => row.record_type,
      (row) => BigInt(row.billed),
    );
    expect(ours).toEqual(
      sumBy(
        items,
        (item) => kindOf(item.recordType),
        (item) => item.billed,
      ),
    );
    expect([...ours.keys()]).toEqual([
      '',
      'Credit',
      'RIFee',
      'Refund',
      'SavingsPlanNegation',
      'SavingsPlanRecurringFee',
      'Support',
      'Tax',
    ]);
  });

  it('T12 knows how many rows it has, without counting them', async () => {
    const { real, kept } = await rowCounts(bench.database.owner, connection.id);
    expect(real.map((one) => one.rows).every((rows) => rows > 100)).toBe(true);
    expect(kept).toEqual(real);
  });

  it('T12 has no charge twice', async () => {
    const { rows } = await bench.database.owner.query(
      `select from charge where connection_id = $1
       group by charge_date, sub_account_id, service_name, region_id, record_type, currency having count(*) > 1`,
      [connection.id],
    );
    expect(rows).toEqual([]);
  });

  it('T13 counts the requests that AWS charges for, no more and no less', async () => {
    const billed = billedRequests(bench);
    expect(await requestDays(bench, connection.id)).toEqual(billed);
    expect(run.requests).toBe(billed.get('2027-03-18'));
  });

  it('T13 writes every call into the access ledger', async () => {
    const calls = bench.aws.log.entries().filter((entry) => entry.sessionName?.startsWith('belvedere-'));
    const { rows } = await bench.database.owner.query<{ request_id: string }>(
      `select request_id from access_ledger where connection_id = $1 and service <> 'STS'`,
      [connection.id],
    );
    const logged = new Set(rows.map((row) => row.request_id));
    expect(
      calls
        .filter((call) => call.service !== 'sts' && !logged.has(call.requestId))
        .map((call) => call.action),
    ).toEqual([]);
  });

  it('T14 asks for nothing where AWS reports nothing', async () => {
    const fetches = await fetchesOf(bench, run.id);
    expect(fetches.filter((fetch) => fetch.fetched_at === null)).toEqual([]);
    const items = lineItems(bench, [MANAGEMENT], { start: '2027-03-01', end: '2027-03-18' });
    expect(items.some((item) => item.recordType === 'Credit')).toBe(false);
    expect(fetches.filter((fetch) => fetch.rows === 0)).toEqual([]);
  });
});

describe('a sync that runs again', () => {
  it('T15 changes nothing', async () => {
    const before = await syncedTables(bench.database.owner, connection.id);
    const again = await bench.sync(ctx, connection.id);
    expect(again).toMatchObject({ kind: 'daily', status: 'done', months_total: 2, months_done: 2 });
    expect(await syncedTables(bench.database.owner, connection.id)).toEqual(before);
    expect(await windowsOf(bench, again.id)).toEqual([
      { start: '2027-02-01', end: '2027-03-18', loaded: true },
    ]);
  });

  it('T15 leaves nothing behind that was being loaded', async () => {
    const staged = await withSql(ctx, 'read', (sql) => sql.query('select from staged_charge'));
    expect(staged.rowCount).toBe(0);
  });
});
