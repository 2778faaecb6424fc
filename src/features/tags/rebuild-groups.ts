import { requirePermission, withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { withLock } from '@/db/locks';
import { withinMonth } from '@/focus/sql';
import { Fenced, passFence, type RunRef } from '@/features/syncs/fence';
import { shelfOf } from '@/features/syncs/load-window';
import { refreshStatistics } from '@/features/syncs/refresh-statistics';
import { counting } from '@/features/syncs/row-counts';
import { countKeys, moveKeys, reportedPart } from './reported-keys';
import { addTagCharges, forgetGroups, INCOMING_GROUP, INCOMING_MONTH, openTagCharges } from './tag-groups';

interface Rebuilt {
  readonly run: RunRef;
  readonly kind: string;
}

async function findStale(ctx: Ctx, connectionId: string): Promise<Rebuilt | null> {
  const { rows } = await withSql(ctx, 'read', (sql) =>
    sql.query<{ epoch: number; kind: string }>(
      `select c.epoch, c.kind from connection c join tag_index t on t.workspace_id = c.workspace_id and t.connection_id = c.id
       where c.workspace_id = $1 and c.id = $2 and c.revoked_at is null and t.is_stale`,
      [ctx.workspaceId, connectionId],
    ),
  );
  const found = rows[0];
  if (!found) return null;
  // No sync: the job has no run, and writes none down.
  const run = { workspaceId: ctx.workspaceId, connectionId, runId: connectionId, epoch: found.epoch };
  return { run, kind: found.kind };
}

/** The daily totals of all line items, told apart by the keys that are in reports now, as `addTagCharges` takes them in. */
async function sumLineItems(sql: Sql, run: RunRef, shelf: number): Promise<void> {
  const [workspace, connection] = [`'${run.workspaceId}'::uuid`, `'${run.connectionId}'::uuid`];
  const { rows } = await sql.query<{ shelves: number[] }>('select line_item_shelves($1) as shelves', [
    run.connectionId,
  ]);
  const scope = (table: string) =>
    `${table}.workspace_id = ${workspace} and ${table}.shelf = ${shelf} and ${table}.connection_id = ${connection}`;
  await sql.query(
    `create temp table set_part on commit drop as
     select s.tag_key, ${reportedPart('s.tags', workspace, connection)} as tags from tag_set s where ${scope('s')}`,
  );
  await sql.query(
    `create temp table reported_set on commit drop as
     select row_number() over ()::integer as set_no, tags from (select tags from set_part union select '{}'::jsonb) t`,
  );
  await sql.query(
    `create temp table part_no on commit drop as
     select p.tag_key, g.set_no from set_part p join reported_set g on g.tags = p.tags
     union all
     select 0, g.set_no from reported_set g where g.tags = '{}'`,
  );
  await sql.query('analyze part_no');
  // The day is told as a load tells it: a charge of a billing export counts in the month that it is billed in.
  await sql.query(
    `create temp table day_total on commit drop as
     select t.charge_date, t.source, k.charge_category, k.sub_account_id, k.service_name, k.region_id, k.billing_currency::char(3) as currency,
       t.set_no, trim_scale(sum(t.billed)) as billed, trim_scale(sum(t.effective)) as effective
     from (
       select case when f.id is null then ${withinMonth('l.charge_date', 'l.billing_period')} else l.charge_date end as charge_date,
         case when f.id is null then 'export' else 'upload:' || f.id end as source,
         l.kind_key, p.set_no, sum(l.billed_cost) as billed, sum(l.effective_cost) as effective
       from line_item l
       join part_no p on p.tag_key = l.tag_key
       left join uploaded_file f on f.workspace_id = ${workspace} and f.connection_id = ${connection} and f.shelf = l.shelf
       where l.workspace_id = ${workspace} and l.shelf = any ('{${(rows[0]?.shelves ?? []).join(',')}}'::integer[])
         and l.connection_id = ${connection}
       group by 1, 2, 3, 4
     ) t
     join charge_kind k on ${scope('k')} and k.kind_key = t.kind_key
     group by 1, 2, 3, 4, 5, 6, 7, 8`,
  );
  const group = 'source, charge_category, sub_account_id, service_name, region_id, currency, set_no';
  await sql.query(
    `create temp table day_group on commit drop as
     select row_number() over ()::integer as no, ${group} from (select distinct ${group} from day_total) g;
     analyze day_group; analyze day_total`,
  );
  await openTagCharges(sql, '');
  await sql.query(
    `insert into incoming_tag_group (${INCOMING_GROUP}, source)
     select no, charge_category, sub_account_id, service_name, region_id, currency, tags, source
     from day_group join reported_set using (set_no)`,
  );
  await sql.query(
    `insert into incoming_tag_month (${INCOMING_MONTH})
     select g.no, date_trunc('month', t.charge_date)::date, array_agg(extract(day from t.charge_date)::smallint order by t.charge_date),
       array_agg(t.billed order by t.charge_date),
       case when not bool_and(t.billed = t.effective) then array_agg(t.effective order by t.charge_date) end, sum(t.billed), sum(t.effective)
     from day_total t join day_group g using (${group})
     group by 1, 2`,
  );
}

async function rebuild(sql: Sql, run: RunRef, now: Date): Promise<void> {
  const shelf = await shelfOf(sql, run);
  await countKeys(sql, run, shelf);
  await moveKeys(sql, run);
  await sumLineItems(sql, run, shelf);
  const { change, keep } = counting(sql, run);
  await change(
    'charge_month_tag',
    'delete from charge_month_tag where workspace_id = $1 and shelf = $2 and connection_id = $3',
    [run.workspaceId, shelf, run.connectionId],
  );
  await addTagCharges(sql, run, shelf, change);
  await forgetGroups(sql, run, shelf, change);
  await keep();
  await sql.query(
    'update tag_index set is_stale = false, built_at = $3 where workspace_id = $1 and connection_id = $2',
    [run.workspaceId, run.connectionId, now],
  );
}

/**
 * Tells the daily totals of a connection apart by the tag keys that are in reports now, from its line items and in one
 * transaction: a reader sees all of the old or all of the new. Left to another time while the connection's line items are being
 * loaded.
 */
export async function rebuildGroups(ctx: Ctx, { connectionId }: { connectionId: string }): Promise<void> {
  requirePermission(ctx, 'connection:write');
  const stale = await findStale(ctx, connectionId);
  if (!stale) return;
  await withLock(ctx.db, connectionId, stale.kind === 'upload' ? 'upload' : 'run', async () => {
    try {
      await withSql(ctx, 'write', async (sql) => {
        await sql.query("set local work_mem = '128MB'; set local jit = off");
        await passFence(sql, stale.run);
        await rebuild(sql, stale.run, ctx.now());
      });
      await refreshStatistics(ctx, stale.run);
    } catch (error) {
      if (!(error instanceof Fenced)) throw error;
    }
  });
}
