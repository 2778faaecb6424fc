import { requirePermission, withSql, withTransaction, type Ctx } from '@/context';
import { withLock } from '@/db/locks';
import { dropUnusedShelves } from '@/db/unused-shelves';
import { Conflict, NotFound } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { getUploadSource } from '@/features/connections/queries';
import { forgetAnswers } from '@/features/costs/answer-cache';
import { sumResourceCosts } from '@/features/resource-costs/sum-resource-costs';
import { passFence, type RunRef } from '@/features/syncs/fence';
import type { FileRef } from './schemas';
import { takeFileOut } from './take-file-out';

/**
 * Takes a file out of its source, with everything that it alone brought: line items, totals, resources, accounts. One that is
 * not loaded yet is given up. Throws NotFound; Conflict while a file of the source is being read.
 */
export async function removeFile(ctx: Ctx, input: FileRef): Promise<void> {
  requirePermission(ctx, 'upload:write');
  const source = await withTransaction(ctx, (tx) => getUploadSource(tx, ctx.workspaceId, input.connectionId));
  const run: RunRef = {
    ...{ workspaceId: ctx.workspaceId, connectionId: source.id },
    runId: input.fileId,
    epoch: source.epoch,
  };
  let isFound = false;
  const hasLock = await withLock(ctx.db, source.id, 'upload', async () => {
    isFound = await withSql(ctx, 'write', async (sql) => {
      await sql.query("set local work_mem = '128MB'; set local jit = off");
      await passFence(sql, run);
      await sql.query('select empty_upload($1, $2)', [run.connectionId, run.runId]);
      return takeFileOut(sql, run);
    });
    if (isFound) await sumResourceCosts(ctx, run);
  });
  if (!hasLock)
    throw new Conflict('A file of this source is being read. Wait until it is done, and try again.');
  if (!isFound) throw new NotFound('file');
  await withTransaction(ctx, async (tx) =>
    recordAudit(tx, ctx, 'upload.removed', source.id, { detail: { file: input.fileId } }),
  );
  forgetAnswers(ctx.workspaceId);
  // The leaf that its line items were in: nothing names it any more.
  await dropUnusedShelves(ctx.db);
}
