import type { Db, Sql, Tx } from './client';

/**
 * Advisory locks of one connection, by what they guard. A crashed process lets go of them by itself.
 * | slot | held by |
 * |---|---|
 * | write | every transaction that writes synced rows, or reads them for minutes, shared; an erasure takes it alone |
 * | run | the worker that runs the connection's sync, for as long as it does |
 * | probe | the worker that probes the connection's role |
 * | erase | whoever erases the connection |
 * | activate | of a workspace: one connection becomes active at a time |
 * | queue | whoever looks for an open run before it makes one |
 * | upload | whoever reads, loads or takes out uploaded files of the connection |
 * | bucket | the worker that looks into the bucket of a source |
 * | costs | whoever writes or sums costs of its resources, so that none are left of a source that was just given up |
 * | trail | of a workspace: every transaction that writes to its audit trail, shared; whoever deletes the workspace takes it alone |
 */
export const lockSlots = {
  write: 0,
  run: 1,
  probe: 2,
  erase: 3,
  activate: 4,
  queue: 5,
  upload: 6,
  bucket: 7,
  trail: 8,
  costs: 9,
} as const;
export type LockSlot = keyof typeof lockSlots;

const key = (slot: LockSlot) => `hashtextextended($1::text, ${lockSlots[slot]})`;

/** Runs `work` while this process alone holds the lock; false, and nothing done, where another does. `lost` aborts when the lock is taken away. */
export async function withLock(
  db: Db,
  connectionId: string,
  slot: LockSlot,
  work: (lost: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const client = await db.pool.connect();
  const lost = new AbortController();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
    lost.abort(new Error('The lock was taken away.'));
  };
  client.on('error', onError);
  try {
    const { rows } = await client.query<{ got: boolean }>(
      `select pg_try_advisory_lock(${key(slot)}) as got`,
      [connectionId],
    );
    if (!rows[0]?.got) return false;
    try {
      await work(lost.signal);
    } finally {
      if (!broken)
        await client.query(`select pg_advisory_unlock(${key(slot)})`, [connectionId]).catch(onError);
    }
    return true;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

export async function shareWriteLock(sql: Sql, connectionId: string): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock_shared(${key('write')})`, [connectionId]);
}

export async function takeWriteLock(sql: Sql, connectionId: string): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(${key('write')})`, [connectionId]);
}

/**
 * The workspace's row, to the end of the transaction: whoever adds something to it waits. Those who write to its audit trail are
 * refused from now on, so that they come to an end.
 */
export async function takeWorkspace(sql: Sql, workspaceId: string): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(${key('trail')})`, [workspaceId]);
  await sql.query('select from workspace where id = $1 for update', [workspaceId]);
}

/** Held to the end of the transaction, by one at a time. */
export async function takeLock(tx: Tx, id: string, slot: LockSlot): Promise<void> {
  await tx.$queryRaw`select pg_advisory_xact_lock(hashtextextended(${id}, ${lockSlots[slot]}))::text`;
}

/** Held to the end of the transaction, by one at a time. */
export async function takeSlot(sql: Sql, id: string, slot: LockSlot): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(${key(slot)})`, [id]);
}

/** As `shareWriteLock`, for what is written through Prisma. */
export async function shareWriteLockOf(tx: Tx, connectionId: string): Promise<void> {
  await tx.$queryRaw`select pg_advisory_xact_lock_shared(hashtextextended(${connectionId}, ${lockSlots.write}))::text`;
}

/** Ends every backend that writes for the connection, reads it for minutes or runs its sync, however long their statement still has. */
export async function terminateWriters(sql: Sql, connectionId: string): Promise<number> {
  const { rowCount } = await sql.query(
    `select pg_terminate_backend(l.pid) from pg_locks l
     where l.locktype = 'advisory' and l.granted and l.pid <> pg_backend_pid()
       and l.database = (select oid from pg_database where datname = current_database())
       and ((l.classid::bigint << 32) | l.objid::bigint) in (${key('write')}, ${key('run')})`,
    [connectionId],
  );
  return rowCount ?? 0;
}
