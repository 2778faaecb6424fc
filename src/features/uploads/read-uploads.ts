import { createReadStream, createWriteStream } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { requirePermission, withSql, withTransaction, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { withLock } from '@/db/locks';
import { DuckError, DuckGone, withDuck, type Duck } from '@/duck/duck';
import type { FileKind } from '@/focus/export-layout';
import { recordAudit } from '@/features/audit/record-audit';
import { learnWords } from '@/features/exports/dictionaries';
import { LoadFailure } from '@/features/exports/load-failure';
import { OWN_SHELF_ROWS } from '@/features/exports/publish-period';
import { writeWords } from '@/features/exports/word-files';
import { writeFacts } from '@/features/exports/write-facts';
import { sumResourceCosts } from '@/features/resource-costs/sum-resource-costs';
import { Fenced, passFence, type RunRef } from '@/features/syncs/fence';
import { ensureOwnShelf } from '@/features/syncs/load-window';
import { examine, type Examined } from './examine';
import { failureWords } from './failure-words';
import { accountsOfRoles, leaveOutAccounts } from './leave-out';
import { overlapsOf } from './overlaps';
import { forgetChunks, publishFile } from './publish-file';

/** Of a process that dies over a file nobody knows why; after so many times it is the file. */
const ATTEMPTS_MAX = 3;
const UNPACKED_MIN = 4 * 1024 ** 3;
const UNPACKED_FACTOR = 10;

interface Waiting {
  readonly run: RunRef;
  readonly bytes: number;
  readonly attempts: number;
  readonly isWanted: boolean;
}

const keyOf = (run: RunRef) => [run.workspaceId, run.connectionId, run.runId];

/** The file that waits longest; that it is looked at is written down before, for the case that this process dies of it. */
async function takeNext(ctx: Ctx, connectionId: string): Promise<Waiting | null> {
  return withSql(ctx, 'write', async (sql) => {
    const { rows } = await sql.query<{
      id: string;
      bytes: string;
      attempts: number;
      state: string;
      is_wanted: boolean;
      epoch: number;
    }>(
      `update uploaded_file f set attempts = f.attempts + 1
       from connection c
       where c.workspace_id = $1 and c.id = $2 and c.revoked_at is null and f.workspace_id = $1 and f.connection_id = $2
         and f.id = (
           select w.id from uploaded_file w where w.workspace_id = $1 and w.connection_id = $2 and w.state in ('received', 'wanted')
           order by w.received_at, w.id limit 1
         )
       returning f.id, f.bytes, f.attempts, f.state, f.is_wanted, c.epoch`,
      [ctx.workspaceId, connectionId],
    );
    const found = rows[0];
    if (!found) return null;
    const run = { workspaceId: ctx.workspaceId, connectionId, runId: found.id, epoch: found.epoch };
    const isWanted = found.is_wanted || found.state === 'wanted';
    return { run, bytes: Number(found.bytes), attempts: found.attempts, isWanted };
  });
}

const TOO_HARD =
  'The file could not be read within the memory that we allow. Split it, or tell the operator.';
const TOO_LARGE = 'The file unpacks to more than we read. Split it into shorter spans.';

/** Lets so many bytes through and throws LoadFailure at the next. */
async function* limitedTo(limit: number, parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const part of parts) {
    bytes += part.length;
    if (bytes > limit) throw new LoadFailure('not-understood', TOO_LARGE);
    yield part;
  }
}

/** Writes the pieces to one file, a piece at a time. */
async function unpack(
  ctx: Ctx,
  run: RunRef,
  { duck, limit }: { duck: Duck; limit: number },
): Promise<{ paths: string[]; kind: FileKind }> {
  const target = path.join(duck.directory, 'upload');
  const file = await open(target, 'w');
  let start: Buffer = Buffer.alloc(0);
  try {
    for (let seq = 0; ; seq += 1) {
      const { rows } = await withSql(ctx, 'read', (sql) =>
        sql.query<{ bytes: Buffer }>(
          'select bytes from uploaded_chunk where workspace_id = $1 and connection_id = $2 and file_id = $3 and seq = $4',
          [...keyOf(run), seq],
        ),
      );
      const bytes = rows[0]?.bytes;
      if (!bytes) break;
      if (seq === 0) start = bytes;
      await file.write(bytes);
    }
  } finally {
    await file.close();
  }
  if (start.subarray(0, 4).toString('latin1') === 'PAR1') return { paths: [target], kind: 'parquet' };
  const isGzip = start[0] === 0x1f && start[1] === 0x8b;
  if (!isGzip) return { paths: [target], kind: 'csv' };
  // Unpacked here, where a file that was cut off says so: DuckDB takes what there is for all of it.
  const unpacked = `${target}.csv`;
  await pipeline(
    createReadStream(target),
    createGunzip(),
    (parts: AsyncIterable<Buffer>) => limitedTo(limit, parts),
    createWriteStream(unpacked),
  ).catch((cause: unknown) => {
    if (cause instanceof LoadFailure) throw cause;
    throw new LoadFailure(
      'file-damaged',
      'The file is damaged or was cut off. Export it again, and upload it whole.',
    );
  });
  await rm(target);
  return { paths: [unpacked], kind: 'csv' };
}

/** Ends the reading of a file that unpacks to more than the disk should hold. */
function watchSize(duck: Duck, limit: number): { stop(): void; isOver(): boolean } {
  let isOver = false;
  const look = async () => {
    const names = await readdir(duck.directory).catch(() => []);
    const sizes = await Promise.all(
      names.map((name) =>
        stat(path.join(duck.directory, name)).then(
          (one) => one.size,
          () => 0,
        ),
      ),
    );
    if (sizes.reduce((sum, size) => sum + size, 0) <= limit) return;
    isOver = true;
    duck.end();
  };
  const timer = setInterval(() => void look(), 500);
  return { stop: () => clearInterval(timer), isOver: () => isOver };
}

async function saveFindings(sql: Sql, run: RunRef, found: Examined, warnings: string[]): Promise<void> {
  await sql.query(
    `update uploaded_file set format = $4, source_rows = $5, left_out_rows = $6, first_date = $7, last_date = $8, totals = $9,
       currencies = $10, warnings = $11, problems = $12, problem_count = $13
     where workspace_id = $1 and connection_id = $2 and id = $3`,
    [
      ...keyOf(run),
      ...[found.format, found.sourceRows, found.leftOutRows, found.firstDate, found.lastDate],
      ...[JSON.stringify(found.totals), found.currencies, warnings],
      ...[JSON.stringify(found.problems), found.problemCount],
    ],
  );
}

/** A refused file leaves its findings for a day, and its bytes at once. */
async function refuse(ctx: Ctx, run: RunRef, message: string): Promise<void> {
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await sql.query(
      `update uploaded_file set state = 'refused', failure = $4, digest = null, next_shelf = null
       where workspace_id = $1 and connection_id = $2 and id = $3`,
      [...keyOf(run), message],
    );
    await forgetChunks(sql, run);
  });
  await withTransaction(ctx, async (tx) =>
    recordAudit(tx, ctx, 'upload.refused', run.connectionId, { detail: { file: run.runId } }),
  );
}

async function load(ctx: Ctx, run: RunRef, duck: Duck, examined: Examined): Promise<void> {
  const { firstDate, lastDate } = examined;
  if (firstDate === null || lastDate === null) throw new Error('A file without days cannot be loaded.');
  if (examined.sourceRows >= OWN_SHELF_ROWS) await ensureOwnShelf(ctx, run);
  const words = await writeWords(duck);
  await learnWords(ctx, run, words);
  const facts = await writeFacts(duck, { period: null, isDaily: examined.isDaily }, words);
  duck.end();
  await publishFile(ctx, run, facts, { ...examined, firstDate, lastDate });
  await sumResourceCosts(ctx, run);
}

const limitOfBytes = ({ bytes }: Waiting) => Math.max(UNPACKED_MIN, UNPACKED_FACTOR * bytes);

async function look(ctx: Ctx, waiting: Waiting, duck: Duck): Promise<void> {
  const { run } = waiting;
  const files = await unpack(ctx, run, { duck, limit: limitOfBytes(waiting) });
  const examined = await examine(duck, files, { leftOut: await accountsOfRoles(ctx), now: ctx.now() });
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await saveFindings(sql, run, examined, [...examined.warnings, ...(await overlapsOf(sql, run, examined))]);
    if (examined.problemCount === 0 && !waiting.isWanted) {
      await sql.query(
        `update uploaded_file set state = 'read', attempts = 0 where workspace_id = $1 and connection_id = $2 and id = $3`,
        keyOf(run),
      );
    }
  });
  if (examined.problemCount > 0) {
    return refuse(ctx, run, 'Nothing of this file was loaded: mend what is listed, and upload it again.');
  }
  if (examined.sourceRows === 0) {
    return refuse(
      ctx,
      run,
      'All rows of this file are of accounts that are connected by a role already, and would count twice.',
    );
  }
  if (waiting.isWanted) await load(ctx, run, duck, examined);
}

/** Reads one file: a dry run, or the load. What is wrong with it is written down with it and fails nothing else. */
async function readFile(ctx: Ctx, waiting: Waiting, signal: AbortSignal): Promise<void> {
  const { run } = waiting;
  if (waiting.attempts > ATTEMPTS_MAX) return refuse(ctx, run, TOO_HARD);
  let watch: ReturnType<typeof watchSize> | undefined;
  try {
    await withDuck(signal, (duck) => {
      watch = watchSize(duck, 2 * limitOfBytes(waiting));
      return look(ctx, waiting, duck);
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof LoadFailure) return refuse(ctx, run, failureWords(error));
    if (error instanceof DuckError || error instanceof DuckGone) {
      ctx.log.error({ err: error, connection: run.connectionId, file: run.runId }, 'uploaded file');
      if (watch?.isOver()) return refuse(ctx, run, TOO_LARGE);
      return refuse(ctx, run, TOO_HARD);
    }
    throw error;
  } finally {
    watch?.stop();
  }
}

/**
 * Reads and loads the uploaded files of a source that wait, one after the other, and takes out what comes through a role by now;
 * another worker that does so already is left to it. Throws what concerns no single file.
 */
export async function readUploads(ctx: Ctx, { connectionId }: { connectionId: string }): Promise<void> {
  requirePermission(ctx, 'upload:write');
  await withLock(ctx.db, connectionId, 'upload', async (lost) => {
    try {
      await leaveOutAccounts(ctx, connectionId);
      for (;;) {
        const waiting = await takeNext(ctx, connectionId);
        if (!waiting) return;
        await readFile(ctx, waiting, lost);
      }
    } catch (error) {
      if (!(error instanceof Fenced)) throw error;
    }
  });
}
