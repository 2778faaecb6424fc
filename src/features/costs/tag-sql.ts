import type { Sql } from '@/db/client';
import type { CostQuery } from '@/domain/cost-query';
import { UNTAGGED, UNTOLD } from '@/domain/tag-filter';
import {
  bindTo,
  tagFilterSql,
  tagNamed,
  tagValueSql,
  type Bind,
  type UntoldSql,
} from '@/features/tags/report-tags';
import {
  addMonths,
  barsOf,
  daysBetween,
  daysInMonth,
  monthOf,
  partsOf,
  type DayRange,
  type Grain,
} from '@/domain/period';
import { costColumn, type CostScope } from './scope';

/**
 * Groups and their months are joined by hash. PostgreSQL knows nothing of columns that were worked out, and would rather look up
 * the months of forty thousand groups one by one: a year by tag took 4 s for each of its statements, and takes half a second so.
 * Where a filter leaves a handful of groups a statement takes 0.3 s instead of 0.1.
 */
export const TAGS_ARE_HASHED = 'set local enable_nestloop = off';

/** Values of one tag that a filter offers at the most. */
const VALUES_MAX = 200;

const ofScope = (g: string): string =>
  `${g}.workspace_id = $1 and ${g}.shelf = any($2) and ${g}.connection_id = any($3)`;

/** SQL for the rows of `alias` that are of a connection whose totals are not told apart by a key of the tag that its bills have. */
export const untoldBy =
  ({ untold }: Pick<CostScope, 'untold'>, alias: string, bind: Bind): UntoldSql =>
  (tag) => {
    const connections = [...new Set(tag.keys.flatMap((key) => untold.get(key) ?? []))];
    return connections.length === 0 ? null : `${alias}.connection_id = any(${bind(connections)}::uuid[])`;
  };

/** What of a query these SELECTs look at; all other filters are conditions of `counted`. */
type Counting = Pick<CostQuery, 'metric' | 'tags'>;

/** What a report counts of the charges: conditions on columns that charges and their groups have alike, of the table `alias`. */
export type Counted = (alias: string) => string;

/** SQL for the bar of a chart that a day is part of. */
export const barOf = (grain: Grain, day: string): string =>
  grain === 'day' ? day : `date_trunc('month', ${day})::date`;

/** Columns of a group, `g`, with the names that they have in a SELECT. */
export type GroupColumns = Readonly<Record<string, string>>;

/** Days of one month, or whole months. */
interface Part {
  readonly isWhole: boolean;
  readonly range: DayRange;
}

/** By the day each month is a part of its own, so that its days are numbers and need not be made into dates one by one. */
function partsBy(grain: Grain, range: DayRange): Part[] {
  if (grain === 'month') return partsOf(range);
  return barsOf(range, 'month').map((month) => ({
    isWhole: false,
    range: {
      start: month < range.start ? range.start : month,
      end: addMonths(month, 1) > range.end ? range.end : addMonths(month, 1),
    },
  }));
}

/**
 * SELECT of the charges of a range of days whose tags are told and meet the query's filters: the columns asked for, `day` and
 * `cost`, added up in parts. Where only months are asked for, `day` is the first of the month, and whole months are read as one
 * figure. What is asked of a group is found out once, whatever the number of its days. `$1` to `$3` are workspace, shelves and
 * connections.
 */
export function taggedCharges(
  scope: CostScope,
  query: Counting,
  columns: GroupColumns,
  of: { counted: Counted; range: DayRange; grain: Grain; bind: Bind },
): string {
  const { bind, range, grain } = of;
  const cost = costColumn(query);
  const costs = cost === 'effective_cost' ? 'coalesce(m.effective, m.billed)' : 'm.billed';
  const told = { tagRules: scope.tagRules, untold: untoldBy(scope, 'g', bind) };
  const met = tagFilterSql(told, query.tags, 'g.tags', bind).map((part) => ` and ${part}`);
  const names = Object.keys(columns)
    .map((name) => `f.${name}`)
    .join(', ');
  const months = `found f join charge_month_tag m on ${ofScope('m')} and m.connection_id = f.connection_id and m.tag_group = f.tag_group`;
  const branches = partsBy(grain, range).map((part) => {
    if (part.isWhole)
      return `select ${names}, m.charge_month as day, sum(m.${cost}) as cost from ${months}
        where m.charge_month >= ${bind(part.range.start)} and m.charge_month < ${bind(part.range.end)} group by ${names}, m.charge_month`;
    const month = monthOf(part.range.start);
    const [first, next] = [daysBetween(month, part.range.start) + 1, daysBetween(month, part.range.end) + 1];
    const limits =
      first > 1 || next <= daysInMonth(month) ? ` and d.day >= ${first} and d.day < ${next}` : '';
    const [at, day] = [bind(month), grain === 'day' ? ', d.day' : ''];
    return `select ${names}, ${at}::date${grain === 'day' ? ' + f.day::integer - 1' : ''} as day, f.cost from (
        select ${names}${day}, sum(d.cost) as cost
        from ${months} cross join lateral unnest(m.days, ${costs}) as d (day, cost)
        where m.charge_month = ${at}${limits} group by ${names}${day}
      ) f`;
  });
  const wanted = Object.entries(columns).map(([name, value]) => `${value} as ${name}`);
  return `with found as materialized (
      select g.connection_id, g.tag_group, ${wanted.join(', ')} from tag_group g where ${ofScope('g')} and ${of.counted('g')}${met.join('')}
    )
    ${branches.join('\nunion all\n')}`;
}

/**
 * Whether an account has a month in the range that no export covers, as SQL; files that somebody uploads are not of Cost Explorer.
 * Who may see some accounts only sees no totals of months, and is not asked for them.
 */
function hasUncovered(scope: CostScope, range: DayRange, bind: Bind): string {
  if (scope.limitedTo !== null) return 'true';
  return `exists (
      select from charge_monthly_by y
      join connection o on o.workspace_id = $1 and o.id = y.connection_id and o.kind = 'aws'
      where ${ofScope('y')} and y.dimension = 'account'
        and y.charge_month >= ${bind(monthOf(range.start))} and y.charge_month < ${bind(range.end)}
        and not exists (select from covered_month k where k.workspace_id = $1 and k.connection_id = y.connection_id
          and k.sub_account_id = y.key and k.billing_period = y.charge_month)
    )`;
}

/**
 * SELECT of what Cost Explorer alone told in a range of days, and so without tags: `day` and `cost`. A filter on tags finds none.
 * Where exports cover all of it no charge is looked at.
 */
export function untoldCharges(
  scope: CostScope,
  query: Counting,
  of: { counted: Counted; range: DayRange; grain: Grain; bind: Bind },
): string {
  return `select ${barOf(of.grain, 'c.charge_date')} as day, c.${costColumn(query)} as cost from charge c
    left join covered_month v on v.workspace_id = $1 and v.connection_id = c.connection_id and v.sub_account_id = c.sub_account_id
      and v.billing_period = date_trunc('month', c.charge_date)::date
    where ${ofScope('c')} and ${of.counted('c')} and c.source = 'cost-explorer' and v.billing_period is null
      and c.charge_date >= ${of.bind(of.range.start)} and c.charge_date < ${of.bind(of.range.end)}
      and ${hasUncovered(scope, of.range, of.bind)}`;
}

/** SELECT of the costs of a range of days by tag: `key`, as lines by tag have it, `day` and `cost`, to be added up. */
export function costsByTag(
  scope: CostScope,
  query: Counting,
  name: string,
  of: { counted: Counted; range: DayRange; grain: Grain; bind: Bind },
): string {
  const tag = tagNamed(scope.tagRules, name);
  const value = tagValueSql(tag, 'g.tags', of.bind);
  const isUntold = untoldBy(scope, 'g', of.bind)(tag);
  const none =
    isUntold === null ? `'${UNTAGGED}'` : `case when ${isUntold} then '${UNTOLD}' else '${UNTAGGED}' end`;
  const told = taggedCharges(scope, query, { key: `coalesce('=' || ${value}, ${none})` }, of);
  if (query.tags.length > 0) return told;
  return `select t.key, t.day, t.cost from (${told}) t
    union all
    select '${UNTOLD}' as key, u.day, u.cost from (${untoldCharges(scope, query, of)}) u`;
}

export interface TagOption {
  readonly name: string;
  readonly values: readonly string[];
}

/** Groups have a tenth as many sets of tags as there are of them. */
const SETS = `select distinct g.tags from tag_group g where ${ofScope('g')}`;

/** The tags that a report can be filtered and grouped by: rules first, then the keys that are part of none. */
export async function readTagOptions(sql: Sql, scope: CostScope): Promise<TagOption[]> {
  const { rows: pairs } = await sql.query<{ key: string; values: string[] }>(
    `select t.key, (array_agg(t.value order by t.value))[1:${VALUES_MAX}] as values
     from (select distinct e.key, e.value from (${SETS}) g, jsonb_each_text(g.tags) e) t
     group by 1 order by lower(t.key), t.key`,
    [scope.workspaceId, scope.shelves, scope.connectionIds],
  );
  const known = new Set(pairs.map((pair) => pair.key));
  const rules = [...scope.tagRules.values()].filter((rule) => rule.keys.some((key) => known.has(key)));
  const params: unknown[] = [scope.workspaceId, scope.shelves, scope.connectionIds];
  const bind = bindTo(params);
  const ofRules = rules.map(
    (rule) =>
      `select ${bind(rule.name)}::text as key, (array_agg(v.value order by v.value))[1:${VALUES_MAX}] as values
       from (select distinct ${tagValueSql(rule, 'g.tags', bind)} as value from (${SETS}) g) v
       where v.value is not null`,
  );
  const found =
    ofRules.length === 0
      ? []
      : (await sql.query<{ key: string; values: string[] | null }>(ofRules.join('\nunion all\n'), params))
          .rows;
  const joined = new Set(rules.flatMap((rule) => [rule.name, ...rule.keys]));
  return [...found, ...pairs.filter((pair) => !joined.has(pair.key))].map(({ key, values }) => ({
    name: key,
    values: values ?? [],
  }));
}
