import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { dropUnusedShelves } from '@/db/unused-shelves';
import { addMonths } from '@/domain/period';
import { passFence, type RunRef } from '@/features/syncs/fence';
import { compareWithAws, DIFFERS, shelfOf } from '@/features/syncs/load-window';
import { rollUp } from '@/features/syncs/replace-charges';
import { counting } from '@/features/syncs/row-counts';
import { removePeriod } from './remove-period';

async function forgetPeriod(sql: Sql, run: RunRef, period: string, now: Date): Promise<void> {
  const shelf = await shelfOf(sql, run);
  const days = { start: period, end: addMonths(period, 1) };
  const { change, keep } = counting(sql, run);
  await removePeriod(sql, run, { shelf, days, change });
  await sql.query(
    'delete from billing_period where workspace_id = $1 and connection_id = $2 and billing_period = $3',
    [run.workspaceId, run.connectionId, period],
  );
  await rollUp(sql, change, { run, shelf, days });
  await keep();
  await compareWithAws(sql, run, days, { shelf, now });
  // What the export covered was never asked of Cost Explorer, although its days are down as loaded.
  await sql.query(
    `delete from sync_window where workspace_id = $1 and connection_id = $2 and start_date >= $3 and start_date < $4
       and loaded_at is not null and exists (
         select from control_total t where t.workspace_id = $1 and t.connection_id = $2 and t.billing_period = $3
           and ${DIFFERS})`,
    [run.workspaceId, run.connectionId, days.start, days.end],
  );
}

/** Gives months back to Cost Explorer, each in one transaction: its figures count again, the export's line items are gone. */
export async function forgetPeriods(ctx: Ctx, run: RunRef, periods: readonly string[]): Promise<void> {
  for (const period of periods) {
    await withSql(ctx, 'write', async (sql) => {
      await passFence(sql, run);
      await forgetPeriod(sql, run, period, ctx.now());
    });
  }
  if (periods.length > 0) await dropUnusedShelves(ctx.db);
}
