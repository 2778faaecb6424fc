import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { labelAccount } from '@/features/accounts/label-account';
import type { Overview } from '@/features/costs/overview';
import { readResources } from '@/features/resources/read-resources';
import { parseResourceQuery } from '@/features/resources/resource-query';
import { chooseTag } from '@/features/tags/choose-tag';
import { listTags } from '@/features/tags/list-tags';
import { previewTagRule } from '@/features/tags/preview-rule';
import { deleteTagRule, saveTagRule } from '@/features/tags/save-rule';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { overviewOf, queryOf } from '../costs/support';
import { csvOf, sumsOf, totalsOf } from '../focus-export/support';
import { newSource } from '../uploads/support';
import { diceOf, loadCharges, pick, rebuildDue, type Charge } from './support';

const ACCOUNTS = ['111111111111', '222222222222', '333333333333'] as const;
const SERVICES = ['Virtual Machines', 'Storage'] as const;
const REGIONS = ['westeurope', ''] as const;
const SPELLINGS = [
  ['env', 'prod'],
  ['Env', 'Production'],
  ['environment', 'production '],
  ['env', 'dev'],
] as const;

/** The days that `from` and `to` of the tests below say. */
const DAYS = 'from=2026-12-01&to=2027-01-31';

function makeCharges(count: number, seed: number): Charge[] {
  const dice = diceOf(seed);
  return Array.from({ length: count }, (_, index) => {
    const [key, value] = pick(SPELLINGS, dice);
    const cents = Math.floor(dice() * 100_000);
    return {
      day: `${dice() < 0.5 ? '2026-12' : '2027-01'}-${String(1 + Math.floor(dice() * 31)).padStart(2, '0')}`,
      account: pick(ACCOUNTS, dice),
      service: pick(SERVICES, dice),
      region: pick(REGIONS, dice),
      tags: {
        ...(dice() < 0.8 ? { [key]: value } : {}),
        ...(dice() < 0.6 ? { 'a=b': pick(['x', 'y=%3D', ''], dice) } : {}),
        // More values than a key may have to be in reports by itself.
        ...(index < 230 ? { Name: `machine-${index}` } : {}),
      },
      billed: cents,
      effective: Math.floor(cents * 0.7),
    };
  });
}

const charges = makeCharges(400, 7);
let bench: Workbench;
let ctx: Ctx;
let connectionId: string;
let refs: Map<string, string>;
beforeAll(async () => {
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  connectionId = await loadCharges(bench, ctx, charges.slice(0, 300));
  await loadCharges(bench, ctx, charges.slice(300), connectionId);
  const { rows } = await bench.database.owner.query<{ id: string; ref: string }>(
    'select aws_account_id as id, ref from linked_account where connection_id = $1',
    [connectionId],
  );
  refs = new Map(rows.map((row) => [row.id, row.ref]));
});
afterAll(() => bench.close());

const page = (search: string) => overviewOf(ctx, `${DAYS}&${search}`);

const thousandths = (amount: string) => {
  const [whole = '0', part = ''] = amount.split('.');
  return Number(whole) * 1000 + Number(part.slice(0, 3).padEnd(3, '0'));
};

/** What the lines of a page say, by their names. */
const linesOf = ({ lines }: Overview) =>
  Object.fromEntries(lines.map((line) => [line.label, thousandths(line.amount)]));

const sumBy = (
  of: readonly Charge[],
  key: (charge: Charge) => string,
  metric: 'billed' | 'effective' = 'effective',
) => {
  const sums: Record<string, number> = {};
  for (const charge of of) sums[key(charge)] = (sums[key(charge)] ?? 0) + charge[metric];
  return sums;
};

const tagOf = (key: string) => (charge: Charge) => {
  const value = charge.tags[key];
  return value === undefined ? 'Not tagged' : value || 'Empty';
};

describe('a report by tag', () => {
  it('has a line for each value, and one for what is not tagged', async () => {
    expect(linesOf(await page('by=tag:env'))).toEqual(sumBy(charges, tagOf('env')));
    expect(linesOf(await page('by=tag:env&cost=unblended'))).toEqual(sumBy(charges, tagOf('env'), 'billed'));
    expect(linesOf(await page('by=tag:a%3Db'))).toEqual(sumBy(charges, tagOf('a=b')));
  });

  it('is filtered by values, by the lack of the tag, and by several tags at once', async () => {
    const prod = charges.filter((charge) => charge.tags['env'] === 'prod');
    expect(linesOf(await page('tag=env%3Dprod'))).toEqual(sumBy(prod, (charge) => charge.service));
    const either = charges.filter(
      (charge) => charge.tags['env'] === 'dev' || charge.tags['env'] === undefined,
    );
    expect(linesOf(await page('by=tag:Env&tag=env%3Ddev&untagged=env'))).toEqual(sumBy(either, tagOf('Env')));
    const both = prod.filter((charge) => charge.tags['a=b'] === 'y=%3D');
    const address = `tag=env%3Dprod&tag=${encodeURIComponent('a%3Db=y=%3D')}`;
    expect(linesOf(await page(address))).toEqual(sumBy(both, (charge) => charge.service));
  });

  it('offers the keys that have few values, with what they have, and not those that tell machines apart', async () => {
    const { tags } = await page('');
    expect(tags).toEqual([
      { name: 'a=b', values: ['', 'x', 'y=%3D'] },
      { name: 'Env', values: ['Production'] },
      { name: 'env', values: ['dev', 'prod'] },
      { name: 'environment', values: ['production '] },
    ]);
    expect((await listTags(ctx)).keys.find((one) => one.key === 'Name')).toMatchObject({
      ...{ values: 230, isReported: false, choice: null },
    });
  });

  it('adds up to the same total, whatever it is grouped by and filtered on', async () => {
    const dice = diceOf(11);
    for (let turn = 0; turn < 40; turn += 1) {
      const filters = [
        ...(dice() < 0.4 ? [`service=${encodeURIComponent(pick(SERVICES, dice))}`] : []),
        ...(dice() < 0.3 ? [`region=${pick(REGIONS, dice)}`] : []),
        ...(dice() < 0.3 ? [`account=${refs.get(pick(ACCOUNTS, dice))}`] : []),
        ...(dice() < 0.5 ? ['tag=env%3Dprod'] : []),
        ...(dice() < 0.3 ? ['untagged=env'] : []),
        ...(dice() < 0.3 ? ['tag=Env%3DProduction'] : []),
      ].join('&');
      const totals = new Set<string>();
      for (const by of [
        'service',
        'account',
        'region',
        'account-group',
        'tag:env',
        'tag:a%3Db',
        'tag:nobody',
        'tag:Name',
      ]) {
        const overview = await page(`by=${by}&${filters}`);
        const sum = overview.lines.reduce((all, line) => all + thousandths(line.amount), 0);
        const bars = overview.series
          .flatMap((series) => series.amounts)
          .reduce((all, one) => all + thousandths(one), 0);
        totals.add(`${thousandths(overview.kpis.total)} ${sum} ${bars}`);
      }
      const [total = ''] = totals;
      expect([...totals], filters).toHaveLength(1);
      expect(new Set(total.split(' ')).size, filters).toBe(1);
    }
  });

  it('says of a key that is in bills and not in reports that it is not told, and finds nobody who lacks it', async () => {
    const all = charges.reduce((sum, one) => sum + one.effective, 0);
    expect(linesOf(await page('by=tag:Name'))).toEqual({ 'Tags not told': all });
    expect((await page('untagged=Name')).kpis.total).toBe('0');
    expect((await page('tag=Name%3Dmachine-1')).kpis.total).toBe('0');

    // Another source whose bills have few values of it tells them, beside one that does not.
    const other = await bench.newWorkspace();
    await loadCharges(bench, other, charges);
    const few = charges.slice(0, 40).map((one, index) => ({
      ...one,
      tags: index < 30 ? { Name: `vm-${index % 3}` } : {},
    }));
    await loadCharges(bench, other, few, await newSource(other, 'Google'));
    expect(linesOf(await overviewOf(other, `${DAYS}&by=tag:Name`))).toEqual({
      ...sumBy(few, tagOf('Name')),
      'Tags not told': all,
    });
    const lacking = few.slice(30).reduce((sum, one) => sum + one.effective, 0);
    const search = `${DAYS}&untagged=Name`;
    expect(thousandths((await overviewOf(other, search)).kpis.total)).toBe(lacking);
    const query = queryOf(other, search);
    expect(sumsOf(await csvOf(other, query), 'BilledCost', 'EffectiveCost').sums).toEqual(
      await totalsOf(other, query),
    );
  });

  it('has whole months that are the sums of their days', async () => {
    const { rows } = await bench.database.owner.query(
      `select m.charge_month, m.tag_group from charge_month_tag m
       cross join lateral (
         select sum(d.billed) as billed, sum(d.effective) as effective, count(distinct d.day) as days
         from unnest(m.days, m.billed, coalesce(m.effective, m.billed)) as d (day, billed, effective)
       ) s
       where (s.billed, s.effective, s.days) is distinct from (m.billed_cost, m.effective_cost, cardinality(m.days))`,
    );
    expect(rows).toEqual([]);
  });

  it('shows a limited person the tags of their own accounts alone', async () => {
    const limited: Ctx = {
      ...ctx,
      actor: {
        kind: 'user',
        userId: '00000000-0000-4000-8000-000000000001',
        role: 'viewer',
        accounts: [ACCOUNTS[0]],
      },
    };
    const own = charges.filter((charge) => charge.account === ACCOUNTS[0]);
    const seen = await overviewOf(limited, `${DAYS}&by=tag:env`);
    expect(linesOf(seen)).toEqual(sumBy(own, tagOf('env')));
  });
});

describe('a rule', () => {
  const rule = {
    ...{ id: null, name: 'Environment', keys: ['environment', 'Env', 'env'], ignoresCase: true },
    synonyms: [{ from: 'Prod', to: 'production' }],
  };
  const joined = (charge: Charge) => {
    const value = charge.tags['environment'] ?? charge.tags['Env'] ?? charge.tags['env'];
    if (value === undefined) return 'Not tagged';
    const plain = value.trim().toLowerCase();
    return plain === 'prod' ? 'production' : plain;
  };

  it('is previewed to the cent before anybody saves it', async () => {
    const { keys, ignoresCase, synonyms } = rule;
    const preview = await previewTagRule(ctx, { keys, ignoresCase, synonyms });
    const last = charges.filter(
      (charge) => preview && charge.day >= preview.range.start && charge.day < preview.range.end,
    );
    const values = Object.fromEntries(
      (preview?.values ?? []).map(({ value, amount }) => [value ?? 'Not tagged', thousandths(amount)]),
    );
    expect(values).toEqual(sumBy(last, joined));
    expect(
      preview?.values
        .find(({ value }) => value === 'production')
        ?.from.map(({ key, value }) => `${key}=${value}`)
        .sort(),
    ).toEqual(['Env=Production', 'env=prod', 'environment=production ']);
    expect((await listTags(ctx)).rules).toEqual([]);
  });

  it('joins spellings in reports, filters and the list of resources, and keeps the total', async () => {
    const before = (await page('')).kpis.total;
    const { id } = await saveTagRule(ctx, rule);
    const overview = await page('by=tag:Environment');
    expect(linesOf(overview)).toEqual(sumBy(charges, joined));
    expect(overview.kpis.total).toBe(before);
    expect(overview.tags.map((tag) => tag.name)).toEqual(['Environment', 'a=b']);
    const production = charges.filter((charge) => joined(charge) === 'production');
    expect(linesOf(await page('tag=Environment%3Dproduction'))).toEqual(
      sumBy(production, (charge) => charge.service),
    );
    const parsed = parseResourceQuery(new URLSearchParams('group=tag:Environment'));
    const list = parsed.ok ? await readResources(ctx, parsed.query, { offset: 0, limit: 10 }) : null;
    expect(
      list?.groups?.every((group) => group.id === null || ['production', 'dev'].includes(group.id)),
    ).toBe(true);
    await deleteTagRule(ctx, { id });
    expect((await page('')).tags.map((tag) => tag.name)).toEqual(['a=b', 'Env', 'env', 'environment']);
  });
});

describe('a choice', () => {
  it('takes a key into reports and out of them, by a job, and changes no total', async () => {
    const before = await page('by=service');
    await chooseTag(ctx, { key: 'Name', isReported: true });
    await chooseTag(ctx, { key: 'a=b', isReported: false });
    expect((await listTags(ctx)).isBuilding).toBe(true);
    expect(await rebuildDue(bench, ctx)).toBe(1);
    expect(await rebuildDue(bench, ctx)).toBe(0);
    const after = await page('by=tag:Name');
    expect(linesOf(after)).toEqual(sumBy(charges, tagOf('Name')));
    expect(after.tags.map((tag) => tag.name)).toEqual(['Env', 'env', 'environment', 'Name']);
    expect((await page('by=service')).lines).toEqual(before.lines);
    // What is loaded from now on is told apart alike.
    const more = makeCharges(20, 23).map((charge) => ({
      ...charge,
      tags: { ...charge.tags, Name: 'later' },
    }));
    const other = await loadCharges(bench, ctx, more, connectionId);
    expect(linesOf(await page('by=tag:Name'))['later']).toBe(
      more.reduce((sum, one) => sum + one.effective, 0),
    );
    expect(other).toBe(connectionId);
    await chooseTag(ctx, { key: 'Name', isReported: null });
    expect((await listTags(ctx)).keys.find((one) => one.key === 'Name')?.choice).toBeNull();
  });
});

describe('a label and a group of an account', () => {
  it('are what reports call it and count it in, until they are taken away', async () => {
    const ref = refs.get(ACCOUNTS[0]) ?? '';
    await labelAccount(ctx, { ref, label: 'Shop', group: 'Retail' });
    const byAccount = await page('by=account');
    expect(byAccount.lines.map((line) => line.label)).toContain('Shop');
    const byGroup = await page('by=account-group');
    expect(byGroup.lines.map((line) => line.label).sort()).toEqual(['In no group', 'Retail']);
    const retail = await page('account-group=Retail');
    expect(retail.kpis.total).toBe(byAccount.lines.find((line) => line.label === 'Shop')?.amount);
    expect((await page('account-group=')).kpis.total).toBe(
      byGroup.lines.find((line) => line.label === 'In no group')?.amount,
    );
    expect((await page('account-group=Nobody')).lines).toEqual([]);
    await labelAccount(ctx, { ref, label: '', group: '' });
    expect((await page('by=account-group')).accountGroups).toEqual([]);
  });
});
