import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient, type Prisma } from './generated/client';

pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);

export type Tx = Prisma.TransactionClient;
export type Sql = pg.PoolClient;

export interface Db {
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The literal `SET LOCAL`: Citus hands that on to its workers, and not set_config(). The check keeps it injection-free. */
function setWorkspace(workspaceId: string): string {
  if (!UUID.test(workspaceId)) throw new Error('A workspace id must be a UUID.');
  return `set local app.workspace_id = '${workspaceId}'`;
}

export function openDb(databaseUrl: string, options: { poolSize?: number } = {}): Db {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.poolSize ?? 20,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
  });
  // A revocation terminates the backends that still write for the connection; the pool replaces them.
  pool.on('error', () => undefined);
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return { prisma, pool };
}

export async function closeDb(db: Db): Promise<void> {
  await db.prisma.$disconnect();
  if (!db.pool.ended) await db.pool.end();
}

/** A transaction that sees one workspace, through Prisma. */
export function inWorkspace<T>(db: Db, workspaceId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.prisma.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe(setWorkspace(workspaceId));
      return work(tx);
    },
    { timeout: 30_000, maxWait: 10_000 },
  );
}

type Mode = 'read' | 'write';

/**
 * A transaction that sees one workspace, as SQL: for cost queries, COPY and erasure.
 * `read` is one snapshot and read-only.
 */
export async function sqlInWorkspace<T>(
  db: Db,
  workspaceId: string,
  mode: Mode,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  const client = await db.pool.connect();
  const begin = mode === 'read' ? 'begin isolation level repeatable read read only' : 'begin';
  const broken = { error: undefined as Error | undefined };
  const onError = (error: Error) => {
    broken.error = error;
  };
  client.on('error', onError);
  try {
    await client.query(`${begin}; ${setWorkspace(workspaceId)}`);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken.error ??= rollbackError;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken.error);
  }
}
