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
  parts.push(...tagFilterSql(scope.tagRules, query.tags, 'r.tags', (value) => `$${values.push(value)}`));
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
const SUMS = `count(now)::integer as priced, coalesce(sum(now), 0)::text as now,
  case when count(before) = count(now) then coalesce(sum(before), 0)::text end as before`;

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
  const values: unknown[] = [scope.workspaceId, scope.shelves, scope.connectionIds, currency];
  const metric = prefix(query);
  const filter = filterSql(scope, query, values) + (only?.(values) ?? '');
  const group = groupSql(scope, query, values);
  const direction = query.isDescending ? 'desc' : 'asc';
  const spans = resourceSpans
    .flatMap((span) => [span, `${span}_before`])
    .map((span) => `'${span}', c.${metric}_${span}::text`)
    .join(', ');
  // Of a filter on tags the planner expects next to nothing, and would look up tens of thousands of costs one by one: a list
  // reads them all, behind a wall that no plan goes through.
  const wall = only ? '' : 'offset 0';
  const order = `${ORDER[query.sort]} ${direction} nulls last, ref`;
  const text = `
    with matched as materialized (
      select r.connection_id, r.shelf, r.resource_key, r.ref, c.${metric}_${query.span} as now, c.${metric}_${query.span}_before as before
        ${COLUMNS_OF[query.sort].map((column) => `, r.${column}`).join('')}${group ? `, ${group} as group_key` : ''}
      from resource r
      left join (
        select k.shelf, k.connection_id, k.resource_key, k.${metric}_${query.span}, k.${metric}_${query.span}_before from resource_cost k
        where k.workspace_id = $1 and k.shelf = any($2) and k.connection_id = any($3) and k.currency = $4 ${wall}
      ) c on c.shelf = r.shelf and c.connection_id = r.connection_id and c.resource_key = r.resource_key
      where r.workspace_id = $1 and r.shelf = any($2) and r.connection_id = any($3)${filter}
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
      join resource r on r.workspace_id = $1 and r.shelf = p.shelf and r.connection_id = p.connection_id and r.resource_key = p.resource_key
        and r.shelf = any($2)
      left join resource_cost c on c.workspace_id = $1 and c.shelf = p.shelf and c.connection_id = p.connection_id
        and c.resource_key = p.resource_key and c.currency = $4 and c.shelf = any($2)
    )
    select t.total, t.priced, t.now, t.before, (select json_agg(l order by l.position) from lines l) as lines,
      ${
        group
          ? `(select json_agg(g) from (
          select group_key as key, count(*)::integer as resources, ${SUMS}
          from matched group by 1 order by sum(now) desc nulls last, 1 limit 500) g)`
          : 'null'
      } as groups
    from (
      select count(*)::integer as total, ${SUMS} from matched
    ) t`;
  return { text, values };
}
