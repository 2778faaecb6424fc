import { isDimension } from '@/domain/cost-query';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { dimensions } from '@/domain/cost-query';
import { daysOf } from '@/domain/period';
import type { Overview } from '@/features/costs/overview';
import { createWorkbench, PRODUCTION, type Workbench } from '../../support/workbench';
import { nanos, total } from '../syncs/amounts';
import { lineItems, type LineItem } from '../syncs/aws-truth';
import { ACCOUNTS, Bill, KEY, known, overviewOf } from './support';

const HISTORY = { start: '2026-02-01', end: '2027-03-18' };
const S3 = 'Amazon Simple Storage Service';

let bench: Workbench;
let ctx: Ctx;
let items: LineItem[];
let refs: Map<string, string>;
beforeAll(async () => {
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  const { connection } = await bench.connectAndSync(ctx);
  items = lineItems(bench, ACCOUNTS, HISTORY);
  const { rows } = await bench.database.owner.query<{ ref: string; id: string }>(
    'select ref, aws_account_id as id from linked_account where connection_id = $1',
    [connection.id],
  );
  refs = new Map(rows.map((row) => [row.ref, row.id]));
});
afterAll(() => bench.close());

/** Every figure of a page against the bill, none rounded. */
function expectExact(page: Overview, bill: Bill): void {
  if (!isDimension(page.by)) throw new Error('The bill has no tags and no groups.');
  const key = KEY[page.by];
  const now = bill.in(page.range);
  const before = bill.in(page.comparison);
  const idOf = (id: string) => (page.by === 'account' ? (refs.get(id) ?? id) : id);
  expect(nanos(page.kpis.total)).toBe(now.total);
  // Nothing is said of a comparison whose days are not all loaded.
  const isComparable = page.comparison.start >= HISTORY.start;
  if (isComparable) expect(nanos(known(page.kpis.before))).toBe(before.total);
  else expect(page.kpis).toMatchObject({ before: null, change: null });

  const amounts = now.by(key);
  const earlier = before.by(key);
  for (const line of page.lines) {
    expect(nanos(line.amount), line.label).toBe(amounts.get(idOf(line.id)) ?? 0n);
    if (isComparable) expect(nanos(known(line.before)), line.label).toBe(earlier.get(idOf(line.id)) ?? 0n);
    else expect(line).toMatchObject({ before: null, change: null });
  }
  const named = new Set(page.lines.map((line) => idOf(line.id)));
  for (const [key, amount] of amounts) expect(named.has(key) || amount === 0n, key).toBe(true);
  expect(total(page.lines.map((line) => line.amount))).toBe(now.total);

  const days = daysOf(page.range);
  const barOf = (day: string) => (page.grain === 'month' ? `${day.slice(0, 7)}-01` : day);
  const perBar = now.by((item) => barOf(item.day));
  expect(page.grain).toBe(days.length > 120 ? 'month' : 'day');
  expect(page.days).toEqual([...new Set(days.map(barOf))]);
  page.days.forEach((bar, index) => {
    const shown = total(page.series.map((series) => series.amounts[index] ?? 'none'));
    expect(shown, bar).toBe(perBar.get(bar) ?? 0n);
  });
}

const ADDRESSES: [string, (item: LineItem) => boolean][] = [
  ['dates=mtd', () => true],
  ['dates=last-month', () => true],
  ['dates=last-90', () => true],
  ['dates=last-6-months', () => true],
  ['from=2026-12-05&to=2027-01-23', () => true],
  ['from=2026-08-20&to=2027-01-23', () => true],
  ['dates=last-90&credits=off', (item) => item.recordType !== 'Credit'],
  ['dates=last-12-months&refunds=off', (item) => item.recordType !== 'Refund'],
  ['dates=last-90&tax=off', (item) => item.recordType !== 'Tax'],
  [
    'dates=last-12-months&credits=off&refunds=off&tax=off',
    (item) => !['Credit', 'Refund', 'Tax'].includes(item.recordType),
  ],
  [`dates=last-30&service=${S3}`, (item) => item.service === S3],
  ['dates=last-30&region=eu-west-1&region=us-west-2', (item) => /^(eu-west-1|us-west-2)$/.test(item.region)],
  ['dates=last-30&region=', (item) => item.region === ''],
  [
    `dates=last-90&service=${S3}&service=AWS Lambda&region=us-east-1&tax=off`,
    (item) => [S3, 'AWS Lambda'].includes(item.service) && item.region === 'us-east-1',
  ],
];

describe('every figure of the overview', () => {
  for (const metric of ['amortized', 'unblended'] as const) {
    for (const by of dimensions) {
      it(`T40 is exact to the last decimal, ${metric} by ${by}, whatever is asked for`, async () => {
        for (const [address, keep] of ADDRESSES) {
          const page = await overviewOf(ctx, `${address}&by=${by}&cost=${metric}`);
          expectExact(page, new Bill(items, metric === 'amortized' ? 'effective' : 'billed').where(keep));
        }
      });
    }
  }

  it('T40 is exact with all three filters together', async () => {
    const ref = [...refs].find(([, id]) => id === PRODUCTION)?.[0] ?? '';
    const page = await overviewOf(ctx, `dates=last-90&account=${ref}&service=${S3}&region=eu-west-1`);
    const bill = new Bill(items, 'effective').where(
      (item) => item.accountId === PRODUCTION && item.service === S3 && item.region === 'eu-west-1',
    );
    expect(bill.total).toBeGreaterThan(0n);
    expectExact(page, bill);
  });

  it('T40 is nothing for an account, a service or a region that is not there', async () => {
    for (const filter of ['account=a000000000000', 'service=Amazon Tea', 'region=mars-north-1']) {
      const page = await overviewOf(ctx, `dates=last-30&${filter}`);
      expect(page.kpis.total, filter).toBe('0');
      expect([...page.lines, ...page.movers]).toEqual([]);
      expect(page.series).toEqual([]);
    }
  });

  it('T41 is held against the range before', async () => {
    const comparisons: [string, string, string][] = [
      ['dates=mtd', '2027-02-01', '2027-02-18'],
      ['dates=last-month', '2027-01-01', '2027-02-01'],
      ['dates=last-7', '2027-03-04', '2027-03-11'],
      ['dates=last-6-months', '2026-03-01', '2026-09-01'],
      ['from=2027-01-10&to=2027-01-12', '2027-01-07', '2027-01-10'],
    ];
    for (const [address, start, end] of comparisons) {
      expect((await overviewOf(ctx, address)).comparison, address).toEqual({ start, end });
    }
  });
});

describe('the lists', () => {
  it('T42 movers are exact, the largest rises first, then the largest falls', async () => {
    const page = await overviewOf(ctx, 'dates=last-30');
    const bill = new Bill(items, 'effective');
    const key = (item: LineItem) => `${item.service}|${item.region}`;
    const before = bill.in(page.comparison).by(key);
    const now = bill.in(page.range).by(key);
    const moved = [...new Set([...now.keys(), ...before.keys()])]
      .map((name) => ({ name, by: (now.get(name) ?? 0n) - (before.get(name) ?? 0n) }))
      .filter((one) => one.by !== 0n)
      .sort((a, b) => (a.by > b.by ? -1 : 1));
    const up = moved.filter((one) => one.by > 0n).slice(0, 5);
    const down = moved
      .filter((one) => one.by < 0n)
      .slice(-5)
      .reverse();
    expect(
      page.movers.map((one) => ({ name: `${one.service}|${one.region}`, by: nanos(one.difference) })),
    ).toEqual([...up, ...down]);
    // The incident of the story stands at the top.
    expect(page.movers[0]).toMatchObject({ service: 'EC2 - Other', region: 'eu-west-1' });
  });

  it('T42 lines go from the largest to the smallest, with shares of the whole', async () => {
    for (const by of dimensions) {
      const { lines } = await overviewOf(ctx, `dates=last-90&by=${by}`);
      const amounts = lines.map((line) => nanos(line.amount));
      expect(amounts).toEqual([...amounts].sort((a, b) => (a > b ? -1 : 1)));
      const shares = lines.reduce((sum, line) => sum + Number(line.share), 0);
      expect(Math.abs(shares - 100)).toBeLessThan(0.06 * lines.length);
    }
  });

  it('T42 charts five series at most and the rest as one', async () => {
    const { series, lines } = await overviewOf(ctx, 'dates=last-90');
    expect(lines.length).toBeGreaterThan(6);
    expect(series.map((one) => one.id)).toEqual([...lines.slice(0, 5).map((line) => line.id), null]);
    expect(series[5]?.label).toBe(`${lines.length - 5} others`);
    const byAccount = await overviewOf(ctx, 'dates=last-90&by=account');
    expect(byAccount.series.map((one) => one.id)).toEqual(byAccount.lines.map((line) => line.id));
  });

  it('T42 names accounts by name and never by number', async () => {
    const page = await overviewOf(ctx, 'dates=last-90&by=account');
    expect(page.lines.map((line) => line.label)).toEqual(['acme-production', 'Acme Group', 'acme-staging']);
    expect(JSON.stringify(page)).not.toMatch(/"\d{12}"/);
  });

  it('T42 what has no region is shown and can be filtered by', async () => {
    const { lines, filters } = await overviewOf(ctx, 'dates=last-90&by=region');
    const nowhere = lines.find((line) => line.id === '');
    expect(nowhere?.label).toBe('No region');
    expect(filters.region).toContainEqual({ id: '', label: 'No region' });
    const filtered = await overviewOf(ctx, 'dates=last-90&by=region&region=');
    expect(filtered.lines).toEqual([{ ...nowhere, share: '100.0' }]);
  });

  it('T42 offers every value to filter by, also while one is chosen', async () => {
    const all = (await overviewOf(ctx, 'dates=last-90')).filters.service;
    const chosen = (await overviewOf(ctx, `dates=last-90&service=${S3}`)).filters.service;
    expect(chosen.map((one) => one.id).sort()).toEqual(all.map((one) => one.id).sort());
  });
});
