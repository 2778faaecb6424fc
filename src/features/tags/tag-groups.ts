import type { Sql } from '@/db/client';
import type { RunRef } from '@/features/syncs/fence';
import type { Change } from '@/features/syncs/row-counts';

/** Daily totals that wait to be added; `tag_no` points into `incoming_tag_group`, the sets of reported tags. */
export const INCOMING_TAG_CHARGE = `charge_date date, sub_account_id text, service_name text, region_id text, charge_category text,
  currency char(3), tag_no integer, billed_cost numeric, effective_cost numeric`;

/** Gives the accounts' sets of reported tags their groups: `group_no` says which one each has. */
async function learnGroups(sql: Sql, run: RunRef, shelf: number, change: Change): Promise<void> {
  await sql.query(
    `create temp table charge_group on commit drop as
     select i.sub_account_id, i.tag_no, md5(g.tags::text)::uuid as digest, g.tags
     from (select distinct sub_account_id, tag_no from incoming_tag_charge) i join incoming_tag_group g on g.no = i.tag_no`,
  );
  await change(
    'tag_group',
    `insert into tag_group (workspace_id, shelf, connection_id, tag_group, sub_account_id, digest, tags)
     select $1, $2, $3, n.last + row_number() over (order by i.sub_account_id, i.tag_no), i.sub_account_id, i.digest, i.tags
     from charge_group i,
       (select coalesce(max(k.tag_group), 0) as last from tag_group k where k.workspace_id = $1 and k.shelf = $2 and k.connection_id = $3) n
     where not exists (
       select from tag_group d where d.workspace_id = $1 and d.shelf = $2 and d.connection_id = $3
         and d.sub_account_id = i.sub_account_id and d.digest = i.digest)`,
    [run.workspaceId, shelf, run.connectionId],
  );
  // Looked up once a set and not once a total: of a dictionary that has just begun the planner knows nothing.
  await sql.query(
    `create temp table group_no on commit drop as
     select i.sub_account_id, i.tag_no, d.tag_group from charge_group i
     join tag_group d on d.workspace_id = '${run.workspaceId}' and d.shelf = ${shelf} and d.connection_id = '${run.connectionId}'
       and d.sub_account_id = i.sub_account_id and d.digest = i.digest`,
  );
  await sql.query('analyze group_no; analyze incoming_tag_charge');
}

/** Adds `incoming_tag_charge` to the daily totals that are told apart by tags. `source` is SQL on it, `i`; no parameter but `$4`. */
export async function addTagCharges(
  sql: Sql,
  run: RunRef,
  { shelf, source, change }: { shelf: number; source: { sql: string; value?: string }; change: Change },
): Promise<void> {
  await learnGroups(sql, run, shelf, change);
  await change(
    'charge_daily_tag',
    `insert into charge_daily_tag (workspace_id, shelf, connection_id, charge_date, tag_group, source, charge_category, sub_account_id,
       service_name, region_id, currency, billed_cost, effective_cost)
     select $1, $2, $3, i.charge_date, g.tag_group, ${source.sql}, i.charge_category, i.sub_account_id, i.service_name, i.region_id,
       i.currency, i.billed_cost, i.effective_cost
     from incoming_tag_charge i
     join group_no g on g.sub_account_id = i.sub_account_id and g.tag_no = i.tag_no`,
    [run.workspaceId, shelf, run.connectionId, ...(source.value === undefined ? [] : [source.value])],
  );
}

/** Groups that no total is in any more. */
export async function forgetGroups(sql: Sql, run: RunRef, shelf: number, change: Change): Promise<void> {
  await change(
    'tag_group',
    `delete from tag_group g where g.workspace_id = $1 and g.shelf = $2 and g.connection_id = $3 and not exists (
       select from charge_daily_tag c
       where c.workspace_id = $1 and c.shelf = $2 and c.connection_id = $3 and c.tag_group = g.tag_group)`,
    [run.workspaceId, shelf, run.connectionId],
  );
}
