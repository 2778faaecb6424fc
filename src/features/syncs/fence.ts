import type { Sql } from '@/db/client';
import { shareWriteLock } from '@/db/locks';

/** The connection was revoked, or is fenced off by a newer epoch: whatever was about to be written must not be. */
export class Fenced extends Error {
  constructor() {
    super('The connection was revoked.');
    this.name = 'Fenced';
  }
}

export interface RunRef {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly runId: string;
  readonly epoch: number;
}

/**
 * First statement of every transaction that writes synced rows. The shared lock comes before the look at the epoch:
 * a writer that got it before a revocation is terminated by the erasure, one that gets it after sees the new epoch.
 * Neither ever waits for the other's row locks.
 */
export async function passFence(sql: Sql, run: RunRef): Promise<void> {
  await shareWriteLock(sql, run.connectionId);
  const { rowCount } = await sql.query(
    'select from connection where workspace_id = $1 and id = $2 and epoch = $3 and revoked_at is null',
    [run.workspaceId, run.connectionId, run.epoch],
  );
  if (rowCount !== 1) throw new Fenced();
}
