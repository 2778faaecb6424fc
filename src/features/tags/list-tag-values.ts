import { z } from 'zod';
import { requirePermission, withSql, type Ctx } from '@/context';
import { readResourceScope } from '@/features/resources/resource-scope';
import { TagKey } from './schemas';

export const TagValuesInput = z.strictObject({ key: TagKey });
export type TagValuesInput = z.infer<typeof TagValuesInput>;

export interface TagValueLine {
  readonly value: string;
  readonly isInBill: boolean;
  /** Resources of the inventory and of bills that have it. */
  readonly resources: number;
  readonly isInCostExplorer: boolean;
}

export interface TagValueList {
  readonly lines: readonly TagValueLine[];
  /** Of which `lines` are the first. */
  readonly total: number;
}

const SHOWN = 100;

interface Row {
  value: string;
  in_bill: boolean;
  resources: number;
  in_cost_explorer: boolean;
  found: number;
  told: number;
}

/** The values of a tag key, whoever told of them, those that most resources have first. */
export async function listTagValues(ctx: Ctx, { key }: TagValuesInput): Promise<TagValueList> {
  requirePermission(ctx, 'tag:write');
  return withSql(ctx, 'read', async (sql) => {
    const scope = await readResourceScope(sql, ctx.workspaceId);
    const { rows } = await sql.query<Row>(
      `with told as (
         select t.tag_values, t.first_values from cost_tag t
         where t.workspace_id = $1 and t.connection_id = any($3) and t.tag_key = $4
       )
       select v.value, bool_or(v.source = 'bill') as in_bill, sum(v.resources)::integer as resources,
         bool_or(v.source = 'cost-explorer') as in_cost_explorer, count(*) over ()::integer as found,
         coalesce((select max(tag_values) from told), 0) as told
       from (
         select s.tags ->> $4::text as value, 'bill' as source, 0 as resources from tag_set s
         where s.workspace_id = $1 and s.shelf = any($2) and s.connection_id = any($3) and s.tags ? $4::text
         union all
         select r.tags ->> $4::text, 'resource', 1 from resource r
         where r.workspace_id = $1 and r.shelf = any($2) and r.connection_id = any($3) and r.tags ? $4::text
         union all
         select u.value, 'cost-explorer', 0 from told, unnest(told.first_values) u (value)
       ) v
       group by 1 order by 3 desc, 1 limit ${SHOWN}`,
      [ctx.workspaceId, scope?.shelves ?? [], scope?.connectionIds ?? [], key],
    );
    return {
      lines: rows.map((row) => ({
        value: row.value,
        isInBill: row.in_bill,
        resources: row.resources,
        isInCostExplorer: row.in_cost_explorer,
      })),
      total: Math.max(rows[0]?.found ?? 0, rows[0]?.told ?? 0),
    };
  });
}
