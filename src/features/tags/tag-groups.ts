import type { Sql } from '@/db/client';
import { literal } from '@/focus/sql';
import type { RunRef } from '@/features/syncs/fence';
import type { Change } from '@/features/syncs/row-counts';

/** What tells daily totals by tag apart, beside where they come from; `no` numbers the groups of one load. */
export const INCOMING_GROUP = 'no, charge_category, sub_account_id, service_name, region_id, currency, tags';

/** A group's months: on which days it has charges, and what they cost. */
export const INCOMING_MONTH = 'no, charge_month, days, billed, effective, billed_cost, effective_cost';

const DIGEST = `md5(concat_ws(chr(31), source, charge_category, sub_account_id, service_name, region_id, currency, tags::text))::uuid`;

/** Tables for what a load of one source brings: `incoming_tag_group` and `incoming_tag_month`. */
export async function openTagCharges(sql: Sql, source: string): Promise<void> {
  await sql.query(
    `create temp table incoming_tag_group (
       no integer, charge_category text, sub_account_id text, service_name text, region_id text, currency char(3), tags jsonb,
       source text not null default ${literal(source)}
     ) on commit drop;
     create temp table incoming_tag_month (
       no integer, charge_month date, days smallint[], billed numeric[], effective numeric[], billed_cost numeric, effective_cost numeric
     ) on commit drop`,
  );
}

/** Gives the groups that are new a number of the connection's own: `group_no` says which one each has. */
async function learnGroups(sql: Sql, run: RunRef, shelf: number, change: Change): Promise<void> {
  await sql.query(
    `create temp table told_group on commit drop as select *, ${DIGEST} as digest from incoming_tag_group;
     analyze told_group (no, sub_account_id, digest)`,
  );
  await change(
    'tag_group',
    `insert into tag_group (workspace_id, shelf, connection_id, tag_group, source, charge_category, sub_account_id, service_name,
       region_id, currency, tags, digest)
     select $1, $2, $3, n.last + row_number() over (order by i.no), i.source, i.charge_category, i.sub_account_id, i.service_name,
       i.region_id, i.currency, i.tags, i.digest
     from told_group i,
       (select coalesce(max(k.tag_group), 0) as last from tag_group k where k.workspace_id = $1 and k.shelf = $2 and k.connection_id = $3) n
     where not exists (
       select from tag_group d where d.workspace_id = $1 and d.shelf = $2 and d.connection_id = $3
         and d.sub_account_id = i.sub_account_id and d.digest = i.digest)`,
    [run.workspaceId, shelf, run.connectionId],
  );
  // Looked up once a group and not once a month: of a dictionary that has just begun the planner knows nothing.
  await sql.query(
    `create temp table group_no on commit drop as
     select i.no, d.sub_account_id, d.tag_group from told_group i
     join tag_group d on d.workspace_id = '${run.workspaceId}' and d.shelf = ${shelf} and d.connection_id = '${run.connectionId}'
       and d.sub_account_id = i.sub_account_id and d.digest = i.digest`,
  );
  await sql.query('analyze group_no');
}

/** Adds `incoming_tag_month` to the daily totals by tag. What the source had of these months is out already. */
export async function addTagCharges(sql: Sql, run: RunRef, shelf: number, change: Change): Promise<void> {
  await learnGroups(sql, run, shelf, change);
  await change(
    'charge_month_tag',
    `insert into charge_month_tag (workspace_id, shelf, connection_id, charge_month, tag_group, sub_account_id, days, billed,
       effective, billed_cost, effective_cost)
     select $1, $2, $3, i.charge_month, g.tag_group, g.sub_account_id, i.days, i.billed, i.effective, i.billed_cost, i.effective_cost
     from incoming_tag_month i join group_no g using (no)`,
    [run.workspaceId, shelf, run.connectionId],
  );
}

/** Groups that no total is in any more. Found on its own: of tables that have just been filled the planner knows nothing. */
export async function forgetGroups(sql: Sql, run: RunRef, shelf: number, change: Change): Promise<void> {
  const scope = `workspace_id = '${run.workspaceId}' and shelf = ${shelf} and connection_id = '${run.connectionId}'`;
  await sql.query(
    `create temp table unused_group on commit drop as
     select tag_group from tag_group where ${scope} except select tag_group from charge_month_tag where ${scope}`,
  );
  await sql.query('analyze unused_group');
  await change(
    'tag_group',
    `delete from tag_group g using unused_group u where g.workspace_id = $1 and g.shelf = $2 and g.connection_id = $3
       and g.tag_group = u.tag_group`,
    [run.workspaceId, shelf, run.connectionId],
  );
  await sql.query('drop table unused_group');
}
