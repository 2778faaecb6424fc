import type { Forecast, RecordKind } from '@/aws/port';
import { withSql, type Ctx } from '@/context';
import { addDays, dayOf, monthOf, type DayRange } from '@/domain/period';
import { recordAuditLast } from '@/features/audit/record-audit';
import type { DeniedAction } from '@/features/connections/schemas';
import { passFence, type RunRef } from './fence';
import type { SyncKind } from './queue-sync';
import type { Fetch } from './stage-charges';

export interface RunFailure {
  readonly kind: string;
  readonly message: string;
  readonly attempts: number;
}

export interface RunState {
  readonly kind: SyncKind;
  readonly epoch: number;
  readonly monthsTotal: number;
  readonly failure: RunFailure | null;
}

/** Takes an open run up; null where it is over, not due yet, or its connection has been revoked since. */
export async function markRunning(
  ctx: Ctx,
  ref: { connectionId: string; runId: string },
): Promise<RunState | null> {
  return withSql(ctx, 'write', async (sql) => {
    const { rows } = await sql.query<RunState>(
      `update sync_run r set status = 'running', started_at = coalesce(r.started_at, $4), resume_at = null
       from connection c
       where r.workspace_id = $1 and r.connection_id = $2 and r.id = $3
         and (r.status in ('queued', 'running') or (r.status = 'paused' and r.resume_at <= $4))
         and c.workspace_id = r.workspace_id and c.id = r.connection_id and c.epoch = r.epoch and c.revoked_at is null
       returning r.kind, r.epoch, r.months_total as "monthsTotal", r.failure`,
      [ctx.workspaceId, ref.connectionId, ref.runId, ctx.now()],
    );
    return rows[0] ?? null;
  });
}

const key = (run: RunRef) => [run.workspaceId, run.connectionId, run.runId];

export function listOpenWindows(ctx: Ctx, run: RunRef): Promise<DayRange[]> {
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<DayRange>(
      `select start_date as start, end_date as "end" from sync_window
       where workspace_id = $1 and connection_id = $2 and run_id = $3 and loaded_at is null order by position`,
      key(run),
    );
    return rows;
  });
}

/** What has still to be asked of Cost Explorer: nothing of an account whose billing export covers all of the window. */
export function listOpenFetches(ctx: Ctx, run: RunRef, windowStart: string): Promise<Fetch[]> {
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<{ account: string; kind: RecordKind }>(
      `select f.sub_account_id as account, f.kind from sync_fetch f
       join sync_window w on w.workspace_id = $1 and w.connection_id = $2 and w.run_id = $3 and w.start_date = f.start_date
       where f.workspace_id = $1 and f.connection_id = $2 and f.run_id = $3 and f.start_date = $4 and f.fetched_at is null
         and exists (
           select from generate_series(date_trunc('month', w.start_date), w.end_date - 1, interval '1 month') m
           where not exists (
             select from covered_month c where c.workspace_id = $1 and c.connection_id = $2
               and c.sub_account_id = f.sub_account_id and c.billing_period = m::date))
       order by f.kind desc, f.sub_account_id`,
      [...key(run), windowStart],
    );
    return rows.map((row) => ({ windowStart, subAccountId: row.account, kind: row.kind }));
  });
}

export async function saveForecast(
  ctx: Ctx,
  run: RunRef,
  metric: 'billed' | 'effective',
  startDate: string,
  forecast: Forecast,
): Promise<void> {
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await sql.query(
      `insert into cost_forecast (workspace_id, connection_id, billing_period, metric, currency, start_date, mean, low, high, fetched_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (workspace_id, connection_id, billing_period, metric) do update set currency = excluded.currency,
         start_date = excluded.start_date, mean = excluded.mean, low = excluded.low, high = excluded.high, fetched_at = excluded.fetched_at`,
      [
        ...[run.workspaceId, run.connectionId, monthOf(startDate), metric, forecast.currency, startDate],
        ...[forecast.mean, forecast.low, forecast.high, ctx.now()],
      ],
    );
  });
}

export interface RunEnd {
  readonly status: 'done' | 'failed' | 'paused';
  readonly failure: RunFailure | null;
  readonly resumeAt: Date | null;
  /** What this run was denied; left as it was where the run did not get that far. */
  readonly denied?: readonly DeniedAction[];
  readonly needsAttention?: boolean;
  /** The check of the role has planned what comes next. */
  readonly keepsPlan?: boolean;
}

/** A day later, at a minute that differs between connections, so that they do not all ask at once. */
export function nextDailySync(now: Date, connectionId: string): Date {
  const minute = Number.parseInt(connectionId.slice(0, 4), 16) % 240;
  return new Date(Date.parse(addDays(dayOf(now), 1)) + (6 * 60 + minute) * 60_000);
}

export async function finishRun(ctx: Ctx, run: RunRef, end: RunEnd): Promise<void> {
  const isOver = end.status !== 'paused';
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await sql.query(
      `update sync_run set status = $4, failure = $5, resume_at = $6, finished_at = $7
       where workspace_id = $1 and connection_id = $2 and id = $3`,
      [
        ...key(run),
        end.status,
        end.failure && JSON.stringify(end.failure),
        end.resumeAt,
        isOver ? ctx.now() : null,
      ],
    );
    await sql.query(
      `update connection set
         next_action_at = case when $3 then $4::timestamptz else next_action_at end,
         denied = coalesce($5::jsonb, denied),
         status = case when $6 then 'attention' when $7 = 'done' then 'active' else status end,
         failure = case when $6 then $8::jsonb when $7 = 'done' then null else failure end
       where workspace_id = $1 and id = $2`,
      [
        run.workspaceId,
        run.connectionId,
        isOver && !end.keepsPlan,
        nextDailySync(ctx.now(), run.connectionId),
        end.denied ? JSON.stringify(end.denied) : null,
        end.needsAttention ?? false,
        end.status,
        end.failure && JSON.stringify({ kind: end.failure.kind, message: end.failure.message }),
      ],
    );
    if (!isOver) return;
    await recordAuditLast(sql, ctx, end.status === 'done' ? 'sync.loaded' : 'sync.failed', run.connectionId, {
      detail: { run: run.runId, ...(end.failure ? { reason: end.failure.kind } : {}) },
    });
  });
}
