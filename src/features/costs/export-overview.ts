import { requirePermission, withTransaction, type Ctx } from '@/context';
import { toSearchParams, type CostQuery } from '@/domain/cost-query';
import { Invalid } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { overviewCsv, type CsvPart, type CsvRow } from './overview-csv';
import { readOverview } from './read-overview';

export interface OverviewExport {
  readonly name: string;
  readonly rows: readonly CsvRow[];
}

/**
 * One part of the overview as the rows of a file. The audit trail has it before anybody has the file. Throws Invalid where
 * none of the days is loaded.
 */
export async function exportOverview(ctx: Ctx, query: CostQuery, part: CsvPart): Promise<OverviewExport> {
  requirePermission(ctx, 'cost:read');
  const overview = await readOverview(ctx, query);
  if (!overview) throw new Invalid('These days are not loaded. Choose other days.');
  const rows = overviewCsv(overview, part);
  await withTransaction(ctx, async (tx) => {
    recordAudit(tx, ctx, 'export.downloaded', null, {
      detail: { part, query: toSearchParams(query).toString() },
    });
  });
  return { name: `belvedere-${part}-${overview.range.start}.csv`, rows };
}
