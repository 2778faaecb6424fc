import { createReadStream, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { systemContext, type Ctx } from '../../src/context';
import { readFileSummary } from '../../src/features/uploads/list-files';
import { readUploads } from '../../src/features/uploads/read-uploads';
import { receiveFile } from '../../src/features/uploads/receive-file';
import { startSource } from '../../src/features/uploads/start-source';
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

async function timed<T>(work: () => Promise<T>) {
  const started = performance.now();
  const { result, peak } = await peakMemory(work);
  return { result, peak, seconds: (performance.now() - started) / 1000 };
}

/** Uploads a file of a gigabyte into a source of its own, and reads and loads it as the worker does. */
export async function benchUpload(ctx: Ctx, directory: string, scratch: string): Promise<UploadFigures> {
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
  const loaded = await timed(() =>
    readUploads(systemContext(ctx, ctx.workspaceId, 'read-uploads'), { connectionId }),
  );
  const summary = await readFileSummary(ctx, connectionId, received.result.id);
  if (summary.state !== 'loaded') throw new Error(`The file was not loaded: ${JSON.stringify(summary)}`);
  return { bytes, rows: summary.rows, received, loaded };
}
