import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import type { CostQuery } from '@/domain/cost-query';
import { presets } from '@/domain/cost-query';
import { addDays } from '@/domain/period';
import { Invalid } from '@/errors';
import { labelAccount } from '@/features/accounts/label-account';
import { readOverview } from '@/features/costs/read-overview';
import { exportFocusCsv } from '@/features/focus-export/export-focus-csv';
import { saveTagRule } from '@/features/tags/save-rule';
import { queryOf } from '../costs/support';
import { limitedTo } from '../limits/support';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING, type Workbench } from '../../support/workbench';
import { csvOf, fillWorkspace, rowsOf, sumsOf, totalsOf } from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  await fillWorkspace(bench, ctx);
  const { rows } = await bench.database.owner.query<{ ref: string }>(
    'select ref from linked_account where workspace_id = $1 and aws_account_id = $2',
    [ctx.workspaceId, PRODUCTION],
  );
  await labelAccount(ctx, { ref: rows[0]?.ref ?? '', label: 'Shop', group: 'Retail' });
  await saveTagRule(ctx, {
    ...{ id: null, name: 'Stage', keys: ['environment', 'env'], ignoresCase: true },
    synonyms: [{ from: 'prod', to: 'production' }],
  });
});
afterAll(() => bench.close());

async function expectSums(person: Ctx, query: CostQuery, label: string): Promise<number> {
  const totals = await totalsOf(person, query);
  if (!totals) {
    await expect(exportFocusCsv(person, query), label).rejects.toThrow(Invalid);
    return 0;
  }
  const { rows, sums } = sumsOf(await csvOf(person, query), 'BilledCost', 'EffectiveCost');
  expect(sums, label).toEqual(totals);
  return rows;
}

/** Numbers that look random and are the same in every run. */
function generator(seed: number) {
  let state = seed;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  const upTo = (n: number) => Math.floor(next() * n);
  return {
    upTo,
    some: <T>(of: readonly T[], most: number): T[] =>
      Array.from({ length: upTo(most + 1) }, () => of[upTo(of.length)]).filter((one) => one !== undefined),
  };
}

async function randomQueries(person: Ctx, count: number, seed: number): Promise<CostQuery[]> {
  const { upTo, some } = generator(seed);
  const whole = await readOverview(person, queryOf(person, 'dates=last-12-months'));
  const idsOf = (dimension: 'service' | 'account' | 'region') =>
    (whole?.filters[dimension] ?? []).map((one) => one.id);
  const tags = [
    { key: 'nobody has it', value: 'x' },
    ...(whole?.tags ?? []).flatMap(({ name: key, values }) =>
      [null, ...values].map((value) => ({ key, value })),
    ),
  ];
  return Array.from({ length: count }, () => {
    const start = addDays('2026-09-20', upTo(190));
    const isCustom = upTo(3) > 0;
    return {
      ...queryOf(person, `dates=${presets[upTo(presets.length)] ?? 'mtd'}`),
      ...(isCustom ? { preset: 'custom' as const, range: { start, end: addDays(start, 1 + upTo(70)) } } : {}),
      metric: upTo(2) === 0 ? ('amortized' as const) : ('unblended' as const),
      ...{ credits: upTo(4) > 0, refunds: upTo(4) > 0, tax: upTo(4) > 0 },
      currency: [null, 'USD', 'EUR', 'JPY'][upTo(4)] ?? null,
      service: upTo(2) === 0 ? [] : some([...idsOf('service'), 'no such service'], 4),
      account: upTo(2) === 0 ? [] : some([...idsOf('account'), 'a000000000000'], 2),
      region: upTo(2) === 0 ? [] : some(idsOf('region'), 3),
      accountGroup: upTo(4) > 0 ? [] : some(['Retail', '', 'Nobody'], 2),
      tags: upTo(3) > 0 ? [] : some(tags, 3),
    };
  });
}

describe('the FOCUS file of a report', () => {
  it('adds up to the overview, by either metric, whatever the dates', async () => {
    for (const preset of presets) {
      const rows = await expectSums(ctx, queryOf(ctx, `dates=${preset}`), preset);
      expect(rows, preset).toBeGreaterThan(100);
    }
  });

  it('adds up to the overview for random filters, toggles, currencies and days', async () => {
    let filled = 0;
    for (const query of await randomQueries(ctx, 60, 7)) {
      if ((await expectSums(ctx, query, JSON.stringify(query))) > 0) filled += 1;
    }
    expect(filled).toBeGreaterThan(25);
  }, 180_000);

  it('has line items with their resources and tags where the month has a bill, and a row a day and service elsewhere', async () => {
    const rows = await rowsOf(ctx, queryOf(ctx, 'from=2026-12-01&to=2027-02-28&currency=USD'));
    const ofMonth = (month: string) =>
      rows.filter((row) => row['BillingPeriodStart'] === `${month}-01T00:00:00Z`);
    const december = ofMonth('2026-12').filter((row) => row['ProviderName'] === 'AWS');
    expect(december.length).toBeGreaterThan(100);
    expect(december.every((row) => row['ResourceId'] === '' && row['x_UsageType'] === '')).toBe(true);
    const ofFebruary = ofMonth('2027-02').filter((row) => row['ProviderName'] === 'AWS');
    expect(ofFebruary.filter((row) => row['ResourceId'] !== '').length).toBeGreaterThan(100);
    expect(ofFebruary.filter((row) => row['Tags'] !== '{}').length).toBeGreaterThan(10);
    for (const row of rows) {
      expect(row['ChargePeriodStart']).toMatch(/^20\d\d-\d\d-\d\dT00:00:00Z$/);
      for (const name of [
        'ListCost',
        'ContractedCost',
        'BillingAccountId',
        'ServiceCategory',
        'SubAccountId',
      ])
        expect(row[name], name).not.toBe('');
    }
  });

  it('has the accounts of a group alone, and those in none, where the report is of these', async () => {
    const days = 'from=2027-02-01&to=2027-02-28&currency=USD';
    const accountsOf = async (filter: string) => {
      await expectSums(ctx, queryOf(ctx, `${days}&${filter}`), filter);
      return new Set(
        (await rowsOf(ctx, queryOf(ctx, `${days}&${filter}`))).map((row) => row['SubAccountId']),
      );
    };
    expect(await accountsOf('account-group=Retail')).toEqual(new Set([PRODUCTION]));
    const others = await accountsOf('account-group=');
    expect(others.has(PRODUCTION)).toBe(false);
    expect([...others]).toEqual(expect.arrayContaining([MANAGEMENT, STAGING]));
    expect(await accountsOf('account-group=Nobody')).toEqual(new Set());
  });

  it('has what a rule joins, each charge with the tag that it really has', async () => {
    const tagsOf = async (currency: string) => {
      const query = queryOf(ctx, `from=2027-02-01&to=2027-02-28&currency=${currency}&tag=Stage%3Dproduction`);
      expect(await expectSums(ctx, query, currency)).toBeGreaterThan(0);
      const rows = await rowsOf(ctx, query);
      return rows.map((row) => JSON.parse(row['Tags'] ?? '') as Record<string, string>);
    };
    const ofExport = await tagsOf('USD');
    const spelled = ofExport.map((tags) => tags['environment'] ?? tags['env'] ?? '');
    expect(new Set(spelled.map((value) => value.trim().toLowerCase()))).toEqual(
      new Set(['production', 'prod']),
    );
    expect(ofExport.some((tags) => 'Stage' in tags)).toBe(false);
    const ofFile = (await tagsOf('EUR')).map((tags) => Object.keys(tags).sort().join());
    expect(ofFile.sort()).toEqual(['a b,env', 'env']);
  });

  it('dates a charge that AWS dates outside its month on the day on which it counts', async () => {
    const rows = await rowsOf(ctx, queryOf(ctx, 'from=2027-02-01&to=2027-02-01'));
    expect(rows.length).toBeGreaterThan(5);
    expect(new Set(rows.map((row) => row['ChargePeriodStart']))).toEqual(new Set(['2027-02-01T00:00:00Z']));
  });

  it('writes values as they are, also those that a spreadsheet would run', async () => {
    const rows = await rowsOf(ctx, queryOf(ctx, 'dates=last-month&currency=EUR'));
    expect(rows).toHaveLength(4);
    expect(rows.find((row) => row['ResourceName'] === '=1+1')).toMatchObject({
      ServiceName: 'Storage, "cold"\nand more',
      ResourceType: 'disk',
      BillingCurrency: 'EUR',
    });
    expect(rows.map((row) => row['BilledCost']).sort()).toEqual(['-3', '0.5', '1', '10.000000000000000001']);
  });

  it('takes whatever a filter says for a value', async () => {
    for (const value of ["'; select 1 --", '\\', "\\'", '$1', '%s', '\u{1f4b8}']) {
      expect(await rowsOf(ctx, { ...queryOf(ctx, 'dates=last-month'), service: [value] }), value).toEqual([]);
    }
    const query = { ...queryOf(ctx, ''), service: ['a\0b'] };
    await expect(exportFocusCsv(ctx, query)).rejects.toThrow('A filter has the character NUL');
  });

  it('is of its own workspace alone', async () => {
    const other = await bench.newWorkspace('Other');
    await expect(exportFocusCsv(other, queryOf(other, 'dates=last-30'))).rejects.toThrow(Invalid);
    const forged: Ctx = { ...other, actor: ctx.actor };
    await expect(exportFocusCsv(forged, queryOf(ctx, 'dates=last-30'))).rejects.toThrow(Invalid);
  });
});

describe('a person who may see some accounts only', () => {
  it.each([
    ['one account', [PRODUCTION]],
    ['two accounts', [STAGING, MANAGEMENT]],
  ])('of %s gets the daily totals of these, which add up to what they see', async (_, accounts) => {
    const person = await limitedTo(bench, ctx, accounts);
    for (const preset of presets) await expectSums(person, queryOf(person, `dates=${preset}`), preset);
    let filled = 0;
    for (const query of await randomQueries(person, 25, 11)) {
      if ((await expectSums(person, query, JSON.stringify(query))) > 0) filled += 1;
    }
    expect(filled).toBeGreaterThan(5);
    const rows = await rowsOf(person, queryOf(person, 'dates=last-90'));
    expect(new Set(rows.map((row) => row['SubAccountId']))).toEqual(new Set(accounts));
    expect(rows.every((row) => row['ResourceId'] === '' && row['ProviderName'] === 'AWS')).toBe(true);
    const hidden = [MANAGEMENT, PRODUCTION, STAGING].filter((one) => !accounts.includes(one));
    for (const account of hidden) expect(rows.some((row) => row['SubAccountId'] === account)).toBe(false);
  });
});
