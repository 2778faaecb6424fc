import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { from as copyFrom } from 'pg-copy-streams';
import type { CostRow, RecordKind } from '@/aws/port';
import { withSql, type Ctx } from '@/context';
import { copyLine } from '@/db/copy-text';
import { chargeCategoryOf } from '@/domain/charge-category';
import { passFence, type RunRef } from './fence';

/** Pages at hand, or as they come. */
type Pages = Iterable<CostRow[]> | AsyncIterable<CostRow[]>;

export interface Fetch {
  readonly windowStart: string;
  readonly subAccountId: string;
  readonly kind: RecordKind;
}

async function* copyLines(pages: Pages, counted: { rows: number }): AsyncGenerator<string> {
  for await (const page of pages) {
    let lines = '';
    for (const row of page) {
      counted.rows += 1;
      const category = chargeCategoryOf(row.recordType);
      lines += copyLine([
        ...[String(counted.rows), row.date, row.service, row.region, category],
        ...[row.recordType, row.currency, row.billed, row.effective],
      ]);
    }
    if (lines) yield lines;
  }
}

/**
 * Keeps what was fetched for one account of a window, in one transaction with the mark that it was.
 * COPY cannot fill a table under Row Level Security, so it fills a temporary one and a single INSERT moves it over.
 */
export async function stageCharges(ctx: Ctx, run: RunRef, fetch: Fetch, pages: Pages): Promise<number> {
  return withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await sql.query(
      `create temp table incoming_charge (
         ordinal integer, charge_date date, service_name text, region_id text, charge_category text,
         record_type text, currency char(3), billed_cost numeric, effective_cost numeric
       ) on commit drop`,
    );
    const counted = { rows: 0 };
    const copy = sql.query(copyFrom('copy incoming_charge from stdin'));
    await pipeline(Readable.from(copyLines(pages, counted)), copy);
    const key = [
      run.workspaceId,
      run.connectionId,
      run.runId,
      fetch.windowStart,
      fetch.subAccountId,
      fetch.kind,
    ];
    await sql.query(
      `insert into staged_charge (workspace_id, connection_id, run_id, window_start, sub_account_id, kind, ordinal,
         charge_date, service_name, region_id, charge_category, record_type, currency, billed_cost, effective_cost)
       select $1, $2, $3, $4, $5, $6, i.* from incoming_charge i`,
      key,
    );
    await sql.query(
      `update sync_fetch set rows = $7, fetched_at = $8
       where workspace_id = $1 and connection_id = $2 and run_id = $3 and start_date = $4 and sub_account_id = $5 and kind = $6`,
      [...key, counted.rows, ctx.now()],
    );
    return counted.rows;
  });
}
