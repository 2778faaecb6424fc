import type { Sql } from '@/db/client';
import type { CostQuery } from '@/domain/cost-query';
import { UNTAGGED, UNTOLD } from '@/domain/tag-filter';
import { tagFilterSql, tagNamed, tagValueSql, type Bind } from '@/features/tags/report-tags';
import type { CostScope } from './scope';

/** Values of one tag that a filter offers at the most. */
const VALUES_MAX = 200;

const ofScope = (g: string) =>
  `${g}.workspace_id = $1 and ${g}.shelf = any($2) and ${g}.connection_id = any($3)`;

/** The condition that a charge's tags meet the filters; `$1` to `$3` are workspace, shelves and connections. */
export function tagCondition(scope: CostScope, query: CostQuery, bind: Bind): string {
  if (query.tags.length === 0) return '';
  const met = tagFilterSql(scope.tagRules, query.tags, 'g.tags', bind);
  return ` and (connection_id, tag_group) in (
    select g.connection_id, g.tag_group from tag_group g where ${ofScope('g')} and ${met.join(' and ')})`;
}

/** SQL for the key of a line by tag; the totals are `t`, and `tagJoin` has joined their tags. */
export function tagKeySql(scope: CostScope, name: string, bind: Bind): string {
  const value = tagValueSql(tagNamed(scope.tagRules, name), 'g.tags', bind);
  return `case when t.tag_group = 0 then '${UNTOLD}' else coalesce('=' || ${value}, '${UNTAGGED}') end`;
}

export const tagJoin = `left join tag_group g on ${ofScope('g')} and g.connection_id = t.connection_id and g.tag_group = t.tag_group`;

export interface TagOption {
  readonly name: string;
  readonly values: readonly string[];
}

/** The tags that a report can be filtered and grouped by: rules first, then the keys that are part of none. */
export async function readTagOptions(sql: Sql, scope: CostScope): Promise<TagOption[]> {
  const { rows: pairs } = await sql.query<{ key: string; values: string[] }>(
    `select t.key, (array_agg(t.value order by t.value))[1:${VALUES_MAX}] as values
     from (select distinct e.key, e.value from tag_group g, jsonb_each_text(g.tags) e where ${ofScope('g')}) t
     group by 1 order by lower(t.key), t.key`,
    [scope.workspaceId, scope.shelves, scope.connectionIds],
  );
  const known = new Set(pairs.map((pair) => pair.key));
  const rules = [...scope.tagRules.values()].filter((rule) => rule.keys.some((key) => known.has(key)));
  const params: unknown[] = [scope.workspaceId, scope.shelves, scope.connectionIds];
  const bind: Bind = (value) => `$${params.push(value)}`;
  const ofRules = rules.map(
    (rule) =>
      `select ${bind(rule.name)}::text as key, (array_agg(v.value order by v.value))[1:${VALUES_MAX}] as values
       from (select distinct ${tagValueSql(rule, 'g.tags', bind)} as value from tag_group g where ${ofScope('g')}) v
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
