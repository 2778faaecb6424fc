import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../focus/sql';
import type { DuckClose, DuckOptions, DuckReply, DuckRequest } from './messages';

// A process of its own: a file that DuckDB cannot survive ends this one and not the worker. It knows no secret (its
// environment is empty), reaches one directory and no network, and loads no extension.

interface Opened {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
}

async function open(options: DuckOptions): Promise<Opened> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: `${options.memoryMb}MB`,
    threads: String(options.threads),
    temp_directory: `${options.directory}/spill`,
    preserve_insertion_order: 'false',
  });
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  await connection.run(`set allowed_directories = [${literal(options.directory)}]`);
  await connection.run('set enable_external_access = false');
  await connection.run('set lock_configuration = true');
  return { instance, connection };
}

async function answer({ connection }: Opened, request: DuckRequest): Promise<DuckReply> {
  try {
    if (!request.wantsRows) {
      await connection.run(request.sql);
      return { id: request.id };
    }
    const reader = await connection.runAndReadAll(request.sql);
    return { id: request.id, rows: reader.getRowObjectsJson() as Record<string, unknown>[] };
  } catch (error) {
    return { id: request.id, error: error instanceof Error ? error.message : String(error) };
  }
}

let opened: Opened | undefined;

function close(): void {
  opened?.connection.closeSync();
  opened?.instance.closeSync();
  opened = undefined;
}

async function take(message: DuckOptions | DuckRequest | DuckClose): Promise<void> {
  if ('sql' in message) {
    if (opened) process.send?.(await answer(opened, message));
    return;
  }
  close();
  if ('directory' in message) opened = await open(message);
}

let last: Promise<unknown> = Promise.resolve();
process.on('message', (message: DuckOptions | DuckRequest | DuckClose) => {
  last = last.then(() => take(message)).catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));
