import { requirePermission, withSql, type Ctx } from '@/context';
import type { CostQuery } from '@/domain/cost-query';
import { planReport } from './plan-report';
import { nameOf } from './record-export';

/** What the file of a report would be called. Throws Forbidden; Invalid where none of the days is loaded. */
export async function nameFocusFile(
  ctx: Ctx,
  query: CostQuery,
  extension: Parameters<typeof nameOf>[1],
): Promise<string> {
  requirePermission(ctx, 'cost:read');
  return withSql(ctx, 'read', async (sql) => nameOf(await planReport(ctx, sql, query), extension));
}
