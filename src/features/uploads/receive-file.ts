import { createHash, randomUUID } from 'node:crypto';
import { requirePermission, withSql, withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { AppError, Conflict, Invalid } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { getUploadSource } from '@/features/connections/queries';
import { Fenced, passFence, type RunRef } from '@/features/syncs/fence';
import { findSameFile } from './same-file';
import type { ReceiveFileInput } from './schemas';

export const FILE_MAX_BYTES = 2 * 1024 ** 3;
const CHUNK_BYTES = 1024 ** 2;
/** Line items of each file lie on a shelf of their own, and so many a source can be erased at once. */
const FILES_MAX = 500;
const WAITING_MAX = 20;

export const TOO_LARGE = 'A file has at most 2 GB. Export shorter spans, or Parquet, which is smaller.';

/** There is no room for one more file. */
export class SourceFull extends Conflict {}

/** These bytes are in the workspace already. */
export class SameFile extends Conflict {
  readonly #file: { id: string; name: string; source: string };

  constructor(file: { id: string; name: string; source: string }) {
    super(`This file is here already, as ${file.name} in ${file.source}. Nothing was added.`);
    this.#file = file;
  }

  get file() {
    return this.#file;
  }
}

/** A file on its way in. `older` is the version of it that goes when this one is loaded. */
export interface Incoming extends ReceiveFileInput {
  readonly older?: string | null;
  /** Runs in the transaction that the file is whole with. */
  readonly onWhole?: (tx: Tx, fileId: string) => Promise<void>;
}

const isZip = (start: Buffer) => start.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004'));

/** The body in pieces of one size; throws Invalid for what is too large or cannot be a billing file. */
async function* chunksOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let held = 0;
  let bytes = 0;
  for await (const part of body) {
    const piece = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    bytes += piece.length;
    if (bytes > FILE_MAX_BYTES) {
      throw new AppError('too-large', TOO_LARGE);
    }
    waiting.push(piece);
    held += piece.length;
    while (held >= CHUNK_BYTES) {
      const all = Buffer.concat(waiting);
      yield all.subarray(0, CHUNK_BYTES);
      waiting = [all.subarray(CHUNK_BYTES)];
      held -= CHUNK_BYTES;
    }
  }
  if (held > 0) yield Buffer.concat(waiting);
}

async function openFile(ctx: Ctx, input: Incoming): Promise<RunRef> {
  return withTransaction(ctx, async (tx) => {
    const source = await getUploadSource(tx, ctx.workspaceId, input.connectionId);
    const key = { workspaceId: ctx.workspaceId, connectionId: source.id };
    const others = input.older ? { ...key, id: { not: input.older } } : key;
    if ((await tx.uploadedFile.count({ where: others })) >= FILES_MAX) {
      throw new SourceFull(`A source has at most ${FILES_MAX} files. Make another source for more.`);
    }
    const waiting = { workspaceId: ctx.workspaceId, state: { notIn: ['loaded', 'refused'] } };
    if ((await tx.uploadedFile.count({ where: waiting })) >= WAITING_MAX) {
      throw new SourceFull(`${WAITING_MAX} files wait already. Load them, or remove them.`);
    }
    const id = randomUUID();
    await tx.uploadedFile.create({
      data: {
        ...key,
        id,
        name: input.name,
        state: 'receiving',
        isWanted: input.isWanted,
        receivedAt: ctx.now(),
      },
    });
    return { ...key, runId: id, epoch: source.epoch };
  });
}

async function keepChunk(ctx: Ctx, run: RunRef, seq: number, chunk: Buffer): Promise<void> {
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await sql.query(
      'insert into uploaded_chunk (workspace_id, connection_id, file_id, seq, bytes) values ($1, $2, $3, $4, $5)',
      [run.workspaceId, run.connectionId, run.runId, seq, chunk],
    );
  });
}

async function closeFile(
  ctx: Ctx,
  run: RunRef,
  file: { bytes: number; digest: string; onWhole: Incoming['onWhole'] },
): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const same = await findSameFile(tx, ctx.workspaceId, file.digest);
    if (same) throw new SameFile(same);
    await tx.uploadedFile.updateMany({
      where: { workspaceId: run.workspaceId, connectionId: run.connectionId, id: run.runId },
      data: { state: 'received', digest: file.digest, bytes: file.bytes },
    });
    recordAudit(tx, ctx, 'upload.received', run.connectionId, {
      detail: { file: run.runId, bytes: file.bytes },
    });
    await file.onWhole?.(tx, run.runId);
    await ctx.queue.enqueue(tx, 'read-uploads', {
      workspaceId: run.workspaceId,
      connectionId: run.connectionId,
    });
  });
}

async function forgetFile(ctx: Ctx, run: RunRef): Promise<void> {
  await withTransaction(ctx, (tx) =>
    tx.uploadedFile.deleteMany({
      where: {
        workspaceId: run.workspaceId,
        connectionId: run.connectionId,
        id: run.runId,
        state: 'receiving',
      },
    }),
  );
}

/**
 * Takes a billing file in, piece by piece, and asks the worker to read it; nothing counts before it is loaded. A file that
 * breaks off, is too large or is here already leaves nothing behind. Throws NotFound, Conflict, Invalid.
 */
export async function receiveFile(
  ctx: Ctx,
  input: ReceiveFileInput,
  body: AsyncIterable<Uint8Array> | null,
): Promise<{ id: string }> {
  requirePermission(ctx, 'upload:write');
  if (!body) throw new Invalid('The request has no body. Send the file itself as its body.');
  return takeFileIn(ctx, input, body);
}

/** The same for a body from anywhere. Throws what the body throws as well. */
export async function takeFileIn(
  ctx: Ctx,
  input: Incoming,
  body: AsyncIterable<Uint8Array>,
): Promise<{ id: string }> {
  const run = await openFile(ctx, input);
  const hash = createHash('sha256');
  let bytes = 0;
  let seq = 0;
  try {
    for await (const chunk of chunksOf(body)) {
      if (seq === 0 && isZip(chunk))
        throw new Invalid('This is a ZIP archive. Unpack it, and upload the CSV or Parquet file in it.');
      hash.update(chunk);
      await keepChunk(ctx, run, seq, chunk);
      bytes += chunk.length;
      seq += 1;
    }
    if (bytes === 0) throw new Invalid('The file is empty.');
    await closeFile(ctx, run, { bytes, digest: hash.digest('hex'), onWhole: input.onWhole });
  } catch (error) {
    await forgetFile(ctx, run);
    if (error instanceof Fenced) throw new Conflict('The source was revoked while the file was on its way.');
    throw error;
  }
  return { id: run.runId };
}
