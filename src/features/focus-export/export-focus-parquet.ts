import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { requirePermission, withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import type { CostQuery } from '@/domain/cost-query';
import { DuckError, withDuck, type Duck } from '@/duck/duck';
import { Invalid } from '@/errors';
import { exactOfText } from '@/focus/exact-decimal';
import { identifier, literal } from '@/focus/sql';
import { nameOf, recordExport } from './record-export';
import { chargesSql } from './charges-sql';
import { focusColumns, type FocusColumn } from './columns';
import { copyCharges, NobodyReads } from './copy-charges';
import { openFile, type FocusFile } from './focus-file';
import { planReport } from './plan-report';

/** The CSV lies on the disk before: so many rows are some 3 GB. */
const ROWS_MAX = 5_000_000;

/** As long as the COPY of a CSV may take. */
const LONGEST_MS = 10 * 60_000;

async function refuseTooMany(sql: Sql, text: string, rowsMax: number): Promise<void> {
  const { rows } = await sql.query<{ n: number }>(
    `select count(*)::integer as n from (select from (${text}) charges limit ${rowsMax + 1}) counted`,
  );
  if ((rows[0]?.n ?? 0) > rowsMax) {
    throw new Invalid(
      `These are more than ${rowsMax.toLocaleString('en')} charges, which is more than fits into one Parquet file. Choose fewer days, or the CSV.`,
    );
  }
}

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
    ) to ${literal(parquet)} (format parquet, compression zstd, row_group_size 40960)`;
}

/** DuckDB quotes the row that it cannot take, which is nothing for a log. */
function withoutRows(error: unknown): unknown {
  return error instanceof DuckError ? new Error('DuckDB did not write the Parquet file.') : error;
}

async function writeParquet(
  ctx: Ctx,
  sql: Sql,
  query: CostQuery,
  { duck, signal, rowsMax }: { duck: Duck; signal: AbortSignal; rowsMax: number },
): Promise<FocusFile> {
  const csv = `${duck.directory}/charges.csv`;
  const parquet = `${duck.directory}/charges.parquet`;
  const report = await planReport(ctx, sql, query);
  const text = chargesSql(report);
  await refuseTooMany(sql, text, rowsMax);
  await recordExport(ctx, query);
  const file = addAbortSignal(signal, createWriteStream(csv));
  await copyCharges(ctx, sql, text, file);
  await finished(file.end());
  await duck.run(parquetSql(csv, parquet));
  duck.end();
  await rm(csv);
  const body = addAbortSignal(
    AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]),
    createReadStream(parquet),
  );
  return { name: nameOf(report, 'parquet'), body };
}

/**
 * The charges behind a report as Parquet of FOCUS 1.2: costs DECIMAL(38,18), periods TIMESTAMP in UTC, tags JSON text. It is whole
 * before the first byte goes out, in a private directory that is gone when the file is read or given up. Its transaction stays open
 * for as long, so that a revocation ends the file as well. Aborting the signal ends the work. Throws Forbidden; Invalid where none
 * of the days is loaded, or too many charges are; LimitReached while others run.
 */
export async function exportFocusParquet(
  ctx: Ctx,
  query: CostQuery,
  { signal, rowsMax = ROWS_MAX }: { signal: AbortSignal; rowsMax?: number },
): Promise<FocusFile> {
  requirePermission(ctx, 'cost:read');
  return openFile(ctx, (begin) =>
    withDuck(signal, (duck) =>
      withSql(ctx, 'read', async (sql) => {
        let body: Readable | undefined;
        const lost = (error: Error) => {
          duck.end();
          body?.destroy(error);
        };
        sql.on('error', lost);
        try {
          const file = await writeParquet(ctx, sql, query, { duck, signal, rowsMax });
          body = file.body;
          begin(file);
          // Read to its end or given up, it is over.
          await finished(body).catch(() => undefined);
        } finally {
          sql.off('error', lost);
        }
      }),
    ).catch((error: unknown) => {
      throw signal.aborted ? new NobodyReads() : withoutRows(error);
    }),
  );
}
