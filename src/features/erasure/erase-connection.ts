import { setTimeout as sleep } from 'node:timers/promises';
import { requirePermission, withSql, withTransaction, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { takeWriteLock, terminateWriters, withLock } from '@/db/locks';
import { recordAudit } from '@/features/audit/record-audit';
import { shelvesOf } from '@/features/connections/shelves';
import { queueSync } from '@/features/syncs/queue-sync';
import { countRows, knownRows } from './count-rows';
import { erasedTables, type RowCount } from './erased-tables';
import { mergeCounts, signReceipt } from './receipt';

export interface EraseInput {
  readonly connectionId: string;
  readonly hiddenAfterMs?: number;
  /** performance.now() when the revocation was asked for. */
  readonly started?: number;
}

interface Remainder {
  readonly revokedAt: Date;
  /** What was there, once it has been erased. */
  readonly erased: { readonly before: RowCount[]; readonly shelves: number[] } | null;
}

async function readRemainder(sql: Sql, workspaceId: string, connectionId: string): Promise<Remainder | null> {
  const { rows } = await sql.query<{ revoked_at: Date; failure: Partial<Remainder['erased']> | null }>(
    'select revoked_at, failure from connection where workspace_id = $1 and id = $2 and revoked_at is not null',
    [workspaceId, connectionId],
  );
  const found = rows[0];
  if (!found) return null;
  const { before, shelves } = found.failure ?? {};
  return { revokedAt: found.revoked_at, erased: before && shelves ? { before, shelves } : null };
}

/** Everything but a bare row with our own id, which says until the receipt is written what was there before. */
async function eraseRows(sql: Sql, workspaceId: string, connectionId: string): Promise<void> {
  // No writer is left after this: the old ones are ended, a new one finds the epoch changed.
  await terminateWriters(sql, connectionId);
  await takeWriteLock(sql, connectionId);
  const key = [workspaceId, connectionId];
  // Whoever writes a line of the ledger holds the connection's row first and others then: taken in the same order here.
  await sql.query('select from connection where workspace_id = $1 and id = $2 for update', key);
  const shelves = await shelvesOf(sql, workspaceId, connectionId);
  const before = await knownRows(sql, workspaceId, connectionId, shelves);
  await sql.query('select empty_shelf($1)', [connectionId]);
  for (const { table, shelved } of erasedTables) {
    if (table === 'connection') continue;
    await sql.query(
      `delete from ${table} where workspace_id = $1 and connection_id = $2${shelved ? ' and shelf = any($3)' : ''}`,
      shelved ? [...key, shelves] : key,
    );
  }
  // The ExternalId may not be changed, only deleted with its row; a bare row takes its place until the receipt is written.
  const { rows } = await sql.query<{ epoch: number; created_at: Date; revoked_at: Date }>(
    'delete from connection where workspace_id = $1 and id = $2 returning epoch, created_at, revoked_at',
    key,
  );
  const gone = rows[0];
  await sql.query(
    `insert into connection (workspace_id, id, name, status, aws_account_id, role_name, external_id, groups, epoch, created_at,
       revoked_at, failure)
     values ($1, $2, '', 'revoked', '', '', '', '{}', $3, $4, $5, $6)`,
    [...key, gone?.epoch, gone?.created_at, gone?.revoked_at, JSON.stringify({ before, shelves })],
  );
}

/**
 * A member account's cost is left to its own connection. Without that its organization's connection brings it again, all
 * months of it, so that no month is short of an account that AWS counts.
 */
async function queueTakeover(ctx: Ctx, connectionId: string): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    // Held until they are queued: none of them can be erased meanwhile.
    const covering = await tx.$queryRawUnsafe<{ id: string; epoch: number }[]>(
      `select c.id, c.epoch from connection c
       where c.workspace_id = $1::uuid and c.revoked_at is null and c.status = 'active' and exists (
         select from connection r
         join linked_account a on a.workspace_id = r.workspace_id and a.aws_account_id = r.aws_account_id
         where r.workspace_id = c.workspace_id and r.id = $2::uuid and r.kind <> 'upload'
           and a.connection_id = c.id and c.aws_account_id <> r.aws_account_id)
       order by c.id for key share of c`,
      ...[ctx.workspaceId, connectionId],
    );
    for (const connection of covering) await queueSync(tx, ctx, connection, 'first');
  });
}

async function writeReceipt(ctx: Ctx, input: EraseInput, rowsGoneAt: number): Promise<void> {
  const { workspaceId } = ctx;
  const { connectionId } = input;
  await withSql(ctx, 'write', async (sql) => {
    const remainder = await readRemainder(sql, workspaceId, connectionId);
    if (!remainder) return;
    await sql.query('delete from connection where workspace_id = $1 and id = $2', [
      workspaceId,
      connectionId,
    ]);
    const after = await countRows(sql, workspaceId, connectionId, remainder.erased?.shelves ?? [0]);
    const { rows } = await sql.query<{ views: number }>(
      'select count(*)::integer as views from saved_view where workspace_id = $1',
      [workspaceId],
    );
    const views = rows[0]?.views ?? 0;
    const sinceRevokedMs = ctx.now().getTime() - remainder.revokedAt.getTime();
    const rowsGoneAfterMs = input.started === undefined ? sinceRevokedMs : rowsGoneAt - input.started;
    const receipt = signReceipt(ctx.signer, {
      subject: { connection: connectionId },
      accessEndedAt: remainder.revokedAt.toISOString(),
      outOfEveryAnswerAfterMs: input.hiddenAfterMs === undefined ? null : Math.round(input.hiddenAfterMs),
      rowsGoneAfterMs: Math.round(rowsGoneAfterMs),
      rows: mergeCounts(remainder.erased?.before ?? [], after),
      stays: `${views} saved ${views === 1 ? 'view' : 'views'}, this receipt, and lines of the audit trail that name the connection by its id alone`,
    });
    await sql.query(
      'insert into erasure_receipt (workspace_id, connection_id, body, signature, created_at) values ($1, $2, $3, $4, $5)',
      [workspaceId, connectionId, receipt.body, receipt.signature, ctx.now()],
    );
  });
  await withTransaction(ctx, async (tx) => recordAudit(tx, ctx, 'connection.erased', connectionId));
}

/** Erases a revoked connection and writes its receipt. May be called again at any point of an earlier, broken run. */
export async function eraseConnection(ctx: Ctx, input: EraseInput): Promise<void> {
  requirePermission(ctx, 'connection:revoke');
  const { workspaceId } = ctx;
  const { connectionId } = input;
  const erase = async () => {
    const remainder = await withSql(ctx, 'read', (sql) => readRemainder(sql, workspaceId, connectionId));
    if (!remainder) return;
    if (!remainder.erased) {
      await queueTakeover(ctx, connectionId);
      await withSql(ctx, 'write', (sql) => eraseRows(sql, workspaceId, connectionId));
    }
    await writeReceipt(ctx, input, performance.now());
  };
  // The worker may have been quicker; whoever comes second waits until the receipt is there.
  for (let waitedMs = 0; waitedMs < 30_000; waitedMs += 25) {
    if (await withLock(ctx.db, connectionId, 'erase', erase)) return;
    await sleep(25);
  }
  throw new Error('Another process has been erasing this connection for 30 s.');
}
