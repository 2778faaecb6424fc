import { limitOf, requirePermission, withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { processWide } from '@/process-wide';
import { changePercent, sharePercent } from '@/domain/money';
import { resourceSpans as daysOfSpans } from '@/features/resource-costs/sum-resource-costs';
import { cachedAnswer } from '@/features/costs/answer-cache';
import { regionLabel, serviceLabel } from '@/features/costs/labels';
import { resourceSpans, toResourceParams, type ResourceQuery, type ResourceSpan } from './resource-query';
import { readResourceScope, type ResourceScope } from './resource-scope';
import type { CostSource, ResourceGroup, ResourceLine, ResourceList, SpanCost } from './resources';
import { matchedSql, type Statement } from './resource-sql';
import { typeLabel } from './type-label';

export interface ResourcePage {
  readonly offset: number;
  readonly limit: number;
}

/** A page of more lines is not kept in memory. */
const KEPT_LINES_MAX = 200;

interface LineRow {
  ref: string;
  id: string;
  name: string;
  type: string;
  service: string;
  region: string;
  account: string;
  state: string;
  gone: boolean;
  first_seen: string | null;
  last_seen: string | null;
  source: CostSource | null;
  costs: Record<string, string | null> | null;
}

interface Found {
  total: number;
  priced: number;
  now: string;
  before: string | null;
  lines: LineRow[] | null;
  groups:
    { key: string | null; resources: number; priced: number; now: string; before: string | null }[] | null;
}

function spanCost(now: string, before: string | null): SpanCost {
  return { now, before, change: before === null ? null : changePercent(now, before) };
}

function costsOf(costs: Record<string, string | null> | null): ResourceLine['costs'] {
  if (!costs) return null;
  const spans = resourceSpans.map((span) => {
    const now = costs[span] ?? null;
    return [span, now === null ? null : spanCost(now, costs[`${span}_before`] ?? null)];
  });
  return Object.fromEntries(spans) as Record<ResourceSpan, SpanCost | null>;
}

export const accountOf = (scope: ResourceScope, id: string) =>
  scope.accounts.get(id) ?? { ref: '', label: id };

function lineOf(scope: ResourceScope, row: LineRow): ResourceLine {
  return {
    ref: row.ref,
    id: row.id,
    name: row.name,
    type: row.type,
    typeLabel: typeLabel(row.type),
    service: row.service,
    region: row.region,
    account: accountOf(scope, row.account),
    state: row.state,
    isGone: row.gone,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    source: row.source,
    costs: costsOf(row.costs),
  };
}

function groupLabel(
  scope: ResourceScope,
  group: string,
  key: string | null,
): { id: string | null; label: string } {
  if (key === null) return { id: null, label: `No tag ${group.slice(4)}` };
  if (group === 'account') {
    const account = accountOf(scope, key);
    return { id: account.ref, label: account.label };
  }
  if (group === 'type') return { id: key, label: typeLabel(key) };
  if (group === 'service') return { id: key, label: serviceLabel(key) };
  if (group === 'region') return { id: key, label: regionLabel(key) };
  return { id: key, label: key };
}

function groupsOf(
  scope: ResourceScope,
  query: ResourceQuery,
  found: Pick<Found, 'groups' | 'now'>,
): ResourceGroup[] {
  const { group } = query;
  if (!group) return [];
  return (found.groups ?? []).map((row) => ({
    ...groupLabel(scope, group, row.key),
    resources: row.resources,
    priced: row.priced,
    ...spanCost(row.now, row.before),
    share: sharePercent(row.now, found.now),
  }));
}

/** What a statement of `matchedSql` finds, lines in their words. */
export async function listFound(
  sql: Sql,
  scope: ResourceScope,
  statement: Statement,
): Promise<Omit<Found, 'lines'> & { lines: ResourceLine[] }> {
  const { rows } = await sql.query<Found>({ text: statement.text, values: [...statement.values] });
  const found = rows[0] ?? { total: 0, priced: 0, now: '0', before: '0', lines: null, groups: null };
  return { ...found, lines: (found.lines ?? []).map((row) => lineOf(scope, row)) };
}

/**
 * A page of the resources that match, with the totals of all that do, in one statement. The sum of the groups, and of the
 * lines of all pages, is the total. Null where no connection counts.
 */
export async function readResources(
  ctx: Ctx,
  query: ResourceQuery,
  page: ResourcePage,
): Promise<ResourceList | null> {
  requirePermission(ctx, 'cost:read');
  const read = (sql: Sql) => findResources(ctx, sql, query, page);
  // An export goes through all of them once. Who may see some accounts only does not see all that changes the others.
  if (page.limit > KEPT_LINES_MAX || limitOf(ctx.actor)) return withSql(ctx, 'read', read);
  return cachedAnswer(ctx, `resources ${toResourceParams(query)} ${page.offset} ${page.limit}`, read);
}

/** What three processes share is less than the 64 MB that a container usually has for it. */
const ALONE = `set local max_parallel_workers_per_gather = 2; set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0;
  set local work_mem = '16MB'; set local hash_mem_multiplier = 1`;
const BESIDE = `set local max_parallel_workers_per_gather = 0; set local work_mem = '32MB'`;

/** Lists that are being read just now. */
const lists = processWide('lists-being-read', () => ({ now: 0 }));

/**
 * All that match are looked through in memory, also where there are a hundred thousand. Of a filter on tags the planner expects
 * next to nothing, and would look up tens of thousands of costs one by one: a list reads them all. Whoever reads alone has
 * PostgreSQL's workers; beside others they would only take their processors.
 */
async function inMemory<T>(sql: Sql, read: () => Promise<T>): Promise<T> {
  lists.now += 1;
  try {
    await sql.query(
      `set local jit = off; set local enable_nestloop = off; ${lists.now === 1 ? ALONE : BESIDE}`,
    );
    return await read();
  } finally {
    lists.now -= 1;
  }
}

async function findResources(
  ctx: Ctx,
  sql: Sql,
  query: ResourceQuery,
  page: ResourcePage,
): Promise<ResourceList | null> {
  const scope = await readResourceScope(sql, ctx.workspaceId);
  if (!scope) return null;
  const currency = query.currency ?? scope.currencies[0] ?? 'USD';
  const found = await inMemory(sql, () => listFound(sql, scope, matchedSql(scope, query, currency, page)));
  const range = scope.asOf ? (daysOfSpans(scope.asOf)[query.span] ?? null) : null;
  return {
    currency,
    currencies: scope.currencies,
    asOf: scope.asOf,
    range,
    total: found.total,
    priced: found.priced,
    ...spanCost(found.now, found.before),
    offset: page.offset,
    lines: found.lines,
    groups: groupsOf(scope, query, found),
  };
}
