import type { Sql } from '@/db/client';
import type { Agreement } from './overview';
import { accountLabels } from './labels';
import type { CostScope } from './scope';

interface Row {
  aws: string;
  ours: string;
  compared_at: Date;
  differences: { account: string; period: string; aws: string; ours: string }[] | null;
}

/** All months of all connections held against AWS's own totals, to the last decimal; null before the first comparison. */
export async function readAgreement(
  sql: Sql,
  scope: CostScope,
  currency: string,
  cost: 'billed_cost' | 'effective_cost',
): Promise<{ agreement: Agreement | null; syncedAt: string | null }> {
  const [aws, ours] =
    cost === 'billed_cost' ? ['aws_billed', 'our_billed'] : ['aws_effective', 'our_effective'];
  const { rows } = await sql.query<Row>(
    `select sum(${aws})::text as aws, sum(${ours})::text as ours, max(compared_at) as compared_at,
       json_agg(json_build_object('account', sub_account_id, 'period', billing_period, 'aws', ${aws}::text, 'ours', ${ours}::text)
         order by billing_period desc) filter (where ${aws} <> ${ours}) as differences
     from control_total
     where workspace_id = $1 and connection_id = any($2) and currency = $3 and compared_at is not null
     having count(*) > 0`,
    [scope.workspaceId, scope.connectionIds, currency],
  );
  const { rows: synced } = await sql.query<{ at: Date | null }>(
    `select max(w.loaded_at) as at from sync_window w where w.workspace_id = $1 and w.connection_id = any($2)`,
    [scope.workspaceId, scope.connectionIds],
  );
  const found = rows[0];
  const labels = accountLabels(scope);
  return {
    syncedAt: synced[0]?.at?.toISOString() ?? null,
    agreement: found
      ? {
          aws: found.aws,
          ours: found.ours,
          comparedAt: found.compared_at.toISOString(),
          differences: (found.differences ?? []).map((one) => ({
            ...one,
            account: labels.get(one.account)?.label ?? one.account,
          })),
        }
      : null,
  };
}
