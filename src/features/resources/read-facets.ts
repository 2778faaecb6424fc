import { requirePermission, withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { regionLabel, serviceLabel } from '@/features/costs/labels';
import { tagValueSql, type ReportTag } from '@/features/tags/report-tags';
import { accountOf } from './read-resources';
import { readResourceScope, type ResourceScope } from './resource-scope';
import type { ResourceFacets } from './resources';
import { typeLabel } from './type-label';

/** Values that a tag offers at the most; the search field finds the others. */
const VALUES_MAX = 200;

interface FacetRow {
  facet: string;
  key: string;
  value: string;
  resources: number;
}

const byCount = (a: { resources: number; label: string }, b: { resources: number; label: string }) =>
  b.resources - a.resources || (a.label < b.label ? -1 : 1);

interface RuleFacet {
  readonly rule: ReportTag;
  readonly values: readonly { readonly value: string; readonly resources: number }[];
}

/** The values of the customer's own tags, the usual ones first. */
async function readRuleFacets(sql: Sql, scope: ResourceScope): Promise<RuleFacet[]> {
  const rules = [...scope.tagRules.values()];
  if (rules.length === 0) return [];
  const params: unknown[] = [scope.workspaceId, scope.shelves, scope.connectionIds];
  const branches = rules.map((rule, index) => {
    const value = tagValueSql(rule, 'r.tags', (of) => `$${params.push(of)}`);
    return `(select ${index} as at, ${value} as value, count(*)::integer as resources from resource r
      where r.workspace_id = $1 and r.shelf = any($2) and r.connection_id = any($3) and ${value} is not null
      group by 2 order by 3 desc, 2 limit ${VALUES_MAX})`;
  });
  const { rows } = await sql.query<{ at: number; value: string; resources: number }>(
    branches.join('\nunion all\n'),
    params,
  );
  return rules
    .map((rule, index) => ({ rule, values: rows.filter((row) => row.at === index) }))
    .filter(({ values }) => values.length > 0)
    .map(({ rule, values }) => ({
      rule,
      values: values.map(({ value, resources }) => ({ value, resources })),
    }));
}

/** What the filters of the list of resources offer. Null where no connection counts. */
export async function readResourceFacets(ctx: Ctx): Promise<ResourceFacets | null> {
  requirePermission(ctx, 'cost:read');
  return withSql(ctx, 'read', async (sql) => {
    const scope = await readResourceScope(sql, ctx.workspaceId);
    if (!scope) return null;
    const { rows } = await sql.query<FacetRow>(
      `with matched as materialized (
         select r.resource_type, r.service_name, r.sub_account_id, r.region_id, r.tags from resource r
         where r.workspace_id = $1 and r.shelf = any($2) and r.connection_id = any($3)
       ), pairs as (
         select t.key, t.value, sum(m.resources)::integer as resources
         from (select tags, count(*) as resources from matched where tags <> '{}' group by tags) m, jsonb_each_text(m.tags) t
         group by 1, 2
       ), ranked as (
         select key, value, resources, row_number() over (partition by key order by resources desc, value) as place from pairs
       )
       select case when grouping(resource_type) = 0 then 'type' when grouping(service_name) = 0 then 'service'
           when grouping(sub_account_id) = 0 then 'account' else 'region' end as facet,
         coalesce(resource_type, service_name, sub_account_id, region_id) as key, '' as value, count(*)::integer as resources
       from matched group by grouping sets ((resource_type), (service_name), (sub_account_id), (region_id))
       union all
       select 'tag', key, value, resources from ranked where place <= $4
       union all
       select 'key', key, '', sum(resources)::integer from pairs group by key`,
      [scope.workspaceId, scope.shelves, scope.connectionIds, VALUES_MAX],
    );
    const ofRules = await readRuleFacets(sql, scope);
    const joined = new Set(ofRules.flatMap(({ rule }) => [rule.name, ...rule.keys]));
    const of = (facet: string, label: (key: string) => string, id: (key: string) => string = (key) => key) =>
      rows
        .filter((row) => row.facet === facet)
        .map((row) => ({ id: id(row.key), label: label(row.key), resources: row.resources }))
        .sort(byCount);
    return {
      types: of('type', typeLabel),
      services: of('service', serviceLabel),
      accounts: of(
        'account',
        (key) => accountOf(scope, key).label,
        (key) => accountOf(scope, key).ref,
      ),
      regions: of('region', regionLabel),
      tags: [
        ...ofRules.map(({ rule, values }) => ({
          key: rule.name,
          resources: values.reduce((sum, { resources }) => sum + resources, 0),
          values,
        })),
        ...of('key', (key) => key)
          .filter(({ id }) => !joined.has(id))
          .map(({ id: key, resources }) => ({
            key,
            resources,
            values: rows
              .filter((row) => row.facet === 'tag' && row.key === key)
              .map((row) => ({ value: row.value, resources: row.resources }))
              .sort((a, b) => b.resources - a.resources || (a.value < b.value ? -1 : 1)),
          })),
      ],
    };
  });
}
