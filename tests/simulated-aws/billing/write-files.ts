import { stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ExportFormat, Grain } from '../world/billing-state';
import { fillCells } from './bill-tables';
import type { BilledAccount } from './bill-tables';
import { cur2Columns, curLegacyColumns } from './cur-columns';
import { oneNumber, quoted } from './duck-tables';
import { FORMATS } from './formats';
import { makeFacts } from './facts';
import { focusColumns } from './focus-columns';
import type { BillMonth, Columns } from './focus-columns';

const COLUMNS: Record<ExportFormat, (month: BillMonth, isHourly: boolean) => Columns> = {
  'focus-1.2': focusColumns,
  'cur-2.0': cur2Columns,
  'cur-legacy': curLegacyColumns,
};

export interface MonthRequest {
  accounts: readonly BilledAccount[];
  month: BillMonth;
  /** Days since 1970; the last one is not in it. */
  firstDay: number;
  endDay: number;
  format: ExportFormat;
  grain: Grain;
  rowsPerFile: number;
  /** See `FactsRequest`. */
  kept?: number;
  /** Names the files by their number from one. */
  pathOf: (number: number) => string;
}

export interface WrittenFile {
  path: string;
  rows: number;
  bytes: number;
}

function columnList(columns: Columns): string {
  return columns.map(([name, sql]) => `${sql} as "${name}"`).join(',\n');
}

/** The SELECT of a format's rows over the tables that `fillBillTables`, `fillCells` and `makeFacts` have made. */
export function rowsOf({ format, month, grain }: Pick<MonthRequest, 'format' | 'month' | 'grain'>): string {
  return `select ${columnList(COLUMNS[format](month, grain === 'hourly'))}
    from facts f join lines l on l.line = f.line left join resources r on r.resource = f.resource`;
}

/** Writes the line items of a month to files of so many rows each. An empty month still has one file. */
export async function writeMonth(
  connection: DuckDBConnection,
  request: MonthRequest,
): Promise<WrittenFile[]> {
  const { format, grain, firstDay, endDay, accounts, kept, rowsPerFile } = request;
  await fillCells(connection, accounts, firstDay, endDay);
  const isFocus = format === 'focus-1.2';
  await makeFacts(connection, { isFocus, grain, ...(kept === undefined ? {} : { kept }) });
  const rows = await oneNumber(connection, 'select count(*) from facts');
  const files: WrittenFile[] = [];
  for (let from = 0; from === 0 || from < rows; from += rowsPerFile) {
    const path = request.pathOf(files.length + 1);
    const until = from + rowsPerFile;
    await connection.run(`copy (${rowsOf(request)} where f.rowid >= ${from} and f.rowid < ${until})
      to ${quoted(path)} (${FORMATS[format].copy})`);
    files.push({ path, rows: Math.min(rowsPerFile, rows - from), bytes: (await stat(path)).size });
  }
  return files;
}
