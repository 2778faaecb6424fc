import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { systemContext, withSql, type Ctx } from '../../src/context';
import { loadExports } from '../../src/features/exports/load-exports';
import { factColumns } from '../../src/features/exports/publish-facts';
import { localExport } from './local-export';
import { peakMemory, type PeakMemory } from './memory';

export interface LoadFigures {
  readonly connectionId: string;
  readonly sourceRows: number;
  readonly lineItems: number;
  readonly seconds: number;
  readonly peak: PeakMemory;
}

/** A connection that has chosen the directory's export; its account is the payer of the files. */
async function makeConnection(ownerUrl: string, ctx: Ctx): Promise<{ connectionId: string; runId: string }> {
  const [connectionId, runId] = [randomUUID(), randomUUID()];
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(
      `insert into connection (workspace_id, id, name, status, aws_account_id, role_name, external_id, groups, active_since)
       values ($1, $2, 'Line items', 'active', $3, 'BelvedereReadOnly', $4, '{}', now())`,
      [ctx.workspaceId, connectionId, '000000000000', connectionId],
    );
    await client.query(
      `insert into sync_run (workspace_id, connection_id, id, kind, status, epoch) values ($1, $2, $3, 'first', 'running', 0)`,
      [ctx.workspaceId, connectionId, runId],
    );
    await client.query(
      `insert into billing_export (workspace_id, connection_id, id, service, arn, name, format, bucket, prefix, region, found_at, chosen_at)
       values ($1, $2, gen_random_uuid(), 'data-exports', 'arn:bench', 'belvedere-focus', 'focus', 'bench', 'belvedere', 'us-east-1', now(), now())`,
      [ctx.workspaceId, connectionId],
    );
  } finally {
    await client.end();
  }
  return { connectionId, runId };
}

/** Every day that an overview may look at counts as loaded, as after a sync. */
async function markDays(
  ownerUrl: string,
  ctx: Ctx,
  of: { connectionId: string; runId: string },
): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(
      `insert into sync_window (workspace_id, connection_id, run_id, start_date, end_date, position, loaded_at)
       select $1, $2, $3, min(charge_date), max(charge_date) + 1, 2000, now() from charge_daily_by
       where workspace_id = $1 and connection_id = $2 and dimension = 'total'
       on conflict do nothing`,
      [ctx.workspaceId, of.connectionId, of.runId],
    );
    await client.query('update sync_run set status = $2 where workspace_id = $1', [ctx.workspaceId, 'done']);
    await client.query(
      `insert into control_total (workspace_id, connection_id, billing_period, sub_account_id, currency, aws_billed, aws_effective,
         our_billed, our_effective, estimated, fetched_at, compared_at)
       select $1, $2, date_trunc('month', charge_date), key, currency, sum(billed_cost), sum(effective_cost), sum(billed_cost),
         sum(effective_cost), false, now(), now()
       from charge_daily_by where workspace_id = $1 and connection_id = $2 and dimension = 'account' group by 3, 4, 5`,
      [ctx.workspaceId, of.connectionId],
    );
  } finally {
    await client.end();
  }
}

/** Loads a directory's export into a new connection, as the worker does. */
export async function benchLoad(ctx: Ctx, ownerUrl: string, directory: string): Promise<LoadFigures> {
  const made = await makeConnection(ownerUrl, ctx);
  const worker = systemContext(ctx, ctx.workspaceId, 'sync-costs');
  const session = await localExport(directory);
  const run = { workspaceId: ctx.workspaceId, ...made, epoch: 0 };
  const started = performance.now();
  const { peak } = await peakMemory(() => loadExports(worker, run, session, new AbortController().signal));
  const seconds = (performance.now() - started) / 1000;
  const sums = await withSql(worker, 'read', async (sql) => {
    const { rows } = await sql.query<{ source_rows: string; rows: string; failed: string }>(
      `select sum(source_rows) as source_rows, sum(rows) as rows, count(*) filter (where failure is not null) as failed
       from billing_period where workspace_id = $1 and connection_id = $2`,
      [ctx.workspaceId, made.connectionId],
    );
    return rows[0];
  });
  if (Number(sums?.failed) > 0) throw new Error('Months of the export were not loaded.');
  await markDays(ownerUrl, ctx, made);
  return {
    connectionId: made.connectionId,
    sourceRows: Number(sums?.source_rows ?? 0),
    lineItems: Number(sums?.rows ?? 0),
    seconds,
    peak,
  };
}

/**
 * Seconds of COPY for the very same rows into the very same table: a leaf of line_item as a load makes it, with its constraints and its
 * index, and nothing else done.
 */
export async function benchRawCopy(ownerUrl: string, connectionId: string, scratch: string): Promise<number> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  let seconds = 0;
  try {
    const { rows } = await client.query<{ workspace: string; shelf: number; period: string; next: string }>(
      `select workspace_id as workspace, shelf, billing_period::text as period, nextval('shelf_number') as next
       from billing_period where connection_id = $1 and shelf > 0 order by billing_period`,
      [connectionId],
    );
    for (const { workspace, shelf, period, next } of rows) {
      const file = path.join(scratch, `${shelf}.csv`);
      const leaf = `line_item_s${next}`;
      // Its shelf is in each row of the file, and the rows are to lie on another.
      await pipeline(
        client.query(
          copyTo(
            `copy (select workspace_id, connection_id, ${next} as shelf, billing_period, ${factColumns} from line_item_s${shelf}) to stdout (format csv)`,
          ),
        ),
        createWriteStream(file),
      );
      await client.query(`set app.workspace_id = '${workspace}'`);
      await client.query('select make_leaf($1, $2, $3)', [connectionId, next, period]);
      await client.query(`create index on ${leaf} using brin (resource_key) with (pages_per_range = 8)`);
      const started = performance.now();
      await pipeline(
        createReadStream(file),
        client.query(
          copyFrom(
            `copy ${leaf} (workspace_id, connection_id, shelf, billing_period, ${factColumns}) from stdin (format csv)`,
          ),
        ),
      );
      seconds += (performance.now() - started) / 1000;
      await client.query(`drop table ${leaf}`);
      rmSync(file);
    }
  } finally {
    await client.end();
  }
  return seconds;
}
