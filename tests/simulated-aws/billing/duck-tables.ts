import { rm } from 'node:fs/promises';
import { DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';

const CHUNK_ROWS = 2048;

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export interface Duck {
  connection: DuckDBConnection;
  close(): Promise<void>;
}

/** A DuckDB in memory that spills into `directory` and can reach no network. With one thread its files are alike each time. */
export async function openDuck(directory: string, threads: number, memoryMb = 700): Promise<Duck> {
  const spill = `${directory}/spill-${Math.random().toString(36).slice(2)}`;
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: `${memoryMb}MB`,
    threads: String(threads),
    temp_directory: spill,
  });
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  return {
    connection,
    close: async () => {
      connection.closeSync();
      instance.closeSync();
      await rm(spill, { recursive: true, force: true });
    },
  };
}

/** Appends columns of equal length to a table, without an object for each row. */
export function appendColumns(
  appender: { appendDataChunk(chunk: DuckDBDataChunk): void },
  types: readonly DuckDBType[],
  columns: readonly (readonly DuckDBValue[])[],
): void {
  const rows = columns[0]?.length ?? 0;
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    const chunk = DuckDBDataChunk.create([...types], Math.min(CHUNK_ROWS, rows - from));
    chunk.setColumns(columns.map((values) => values.slice(from, from + CHUNK_ROWS)));
    appender.appendDataChunk(chunk);
  }
}

/** A whole number from the one cell of an answer. */
export async function oneNumber(connection: DuckDBConnection, sql: string): Promise<number> {
  const reader = await connection.runAndReadAll(sql);
  return Number(reader.getRows()[0]?.[0] ?? 0);
}
