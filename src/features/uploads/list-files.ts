import { requirePermission, withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
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
  /** The object of a bucket that it came from; `goneAt` is when it was no longer found there. */
  readonly object: { readonly key: string; readonly goneAt: string | null } | null;
}

type ObjectRow = Prisma.BucketObjectGetPayload<object>;

function summaryOf(row: Prisma.UploadedFileGetPayload<object>, of: ObjectRow | undefined): FileSummary {
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
    object: of ? { key: of.key, goneAt: of.goneAt?.toISOString() ?? null } : null,
  };
}

/** Which object each file came from; those of uploads are in none. */
async function objectsOf(tx: Tx, key: { workspaceId: string; connectionId: string }) {
  const rows = await tx.bucketObject.findMany({
    where: { ...key, OR: [{ fileId: { not: null } }, { nextFileId: { not: null } }] },
  });
  return new Map(rows.flatMap((row) => [row.fileId, row.nextFileId].map((id) => [id, row] as const)));
}

/** The files of a source, newest first. Throws NotFound. */
export async function listFiles(ctx: Ctx, connectionId: string): Promise<FileSummary[]> {
  requirePermission(ctx, 'connection:read');
  return withTransaction(ctx, async (tx) => {
    const source = await getConnection(tx, ctx.workspaceId, connectionId);
    const key = { workspaceId: ctx.workspaceId, connectionId: source.id };
    const rows = await tx.uploadedFile.findMany({
      where: key,
      orderBy: [{ receivedAt: 'desc' }, { id: 'asc' }],
    });
    const objects = await objectsOf(tx, key);
    return rows.map((row) => summaryOf(row, objects.get(row.id)));
  });
}

/** One file. Throws NotFound. */
export async function readFileSummary(ctx: Ctx, connectionId: string, fileId: string): Promise<FileSummary> {
  requirePermission(ctx, 'connection:read');
  return withTransaction(ctx, async (tx) => {
    const source = await getConnection(tx, ctx.workspaceId, connectionId);
    const key = { workspaceId: ctx.workspaceId, connectionId: source.id };
    const row = await tx.uploadedFile.findFirst({ where: { ...key, id: fileId } });
    if (!row) throw new NotFound('file');
    const object = await tx.bucketObject.findFirst({
      where: { ...key, OR: [{ fileId }, { nextFileId: fileId }] },
    });
    return summaryOf(row, object ?? undefined);
  });
}
