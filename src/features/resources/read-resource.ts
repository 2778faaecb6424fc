import { limitOf, requirePermission, withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import type { CostMetric } from '@/domain/cost-query';
import { add, compare, type Amount } from '@/domain/money';
import { addDays, type DayRange } from '@/domain/period';
import { cachedAnswer } from '@/features/costs/answer-cache';
import { NotFound } from '@/errors';
import type { ResourceQuery } from './resource-query';
import { matchedSql } from './resource-sql';
import { listFound } from './read-resources';
import { readResourceScope, type ResourceScope } from './resource-scope';
import type { CostSource, ResourceLine } from './resources';

/** Days that a resource's page looks back at the most. */
export const RESOURCE_DAYS = 90;

export interface ResourceCharge {
  readonly service: string;
  readonly category: string;
  readonly description: string;
  readonly usageType: string;
  readonly operation: string;
  readonly pricing: string;
  readonly commitment: string;
  readonly quantity: string | null;
  readonly unit: string;
  readonly amount: Amount;
}

export interface ResourceDetails {
  readonly currency: string;
  readonly line: ResourceLine;
  readonly tags: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly createdAt: string | null;
  /** When the inventory last listed it, and when it was first missing there; null where only a bill names it. */
  readonly listedAt: string | null;
  readonly goneAt: string | null;
  readonly range: DayRange | null;
  readonly days: readonly { readonly day: string; readonly amount: Amount }[];
  readonly charges: readonly ResourceCharge[];
  readonly related: readonly ResourceLine[];
}

interface Found {
  connection_id: string;
  shelf: number;
  resource_key: number;
  resource_id: string;
  sub_account_id: string;
  tags: Record<string, string>;
  attributes: Record<string, string | number | boolean>;
  related: string[];
  related_by: string[];
  created_at: Date | null;
  listed_at: Date | null;
  gone_at: Date | null;
  /** What tells its cost, and from which day to before which; null where nothing does. */
  source: CostSource | null;
  since: string | null;
  as_of: string | null;
}

async function findResource(sql: Sql, scope: ResourceScope, ref: string, currency: string): Promise<Found> {
  const { rows } = await sql.query<Found>(
    `select r.connection_id, r.shelf, r.resource_key, r.resource_id, r.sub_account_id, r.tags, r.attributes, r.related, r.related_by, r.created_at, r.listed_at,
       r.gone_at, c.source, c.since, c.as_of
     from resource r
     left join resource_cost c on c.workspace_id = $1 and c.shelf = any($2) and c.shelf = r.shelf and c.connection_id = r.connection_id
       and c.resource_key = r.resource_key and c.currency = $5
     where r.workspace_id = $1 and r.shelf = any($2) and r.connection_id = any($3) and r.ref = $4`,
    [scope.workspaceId, scope.shelves, scope.connectionIds, ref, currency],
  );
  const found = rows[0];
  if (!found) throw new NotFound('resource');
  return found;
}

/** The resource's line items by day and by kind of charge, of the days that its page shows. */
async function readCharges(
  sql: Sql,
  found: Found,
  of: { workspaceId: string; currency: string; range: DayRange; metric: CostMetric },
): Promise<Pick<ResourceDetails, 'days' | 'charges'>> {
  const cost = of.metric === 'amortized' ? 'effective_cost' : 'billed_cost';
  const { rows } = await sql.query<{
    days: ResourceDetails['days'] | null;
    charges: ResourceDetails['charges'] | null;
  }>(
    `with items as materialized (
       select l.charge_date, l.kind_key, l.${cost} as cost, l.consumed_quantity, l.pricing_quantity
       from line_items_of($2, $3, $4, $5) l
     ), kinds as (
       select i.kind_key, sum(i.cost) as cost, sum(coalesce(i.consumed_quantity, i.pricing_quantity)) as quantity
       from items i group by 1
     ), named as (
       select k.kind_key, k.service_name, k.charge_category, k.charge_description, k.usage_type, k.operation, k.pricing_category,
         k.commitment_discount_type, coalesce(nullif(k.consumed_unit, ''), k.pricing_unit) as unit
       from charge_kind k
       where k.workspace_id = $1 and k.shelf = $6 and k.connection_id = $2 and k.billing_currency = $7
         and k.kind_key = any (array(select kind_key from kinds))
     )
     select (
       select json_agg(json_build_object('day', d.charge_date, 'amount', d.amount) order by d.charge_date) from (
         select i.charge_date, trim_scale(sum(i.cost))::text as amount from items i join named n using (kind_key) group by 1
       ) d
     ) as days, (
       select json_agg(json_build_object('service', c.service_name, 'category', c.charge_category, 'description', c.charge_description,
         'usageType', c.usage_type, 'operation', c.operation, 'pricing', c.pricing_category, 'commitment', c.commitment_discount_type,
         'quantity', c.quantity, 'unit', c.unit, 'amount', c.amount::text) order by c.amount desc, c.usage_type)
       from (
         select n.service_name, n.charge_category, n.charge_description, n.usage_type, n.operation, n.pricing_category,
           n.commitment_discount_type, n.unit, trim_scale(sum(k.quantity))::text as quantity, trim_scale(sum(k.cost)) as amount
         from kinds k join named n using (kind_key) group by 1, 2, 3, 4, 5, 6, 7, 8
       ) c
     ) as charges`,
    [
      ...[of.workspaceId, found.connection_id, found.resource_key, of.range.start, of.range.end],
      ...[found.shelf, of.currency],
    ],
  );
  return { days: rows[0]?.days ?? [], charges: rows[0]?.charges ?? [] };
}

/** The same of what Cost Explorer tells, which knows services and no kinds of charge. */
async function readFetched(
  sql: Sql,
  found: Found,
  of: { workspaceId: string; currency: string; range: DayRange; metric: CostMetric },
): Promise<Pick<ResourceDetails, 'days' | 'charges'>> {
  const cost = of.metric === 'amortized' ? 'effective_cost' : 'billed_cost';
  const { rows } = await sql.query<{ day: string; service: string; amount: string }>(
    `select d.charge_date as day, d.service_name as service, d.${cost}::text as amount from resource_day d
     where d.workspace_id = $1 and d.shelf = $2 and d.connection_id = $3 and d.resource_key = $4 and d.currency = $5
       and d.charge_date >= $6 and d.charge_date < $7
     order by 1, 2`,
    [
      ...[of.workspaceId, found.shelf, found.connection_id, found.resource_key, of.currency],
      ...[of.range.start, of.range.end],
    ],
  );
  const sums = (key: 'day' | 'service') => {
    const found = new Map<string, Amount>();
    for (const row of rows) found.set(row[key], add(found.get(row[key]) ?? '0', row.amount));
    return [...found];
  };
  const nothing = { category: '', description: '', usageType: '', operation: '', pricing: '' };
  return {
    days: sums('day').map(([day, amount]) => ({ day, amount })),
    charges: sums('service')
      .sort(([, a], [, b]) => compare(b, a))
      .map(([service, amount]) => ({
        ...{ ...nothing, commitment: '', quantity: null, unit: '' },
        ...{ service, amount },
      })),
  };
}

const everything: Omit<ResourceQuery, 'metric'> = {
  ...{ span: '30', currency: null, search: '', sort: 'cost', isDescending: true, state: null, group: null },
  ...{ type: [], service: [], account: [], region: [], tags: [] },
};

/** Related resources that a page shows at the most. */
const RELATED_MAX = 99;

/** The resource itself and what it is related to, in either direction, as lines of the list. */
async function readLines(
  sql: Sql,
  scope: ResourceScope,
  of: { found: Found; currency: string; metric: CostMetric },
): Promise<ResourceLine[]> {
  const { found, currency, metric } = of;
  const related = [...new Set([...found.related, ...found.related_by])].slice(0, RELATED_MAX);
  const statement = matchedSql(
    scope,
    { ...everything, metric },
    currency,
    { offset: 0, limit: RELATED_MAX + 1 },
    (values) => {
      // What is related is of the same account, and all of it is found by its key.
      const account = `$${values.push(found.sub_account_id)}`;
      return ` and r.sub_account_id = ${account} and r.resource_id = any($${values.push([found.resource_id, ...related])})`;
    },
  );
  return (await listFound(sql, scope, statement)).lines;
}

/** Everything of one resource. Throws NotFound for a ref that names none, or one that the person may not see. */
export async function readResource(
  ctx: Ctx,
  ref: string,
  options: { metric?: CostMetric; currency?: string | null } = {},
): Promise<ResourceDetails> {
  requirePermission(ctx, 'cost:read');
  const read = (sql: Sql) => findDetails(ctx, sql, ref, options);
  if (limitOf(ctx.actor)) return withSql(ctx, 'read', read);
  return cachedAnswer(ctx, `resource ${JSON.stringify([ref, options.metric, options.currency])}`, read);
}

async function findDetails(
  ctx: Ctx,
  sql: Sql,
  ref: string,
  options: { metric?: CostMetric; currency?: string | null },
): Promise<ResourceDetails> {
  const scope = await readResourceScope(sql, ctx.workspaceId);
  if (!scope) throw new NotFound('resource');
  const currency = options.currency ?? scope.currencies[0] ?? 'USD';
  const found = await findResource(sql, scope, ref, currency);
  const metric = options.metric ?? 'amortized';
  // Days that are not loaded are no days without cost.
  const { asOf, since } = found.as_of ? { asOf: found.as_of, since: found.since } : scope;
  const oldest = asOf && addDays(asOf, -RESOURCE_DAYS);
  const start = oldest && since && since > oldest ? since : oldest;
  const range = asOf && start ? { start, end: asOf } : null;
  const read = found.source === 'cost-explorer' ? readFetched : readCharges;
  const charges = range
    ? await read(sql, found, { workspaceId: ctx.workspaceId, currency, range, metric })
    : { days: [], charges: [] };
  const lines = await readLines(sql, scope, { found, currency, metric });
  const line = lines.find((one) => one.ref === ref);
  if (!line) throw new NotFound('resource');
  return {
    ...{ currency, line, range, ...charges },
    tags: found.tags,
    attributes: found.attributes,
    createdAt: found.created_at?.toISOString() ?? null,
    listedAt: found.listed_at?.toISOString() ?? null,
    goneAt: found.gone_at?.toISOString() ?? null,
    related: lines.filter((one) => one.ref !== ref),
  };
}
