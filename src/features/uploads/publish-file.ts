import { withSql, withTransaction, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { add, compare } from '@/domain/money';
import { recordAudit } from '@/features/audit/record-audit';
import {
  addCharges,
  describeAccounts,
  describeResources,
  factColumns,
  fillLeaf,
} from '@/features/exports/publish-facts';
import type { FactFiles } from '@/features/exports/write-facts';
import { openLeaves } from '@/features/connections/shelves';
import { passFence, type RunRef } from '@/features/syncs/fence';
import { shelfOf } from '@/features/syncs/load-window';
import { rollUp } from '@/features/syncs/replace-charges';
import { countedIn, counting } from '@/features/syncs/row-counts';
import type { Examined } from './examine';
import { monthsAround, sourceOf } from './file-source';
import { takeFileOut } from './take-file-out';

/** The bytes of a file that is loaded, or never will be. */
export async function forgetChunks(sql: Sql, run: RunRef): Promise<void> {
  await sql.query(
    'delete from uploaded_chunk where workspace_id = $1 and connection_id = $2 and file_id = $3',
    [run.workspaceId, run.connectionId, run.runId],
  );
}

/** What was loaded, held against what the dry run counted: a difference rolls everything back. */
async function compareWithFile(sql: Sql, run: RunRef, shelf: number, examined: Examined): Promise<void> {
  const { rows } = await sql.query<{ currency: string; billed: string; effective: string }>(
    `select currency, sum(billed_cost)::text as billed, sum(effective_cost)::text as effective from charge
     where workspace_id = $1 and shelf = $2 and connection_id = $3 and source = $4 group by 1`,
    [run.workspaceId, shelf, run.connectionId, sourceOf(run.runId)],
  );
  for (const currency of examined.currencies) {
    const wanted = examined.totals.filter((total) => total.currency === currency);
    const found = rows.find((row) => row.currency === currency);
    for (const metric of ['billed', 'effective'] as const) {
      if (compare(found?.[metric] ?? '0', add(...wanted.map((total) => total[metric]))) !== 0)
        throw new Error(`The ${metric} cost that was loaded is not what the file adds up to.`);
    }
  }
}

/** The file that this one is a newer version of, out of the bucket that both come from. */
async function takeOutOlder(sql: Sql, run: RunRef): Promise<void> {
  const { rows } = await sql.query<{ older: string | null }>(
    `update bucket_object o set file_id = o.next_file_id, next_file_id = null
     from bucket_object old
     where o.workspace_id = $1 and o.connection_id = $2 and o.next_file_id = $3
       and old.workspace_id = $1 and old.connection_id = $2 and old.key = o.key
     returning old.file_id as older`,
    [run.workspaceId, run.connectionId, run.runId],
  );
  const older = rows[0]?.older;
  if (older) await takeFileOut(sql, { ...run, runId: older });
}

/** Where the file's line items will lie. */
async function openLeaf(ctx: Ctx, run: RunRef): Promise<number> {
  return openLeaves(ctx, ['line_item'], async (sql) => {
    await passFence(sql, run);
    const { rows } = await sql.query<{ shelf: number }>('select open_upload($1, $2) as shelf', [
      run.connectionId,
      run.runId,
    ]);
    return rows[0]?.shelf ?? 0;
  });
}

/**
 * Adds a file's line items and daily totals to its source in one transaction, and takes out the file that it is a newer
 * version of: a reader sees all of the one or all of the other. Throws Fenced where the source was revoked.
 */
export async function publishFile(
  ctx: Ctx,
  run: RunRef,
  facts: FactFiles,
  examined: Examined & { firstDate: string; lastDate: string },
): Promise<void> {
  const days = monthsAround(examined.firstDate, examined.lastDate);
  const ownShelf = await openLeaf(ctx, run);
  await withSql(ctx, 'write', async (sql) => {
    await sql.query("set local work_mem = '128MB'; set local jit = off");
    await passFence(sql, run);
    const shelf = await shelfOf(sql, run);
    const { change, keep } = counting(sql, run);
    await addCharges(sql, run, { facts, shelf, days, source: sourceOf(run.runId), change });
    await compareWithFile(sql, run, shelf, examined);
    await rollUp(sql, change, { run, shelf, days });
    await keep();
    await describeResources(sql, run, shelf, [facts]);
    await describeAccounts(sql, run, facts);
    const leaf = [run.connectionId, ownShelf];
    await sql.query('select empty_load($1, $2)', leaf);
    await fillLeaf(sql, `line_item_s${ownShelf} (billing_period, ${factColumns})`, facts.lineItems);
    await sql.query('select seal_load($1, $2)', leaf);
    await countedIn(sql, run, { line_item: facts.rows });
    const key = [run.workspaceId, run.connectionId, run.runId];
    const { rowCount } = await sql.query(
      `update uploaded_file set state = 'loaded', shelf = $4, next_shelf = null, rows = $5, loaded_at = $6, failure = null
       where workspace_id = $1 and connection_id = $2 and id = $3 and next_shelf = $4`,
      [...key, ownShelf, facts.rows, ctx.now()],
    );
    if (rowCount !== 1) throw new Error('Another load of this file has begun.');
    await forgetChunks(sql, run);
    await takeOutOlder(sql, run);
  });
  await withTransaction(ctx, async (tx) =>
    recordAudit(tx, ctx, 'upload.loaded', run.connectionId, {
      detail: { file: run.runId, rows: examined.sourceRows },
    }),
  );
}
