import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { addMonths, monthOf, type DayRange } from '@/domain/period';
import { openLeaves, shelvedTables } from '@/features/connections/shelves';
import { passFence, type RunRef } from './fence';
import { replaceCharges } from './replace-charges';

/** From so many rows on a connection has a shelf of its own: deleting more from the shared one takes too long at a revocation. */
export const OWN_SHELF_ROWS = 250_000;

export async function shelfOf(sql: Sql, run: Pick<RunRef, 'workspaceId' | 'connectionId'>): Promise<number> {
  const { rows } = await sql.query<{ shelf: number }>(
    'select shelf from connection where workspace_id = $1 and id = $2',
    [run.workspaceId, run.connectionId],
  );
  return rows[0]?.shelf ?? 0;
}

/** A first load knows after its first window how many rows all of it will have: then nothing has to move later. */
async function shelfFor(sql: Sql, run: RunRef, window: DayRange): Promise<{ current: number; own: boolean }> {
  const current = await shelfOf(sql, run);
  if (current > 0) return { current, own: false };
  const { rows } = await sql.query<{ expected: string }>(
    `select (
       (select count(*) from charge f where f.workspace_id = $1 and f.shelf = 0 and f.connection_id = $2)
       + (select count(*) from staged_charge s
          where s.workspace_id = $1 and s.connection_id = $2 and s.run_id = $3 and s.window_start = $4)
         * coalesce((
           select sum(w.end_date - w.start_date) from sync_window w
           where w.workspace_id = $1 and w.connection_id = $2 and w.run_id = $3 and w.loaded_at is null
         ), 1) / greatest(1, $5::date - $4::date)
     ) as expected`,
    [run.workspaceId, run.connectionId, run.runId, window.start, window.end],
  );
  return { current, own: Number(rows[0]?.expected ?? 0) > OWN_SHELF_ROWS };
}

async function moveToShelf(sql: Sql, run: RunRef, shelf: number): Promise<void> {
  const key = [run.workspaceId, run.connectionId];
  for (const table of shelvedTables) {
    await sql.query(
      `update ${table} set shelf = $3 where workspace_id = $1 and shelf = 0 and connection_id = $2`,
      [...key, shelf],
    );
  }
  await sql.query(
    'update billing_period set shelf = $3 where workspace_id = $1 and connection_id = $2 and shelf = 0',
    [...key, shelf],
  );
}

/** Made outside the transaction of a load, so that nobody's ATTACH waits for a long one. */
async function openOwnShelf(ctx: Ctx, run: RunRef): Promise<number> {
  return openLeaves(ctx, shelvedTables, async (sql) => {
    const { rows } = await sql.query<{ shelf: number }>('select open_shelf() as shelf');
    const shelf = rows[0]?.shelf ?? 0;
    // Named here already, so that no housekeeping takes it for unused before the load has filled it.
    await sql.query('update connection set next_shelf = $3 where workspace_id = $1 and id = $2', [
      run.workspaceId,
      run.connectionId,
      shelf,
    ]);
    return shelf;
  });
}

async function takeOwnShelf(sql: Sql, run: RunRef, shelf: number): Promise<void> {
  await sql.query('update connection set shelf = $3, next_shelf = null where workspace_id = $1 and id = $2', [
    run.workspaceId,
    run.connectionId,
    shelf,
  ]);
}

/** Moves a connection that is about to have many rows to a shelf of its own, unless it has one. */
export async function ensureOwnShelf(ctx: Ctx, run: RunRef): Promise<void> {
  if ((await withSql(ctx, 'read', (sql) => shelfOf(sql, run))) > 0) return;
  const shelf = await openOwnShelf(ctx, run);
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await moveToShelf(sql, run, shelf);
    await takeOwnShelf(sql, run, shelf);
  });
}

/** Of `control_total t`: what is loaded is apart from AWS's total by a cent or more. */
export const DIFFERS =
  'greatest(abs(t.aws_billed - t.our_billed), abs(t.aws_effective - t.our_effective)) >= 0.01';

/** Holds the months' sums against what AWS said in total, both metrics, to the last decimal. */
export async function compareWithAws(
  sql: Sql,
  run: RunRef,
  months: DayRange,
  at: { shelf: number; now: Date },
): Promise<void> {
  await sql.query(
    `update control_total t set our_billed = coalesce(o.billed, 0), our_effective = coalesce(o.effective, 0), compared_at = $5
     from control_total k
     left join (
       select date_trunc('month', d.charge_date)::date as period, d.sub_account_id, d.currency,
         sum(d.billed_cost) as billed, sum(d.effective_cost) as effective
       from charge_daily d
       where d.workspace_id = $1 and d.shelf = $6 and d.connection_id = $2 and d.charge_date >= $3 and d.charge_date < $4
       group by 1, 2, 3
     ) o on o.period = k.billing_period and o.sub_account_id = k.sub_account_id and o.currency = k.currency
     where k.workspace_id = $1 and k.connection_id = $2 and k.billing_period >= $3 and k.billing_period < $4
       and t.workspace_id = k.workspace_id and t.connection_id = k.connection_id and t.billing_period = k.billing_period
       and t.sub_account_id = k.sub_account_id and t.currency = k.currency`,
    [run.workspaceId, run.connectionId, months.start, months.end, at.now, at.shelf],
  );
}

/** False where the window is loaded already: by another worker that took over a run whose lock was lost. */
async function takeWindow(sql: Sql, run: RunRef, window: DayRange): Promise<boolean> {
  const { rowCount } = await sql.query(
    `select from sync_window
     where workspace_id = $1 and connection_id = $2 and run_id = $3 and start_date = $4 and loaded_at is null for update`,
    [run.workspaceId, run.connectionId, run.runId, window.start],
  );
  return rowCount === 1;
}

/** Puts a wholly fetched window in place of what was there, in one transaction. Returns the rows it now has of it. */
export async function loadWindow(ctx: Ctx, run: RunRef, window: DayRange): Promise<number> {
  const wanted = await withSql(ctx, 'read', (sql) => shelfFor(sql, run, window));
  const ownShelf = wanted.own ? await openOwnShelf(ctx, run) : 0;
  return withSql(ctx, 'write', async (sql) => {
    // A year of a large organization is sorted and hashed in memory, not on disk.
    await sql.query("set local work_mem = '128MB'; set local jit = off");
    await passFence(sql, run);
    if (!(await takeWindow(sql, run, window))) return 0;
    const shelf = ownShelf || wanted.current;
    if (ownShelf > 0) await moveToShelf(sql, run, ownShelf);
    const rows = await replaceCharges(sql, run, window, shelf);
    const months = { start: monthOf(window.start), end: addMonths(monthOf(window.end), 1) };
    await compareWithAws(sql, run, months, { shelf, now: ctx.now() });
    const key = [run.workspaceId, run.connectionId, run.runId];
    await sql.query(
      'delete from staged_charge where workspace_id = $1 and connection_id = $2 and run_id = $3 and window_start = $4',
      [...key, window.start],
    );
    await sql.query(
      `update sync_window set loaded_at = $5, rows = $6
       where workspace_id = $1 and connection_id = $2 and run_id = $3 and start_date = $4`,
      [...key, window.start, ctx.now(), rows],
    );
    await sql.query(
      `update sync_run r set rows = r.rows + $4, failure = null, months_done = (
         select count(distinct m) from sync_window w,
           generate_series(date_trunc('month', w.start_date), w.end_date - 1, interval '1 month') m
         where w.workspace_id = $1 and w.connection_id = $2 and w.run_id = $3 and w.loaded_at is not null
       )
       where r.workspace_id = $1 and r.connection_id = $2 and r.id = $3`,
      [...key, rows],
    );
    // Last, since a revocation needs this row: it must never wait for a load.
    if (ownShelf > 0) await takeOwnShelf(sql, run, ownShelf);
    return rows;
  });
}
