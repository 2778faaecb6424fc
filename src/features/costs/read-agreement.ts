import type { Sql } from '@/db/client';
import type { Agreement } from './overview';
import { accountLabels } from './labels';
import type { CostScope } from './scope';

interface Row {
  aws: string;
  ours: string;
  compared_at: Date;
  pending: number;
  differences: { account: string; period: string; aws: string; ours: string }[] | null;
}

/**
 * All months of all connections held against AWS's own totals, to the last decimal; for a limited person those of their
 * accounts. Null before the first comparison.
 */
export async function readAgreement(
  sql: Sql,
  scope: CostScope,
  currency: string,
  cost: 'billed_cost' | 'effective_cost',
): Promise<Agreement | null> {
  const [aws, ours] =
    cost === 'billed_cost' ? ['aws_billed', 'our_billed'] : ['aws_effective', 'our_effective'];
  const { rows } = await sql.query<Row>(
    `select sum(${aws}) filter (where done)::text as aws, sum(${ours}) filter (where done)::text as ours,
       min(latest) as compared_at, count(*) filter (where not done)::integer as pending,
       json_agg(json_build_object('account', sub_account_id, 'period', billing_period, 'aws', ${aws}::text, 'ours', ${ours}::text)
         order by billing_period desc) filter (where done and ${aws} <> ${ours}) as differences
     from (
       select t.*, t.compared_at is not null as done, max(t.compared_at) over (partition by t.connection_id) as latest
       from control_total t where t.workspace_id = $1 and t.connection_id = any($2) and t.currency = $3
         and ($4::text[] is null or t.sub_account_id = any($4))
     ) totals
     having count(*) filter (where done) > 0`,
    [scope.workspaceId, scope.connectionIds, currency, scope.limitedTo],
  );
  const found = rows[0];
  if (!found) return null;
  const labels = accountLabels(scope);
  return {
    aws: found.aws,
    ours: found.ours,
    comparedAt: found.compared_at.toISOString(),
    beingCompared: found.pending,
    differences: (found.differences ?? []).map((one) => ({
      ...one,
      account: labels.get(one.account)?.label ?? one.account,
    })),
  };
}
