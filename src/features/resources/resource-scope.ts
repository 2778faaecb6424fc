import type { Sql } from '@/db/client';
import { readTagRules, type TagRules } from '@/features/tags/report-tags';

export interface ResourceScope {
  readonly workspaceId: string;
  readonly connectionIds: readonly string[];
  readonly shelves: readonly number[];
  /** AWS account id to our ref and name, of the accounts that the person may see. */
  readonly accounts: ReadonlyMap<string, { readonly ref: string; readonly label: string }>;
  readonly currencies: readonly string[];
  readonly tagRules: TagRules;
  /** First day that is loaded, of the connection whose line items begin last; null where that is not known. */
  readonly since: string | null;
  /** First day that is not counted any more, of the connection that is furthest behind; null without line items. */
  readonly asOf: string | null;
}

interface ScopeRow {
  id: string;
  shelf: number;
  accounts: { id: string; ref: string; name: string | null }[] | null;
  currencies: string[] | null;
  as_of: string | null;
  since: string | null;
}

/** The connections that count, in the same snapshot as the figures. Null where none does. */
export async function readResourceScope(sql: Sql, workspaceId: string): Promise<ResourceScope | null> {
  const { rows } = await sql.query<ScopeRow>(
    `select c.id, c.shelf,
       (select json_agg(json_build_object('id', a.aws_account_id, 'ref', a.ref, 'name', coalesce(a.label, a.name)))
        from linked_account a where a.workspace_id = $1 and a.connection_id = c.id) as accounts,
       case when coalesce(current_setting('app.accounts', true), '') = ''
         then (select array_agg(distinct m.currency::text) from charge_monthly_by m
           where m.workspace_id = $1 and m.shelf = c.shelf and m.connection_id = c.id and m.dimension = 'total')
         else (select array_agg(distinct k.billing_currency) from charge_kind k
           where k.workspace_id = $1 and k.shelf = c.shelf and k.connection_id = c.id) end as currencies,
       k.as_of, k.since
     from cost_connections() c
     left join lateral (
       select r.as_of, r.since from resource_cost r where r.workspace_id = $1 and r.shelf = c.shelf and r.connection_id = c.id limit 1
     ) k on true`,
    [workspaceId],
  );
  if (rows.length === 0) return null;
  const days = rows.flatMap((row) => row.as_of ?? []).sort();
  return {
    workspaceId,
    connectionIds: rows.map((row) => row.id),
    shelves: [...new Set(rows.map((row) => row.shelf))],
    accounts: new Map(
      rows.flatMap((row) => row.accounts ?? []).map(({ id, ref, name }) => [id, { ref, label: name ?? id }]),
    ),
    currencies: [...new Set(rows.flatMap((row) => row.currencies ?? []))].sort(),
    tagRules: await readTagRules(sql, workspaceId),
    since:
      rows
        .flatMap((row) => row.since ?? [])
        .sort()
        .at(-1) ?? null,
    asOf: days[0] ?? null,
  };
}
