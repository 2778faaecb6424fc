import { tagFilterSql, tagNamed, tagValueSql } from '@/features/tags/report-tags';
import type { ResourceQuery, ResourceSort } from './resource-query';
import { resourceSpans } from './resource-query';
import type { ResourcePage } from './read-resources';
import type { ResourceScope } from './resource-scope';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

const ORDER: Record<ResourceSort, string> = {
  cost: 'now',
  change: '(now - before)',
  name: `lower(coalesce(nullif(name, ''), resource_id))`,
  type: 'resource_type',
  account: 'sub_account_id',
  region: 'region_id',
  'first-seen': 'first_seen',
  'last-seen': 'last_seen',
};

/** Beside cost, what a page is put in order by: the rest of its lines is read of the page alone. */
const COLUMNS_OF: Record<ResourceSort, readonly string[]> = {
  cost: [],
  change: [],
  name: ['name', 'resource_id'],
  type: ['resource_type'],
  account: ['sub_account_id'],
  region: ['region_id'],
  'first-seen': ['first_seen'],
  'last-seen': ['last_seen'],
};

const prefix = (query: Pick<ResourceQuery, 'metric'>) =>
  query.metric === 'amortized' ? 'effective' : 'billed';

/** `%` and `_` of what was typed are letters like all others. */
const like = (text: string) => `%${text.replace(/[\\%_]/g, (char) => `\\${char}`)}%`;

/** The conditions of the filters on `r`, a resource; the values are appended to `values`. */
export function filterSql(scope: ResourceScope, query: ResourceQuery, values: unknown[]): string {
  const parts: string[] = [];
  const list = (column: string, wanted: readonly string[]) => {
    if (wanted.length > 0) parts.push(`r.${column} = any($${values.push(wanted)})`);
  };
  const ids = new Map([...scope.accounts].map(([id, account]) => [account.ref, id]));
  list('resource_type', query.type);
  list('service_name', query.service);
  // A ref that no longer exists, or is not open to the person, matches nothing.
  list(
    'sub_account_id',
    query.account.map((ref) => ids.get(ref) ?? ''),
  );
  list('region_id', query.region);
  parts.push(
    ...tagFilterSql(
      { tagRules: scope.tagRules, untold: null },
      query.tags,
      'r.tags',
      (value) => `$${values.push(value)}`,
    ),
  );
  if (query.state) parts.push(`r.gone_at is ${query.state === 'gone' ? 'not null' : 'null'}`);
  if (query.search) {
    const at = `$${values.push(like(query.search))}`;
    parts.push(`(r.name ilike ${at} or r.resource_id ilike ${at})`);
  }
  return parts.map((part) => ` and ${part}`).join('');
}

function groupSql(scope: ResourceScope, query: ResourceQuery, values: unknown[]): string | null {
  switch (query.group) {
    case null:
      return null;
    case 'type':
      return 'r.resource_type';
    case 'service':
      return 'r.service_name';
    case 'account':
      return 'r.sub_account_id';
    case 'region':
      return 'r.region_id';
    default:
      return tagValueSql(
        tagNamed(scope.tagRules, query.group.slice(4)),
        'r.tags',
        (value) => `$${values.push(value)}`,
      );
  }
}

/** Where one of those with a cost does not know that of the span before, it is not known of all. */
const SUMS = `coalesce(sum(resources), 0)::integer as total, coalesce(sum(priced), 0)::integer as priced, coalesce(sum(now), 0)::text as now,
  case when coalesce(sum(with_before), 0) = coalesce(sum(priced), 0) then coalesce(sum(before), 0)::text end as before`;

/**
 * Everything that a page of the list shows, as one row: totals, groups, and the lines of the page with all their spans.
 * `only` adds a condition on `r`, its values after those that are there.
 */
export function matchedSql(
  scope: ResourceScope,
  query: ResourceQuery,
  currency: string,
  page: ResourcePage,
  only?: (values: unknown[]) => string,
): Statement {
  // Nearly always there is one connection, and comparing each row with a list of one takes a tenth of all the time.
  const isOne = scope.connectionIds.length === 1;
  const source = isOne ? [scope.shelves[0], scope.connectionIds[0]] : [scope.shelves, scope.connectionIds];
  const values: unknown[] = [scope.workspaceId, ...source, currency];
  const counted = (of: string) =>
    `${of}.workspace_id = $1 and ` +
    (isOne
      ? `${of}.shelf = $2 and ${of}.connection_id = $3`
      : `${of}.shelf = any($2) and ${of}.connection_id = any($3)`);
  const isSame = (one: string, other: string) =>
    `${isOne ? '' : `${one}.shelf = ${other}.shelf and ${one}.connection_id = ${other}.connection_id and `}${one}.resource_key = ${other}.resource_key`;
  const metric = prefix(query);
  const filter = filterSql(scope, query, values) + (only?.(values) ?? '');
  const group = groupSql(scope, query, values);
  const direction = query.isDescending ? 'desc' : 'asc';
  const spans = resourceSpans
    .flatMap((span) => [span, `${span}_before`])
    .map((span) => `'${span}', c.${metric}_${span}::text`)
    .join(', ');
  const kept = [
    'resource_key',
    'ref',
    ...(isOne ? [] : ['shelf', 'connection_id']),
    ...COLUMNS_OF[query.sort],
  ];
  const order = `${ORDER[query.sort]} ${direction} nulls last, ref`;
  // What a page shows of its lines is looked up by where they lie, in the same snapshot: after a load nobody yet knows which index
  // tells resources apart. `limit 1` leaves no way but one by one.
  const text = `
    with matched as materialized (
      select r.ctid as place, ${kept.map((column) => `r.${column}`).join(', ')}, c.${metric}_${query.span} as now, c.${metric}_${query.span}_before as before,
        ${group ?? `''`} as group_key
      from resource r
      left join resource_cost c on ${isSame('c', 'r')} and ${counted('c')} and c.currency = $4
      where ${counted('r')}${filter}
    ), sums as materialized (
      select group_key, count(*) as resources, count(now) as priced, sum(now) as now, count(before) as with_before, sum(before) as before
      from matched group by 1
    ), page as (
      select * from matched order by ${order} limit $${values.push(page.limit)} offset $${values.push(page.offset)}
    ), placed as (
      select row_number() over (order by ${order}) as position, page.* from page
    ), lines as (
      select p.position,
        p.ref, r.resource_id as id, r.name, r.resource_type as type, r.service_name as service, r.region_id as region,
        r.sub_account_id as account, r.state, r.gone_at is not null as gone, r.first_seen, r.last_seen, c.source,
        case when c.resource_key is not null then json_build_object(${spans}) end as costs
      from placed p
      cross join lateral (select * from resource r where r.ctid = p.place and ${isSame('r', 'p')} and ${counted('r')} limit 1) r
      left join lateral (
        select * from resource_cost c where ${isSame('c', 'p')} and ${counted('c')} and c.currency = $4 limit 1
      ) c on true
    )
    select t.total, t.priced, t.now, t.before, (select json_agg(l order by l.position) from lines l) as lines,
      ${
        group
          ? `(select json_agg(g) from (
          select group_key as key, resources, priced, coalesce(now, 0)::text as now,
            case when with_before = priced then coalesce(before, 0)::text end as before
          from sums order by sums.now desc nulls last, 1 limit 500) g)`
          : 'null'
      } as groups
    from (select ${SUMS} from sums) t`;
  return { text, values };
}
