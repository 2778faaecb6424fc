import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { add, compare, subtract } from '@/domain/money';
import { addDays, addMonths, monthOf } from '@/domain/period';
import { resourceHeader, streamResources } from '@/features/resources/export-resources';
import { readResourceFacets } from '@/features/resources/read-facets';
import { readResource } from '@/features/resources/read-resource';
import { readResources } from '@/features/resources/read-resources';
import { parseResourceQuery, type ResourceQuery } from '@/features/resources/resource-query';
import type { ResourceLine } from '@/features/resources/resources';
import { listTagValues } from '@/features/tags/list-tag-values';
import { listTags } from '@/features/tags/list-tags';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { connectWithExport } from '../exports/support';
import { diceOf, pick } from '../tags/support';

interface Raw {
  ref: string;
  id: string;
  name: string;
  type: string;
  service: string;
  region: string;
  account: string;
  tags: Record<string, string>;
  gone: boolean;
  days: Record<string, string> | null;
}

let bench: Workbench;
let ctx: Ctx;
/** Every resource as it lies in the tables, and what its line items add up to, day by day. */
let raw: Raw[];
let lines: ReadonlyMap<string, ResourceLine>;
let asOf: string;

const queryOf = (params: URLSearchParams): ResourceQuery => {
  const parsed = parseResourceQuery(params);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fields));
  return parsed.query;
};

beforeAll(async () => {
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  const id = await connectWithExport(bench, ctx);
  const { owner } = bench.database;
  // Names that a search could take for its own signs, and some that AWS no longer has.
  await owner.query(
    `update resource set name = case resource_key % 5 when 0 then '100%_Ready' when 1 then '100 already' else name end,
       gone_at = case when resource_key % 4 = 0 then now() end where connection_id = $1`,
    [id],
  );
  const found = await owner.query<Raw>(
    `select r.ref, r.resource_id as id, r.name, r.resource_type as type, r.service_name as service, r.region_id as region,
       r.sub_account_id as account, r.tags, r.gone_at is not null as gone,
       (select json_object_agg(d.day, d.cost) from (
          select l.charge_date as day, sum(l.effective_cost)::text as cost from line_item l
          where l.connection_id = r.connection_id and l.resource_key = r.resource_key group by 1) d) as days
     from resource r where r.connection_id = $1`,
    [id],
  );
  raw = found.rows;
  const all = await readResources(ctx, queryOf(new URLSearchParams()), { offset: 0, limit: 1_000 });
  lines = new Map(all?.lines.map((line) => [line.ref, line]));
  asOf = all?.asOf ?? '';
});
afterAll(() => bench.close());

/** What a resource cost from one day to another, by its line items alone; null where there are none of it. */
function costOf({ days }: Raw, start: string, end: string): string {
  const within = Object.entries(days ?? {}).filter(([day]) => day >= start && day < end);
  return add('0', ...within.map(([, cost]) => cost));
}

const spans = {
  '7': () => [addDays(asOf, -7), asOf],
  '30': () => [addDays(asOf, -30), asOf],
  '90': () => [addDays(asOf, -90), asOf],
  month: () => [monthOf(addDays(asOf, -1)), asOf],
} as const;

it('has every resource, and what each cost in 7, 30 and 90 days and in the month, now and before, by its line items', () => {
  expect(lines.size).toBe(raw.length);
  expect(raw.length).toBeGreaterThan(20);
  const month = monthOf(addDays(asOf, -1));
  const befores = {
    '7': [addDays(asOf, -14), addDays(asOf, -7)],
    '30': [addDays(asOf, -60), addDays(asOf, -30)],
    month: [addMonths(month, -1), addMonths(month, -1).slice(0, 8) + asOf.slice(8)],
  } as const;
  let [costing, moved] = [0, 0];
  for (const one of raw) {
    const costs = lines.get(one.ref)?.costs;
    for (const [span, range] of Object.entries(spans)) {
      const [start = '', end = ''] = range();
      const now = costs?.[span as '7']?.now ?? '0';
      expect(compare(now, costOf(one, start, end)), `${one.id} ${span}`).toBe(0);
      if (compare(now, '0') !== 0) costing += 1;
    }
    for (const [span, [start, end]] of Object.entries(befores)) {
      const before = costs?.[span as '7']?.before ?? '0';
      expect(compare(before, costOf(one, start, end)), `${one.id} before ${span}`).toBe(0);
      if (compare(before, '0') !== 0) moved += 1;
    }
  }
  expect(costing).toBeGreaterThan(50);
  expect(moved).toBeGreaterThan(20);
});

const like = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());

function matches(one: Raw, query: ResourceQuery, refOf: ReadonlyMap<string, string>): boolean {
  const among = (wanted: readonly string[], value: string) => wanted.length === 0 || wanted.includes(value);
  const keys = [...new Set(query.tags.map((tag) => tag.key))];
  return (
    among(query.type, one.type) &&
    among(query.service, one.service) &&
    among(query.region, one.region) &&
    among(query.account, refOf.get(one.account) ?? '') &&
    keys.every((key) => query.tags.some((tag) => tag.key === key && (one.tags[key] ?? null) === tag.value)) &&
    (query.state === null || (query.state === 'gone') === one.gone) &&
    (query.search === '' || like(one.name, query.search) || like(one.id, query.search))
  );
}

it('lists just those that match any filter, in order, and sums them by anything to the same total', async () => {
  const dice = diceOf(11);
  const refOf = new Map(raw.map((one) => [one.account, lines.get(one.ref)?.account.ref ?? '']));
  const tags = raw.flatMap((one) => Object.entries(one.tags));
  const keys = [...new Set(tags.map(([key]) => key))];
  expect(tags.length).toBeGreaterThan(10);
  let some = 0;
  for (let round = 0; round < 80; round += 1) {
    const params = new URLSearchParams();
    const often = (share: number, add_: () => void) => (dice() < share ? add_() : undefined);
    const any = () => pick(raw, dice);
    often(0.3, () => [any(), any()].forEach((one) => params.append('type', one.type)));
    often(0.2, () => [any(), any()].forEach((one) => params.append('service', one.service)));
    often(0.2, () => params.append('region', any().region));
    often(0.3, () => params.append('account', refOf.get(any().account) ?? ''));
    often(0.4, () => [1, 2].forEach(() => params.append('tag', pick(tags, dice).join('='))));
    often(0.2, () => params.append('untagged', pick(keys, dice)));
    often(0.3, () => params.set('state', pick(['gone', 'present'], dice)));
    often(0.3, () => params.set('q', pick(['100%', '0_', '%', '_r', 'ALREADY', 'i-', 'vol-', '\\'], dice)));
    params.set('span', pick(['7', '30', 'month'], dice));
    params.set('sort', pick(['cost', 'change'], dice));
    often(0.5, () => params.set('dir', 'asc'));
    params.set('group', pick(['type', 'service', 'account', 'region', `tag:${pick(keys, dice)}`], dice));
    const query = queryOf(params);
    const list = await readResources(ctx, query, { offset: 0, limit: 1_000 });
    const span = query.span as '7';
    const expected = raw.filter((one) => matches(one, query, refOf));
    const named = `${round} ${params}`;
    expect(list?.total, named).toBe(expected.length);
    expect([...(list?.lines ?? [])].map((line) => line.ref).sort(), named).toEqual(
      expected.map((one) => one.ref).sort(),
    );
    const costs = expected.map((one) => lines.get(one.ref)?.costs?.[span] ?? null);
    expect(compare(list?.now ?? '', add('0', ...costs.map((cost) => cost?.now ?? '0'))), named).toBe(0);
    expect(compare(list?.before ?? '', add('0', ...costs.map((cost) => cost?.before ?? '0'))), named).toBe(0);
    expect(list?.priced, named).toBe(costs.filter((cost) => cost !== null).length);
    const groups = list?.groups ?? [];
    expect(compare(add('0', ...groups.map((group) => group.now)), list?.now ?? ''), named).toBe(0);
    expect(
      groups.reduce((sum, group) => sum + group.resources, 0),
      named,
    ).toBe(expected.length);
    const keyed = (list?.lines ?? []).flatMap((line) => {
      const cost = line.costs?.[span];
      return cost ? [query.sort === 'cost' ? cost.now : subtract(cost.now, cost.before ?? '0')] : [];
    });
    const sorted = [...keyed].sort((a, b) => (query.isDescending ? compare(b, a) : compare(a, b)));
    expect(keyed, named).toEqual(sorted);
    if (expected.length > 0 && expected.length < raw.length) some += 1;
  }
  expect(some).toBeGreaterThan(20);
});

it('pages without a gap and without a repetition', async () => {
  const refs: string[] = [];
  for (let offset = 0; offset < raw.length; offset += 7) {
    const page = await readResources(ctx, queryOf(new URLSearchParams('sort=type')), { offset, limit: 7 });
    refs.push(...(page?.lines ?? []).map((line) => line.ref));
  }
  expect(refs.length).toBe(raw.length);
  expect(new Set(refs)).toEqual(new Set(raw.map((one) => one.ref)));
});

it('goes out as CSV with every row, and amounts that add up to the total of the list', async () => {
  const query = queryOf(new URLSearchParams('span=7'));
  const rows: (string | number)[][] = [];
  for await (const part of streamResources(ctx, query)) rows.push(...part);
  const [header = [], ...body] = rows;
  expect(header).toEqual(resourceHeader('USD'));
  expect(body.map((row) => row[1]).sort()).toEqual(raw.map((one) => one.id).sort());
  const at = header.indexOf('last 7 days (USD)');
  const list = await readResources(ctx, query, { offset: 0, limit: 1 });
  expect(compare(add('0', ...body.map((row) => String(row[at] || '0'))), list?.now ?? '')).toBe(0);
});

it('breaks a file off rather than have two moments in it', async () => {
  const query = queryOf(new URLSearchParams());
  const whole: unknown[] = [];
  for await (const part of streamResources(ctx, query, 7)) whole.push(...part);
  expect(whole.length).toBe(raw.length + 1);
  const file = streamResources(ctx, query, 7);
  await file.next();
  await file.next();
  await bench.database.owner.query(
    `insert into tag_rule (workspace_id, id, name, keys, ignores_case, synonyms, created_at, updated_at)
     values ($1, gen_random_uuid(), 'Team', '{x-team}', false, '{}', now(), now())`,
    [ctx.workspaceId],
  );
  await expect(file.next()).rejects.toThrow('The resources have changed');
  await bench.database.owner.query('delete from tag_rule where workspace_id = $1', [ctx.workspaceId]);
});

it('offers what there is to filter on, with the number of resources of each', async () => {
  const facets = await readResourceFacets(ctx);
  const counted = (of: (one: Raw) => string) =>
    Object.fromEntries(
      [...new Set(raw.map(of))].map((value) => [value, raw.filter((one) => of(one) === value).length]),
    );
  const told = (of: readonly { id: string; resources: number }[] | undefined) =>
    Object.fromEntries((of ?? []).map((one) => [one.id, one.resources]));
  expect(told(facets?.types)).toEqual(counted((one) => one.type));
  expect(told(facets?.services)).toEqual(counted((one) => one.service));
  expect(told(facets?.regions)).toEqual(counted((one) => one.region));
  expect(Object.values(told(facets?.accounts)).sort()).toEqual(
    Object.values(counted((one) => one.account)).sort(),
  );
  for (const { key, values } of facets?.tags ?? []) {
    for (const { value, resources } of values)
      expect([key, value, resources]).toEqual([
        key,
        value,
        raw.filter((one) => one.tags[key] === value).length,
      ]);
  }
  expect(facets?.tags.length).toBe(new Set(raw.flatMap((one) => Object.keys(one.tags))).size);
});

it('tells under Settings which tags resources have, and of each value how many', async () => {
  const { keys } = await listTags(ctx);
  const withKey = (key: string) => raw.filter((one) => key in one.tags);
  const names = [...new Set(raw.flatMap((one) => Object.keys(one.tags)))];
  expect(
    keys
      .filter((one) => one.resources > 0)
      .map((one) => one.key)
      .sort(),
  ).toEqual(names.sort());
  for (const key of names) {
    expect(keys.find((one) => one.key === key)?.resources).toBe(withKey(key).length);
    const { lines: values } = await listTagValues(ctx, { key });
    for (const { value, resources } of values)
      expect([key, value, resources]).toEqual([
        key,
        value,
        withKey(key).filter((one) => one.tags[key] === value).length,
      ]);
  }
  expect(names.length).toBeGreaterThan(1);
});

it('tells of one resource what the tables have of it, and its days add up to what the list says', async () => {
  const costly = raw.filter((one) => compare(lines.get(one.ref)?.costs?.['90']?.now ?? '0', '0') > 0);
  for (const one of costly.slice(0, 10)) {
    const details = await readResource(ctx, one.ref);
    expect(details.line.id).toBe(one.id);
    expect(details.tags).toEqual(one.tags);
    const days = details.days.map((day) => day.amount);
    expect(
      compare(add('0', ...days), costOf(one, details.range?.start ?? '', details.range?.end ?? '')),
    ).toBe(0);
  }
  expect(costly.length).toBeGreaterThan(5);
});
