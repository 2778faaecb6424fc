import type { CostQuery } from '@/domain/cost-query';
import { addMonths, monthOf } from '@/domain/period';
import { columnFilters, excludedCategories, type CostScope } from '@/features/costs/scope';
import type { Frame } from '@/features/costs/frame';
import { untoldBy } from '@/features/costs/tag-sql';
import { agreedWords, focusColumns, type FocusColumn, type FocusType } from './columns';
import { withinMonth } from '@/focus/sql';
import { tagFilterSql, type Bind } from '@/features/tags/report-tags';
import { numberList, numberOf, quoted, quotedList } from './literals';

/** A part of a shelf: one month of a billing export, or null and a file. */
export interface Leaf {
  readonly connectionId: string;
  readonly shelf: number;
  readonly month: string | null;
}

/** The charges behind an overview: where they lie, and which of them it counts. */
export interface Report {
  readonly scope: CostScope;
  readonly query: CostQuery;
  readonly frame: Frame;
  /** Where its line items lie; nowhere for people who may see some accounts only. */
  readonly leaves: readonly Leaf[];
  /** By tag key the connections whose totals are told apart by it: only there a filter on it finds anything. */
  readonly reportedTags: ReadonlyMap<string, readonly string[]>;
}

const bind: Bind = (value) => (Array.isArray(value) ? quotedList(value as string[]) : quoted(String(value)));

const toldIn = (scope: Report['scope'], alias: string) => ({
  tagRules: scope.tagRules,
  untold: untoldBy(scope, alias, bind),
});

/** The tag filters on line items: by those keys alone that the overview knows. */
function itemTags({ scope, query, reportedTags }: Report): string {
  const valueOf = (key: string) =>
    `case when l.connection_id = any(${quotedList(reportedTags.get(key) ?? [])}::uuid[]) then t.tags ->> ${quoted(key)} end`;
  return tagFilterSql(toldIn(scope, 'l'), query.tags, valueOf, bind)
    .map((part) => `\n  and ${part}`)
    .join('');
}

/**
 * Daily totals, told apart by tags where the report filters on them: those have every part that counts and no other. What Cost
 * Explorer told has no tags, and is found by no filter on them.
 */
function totalsSql(report: Report): string {
  const { scope, query, frame } = report;
  if (query.tags.length === 0) return 'charge';
  return `(select g.workspace_id, g.shelf, g.connection_id, g.sub_account_id, g.source, m.charge_month + d.day::integer - 1 as charge_date,
      g.charge_category, g.service_name, g.region_id, g.currency, d.billed as billed_cost, d.effective as effective_cost,
      null::numeric as list_cost, null::numeric as contracted_cost,
      case g.charge_category when 'Usage' then '' else g.charge_category end as record_type
    from tag_group g
    join charge_month_tag m on ${shelvedKeyOf(report, 'm')} and m.connection_id = g.connection_id and m.tag_group = g.tag_group
    cross join lateral unnest(m.days, m.billed, coalesce(m.effective, m.billed)) as d (day, billed, effective)
    where ${shelvedKeyOf(report, 'g')} and ${tagFilterSql(toldIn(scope, 'g'), query.tags, 'g.tags', bind).join(' and ')}
      and m.charge_month >= ${quoted(monthOf(frame.ranges.now.start))}::date and m.charge_month < ${quoted(frame.ranges.now.end)}::date)`;
}

const WRITTEN: Readonly<Record<FocusType, (value: string) => string>> = {
  text: (value) => `(${value})::text`,
  number: (value) => `trim_scale((${value})::numeric)`,
  moment: (value) => `to_char((${value})::timestamp, 'YYYY-MM-DD"T00:00:00Z"')`,
};

const columnsOf = (source: 'item' | 'charge') =>
  focusColumns
    .map((column: FocusColumn) => `${WRITTEN[column.type](column[source])} as "${column.name}"`)
    .join(',\n  ');

const keyOf = ({ scope }: Pick<Report, 'scope'>, table: string) =>
  `${table}.workspace_id = ${quoted(scope.workspaceId)}::uuid and ${table}.connection_id = any(${quotedList(scope.connectionIds)}::uuid[])`;

const shelvedKeyOf = (report: Report, table: string) =>
  `${keyOf(report, table)} and ${table}.shelf = any(${numberList(report.scope.shelves)})`;

const onItsDays = ({ frame }: Report, day: string) =>
  `${day} >= ${quoted(frame.ranges.now.start)}::date and ${day} < ${quoted(frame.ranges.now.end)}::date`;

/** What the overview filters by besides the days, on whichever columns say it. */
function filtersOf({ scope, query, frame }: Report, of: { table: string; currency: string }): string {
  return [
    `${of.currency} = ${quoted(frame.currency)}`,
    `${of.table}.charge_category <> all(${quotedList(excludedCategories(query))})`,
    ...columnFilters(scope, query).map(
      ([name, values]) => `${of.table}.${name} = any(${quotedList(values)})`,
    ),
  ].join('\n  and ');
}

/**
 * Where line items of a report's days lie: a billing export's by its month, in which all of them count, and an uploaded file's,
 * which count on the day that they say.
 */
export function leavesSql(report: Pick<Report, 'scope' | 'frame'>): string {
  const { start, end } = report.frame.ranges.now;
  const key = (table: string) => keyOf(report, table);
  return `select p.connection_id as "connectionId", p.shelf, p.billing_period as month from billing_period p
    where ${key('p')} and p.shelf is not null
      and p.billing_period >= ${quoted(monthOf(start))}::date and p.billing_period < ${quoted(end)}::date
  union all
  select f.connection_id, f.shelf, null from uploaded_file f
    where ${key('f')} and f.shelf is not null
      and f.first_date < ${quoted(end)}::date and f.last_date >= ${quoted(start)}::date`;
}

/** Leaves that lie side by side, told apart by whether all of their line items are of the report's days. */
function partsOf({ leaves, frame }: Report): { leaf: Leaf; months: string[]; isWhole: boolean }[] {
  const { start, end } = frame.ranges.now;
  const parts = new Map<string, { leaf: Leaf; months: string[]; isWhole: boolean }>();
  for (const leaf of leaves) {
    const { connectionId, shelf, month } = leaf;
    const isWhole = month !== null && month >= start && addMonths(month, 1) <= end;
    const key = JSON.stringify([connectionId, shelf, month === null, isWhole]);
    const part = parts.get(key) ?? { leaf, months: [], isWhole };
    if (month !== null) part.months.push(month);
    parts.set(key, part);
  }
  return [...parts.values()];
}

/**
 * Line items of the report's days, with the day on which each counts: leaf by leaf, since of a join with the leaves PostgreSQL
 * expects a handful of rows, and would keep all ten million in files to look them up for their words, instead of these for them.
 */
function daysSql(report: Report): string {
  const counted = withinMonth('i.charge_date', 'i.billing_period');
  return partsOf(report)
    .map(({ leaf, months, isWhole }) => {
      const isFile = leaf.month === null;
      const filter = isFile
        ? `and ${onItsDays(report, 'i.charge_date')}`
        : `and i.billing_period = any(${quotedList(months)}::date[]) ${isWhole ? '' : `and ${onItsDays(report, counted)}`}`;
      return `select i.*, ${isFile ? 'i.charge_date' : counted} as day from line_item i
    where i.workspace_id = ${quoted(report.scope.workspaceId)}::uuid and i.shelf = ${numberOf(leaf.shelf)}
      and i.connection_id = ${quoted(leaf.connectionId)}::uuid ${filter}`;
    })
    .join('\n  union all\n  ');
}

const itemsSql = (report: Report) => `select
  ${columnsOf('item')}
from (
  ${daysSql(report)}
) l
join charge_kind k on ${shelvedKeyOf(report, 'k')} and k.connection_id = l.connection_id and k.kind_key = l.kind_key
left join resource r on ${shelvedKeyOf(report, 'r')} and r.connection_id = l.connection_id and r.resource_key = l.resource_key
left join tag_set t on ${shelvedKeyOf(report, 't')} and t.connection_id = l.connection_id and t.tag_key = l.tag_key
left join linked_account a on ${keyOf(report, 'a')} and a.connection_id = l.connection_id and a.aws_account_id = k.sub_account_id
where ${filtersOf(report, { table: 'k', currency: 'k.billing_currency' })}${itemTags(report)}`;

/** An account's month counts from its export where that covers it, as in the rollups: see rollUp of syncs. */
const chargesOnlySql = (report: Report) => `select
  ${columnsOf('charge')}
from ${totalsSql(report)} c
left join covered_month m on ${keyOf(report, 'm')} and m.connection_id = c.connection_id
  and m.sub_account_id = c.sub_account_id and m.billing_period = date_trunc('month', c.charge_date)::date
left join (
  select k.connection_id, k.sub_account_id, k.service_name,
    ${agreedWords.map((word) => `case when min(k.${word}) = max(k.${word}) then nullif(min(k.${word}), '') end as ${word}`).join(',\n    ')}
  from charge_kind k where ${shelvedKeyOf(report, 'k')} group by 1, 2, 3
) w on w.connection_id = c.connection_id and w.sub_account_id = c.sub_account_id and w.service_name = c.service_name
left join connection n on n.workspace_id = c.workspace_id and n.id = c.connection_id
left join linked_account a on ${keyOf(report, 'a')} and a.connection_id = c.connection_id and a.aws_account_id = c.sub_account_id
where ${shelvedKeyOf(report, 'c')}
  and (c.source = 'export') = (m.billing_period is not null)
  ${report.scope.limitedTo ? '' : "and c.source = 'cost-explorer'"}
  and ${onItsDays(report, 'c.charge_date')}
  and ${filtersOf(report, { table: 'c', currency: 'c.currency' })}`;

/**
 * Every charge behind a report as a row of FOCUS: line items where the account's month counts from a billing export or a file,
 * and what Cost Explorer said everywhere else. Whoever may see some accounts only may read no line items, and gets the daily
 * totals of all sources. Its sums are the overview's, to the last decimal.
 */
export function chargesSql(report: Report): string {
  const hasItems = report.leaves.length > 0;
  return hasItems ? `${itemsSql(report)}\nunion all\n${chargesOnlySql(report)}` : chargesOnlySql(report);
}
