import type { Sql } from '@/db/client';
import type { DayRange } from '@/domain/period';
import type { RunRef } from '@/features/syncs/fence';
import { countedIn, type Change } from '@/features/syncs/row-counts';
import { removeCharges } from './publish-facts';

/**
 * Takes out what a billing export brought of one month: its line items, its daily totals and the claim that it covers any
 * account. A leaf of its own is left to housekeeping once nothing names it. The caller makes the rollups anew.
 */
export async function removePeriod(
  sql: Sql,
  run: RunRef,
  { shelf, days, change }: { shelf: number; days: DayRange; change: Change },
): Promise<void> {
  const key = [run.workspaceId, run.connectionId, days.start];
  const { rows } = await sql.query<{ shelf: number | null; rows: string }>(
    'select shelf, rows from billing_period where workspace_id = $1 and connection_id = $2 and billing_period = $3 for update',
    key,
  );
  const held = rows[0];
  if (held?.shelf === shelf) {
    // The shelf is named, so that no other connection's is looked at, or waited for.
    await sql.query(
      'delete from line_item where workspace_id = $1 and connection_id = $2 and billing_period = $3 and shelf = $4',
      [...key, shelf],
    );
  }
  if (held && held.shelf !== null) await countedIn(sql, run, { line_item: -Number(held.rows) });
  await removeCharges(run, { shelf, days, source: 'export', change });
  await sql.query(
    'delete from covered_month where workspace_id = $1 and connection_id = $2 and billing_period = $3',
    key,
  );
}
