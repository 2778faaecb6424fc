import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { dimensions, metrics, presets } from '@/domain/cost-query';
import { exportOverview } from '@/features/costs/export-overview';
import type { Overview } from '@/features/costs/overview';
import { csvParts } from '@/features/costs/overview-csv';
import { readOverview } from '@/features/costs/read-overview';
import {
  createWorkbench,
  MANAGEMENT,
  PRODUCTION,
  STAGING,
  STANDALONE,
  type Workbench,
} from '../../support/workbench';
import { ACCOUNTS, overviewOf, queryOf } from '../costs/support';
import { nanos, total } from '../syncs/amounts';
import { accountRows, limitedTo, tracesOf, type AccountRow } from './support';

let bench: Workbench;
let ctx: Ctx;
let rows: AccountRow[];
beforeAll(async () => {
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  await bench.connectAndSync(ctx);
  rows = await accountRows(bench, ctx);
});
afterAll(() => bench.close());

const refsOf = (accounts: readonly string[]) =>
  rows.filter((row) => accounts.includes(row.id)).map((row) => `account=${row.ref}`);
const othersThan = (accounts: readonly string[]) => ACCOUNTS.filter((one) => !accounts.includes(one));

/** What a filter of everybody's does not change by design: what can be filtered on, and how AWS was compared with us. */
function figuresOf({
  filters: _filters,
  agreement: _agreement,
  isLimited: _isLimited,
  ...figures
}: Overview) {
  return figures;
}

const FILTERS = [
  [],
  ['region=us-east-1'],
  ['service=AWS+Lambda', 'service=Amazon+Simple+Storage+Service'],
  ['service=AWS+Lambda', 'region=eu-west-1', 'region='],
  ['credits=off', 'tax=off'],
  ['refunds=off', 'cost=unblended'],
];

/** Every preset, by every dimension, with every filter; of each of the two others one after the other. */
function queries(): string[] {
  const dates = [...presets.map((preset) => `dates=${preset}`), 'from=2026-11-03&to=2027-01-31'];
  return dates.flatMap((date) =>
    dimensions.flatMap((by) => FILTERS.map((filter) => [date, `by=${by}`, ...filter].join('&'))),
  );
}

describe.each([
  ['one account', [PRODUCTION]],
  ['another', [STAGING]],
  ['two accounts', [PRODUCTION, MANAGEMENT]],
])('a person limited to %s', (_, accounts) => {
  let person: Ctx;
  beforeAll(async () => {
    person = await limitedTo(bench, ctx, accounts);
  });

  it('L1 sees for every query what everybody sees who filters it on these accounts', async () => {
    let compared = 0;
    for (const address of queries()) {
      const mine = await overviewOf(person, address);
      const filtered = await overviewOf(ctx, [address, ...refsOf(accounts)].join('&'));
      expect(figuresOf(mine), address).toEqual(figuresOf(filtered));
      if (nanos(mine.kpis.total) !== 0n) compared += 1;
    }
    expect(compared).toBeGreaterThan(queries().length / 2);
  }, 180_000);

  it('L2 reads the id, the name and the ref of no other account anywhere, in JSON and in every CSV', async () => {
    const foreign = tracesOf(rows, othersThan(accounts));
    const own = tracesOf(rows, accounts).filter((text) => !/^\d{12}$/.test(text));
    expect(foreign.length).toBeGreaterThanOrEqual(3);
    const whole = JSON.stringify(await overviewOf(ctx, 'dates=last-90&by=account'));
    for (const text of [...foreign, ...own]) if (!/^\d{12}$/.test(text)) expect(whole).toContain(text);
    for (const address of ['', 'dates=last-90&by=account', 'dates=last-12-months&by=account', 'by=region']) {
      const query = queryOf(person, address);
      const texts = [JSON.stringify(await readOverview(person, query))];
      for (const part of csvParts) texts.push(JSON.stringify(await exportOverview(person, query, part)));
      for (const text of foreign) expect(texts.join('\n'), `${address} ${text}`).not.toContain(text);
      if (address.includes('by=account')) for (const text of own) expect(texts[0]).toContain(text);
    }
  });

  it('L3 is offered to filter on what these accounts use, and on nothing else', async () => {
    for (const address of [
      'dates=last-90',
      'dates=last-90&service=AWS+Lambda',
      'dates=last-12-months&region=us-east-1',
    ]) {
      const dates = address.split('&')[0] ?? '';
      const { filters } = await overviewOf(person, address);
      const {
        services,
        accounts: lines,
        regions,
      } = await overviewOf(ctx, [dates, ...refsOf(accounts)].join('&'));
      const idsOf = (options: readonly { id: string }[]) => options.map(({ id }) => id);
      expect(idsOf(filters.service)).toEqual(idsOf(services));
      expect(idsOf(filters.account)).toEqual(idsOf(lines));
      expect(idsOf(filters.region)).toEqual(idsOf(regions));
      expect(lines.length).toBe(accounts.length);
    }
  });

  it('L4 sees AWS’s totals of these accounts alone, and whether they agree', async () => {
    for (const cost of metrics) {
      const column = cost === 'amortized' ? 'effective' : 'billed';
      const { rows: sums } = await bench.database.owner.query<{ aws: string; ours: string }>(
        `select sum(aws_${column})::text as aws, sum(our_${column})::text as ours from control_total
         where workspace_id = $1 and sub_account_id = any($2)`,
        [ctx.workspaceId, accounts],
      );
      const { agreement, isLimited } = await overviewOf(person, `cost=${cost}`);
      expect(agreement).toMatchObject({ ...sums[0], beingCompared: 0, differences: [] });
      expect(isLimited).toBe(true);
    }
  });

  it('L5 sees a forecast of these accounts, which is never AWS’s of all of them', async () => {
    expect((await overviewOf(ctx, '')).kpis.forecast?.source).toBe('aws');
    const forecast = (await overviewOf(person, '')).kpis.forecast;
    expect(forecast?.source).toBe('seasonal');
    expect(forecast).toEqual((await overviewOf(ctx, refsOf(accounts).join('&'))).kpis.forecast);
  });

  it('L6 who filters on another account finds what somebody finds who makes a ref up', async () => {
    for (const other of othersThan(accounts)) {
      for (const rest of [
        '',
        'dates=last-12-months&by=account',
        'dates=last-90&by=region&service=AWS+Lambda',
      ]) {
        const asked = await overviewOf(person, [rest, ...refsOf([other])].join('&'));
        expect(asked).toEqual(await overviewOf(person, `${rest}&account=a0123456789ab`));
        expect(asked.lines).toEqual([]);
        const both = await overviewOf(person, [rest, ...refsOf([other, ...accounts])].join('&'));
        expect(both.kpis).toEqual((await overviewOf(person, rest)).kpis);
      }
    }
  });
});

describe('a person limited to nothing', () => {
  it('L7 gets no figure at all, which is not a cost of zero', async () => {
    const nobody = await limitedTo(bench, ctx, []);
    expect(nobody.actor).toMatchObject({ accounts: [] });
    for (const address of [
      '',
      'dates=last-12-months&by=account',
      'region=us-east-1',
      refsOf([PRODUCTION]).join(),
    ]) {
      expect(await readOverview(nobody, queryOf(nobody, address)), address).toBeNull();
      await expect(exportOverview(nobody, queryOf(nobody, address), 'daily')).rejects.toMatchObject({
        code: 'invalid',
      });
    }
  });
});

describe('a person limited to the account of one of two connections', () => {
  it('L8 sees the days, the currency and the news of that connection, whatever the other does', async () => {
    const own = await bench.newWorkspace('Two');
    await bench.connectAndSync(own, { account: STANDALONE });
    const person = await limitedTo(bench, own, [STANDALONE]);
    const before = await overviewOf(person, 'dates=last-90');
    expect(total(before.lines.map((line) => line.amount))).toBe(nanos(before.kpis.total));
    await bench.database.owner.query(
      `insert into connection (workspace_id, id, name, status, aws_account_id, role_name, external_id, active_since)
       values ($1, gen_random_uuid(), 'Another', 'active', '999999999999', 'r', 'x', now())`,
      [own.workspaceId],
    );
    await bench.database.owner.query(
      `with run as (
         insert into sync_run (workspace_id, connection_id, id, kind, status, epoch)
         select workspace_id, id, gen_random_uuid(), 'first', 'done', 0 from connection where workspace_id = $1 and name = 'Another'
         returning workspace_id, connection_id, id
       )
       insert into sync_window (workspace_id, connection_id, run_id, start_date, end_date, position, loaded_at)
       select workspace_id, connection_id, id, '2027-03-01', '2027-03-10', 1, now() from run`,
      [own.workspaceId],
    );
    expect(await overviewOf(person, 'dates=last-90')).toEqual(before);
    expect((await overviewOf(own, 'dates=last-90')).loaded).toEqual({
      start: '2027-03-01',
      end: '2027-03-10',
    });
  });
});
