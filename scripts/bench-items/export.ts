import type { Readable } from 'node:stream';
import type { Ctx } from '../../src/context';
import type { CostQuery } from '../../src/domain/cost-query';
import { parseCostQuery } from '../../src/features/costs/schemas';
import { exportFocusCsv } from '../../src/features/focus-export/export-focus-csv';
import { exportFocusParquet } from '../../src/features/focus-export/export-focus-parquet';
import { peakMemory, type PeakMemory } from './memory';

export interface ExportFigures {
  readonly format: 'CSV' | 'Parquet';
  readonly bytes: number;
  /** Until the first byte, and until the last; somebody reads as fast as they come. */
  readonly firstSeconds: number;
  readonly seconds: number;
  readonly peak: PeakMemory;
}

async function read(format: ExportFigures['format'], open: () => Promise<Readable>): Promise<ExportFigures> {
  const started = performance.now();
  const since = () => (performance.now() - started) / 1000;
  const { result, peak } = await peakMemory(async () => {
    let bytes = 0;
    let firstSeconds = 0;
    for await (const part of (await open()) as AsyncIterable<Buffer>) {
      if (bytes === 0) firstSeconds = since();
      bytes += part.length;
    }
    return { bytes, firstSeconds };
  });
  return { format, ...result, seconds: since(), peak };
}

function yearOf(ctx: Ctx): CostQuery {
  const parsed = parseCostQuery(new URLSearchParams('dates=last-12-months'), ctx.now());
  if (!parsed.ok) throw new Error('The report of a year cannot be asked for.');
  return parsed.query;
}

/** The report of twelve months as FOCUS, in either format. */
export async function benchExport(ctx: Ctx): Promise<ExportFigures[]> {
  const year = yearOf(ctx);
  const signal = new AbortController().signal;
  return [
    await read('CSV', async () => (await exportFocusCsv(ctx, year)).body),
    await read('Parquet', async () => (await exportFocusParquet(ctx, year, { signal })).body),
  ];
}
