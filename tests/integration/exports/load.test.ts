import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { withSql } from '@/context';
import { leaveExport } from '@/features/exports/choose-export';
import { readExports } from '@/features/exports/read-exports';
import { readResource } from '@/features/resources/read-resource';
import { readResources } from '@/features/resources/read-resources';
import { parseResourceQuery } from '@/features/resources/resource-query';
import { DEMO_EXPORT } from '../../simulated-aws/world/billing-state';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING, type Workbench } from '../../support/workbench';
import { choose, connectWithExport, countsOf, EXPORT, expectAgreement, lineItemsOf } from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

const query = (text = '') => {
  const parsed = parseResourceQuery(new URLSearchParams(text));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fields));
  return parsed.query;
};

describe('a chosen billing export', () => {
  it('takes over from Cost Explorer, agrees with it to the last decimal, and names resources', async () => {
    ctx = await bench.newWorkspace();
    const id = await connectWithExport(bench, ctx);
    const { exports, periods } = await readExports(ctx, id);
    expect(exports.map((one) => [one.isChosen, one.failure])).toEqual([[true, null]]);
    expect(periods.map((one) => [one.period, one.failure])).toEqual([
      ['2027-03-01', null],
      ['2027-02-01', null],
      ['2027-01-01', null],
    ]);
    expect(periods[0]?.accounts).toBeGreaterThan(1);

    const { totals, items } = await expectAgreement(ctx, id);
    expect(items.length).toBeGreaterThan(3);
    for (const item of items) {
      const total = totals.find((one) => one.period === item.period && one.account === item.account);
      expect([item.billed, item.effective], `${item.period} ${item.account}`).toEqual([
        total?.aws_billed,
        total?.aws_effective,
      ]);
    }
    const list = await readResources(ctx, query(), { offset: 0, limit: 5 });
    expect(list?.total).toBeGreaterThan(10);
    expect(list?.lines[0]?.costs?.['30']?.now).toMatch(/^\d+\.\d+$/);
    const counts = await countsOf(bench, id);
    for (const [table, [kept, real]] of Object.entries(counts)) expect([table, kept]).toEqual([table, real]);
  });

  it('compares no span with days that are not loaded: those are not known, and not without cost', async () => {
    ctx = await bench.newWorkspace();
    await connectWithExport(bench, ctx);
    // From January on, so that the ninety days before the last ninety are missing.
    const list = await readResources(ctx, query('span=90&group=type'), { offset: 0, limit: 1 });
    const [line] = list?.lines ?? [];
    expect(list).toMatchObject({ before: null, change: null });
    expect(list?.groups.every((group) => group.before === null && group.change === null)).toBe(true);
    expect(line?.costs?.['90']).toMatchObject({ before: null, change: null });
    for (const span of ['7', '30', 'month'] as const) expect(line?.costs?.[span]?.before).toMatch(/^\d/);
    const limited: Ctx = {
      ...ctx,
      actor: { ...ctx.actor, role: 'viewer', accounts: [PRODUCTION] } as Ctx['actor'],
    };
    expect((await readResources(limited, query('span=90'), { offset: 0, limit: 1 }))?.before).toBeNull();
    const details = await readResource(ctx, line?.ref ?? '');
    expect(details.range?.start).toBe('2027-01-01');
  });

  it('adds up to the same total, whatever resources are grouped by', async () => {
    ctx = await bench.newWorkspace();
    await connectWithExport(bench, ctx);
    const whole = await readResources(ctx, query(), { offset: 0, limit: 1 });
    for (const group of ['type', 'service', 'account', 'region', 'tag:team']) {
      const list = await readResources(ctx, query(`group=${group}`), { offset: 0, limit: 1 });
      expect(list?.now).toBe(whole?.now);
      const { rows } = await withSql(ctx, 'read', (sql) =>
        sql.query<{ sum: string }>('select sum(n)::text as sum from unnest($1::numeric[]) n', [
          (list?.groups ?? []).map((one) => one.now),
        ]),
      );
      expect(Number(rows[0]?.sum), group).toBe(Number(whole?.now));
    }
  });

  it('reads nothing again that has not changed, and a restated month as a whole', async () => {
    ctx = await bench.newWorkspace();
    const id = await connectWithExport(bench, ctx);
    const before = await lineItemsOf(bench, id);
    const fetched = () => bench.aws.log.entries().filter(({ action }) => action === 'GetObject').length;
    const months = 3;
    expect(fetched()).toBeGreaterThan(months);
    bench.aws.log.clear();
    await bench.sync(ctx, id);
    expect(await lineItemsOf(bench, id)).toEqual(before);
    // Their manifests and nothing else.
    expect(fetched()).toBe(months);

    bench.aws.world.restate({ accountId: '731904462850', month: '2027-02', factor: 0.5 });
    await bench.sync(ctx, id);
    const after = await lineItemsOf(bench, id);
    expect(after).not.toEqual(before);
    const others = (items: string[]) => items.filter((item) => !item.startsWith('2027-02'));
    expect(others(after)).toEqual(others(before));
    await expectAgreement(ctx, id);
  });

  it('goes back to Cost Explorer when it is given up, without a line item left', async () => {
    ctx = await bench.newWorkspace();
    const id = await connectWithExport(bench, ctx);
    await leaveExport(ctx, { connectionId: id });
    await bench.sync(ctx, id);
    expect(await lineItemsOf(bench, id)).toEqual([]);
    await expectAgreement(ctx, id);
    const counts = await countsOf(bench, id);
    for (const [table, [kept, real]] of Object.entries(counts)) expect([table, kept]).toEqual([table, real]);
  });
});

describe('a chosen export that AWS no longer has', () => {
  it('gives its months back to Cost Explorer in the same sync, also those that it was never asked for', async () => {
    ctx = await bench.newWorkspace();
    const id = await connectWithExport(bench, ctx);
    // As where the export covered these months from the start: what it covers is not fetched, and down as loaded all the same.
    await bench.database.owner.query(
      `delete from charge c using covered_month m where m.connection_id = $1 and c.connection_id = m.connection_id
         and c.sub_account_id = m.sub_account_id and date_trunc('month', c.charge_date) = m.billing_period`,
      [id],
    );
    bench.aws.world.deleteExport(DEMO_EXPORT);
    await bench.sync(ctx, id);
    expect(await lineItemsOf(bench, id)).toEqual([]);
    const { totals } = await expectAgreement(ctx, id);
    expect(totals.length).toBeGreaterThan(3);
    const { exports } = await readExports(ctx, id);
    expect(exports).toMatchObject([{ isChosen: true, isGone: true }]);
  });
});

describe('an account of the export that has a connection of its own', () => {
  it('comes with that one alone: neither its costs nor its resources nor its words', async () => {
    ctx = await bench.newWorkspace();
    await bench.connectAndSync(ctx, { account: STAGING });
    const { id } = (await bench.connectAndSync(ctx, { account: MANAGEMENT, billingExport: EXPORT }))
      .connection;
    await choose(ctx, id);
    await bench.sync(ctx, id);
    const accountsOf = async (table: string) => {
      const { rows } = await bench.database.owner.query<{ account: string }>(
        `select distinct sub_account_id as account from ${table} where connection_id = $1`,
        [id],
      );
      return rows.map((row) => row.account);
    };
    for (const table of ['covered_month', 'charge_kind', 'resource', 'resource_cost', 'charge_daily']) {
      const accounts = await accountsOf(table);
      expect([table, accounts.includes(PRODUCTION), accounts.includes(STAGING)]).toEqual([
        table,
        true,
        false,
      ]);
    }
    const { items } = await expectAgreement(ctx, id);
    expect(items.map((item) => item.account)).toContain(PRODUCTION);
  });
});

describe('the other formats of AWS', () => {
  it.each(['cur-2.0', 'cur-legacy'] as const)(
    '%s loads to the same totals, versioned and hourly',
    async (format) => {
      ctx = await bench.newWorkspace();
      bench.aws.world.createExport({ name: 'other', format, overwrite: false, grain: 'hourly', months: 1 });
      const id = await connectWithExport(bench, ctx, 'other');
      const { periods } = await readExports(ctx, id);
      expect(periods.map((one) => one.failure)).toEqual([null]);
      const { items } = await expectAgreement(ctx, id);
      expect(items.length).toBeGreaterThan(1);
      const list = await readResources(ctx, query('type=ec2:instance'), { offset: 0, limit: 1 });
      expect(list?.total).toBeGreaterThan(0);
      expect(Number(list?.now)).toBeGreaterThan(0);
      // A cost category of the report is grouped and filtered by as a tag is.
      const byUnit = await readResources(ctx, query('group=tag:cost-category:Business unit'), {
        offset: 0,
        limit: 1,
      });
      const [unit] = byUnit?.groups.filter((one) => one.id !== null) ?? [];
      expect(unit?.label).toMatch(/^(Core|Data|Retail)$/);
      const ofUnit = await readResources(ctx, query(`tag=cost-category:Business unit=${unit?.id}`), {
        offset: 0,
        limit: 1,
      });
      expect([ofUnit?.total, ofUnit?.now]).toEqual([unit?.resources, unit?.now]);
    },
  );
});

/** What can be wrong with a month, and what the page says of it. */
const WRONG = {
  'manifest-early': 'file-missing',
  'manifest-cut': 'manifest-unreadable',
  'missing-file': 'file-missing',
  'truncated-file': 'file-damaged',
  'corrupt-file': 'file-damaged',
} as const;

describe('a month that cannot be read', () => {
  it.each(
    (['focus-1.2', 'cur-legacy'] as const).flatMap((format) =>
      (Object.keys(WRONG) as (keyof typeof WRONG)[]).map((kind) => [format, kind] as const),
    ),
  )('says so (%s, %s) and leaves what was there', async (format, kind) => {
    ctx = await bench.newWorkspace();
    const name = format === 'focus-1.2' ? DEMO_EXPORT : 'other';
    if (name === 'other') bench.aws.world.createExport({ name, format, grain: 'daily', months: 3 });
    const id = await connectWithExport(bench, ctx, name);
    const before = await lineItemsOf(bench, id);
    expect(before.length).toBeGreaterThan(100);
    bench.aws.world.restate({ accountId: '731904462850', month: '2027-02', factor: 0.5 });
    bench.aws.exportFiles.faults.add({ kind, month: '2027-02' });
    await bench.sync(ctx, id);
    expect(await lineItemsOf(bench, id)).toEqual(before);
    const { periods } = await readExports(ctx, id);
    expect(periods.map((one) => one.failure?.kind ?? null)).toEqual([null, WRONG[kind], null]);
    expect(periods[1]?.failure?.message).toMatch(/\. We look again at the next sync\.$/);
    bench.aws.exportFiles.faults.clear();
    await bench.sync(ctx, id);
    const mended = await readExports(ctx, id);
    expect(mended.periods.map((one) => one.failure)).toEqual([null, null, null]);
    expect(await lineItemsOf(bench, id)).not.toEqual(before);
  });
});
