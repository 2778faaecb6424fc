import { createReadStream, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ctx } from '../../src/context';
import { readFileSummary } from '../../src/features/uploads/list-files';
import { receiveFile } from '../../src/features/uploads/receive-file';
import { startSource } from '../../src/features/uploads/start-source';
import { startWorkerProcess, type LocalStack } from '../local-stack';
import type { Child } from '../processes';
import { peakMemory, type PeakMemory } from './memory';

const GIGABYTE = 1e9;
const SAMPLE_ROWS = 50_000;

export interface UploadFigures {
  readonly bytes: number;
  readonly rows: number;
  readonly received: { readonly seconds: number; readonly peak: PeakMemory };
  readonly loaded: { readonly seconds: number; readonly peak: PeakMemory };
}

/** About a gigabyte of FOCUS CSV out of the Parquet files, with tags as JSON, as other clouds write them. */
async function writeCsv(directory: string, file: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '700MB' });
  const connection = await instance.connect();
  const source = `read_parquet('${directory}/*/*.parquet', union_by_name = true)`;
  const described = await connection.runAndReadAll(`describe select * from ${source}`);
  const maps = described
    .getRows()
    .filter(([, type]) => String(type).startsWith('MAP'))
    .map(([name]) => `to_json("${String(name)}") as "${String(name)}"`);
  // Other accounts than the connection has: what a role brings is left out of files.
  const replaced = [...maps, `'9' || substr("SubAccountId", 2) as "SubAccountId"`];
  const columns = `* replace (${replaced.join(', ')})`;
  const write = (rows: number) =>
    connection.run(`copy (select ${columns} from ${source} limit ${rows}) to '${file}' (format csv, header)`);
  await write(SAMPLE_ROWS);
  await write(Math.ceil((GIGABYTE / statSync(file).size) * SAMPLE_ROWS));
  connection.closeSync();
  instance.closeSync();
}

async function timed<T>(work: () => Promise<T>, pid?: number) {
  const started = performance.now();
  const { result, peak } = await peakMemory(work, pid);
  return { result, peak, seconds: (performance.now() - started) / 1000 };
}

type FileSummary = Awaited<ReturnType<typeof readFileSummary>>;

/** The file once the worker is done with it. */
async function whenRead(
  ctx: Ctx,
  worker: Child,
  { connectionId, fileId }: { connectionId: string; fileId: string },
): Promise<FileSummary> {
  for (;;) {
    if (worker.hasExited()) throw new Error('The worker ended before the file was loaded.');
    const summary = await readFileSummary(ctx, connectionId, fileId);
    if (summary.state === 'loaded') return summary;
    if (summary.state === 'refused') throw new Error(`The file was not loaded: ${JSON.stringify(summary)}`);
    await sleep(200);
  }
}

/** Uploads a file of a gigabyte into a source of its own, which a worker that has done nothing else then reads and loads. */
export async function benchUpload(
  ctx: Ctx,
  { stack, home, directory }: { stack: LocalStack; home: string; directory: string },
): Promise<UploadFigures> {
  const scratch = path.join(home, 'upload');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const file = path.join(scratch, 'gigabyte.csv');
  await writeCsv(directory, file);
  const { size: bytes } = statSync(file);
  const { id: connectionId } = await startSource(ctx, { name: 'A gigabyte' });
  const received = await timed(() =>
    receiveFile(ctx, { connectionId, name: 'gigabyte.csv', isWanted: true }, createReadStream(file)),
  );
  rmSync(scratch, { recursive: true, force: true });
  const worker = await startWorkerProcess(stack, home);
  const loaded = await timed(
    () => whenRead(ctx, worker, { connectionId, fileId: received.result.id }),
    worker.process.pid,
  );
  return { bytes, rows: loaded.result.rows, received, loaded };
}
