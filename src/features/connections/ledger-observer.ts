import { randomUUID } from 'node:crypto';
import { AwsError, type CallObserver } from '@/aws/port';
import { withSql, type Ctx } from '@/context';
import { dayOf } from '@/domain/period';

const COST_EXPLORER = 'Cost Explorer';

/**
 * Writes every call into the connection's access ledger and counts Cost Explorer's requests before they go out, so that
 * the daily cap holds across workers and crashes. AWS does not charge for failed calls: they are given back.
 */
export function ledgerObserver(
  ctx: Ctx,
  connectionId: string,
  options: { capRequests?: number } = {},
): CallObserver {
  const { workspaceId } = ctx;
  const count = (by: number) =>
    withSql(ctx, 'write', async (sql) => {
      const { rowCount } = await sql.query(
        `insert into request_day as d (workspace_id, connection_id, day, requests)
         select $1, $2, $3, $4::integer where $4::integer <= $5::integer
         on conflict (workspace_id, connection_id, day) do update set requests = greatest(0, d.requests + $4)
         where d.requests + $4 <= $5`,
        [workspaceId, connectionId, dayOf(ctx.now()), by, options.capRequests ?? 2_000_000_000],
      );
      return rowCount === 1;
    });

  return {
    async before(service) {
      if (service !== COST_EXPLORER) return;
      if (!(await count(1))) {
        throw new AwsError(
          'daily-cap',
          'The daily limit for Cost Explorer requests is reached.',
          false,
          'ce:GetCostAndUsage',
        );
      }
    },
    async after(call) {
      if (call.service === COST_EXPLORER && call.outcome !== 'ok') await count(-1);
      await withSql(ctx, 'write', (sql) =>
        sql.query(
          `insert into access_ledger (workspace_id, connection_id, at, id, aws_account_id, region, service, action,
             outcome, duration_ms, request_id, session_name)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
          [
            ...[
              workspaceId,
              connectionId,
              call.at,
              randomUUID(),
              call.awsAccountId,
              call.region,
              call.service,
            ],
            ...[call.action, call.outcome, call.durationMs, call.requestId, call.sessionName],
          ],
        ),
      );
    },
  };
}
