import { requirePermission, withSql, type Ctx } from '@/context';
import { readResourceScope } from '@/features/resources/resource-scope';
import { AUTOMATIC_VALUES_MAX } from './reported-keys';

export interface TagKeyLine {
  readonly key: string;
  /** Values in line items, of the connection that has most of them; 0 where no bill has the key. */
  readonly values: number;
  readonly resources: number;
  /** Values that Cost Explorer knows; 0 where it was not asked for them. Null: it does not know the key, or was not asked. */
  readonly costExplorer: number | null;
  /** In reports by now, in all connections whose bills have it. */
  readonly isReported: boolean;
  /** What somebody chose; null: its number of values decides. */
  readonly choice: boolean | null;
  /** Rules that it is part of. */
  readonly rules: readonly string[];
}

export interface TagRuleLine {
  readonly id: string;
  readonly name: string;
  readonly keys: readonly string[];
  readonly ignoresCase: boolean;
  readonly synonyms: readonly { readonly from: string; readonly to: string }[];
}

export interface TagSettings {
  readonly keys: readonly TagKeyLine[];
  readonly rules: readonly TagRuleLine[];
  /** Daily totals are being told apart by other keys than they were. */
  readonly isBuilding: boolean;
  readonly automaticValues: number;
}

interface KeyRow {
  key: string;
  values: number | null;
  resources: number | null;
  told: number | null;
  reported: boolean | null;
  choice: boolean | null;
}

interface RuleRow {
  id: string;
  name: string;
  keys: string[];
  ignores_case: boolean;
  synonyms: Record<string, string>;
}

/** Every tag key that bills, the inventory and Cost Explorer know, and the workspace's rules. */
export async function listTags(ctx: Ctx): Promise<TagSettings> {
  requirePermission(ctx, 'tag:write');
  return withSql(ctx, 'read', async (sql) => {
    const scope = await readResourceScope(sql, ctx.workspaceId);
    const { rows: rules } = await sql.query<RuleRow>(
      'select id, name, keys, ignores_case, synonyms from tag_rule where workspace_id = $1 order by lower(name)',
      [ctx.workspaceId],
    );
    const { rows: keys } = await sql.query<KeyRow>(
      `select coalesce(r.tag_key, i.key, e.tag_key) as key, r.tag_values as values, i.resources, e.told, r.reported,
         c.is_reported as choice
       from (
         select tag_key, max(tag_values) as tag_values, bool_and(is_reported) as reported from reported_tag
         where workspace_id = $1 and connection_id = any($3) group by 1
       ) r
       full join (
         select t.key, sum(m.resources)::integer as resources
         from (
           select tags, count(*) as resources from resource
           where workspace_id = $1 and shelf = any($2) and connection_id = any($3) and tags <> '{}' group by tags
         ) m, jsonb_object_keys(m.tags) t (key)
         group by 1
       ) i on i.key = r.tag_key
       full join (
         select tag_key, max(coalesce(tag_values, 0)) as told from cost_tag
         where workspace_id = $1 and connection_id = any($3) group by 1
       ) e on e.tag_key = coalesce(r.tag_key, i.key)
       left join tag_choice c on c.workspace_id = $1 and c.tag_key = coalesce(r.tag_key, i.key, e.tag_key)
       order by i.resources desc nulls last, 1`,
      [ctx.workspaceId, scope?.shelves ?? [], scope?.connectionIds ?? []],
    );
    const { rowCount } = await sql.query('select from tag_index where workspace_id = $1 and is_stale', [
      ctx.workspaceId,
    ]);
    return {
      keys: keys.map((row) => ({
        key: row.key,
        values: row.values ?? 0,
        resources: row.resources ?? 0,
        costExplorer: row.told,
        isReported: row.reported ?? false,
        choice: row.choice,
        rules: rules.filter((rule) => rule.keys.includes(row.key)).map((rule) => rule.name),
      })),
      rules: rules.map(({ id, name, keys: of, ignores_case: ignoresCase, synonyms }) => ({
        ...{ id, name, keys: of, ignoresCase },
        synonyms: Object.entries(synonyms).map(([from, to]) => ({ from, to })),
      })),
      isBuilding: (rowCount ?? 0) > 0,
      automaticValues: AUTOMATIC_VALUES_MAX,
    };
  });
}
