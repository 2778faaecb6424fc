import type { Sql, Tx } from '@/db/client';
import type { RunRef } from '@/features/syncs/fence';

/** A key with more values than this tells single resources apart, and is in reports only if somebody wants it there. */
export const AUTOMATIC_VALUES_MAX = 200;

/** A key that is in reports stays in them up to here, so that one more value now and then does not move it to and fro. */
export const KEPT_VALUES_MAX = 1_000;

/**
 * SQL for whether a key belongs in reports: by what somebody chose (`c`), since a rule is made of it, or by its values and
 * whether it is in them now (`r`).
 */
const WANTED = `coalesce(c.is_reported,
  exists (select from tag_rule u where u.workspace_id = r.workspace_id and r.tag_key = any(u.keys))
  or r.tag_values <= case when r.is_reported then ${KEPT_VALUES_MAX} else ${AUTOMATIC_VALUES_MAX} end)`;

const CHOICE = 'left join tag_choice c on c.workspace_id = r.workspace_id and c.tag_key = r.tag_key';

/** SQL for the connections whose daily totals are told apart by other keys than they should be, in the workspace `$1`. */
const MARK_STALE = `update tag_index t set is_stale = true
  where t.workspace_id = $1 and not t.is_stale and exists (
    select from reported_tag r ${CHOICE}
    where r.workspace_id = $1 and r.connection_id = t.connection_id and ${WANTED} <> r.is_reported)`;

/** Of the tags in `incoming_tag_set`, the keys that this connection has not met before. */
export async function learnKeys(sql: Sql, run: RunRef): Promise<void> {
  const key = [run.workspaceId, run.connectionId];
  await sql.query(
    `insert into reported_tag (workspace_id, connection_id, tag_key, tag_values, is_reported)
     select $1, $2, r.tag_key, r.tag_values, ${WANTED}
     from (
       select $1::uuid as workspace_id, e.key as tag_key, count(distinct e.value)::integer as tag_values, false as is_reported
       from incoming_tag_set i, jsonb_each_text(i.tags) e group by e.key
     ) r
     ${CHOICE}
     on conflict do nothing`,
    key,
  );
  await sql.query(
    `insert into tag_index (workspace_id, connection_id, is_stale, built_at) values ($1, $2, false, now()) on conflict do nothing`,
    key,
  );
}

/** SQL for the part of `tags` that reports tell apart. `workspace` and `connection` are SQL for the two ids. */
export const reportedPart = (tags: string, workspace: string, connection: string): string =>
  `(select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(${tags}) e
    where e.key in (select r.tag_key from reported_tag r
      where r.workspace_id = ${workspace} and r.connection_id = ${connection} and r.is_reported))`;

/** Counts the values of every key again, and forgets those that no line item has any more. */
export async function countKeys(sql: Sql, run: RunRef, shelf: number): Promise<void> {
  const key = [run.workspaceId, run.connectionId];
  await sql.query(
    `create temp table counted_key on commit drop as
     select e.key as tag_key, count(distinct e.value)::integer as tag_values from tag_set s, jsonb_each_text(s.tags) e
     where s.workspace_id = '${run.workspaceId}' and s.shelf = ${shelf} and s.connection_id = '${run.connectionId}' group by 1`,
  );
  await sql.query(
    `delete from reported_tag r where r.workspace_id = $1 and r.connection_id = $2
       and not exists (select from counted_key k where k.tag_key = r.tag_key)`,
    key,
  );
  await sql.query(
    `insert into reported_tag as r (workspace_id, connection_id, tag_key, tag_values, is_reported)
     select $1, $2, k.tag_key, k.tag_values, false from counted_key k
     on conflict (workspace_id, connection_id, tag_key) do update set tag_values = excluded.tag_values
     where r.tag_values <> excluded.tag_values`,
    key,
  );
}

/** Takes the keys into reports that belong there, and the others out. Returns whether there was one to move. */
export async function moveKeys(sql: Sql, run: RunRef): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update reported_tag k set is_reported = not k.is_reported
     from reported_tag r ${CHOICE}
     where r.workspace_id = $1 and r.connection_id = $2 and k.workspace_id = $1 and k.connection_id = $2
       and k.tag_key = r.tag_key and ${WANTED} <> r.is_reported`,
    [run.workspaceId, run.connectionId],
  );
  return (rowCount ?? 0) > 0;
}

/** After a load: whether the daily totals have to be told apart by other keys than they are, which is a job of its own. */
export async function settleKeys(sql: Sql, run: RunRef, shelf: number): Promise<void> {
  await countKeys(sql, run, shelf);
  await sql.query(`${MARK_STALE} and t.connection_id = $2`, [run.workspaceId, run.connectionId]);
}

/** After a choice or a rule: the same for every connection of the workspace. */
export async function markStale(tx: Pick<Tx, '$executeRawUnsafe'>, workspaceId: string): Promise<void> {
  await tx.$executeRawUnsafe(MARK_STALE.replaceAll('$1', '$1::uuid'), workspaceId);
}
