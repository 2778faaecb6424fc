import type { Sql } from '@/db/client';
import { removeCharges } from '@/features/exports/publish-facts';
import type { RunRef } from '@/features/syncs/fence';
import { shelfOf } from '@/features/syncs/load-window';
import { rollUp } from '@/features/syncs/replace-charges';
import { countedIn, counting, type Change } from '@/features/syncs/row-counts';
import { forgetGroups } from '@/features/tags/tag-groups';
import { monthsAround, sourceOf } from './file-source';

interface Held {
  first_date: string | null;
  last_date: string | null;
  rows: string;
  shelf: number | null;
}

/** Resources, kinds and tags that no other file of the source names: with the file they are forgotten. */
export async function forgetWords(sql: Sql, run: RunRef, shelf: number, change: Change): Promise<void> {
  const key = [run.workspaceId, shelf, run.connectionId];
  const { rows } = await sql.query<{ shelves: number[] }>(
    `select coalesce(array_agg(shelf), '{}') as shelves from uploaded_file
     where workspace_id = $1 and connection_id = $2 and shelf is not null`,
    [run.workspaceId, run.connectionId],
  );
  await sql.query(
    'create temp table kept_word (resource_key integer, kind_key integer, tag_key integer, first_seen date, last_seen date) on commit drop',
  );
  await sql.query(
    `insert into kept_word select resource_key, kind_key, tag_key, min(charge_date), max(charge_date) from line_item
     where workspace_id = $1 and connection_id = $2 and shelf = any($3) group by 1, 2, 3`,
    [run.workspaceId, run.connectionId, rows[0]?.shelves ?? []],
  );
  for (const [table, column] of [
    ['resource', 'resource_key'],
    ['charge_kind', 'kind_key'],
    ['tag_set', 'tag_key'],
  ] as const) {
    await change(
      table,
      `delete from ${table} d where d.workspace_id = $1 and d.shelf = $2 and d.connection_id = $3
         and not exists (select from kept_word k where k.${column} = d.${column})`,
      key,
    );
  }
  await sql.query(
    `update resource r set first_seen = k.first_seen, last_seen = k.last_seen
     from (select resource_key, min(first_seen) as first_seen, max(last_seen) as last_seen from kept_word group by 1) k
     where r.workspace_id = $1 and r.shelf = $2 and r.connection_id = $3 and r.resource_key = k.resource_key
       and (r.first_seen, r.last_seen) is distinct from (k.first_seen, k.last_seen)`,
    key,
  );
}

/** Accounts that no charge of the source names any more. */
export async function forgetAccounts(sql: Sql, run: RunRef, shelf: number): Promise<void> {
  await sql.query(
    `delete from linked_account a where a.workspace_id = $1 and a.connection_id = $2 and not exists (
       select from charge_kind k where k.workspace_id = $1 and k.shelf = $3 and k.connection_id = $2 and k.sub_account_id = a.aws_account_id)`,
    [run.workspaceId, run.connectionId, shelf],
  );
}

/** What a loaded file brought, out of everything that is made of it. */
async function takeOut(sql: Sql, run: RunRef, held: Held): Promise<void> {
  if (held.shelf === null || held.first_date === null || held.last_date === null) return;
  const shelf = await shelfOf(sql, run);
  const days = monthsAround(held.first_date, held.last_date);
  const { change, keep } = counting(sql, run);
  await removeCharges(run, { shelf, days, source: sourceOf(run.runId), change });
  await rollUp(sql, change, { run, shelf, days });
  await forgetWords(sql, run, shelf, change);
  await forgetGroups(sql, run, shelf, change);
  await keep();
  await countedIn(sql, run, { line_item: -Number(held.rows) });
  await forgetAccounts(sql, run, shelf);
}

/**
 * Takes a file out, in the caller's transaction behind the fence, with everything that it alone brought; false where there is
 * no such file. Its line items are on a leaf that nothing names any more: whoever wants them gone at once calls `empty_upload`
 * before, which a reader notices who began before; else housekeeping drops the leaf, or a revocation truncates it.
 */
export async function takeFileOut(sql: Sql, run: RunRef): Promise<boolean> {
  const key = [run.workspaceId, run.connectionId, run.runId];
  const { rows } = await sql.query<Held>(
    `delete from uploaded_file where workspace_id = $1 and connection_id = $2 and id = $3
     returning first_date, last_date, rows, shelf`,
    key,
  );
  if (!rows[0]) return false;
  await takeOut(sql, run, rows[0]);
  await sql.query(
    `update bucket_object set file_id = nullif(file_id, $3), next_file_id = nullif(next_file_id, $3),
       failure = 'It was removed here. It is loaded again when it changes in the bucket.'
     where workspace_id = $1 and connection_id = $2 and (file_id = $3 or next_file_id = $3)`,
    key,
  );
  return true;
}
