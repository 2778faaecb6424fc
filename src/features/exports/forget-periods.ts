import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { addMonths } from '@/domain/period';
import { passFence, type RunRef } from '@/features/syncs/fence';
import { compareWithAws, shelfOf } from '@/features/syncs/load-window';
import { rollUp } from '@/features/syncs/replace-charges';
import { counting } from '@/features/syncs/row-counts';

async function forgetPeriod(sql: Sql, run: RunRef, period: string, now: Date): Promise<void> {
  const key = [run.workspaceId, run.connectionId, period];
  const shelf = await shelfOf(sql, run);
  const days = { start: period, end: addMonths(period, 1) };
  const { change, keep } = counting(sql, run);
  await change(
    'charge',
    `delete from charge where workspace_id = $1 and connection_id = $2 and charge_date >= $3 and charge_date < $4
       and shelf = $5 and source = 'export'`,
    [run.workspaceId, run.connectionId, days.start, days.end, shelf],
  );
  await sql.query(
    'delete from covered_month where workspace_id = $1 and connection_id = $2 and billing_period = $3',
    key,
  );
  await change(
    'line_item',
    `delete from line_item l using billing_period p
     where p.workspace_id = $1 and p.connection_id = $2 and p.billing_period = $3
       and l.workspace_id = $1 and l.connection_id = $2 and l.billing_period = $3 and l.shelf = p.shelf
       and l.shelf = any(select shelf from connection where workspace_id = $1 and id = $2)`,
    key,
  );
  await sql.query(
    `insert into row_count as r (workspace_id, connection_id, table_name, rows)
     select $1, $2, 'line_item', -p.rows from billing_period p
     where p.workspace_id = $1 and p.connection_id = $2 and p.billing_period = $3
       and p.shelf <> (select shelf from connection where workspace_id = $1 and id = $2)
     on conflict (workspace_id, connection_id, table_name) do update set rows = r.rows + excluded.rows`,
    key,
  );
  await sql.query(
    'delete from billing_period where workspace_id = $1 and connection_id = $2 and billing_period = $3',
    key,
  );
  await rollUp(change, { run, shelf, days });
  await keep();
  await compareWithAws(sql, run, days, { shelf, now });
}

/** Gives months back to Cost Explorer, each in one transaction: its figures count again, the export's line items are gone. */
export async function forgetPeriods(ctx: Ctx, run: RunRef, periods: readonly string[]): Promise<void> {
  for (const period of periods) {
    await withSql(ctx, 'write', async (sql) => {
      await passFence(sql, run);
      await forgetPeriod(sql, run, period, ctx.now());
    });
  }
  if (periods.length > 0) await ctx.db.pool.query('select drop_unused_shelf()');
}
