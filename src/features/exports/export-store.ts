import { randomUUID } from 'node:crypto';
import type { ExportLocation, FoundExport } from '@/aws/port';
import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { passFence, type RunRef } from '@/features/syncs/fence';

export interface ChosenExport extends ExportLocation {
  readonly id: string;
  readonly name: string;
  readonly format: FoundExport['format'];
}

export interface ExportFailure {
  /** Stable word for programs. */
  readonly kind:
    | 'permission-missing'
    | 'no-files'
    | 'manifest-unreadable'
    | 'file-missing'
    | 'file-changed'
    | 'file-damaged'
    | 'not-understood'
    | 'internal';
  readonly message: string;
}

/** Writes down which exports AWS knows of now; one that is gone is kept while it is the chosen one. */
export async function saveFoundExports(ctx: Ctx, run: RunRef, found: readonly FoundExport[]): Promise<void> {
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    const key = [run.workspaceId, run.connectionId];
    const arns = found.map((one) => one.arn);
    await sql.query(
      `insert into billing_export (workspace_id, connection_id, id, service, arn, name, format, bucket, prefix, region, problem, found_at)
       select $1, $2, f.* , $3 from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
         $11::text[], $12::text[]) as f
       on conflict (workspace_id, connection_id, arn) do update set name = excluded.name, format = excluded.format,
         bucket = excluded.bucket, prefix = excluded.prefix, region = excluded.region, problem = excluded.problem, gone_at = null`,
      [
        ...[...key, ctx.now(), found.map(() => randomUUID()), found.map((one) => one.service), arns],
        ...[found.map((one) => one.name), found.map((one) => one.format), found.map((one) => one.bucket)],
        ...[found.map((one) => one.prefix), found.map((one) => one.region), found.map((one) => one.problem)],
      ],
    );
    await sql.query(
      `update billing_export set gone_at = coalesce(gone_at, $3)
       where workspace_id = $1 and connection_id = $2 and arn <> all($4)`,
      [...key, ctx.now(), arns],
    );
    await sql.query(
      `delete from billing_export
       where workspace_id = $1 and connection_id = $2 and gone_at is not null and chosen_at is null`,
      key,
    );
  });
}

type Choice = ChosenExport & { readonly goneAt: Date | null; readonly checkedAt: Date | null };

export async function readChosenExport(ctx: Ctx, connectionId: string): Promise<Choice | null> {
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<Choice>(
      `select id, name, format, bucket, prefix, region, gone_at as "goneAt", checked_at as "checkedAt"
       from billing_export
       where workspace_id = $1 and connection_id = $2 and chosen_at is not null`,
      [ctx.workspaceId, connectionId],
    );
    return rows[0] ?? null;
  });
}

/** How the last look at the export's bucket ended. */
export async function saveChecked(
  ctx: Ctx,
  run: RunRef,
  exportId: string,
  failure: ExportFailure | null,
): Promise<void> {
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await sql.query(
      `update billing_export set checked_at = $4, failure = $5 where workspace_id = $1 and connection_id = $2 and id = $3`,
      [run.workspaceId, run.connectionId, exportId, ctx.now(), failure && JSON.stringify(failure)],
    );
  });
}

export interface LoadedPeriod {
  readonly billingPeriod: string;
  readonly exportId: string;
  readonly fingerprint: string | null;
}

export async function listLoadedPeriods(ctx: Ctx, connectionId: string): Promise<LoadedPeriod[]> {
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<LoadedPeriod>(
      `select billing_period as "billingPeriod", export_id as "exportId", fingerprint from billing_period
       where workspace_id = $1 and connection_id = $2`,
      [ctx.workspaceId, connectionId],
    );
    return rows;
  });
}

/** Makes sure that the period has its row, which a load fills in and an erasure takes away. */
export async function openPeriod(sql: Sql, run: RunRef, period: string, exportId: string): Promise<void> {
  await sql.query(
    `insert into billing_period (workspace_id, connection_id, billing_period, export_id) values ($1, $2, $3, $4)
     on conflict (workspace_id, connection_id, billing_period) do nothing`,
    [run.workspaceId, run.connectionId, period, exportId],
  );
}

/** A period that could not be loaded says why; what was there of it stays. */
export async function savePeriodFailure(
  ctx: Ctx,
  run: RunRef,
  of: { period: string; exportId: string },
  failure: ExportFailure,
): Promise<void> {
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await openPeriod(sql, run, of.period, of.exportId);
    // What was filled in of it and not published, housekeeping drops.
    await sql.query(
      `update billing_period set failure = $4, failed_at = $5, next_shelf = null
       where workspace_id = $1 and connection_id = $2 and billing_period = $3`,
      [run.workspaceId, run.connectionId, of.period, JSON.stringify(failure), ctx.now()],
    );
  });
}

/** Periods whose files are again those that were loaded: what was wrong with them in between is over. */
export async function clearPeriodFailures(ctx: Ctx, run: RunRef, periods: readonly string[]): Promise<void> {
  if (periods.length === 0) return;
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await sql.query(
      `update billing_period set failure = null, failed_at = null
       where workspace_id = $1 and connection_id = $2 and billing_period = any($3::date[]) and failure is not null`,
      [run.workspaceId, run.connectionId, periods],
    );
  });
}
