import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { processWide } from '@/process-wide';
import { PrismaClient, type Prisma } from './generated/client';

pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);

export type Tx = Prisma.TransactionClient;
export type Sql = pg.PoolClient;

export interface Db {
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const ACCOUNT = /^\d{12}$/;

/** One workspace, and for somebody who may see some linked accounts only, these. Null: all of them. */
export interface Visible {
  readonly workspaceId: string;
  readonly accounts?: readonly string[] | null;
}

/** The literal `SET LOCAL`: Citus hands that on to its workers, and not set_config(). The check keeps it injection-free. */
function setVisible({ workspaceId, accounts }: Visible): string[] {
  if (!UUID.test(workspaceId)) throw new Error('A workspace id must be a UUID.');
  const workspace = `set local app.workspace_id = '${workspaceId}'`;
  if (!accounts) return [workspace];
  if (!accounts.every((account) => ACCOUNT.test(account))) throw new Error('An account id has 12 digits.');
  // Empty would mean all of them.
  return [workspace, `set local app.accounts = '${accounts.length > 0 ? accounts.join(',') : 'none'}'`];
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

const visibleOf = (visible: Visible | string): Visible =>
  typeof visible === 'string' ? { workspaceId: visible } : visible;

const lastOf = new WeakMap<Tx, (() => Promise<void>)[]>();

/** What a transaction of `inWorkspace` does last, before it commits: for rows that others wait for. */
export function beforeCommit(tx: Tx, work: () => Promise<void>): void {
  const last = lastOf.get(tx);
  if (!last) throw new Error('This transaction was not opened by inWorkspace.');
  last.push(work);
}

/** A transaction that sees one workspace, through Prisma. */
export function inWorkspace<T>(db: Db, visible: Visible | string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.prisma.$transaction(
    async (tx) => {
      for (const statement of setVisible(visibleOf(visible))) await tx.$executeRawUnsafe(statement);
      const last: (() => Promise<void>)[] = [];
      lastOf.set(tx, last);
      const result = await work(tx);
      for (const step of last) await step();
      return result;
    },
    { timeout: 30_000, maxWait: 10_000 },
  );
}

type Mode = 'read' | 'write';

/** A snapshot that nothing is written in. */
const SNAPSHOT = 'begin isolation level repeatable read read only';

/** A connection of the pool, which does not go back to it where it broke, or where what is `broken` says so. */
async function withClient<T>(
  db: Db,
  work: (client: pg.PoolClient, broken: (error: unknown) => void) => Promise<T>,
): Promise<T> {
  const client = await db.pool.connect();
  let failure: Error | undefined;
  const onError = (error: Error) => {
    failure = error;
  };
  client.on('error', onError);
  try {
    return await work(client, (error) => {
      failure ??= error instanceof Error ? error : new Error('The connection broke.');
    });
  } finally {
    client.off('error', onError);
    client.release(failure);
  }
}

/**
 * A transaction that sees one workspace, as SQL: for cost queries, COPY and erasure.
 * `read` is one snapshot and read-only.
 */
export function sqlInWorkspace<T>(
  db: Db,
  visible: Visible | string,
  mode: Mode,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  return withClient(db, async (client, broken) => {
    const begin = mode === 'read' ? SNAPSHOT : 'begin';
    try {
      await client.query([begin, ...setVisible(visibleOf(visible))].join('; '));
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(broken);
      throw error;
    }
  });
}

/** A statement whose only parameter is the workspace's id. The name is one of our own. */
export interface OneStatement {
  readonly name: string;
  readonly text: string;
}

/** Bundles share the pool, and so what its connections have prepared. */
const preparedOf = processWide('prepared', () => new WeakMap<pg.PoolClient, Set<string>>());

/**
 * What one statement finds in a workspace, in one round trip instead of the three of `sqlInWorkspace`, planned once a connection:
 * for what is asked with nearly every request.
 */
export function askInWorkspace<Row>(
  db: Db,
  visible: Visible | string,
  statement: OneStatement,
): Promise<Row[]> {
  return withClient(db, async (client, broken) => {
    const scope = visibleOf(visible);
    const settings = setVisible(scope);
    const prepared = preparedOf.get(client) ?? new Set<string>();
    preparedOf.set(client, prepared);
    const name = `one_${statement.name}`;
    try {
      const answered: unknown = await client.query(
        [
          SNAPSHOT,
          ...settings,
          ...(prepared.has(name) ? [] : [`prepare ${name} (uuid) as ${statement.text}`]),
          `execute ${name} ('${scope.workspaceId}')`,
          'commit',
        ].join('; '),
      );
      prepared.add(name);
      const results = answered as pg.QueryResult[];
      return (results.find((result) => result.command === 'SELECT')?.rows ?? []) as Row[];
    } catch (error) {
      // Whatever the connection was in the middle of ends with it.
      broken(error);
      throw error;
    }
  });
}
