import pg from 'pg';
import { stack } from './stack';

let pool: pg.Pool | undefined;

export function database(): pg.Pool {
  pool ??= new pg.Pool({ connectionString: stack().ownerUrl, max: 3, allowExitOnIdle: true });
  return pool;
}

export async function query<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
  return (await database().query<T>(text, values)).rows;
}
