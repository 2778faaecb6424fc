import { PassThrough } from 'node:stream';
import { requirePermission, withSql, type Ctx } from '@/context';
import type { CostQuery } from '@/domain/cost-query';
import { nameOf, recordExport } from './record-export';
import { chargesSql } from './charges-sql';
import { copyCharges } from './copy-charges';
import { openFile, type FocusFile } from './focus-file';
import { planReport } from './plan-report';

/**
 * The charges behind a report as CSV of FOCUS 1.2, straight from one snapshot of the database and as fast as it is read. Throws
 * Forbidden; Invalid where none of the days is loaded; LimitReached while others run.
 */
export async function exportFocusCsv(ctx: Ctx, query: CostQuery): Promise<FocusFile> {
  requirePermission(ctx, 'cost:read');
  return openFile(ctx, (begin) => {
    const body = new PassThrough({ highWaterMark: 256 * 1024 });
    return withSql(ctx, 'read', async (sql) => {
      const report = await planReport(ctx, sql, query);
      const text = chargesSql(report);
      await recordExport(ctx, query);
      begin({ name: nameOf(report, 'csv'), body });
      await copyCharges(ctx, sql, text, body);
    }).then(() => void body.end());
  });
}
