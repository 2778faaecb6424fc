import { requirePermission, withTransaction, type Ctx } from '@/context';
import type { Prisma } from '@/db/generated/client';
import { dayOf } from '@/domain/period';
import { NotFound } from '@/errors';
import { getConnection } from '@/features/connections/queries';
import type { FileProblem, FileState, FileTotal } from './schemas';

/** A file as pages and the API tell it; days are inclusive, amounts exact. */
export interface FileSummary {
  readonly id: string;
  readonly name: string;
  readonly state: FileState;
  readonly bytes: number;
  readonly format: string | null;
  /** Rows that count, and rows of accounts that come through a role already. */
  readonly rows: number;
  readonly leftOutRows: number;
  readonly firstDate: string | null;
  readonly lastDate: string | null;
  readonly totals: readonly FileTotal[];
  readonly warnings: readonly string[];
  readonly problems: readonly FileProblem[];
  /** Of which the first hundred are listed. */
  readonly problemCount: number;
  readonly failure: string | null;
  readonly receivedAt: string;
  readonly loadedAt: string | null;
}

function summaryOf(row: Prisma.UploadedFileGetPayload<object>): FileSummary {
  return {
    ...{
      id: row.id,
      name: row.name,
      state: row.state as FileState,
      bytes: Number(row.bytes),
      format: row.format,
    },
    rows: Number(row.sourceRows),
    leftOutRows: Number(row.leftOutRows),
    firstDate: row.firstDate && dayOf(row.firstDate),
    lastDate: row.lastDate && dayOf(row.lastDate),
    totals: row.totals as unknown as FileTotal[],
    warnings: row.warnings,
    problems: row.problems as unknown as FileProblem[],
    problemCount: Number(row.problemCount),
    failure: row.failure,
    receivedAt: row.receivedAt.toISOString(),
    loadedAt: row.loadedAt?.toISOString() ?? null,
  };
}

/** The files of a source, newest first. Throws NotFound. */
export async function listFiles(ctx: Ctx, connectionId: string): Promise<FileSummary[]> {
  requirePermission(ctx, 'connection:read');
  return withTransaction(ctx, async (tx) => {
    const source = await getConnection(tx, ctx.workspaceId, connectionId);
    const rows = await tx.uploadedFile.findMany({
      where: { workspaceId: ctx.workspaceId, connectionId: source.id },
      orderBy: [{ receivedAt: 'desc' }, { id: 'asc' }],
    });
    return rows.map(summaryOf);
  });
}

/** One file. Throws NotFound. */
export async function readFileSummary(ctx: Ctx, connectionId: string, fileId: string): Promise<FileSummary> {
  requirePermission(ctx, 'connection:read');
  return withTransaction(ctx, async (tx) => {
    const source = await getConnection(tx, ctx.workspaceId, connectionId);
    const row = await tx.uploadedFile.findFirst({
      where: { workspaceId: ctx.workspaceId, connectionId: source.id, id: fileId },
    });
    if (!row) throw new NotFound('file');
    return summaryOf(row);
  });
}
