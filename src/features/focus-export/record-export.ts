import { withTransaction, type Ctx } from '@/context';
import { toSearchParams, type CostQuery } from '@/domain/cost-query';
import { recordAudit } from '@/features/audit/record-audit';
import type { Report } from './charges-sql';

/** Before charges go out as a file: the audit trail has it before anybody has a byte. */
export async function recordExport(ctx: Ctx, query: CostQuery): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    recordAudit(tx, ctx, 'export.downloaded', null, {
      detail: { part: 'focus', query: toSearchParams(query).toString() },
    });
  });
}

export const nameOf = ({ frame }: Report, ending: 'csv' | 'parquet') =>
  `belvedere-focus-${frame.ranges.now.start}.${ending}`;
