import { randomUUID } from 'node:crypto';
import { AwsError, type AwsCall, type CallObserver } from '@/aws/port';
import { withSql, type Ctx } from '@/context';
import { dayOf } from '@/domain/period';

const COST_EXPLORER = 'Cost Explorer';
const NO_CAP = 2_000_000_000;

interface Options {
  /** Cost Explorer requests a day, over all workers. */
  readonly capRequests?: number;
  /** The sync that the requests are made for. */
  readonly runId?: string;
}

async function reserve(ctx: Ctx, connectionId: string, day: string, cap: number): Promise<void> {
  const isWithin = await withSql(ctx, 'write', async (sql) => {
    const { rowCount } = await sql.query(
      `insert into request_day as d (workspace_id, connection_id, day, requests)
       select $1, $2, $3, 1 where 1 <= $4::integer
       on conflict (workspace_id, connection_id, day) do update set requests = d.requests + 1 where d.requests + 1 <= $4::integer`,
      [ctx.workspaceId, connectionId, day, cap],
    );
    return rowCount === 1;
  });
  if (!isWithin) {
    const message =
      'The daily limit for Cost Explorer requests is reached. The sync goes on tomorrow by itself.';
    throw new AwsError('daily-cap', message, false, 'ce:GetCostAndUsage');
  }
}

async function record(
  ctx: Ctx,
  connectionId: string,
  call: AwsCall,
  paid: { day: string; runId: string | null } | null,
): Promise<void> {
  const key = [ctx.workspaceId, connectionId];
  await withSql(ctx, 'write', async (sql) => {
    await sql.query(
      `insert into access_ledger (workspace_id, connection_id, at, id, aws_account_id, region, service, action,
         outcome, duration_ms, request_id, session_name)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        ...[...key, call.at, randomUUID(), call.awsAccountId, call.region, call.service],
        ...[call.action, call.outcome, call.durationMs, call.requestId, call.sessionName],
      ],
    );
    if (!paid) return;
    if (call.outcome !== 'ok') {
      await sql.query(
        'update request_day set requests = greatest(0, requests - 1) where workspace_id = $1 and connection_id = $2 and day = $3',
        [...key, paid.day],
      );
    } else if (paid.runId) {
      await sql.query(
        'update sync_run set requests = requests + 1 where workspace_id = $1 and connection_id = $2 and id = $3',
        [...key, paid.runId],
      );
    }
  });
}

/**
 * Writes every call into the connection's access ledger and counts Cost Explorer's requests before they go out, so that
 * the daily cap holds across workers and crashes. AWS does not charge for failed calls: they are given back to their day.
 */
export function ledgerObserver(ctx: Ctx, connectionId: string, options: Options = {}): CallObserver {
  return {
    async before(service) {
      if (service !== COST_EXPLORER) return (call) => record(ctx, connectionId, call, null);
      const day = dayOf(ctx.now());
      await reserve(ctx, connectionId, day, options.capRequests ?? NO_CAP);
      return (call) => record(ctx, connectionId, call, { day, runId: options.runId ?? null });
    },
  };
}
