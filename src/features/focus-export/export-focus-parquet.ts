import { writeFile } from 'node:fs/promises';
import { addAbortSignal, Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { requirePermission, withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import type { CostQuery } from '@/domain/cost-query';
import { DuckError, withDuck, type Duck } from '@/duck/duck';
import { makeNamedPipe, openNamedPipe } from '@/duck/named-pipe';
import { exactOfText } from '@/focus/exact-decimal';
import { identifier, literal } from '@/focus/sql';
import { nameOf, recordExport } from './record-export';
import { chargesSql } from './charges-sql';
import { focusColumns, type FocusColumn } from './columns';
import { copyCharges, NobodyReads } from './copy-charges';
import { openFile, type FocusFile } from './focus-file';
import { followFile } from './follow-file';
import { LONGEST_MS, planReport } from './plan-report';

function typed({ name, type }: FocusColumn): string {
  const value = identifier(name);
  if (type === 'moment') return `cast(left(${value}, 19) as timestamp) as ${value}`;
  if (type === 'text') return value;
  const lost = `error('A number cannot be kept exactly.')`;
  return `case when ${value} is not null then coalesce(${exactOfText(value)}, cast(${lost} as decimal(38,18))) end as ${value}`;
}

/** Nothing is guessed: every value is text, and becomes what its column is. */
function parquetSql(csv: string, parquet: string): string {
  const columns = focusColumns.map(({ name }) => `${literal(name)}: 'VARCHAR'`).join(', ');
  return `copy (
      select ${focusColumns.map(typed).join(',\n        ')}
      from read_csv(${literal(csv)}, auto_detect = false, header = true, columns = {${columns}}, delim = ',', quote = '"',
        escape = '"', strict_mode = true)
    ) to ${literal(parquet)} (format parquet, compression zstd, row_group_size 40960, use_tmp_file false)`;
}

/** DuckDB quotes the row that it cannot take, which is nothing for a log. */
function withoutRows(error: unknown): unknown {
  return error instanceof DuckError ? new Error('DuckDB did not write the Parquet file.') : error;
}

/**
 * Writes the file while its charges are still being read. Where they cannot be read to their end, DuckDB is gone before the pipe is
 * closed: what it has would pass for all of them.
 */
async function writeParquet(
  ctx: Ctx,
  sql: Sql,
  text: string,
  to: { parquet: string; duck: Duck; signal: AbortSignal },
): Promise<void> {
  const { parquet, duck } = to;
  const csv = `${duck.directory}/charges.csv`;
  const failed = new AbortController();
  const signal = AbortSignal.any([to.signal, failed.signal]);
  let pipe: Writable | undefined;
  const giveUp = () => {
    duck.end();
    pipe?.destroy(signal.reason as Error);
  };
  signal.addEventListener('abort', giveUp);
  try {
    await makeNamedPipe(csv);
    signal.throwIfAborted();
    const written = duck.run(parquetSql(csv, parquet));
    written.catch((error: Error) => failed.abort(error));
    pipe = await openNamedPipe(csv, signal);
    signal.throwIfAborted();
    // Whoever waits for it hears of it.
    pipe.on('error', () => undefined);
    await copyCharges(ctx, sql, text, pipe);
    await finished(pipe.end());
    await written;
  } finally {
    signal.removeEventListener('abort', giveUp);
    duck.end();
    pipe?.destroy();
  }
}

/** The bytes of the file as a stream, with the first of them at hand. `gone` hears that nobody reads it any more, or why it cannot be. */
async function bodyOf(parts: AsyncGenerator<Buffer, void>, gone: (error: Error) => void): Promise<Readable> {
  let first: IteratorResult<Buffer, void> | undefined = await parts.next();
  return new Readable({
    read() {
      const next = first ? Promise.resolve(first) : parts.next();
      first = undefined;
      next.then(
        (part) => void this.push(part.done ? null : part.value),
        (error: Error) => {
          gone(error);
          this.destroy(error);
        },
      );
    },
    destroy(error, done) {
      gone(new NobodyReads());
      done(error);
    },
  });
}

/** Makes the file and lends it until it is read or given up. */
async function lendParquet(
  ctx: Ctx,
  sql: Sql,
  query: CostQuery,
  { duck, signal, begin }: { duck: Duck; signal: AbortSignal; begin: (file: FocusFile) => void },
): Promise<void> {
  const given = new AbortController();
  const giveUp = (error: Error) => given.abort(error);
  const tooLong = setTimeout(() => giveUp(new Error('Nobody read the file within an hour.')), LONGEST_MS);
  const work = AbortSignal.any([signal, given.signal]);
  sql.on('error', giveUp);
  try {
    const report = await planReport(ctx, sql, query);
    await recordExport(ctx, query);
    const parquet = `${duck.directory}/charges.parquet`;
    await writeFile(parquet, '');
    const written = writeParquet(ctx, sql, chargesSql(report), { parquet, duck, signal: work });
    const parts = followFile(parquet, written, work);
    let failure: Error | undefined;
    try {
      const body = addAbortSignal(work, await bodyOf(parts, giveUp));
      begin({ name: nameOf(report, 'parquet'), body });
      // Read to its end or given up, it is over.
      await finished(body).catch(() => undefined);
    } catch (error) {
      failure = error as Error;
      giveUp(failure);
    }
    giveUp(new NobodyReads());
    await parts.return();
    await written;
    if (failure) throw failure;
  } finally {
    clearTimeout(tooLong);
    sql.off('error', giveUp);
  }
}

/**
 * The charges behind a report as Parquet of FOCUS 1.2: costs DECIMAL(38,18), periods TIMESTAMP in UTC, tags JSON text. It goes out
 * while it is being made, in a private directory that is gone when the file is read or given up; the disk holds the Parquet and
 * nothing else, however large the report. Its transaction stays open for as long, so that a revocation ends the file as well.
 * Aborting the signal ends the work. Throws Forbidden; Invalid where none of the days is loaded; LimitReached while others run.
 */
export async function exportFocusParquet(
  ctx: Ctx,
  query: CostQuery,
  { signal }: { signal: AbortSignal },
): Promise<FocusFile> {
  requirePermission(ctx, 'cost:read');
  return openFile(ctx, (begin) =>
    withDuck(signal, (duck) =>
      withSql(ctx, 'read', (sql) => lendParquet(ctx, sql, query, { duck, signal, begin })),
    ).catch((error: unknown) => {
      throw signal.aborted ? new NobodyReads() : withoutRows(error);
    }),
  );
}
