import { randomUUID } from 'node:crypto';
import { requirePermission, withSql, withTransaction, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { Invalid, NotFound } from '@/errors';
import { isOwnPassword } from '@/features/auth/change-password';
import { throttleKey } from '@/features/auth/throttle';
import { listConnectionRows } from '@/features/connections/queries';
import { mergeCounts, signReceipt, type SignedReceipt } from '@/features/erasure/receipt';
import type { RowCount } from '@/features/erasure/erased-tables';
import { eraseConnection } from '@/features/erasure/erase-connection';
import { hideConnection } from '@/features/erasure/revoke-connection';
import type { DeleteWorkspaceInput } from './schemas';

const workspaceTables = [
  { table: 'membership', label: 'Memberships' },
  { table: 'saved_view', label: 'Saved views' },
  { table: 'audit_event', label: 'Audit trail' },
  { table: 'erasure_receipt', label: 'Receipts of earlier erasures' },
  { table: 'connection', label: 'Connections' },
] as const;

async function countWorkspace(sql: Sql, workspaceId: string): Promise<RowCount[]> {
  const counts = workspaceTables.map(
    ({ table }) => `(select count(*) from ${table} where workspace_id = $1) as ${table}`,
  );
  const { rows } = await sql.query<Record<string, string>>(
    `select ${counts.join(', ')}, (select count(*) from workspace where id = $1) as workspace`,
    [workspaceId],
  );
  const of = (table: string) => Number(rows[0]?.[table] ?? 0);
  return [
    ...workspaceTables.map(({ table, label }) => ({ table, label, rows: of(table) })),
    { table: 'workspace', label: 'The workspace itself', rows: of('workspace') },
  ];
}

/** People who belong to no other workspace go with this one, and their sessions with them. */
async function deletePeople(sql: Sql, workspaceId: string): Promise<number> {
  const { rows } = await sql.query<{ id: string; email: string }>(
    `select u.id, u.email from membership m join app_user u on u.id = m.user_id
     where m.workspace_id = $1
       and not exists (select from workspaces_of_user(m.user_id) o where o.workspace_id <> $1)`,
    [workspaceId],
  );
  const keys = rows.flatMap(({ id, email }) => [
    throttleKey('account', email),
    throttleKey('account', `sign-up ${email}`),
    throttleKey('account', `own ${id}`),
    throttleKey('address', `own ${id}`),
  ]);
  await sql.query('delete from login_throttle where key = any($1)', [keys]);
  await sql.query('delete from app_user where id = any($1)', [rows.map((row) => row.id)]);
  await sql.query('update auth_session set workspace_id = null where workspace_id = $1', [workspaceId]);
  return rows.length;
}

async function deleteJobs(sql: Sql, workspaceId: string): Promise<void> {
  for (const table of ['pgboss.job', 'pgboss.archive']) {
    await sql.query(`delete from ${table} where data->>'workspaceId' = $1`, [workspaceId]);
  }
}

/**
 * Deletes the workspace and everything in it. The receipt exists in the answer alone; what stays is a tombstone with
 * a random id, a time and counts. The digests of its ExternalIds stay as well, so that none is ever issued again.
 */
export async function deleteWorkspace(ctx: Ctx, input: DeleteWorkspaceInput): Promise<SignedReceipt> {
  requirePermission(ctx, 'workspace:delete');
  const started = performance.now();
  const { workspaceId } = ctx;
  const workspace = await withTransaction(ctx, (tx) =>
    tx.workspace.findUnique({ where: { id: workspaceId } }),
  );
  if (!workspace) throw new NotFound('workspace');
  if (input.confirmation !== workspace.name) {
    throw new Invalid('The name does not match.', { confirmation: `Type ${workspace.name} to confirm.` });
  }
  if (!(await isOwnPassword(ctx, input.password))) {
    throw new Invalid('The password is not right.', { password: 'The password is not right.' });
  }

  const accessEndedAt = ctx.now();
  const connections = await withTransaction(ctx, async (tx) => {
    const open = await listConnectionRows(tx, workspaceId);
    for (const connection of open) await hideConnection(ctx, tx, connection.id);
    const revoked = await tx.connection.findMany({ where: { workspaceId }, select: { id: true } });
    return revoked.map((connection) => connection.id);
  });
  const outOfEveryAnswerAfterMs = Math.round(performance.now() - started);
  for (const connectionId of connections) await eraseConnection(ctx, { connectionId });

  const erased = await withSql(ctx, 'write', async (sql) => {
    const receipts = await sql.query<{ body: string }>(
      'select body from erasure_receipt where workspace_id = $1 and connection_id = any($2)',
      [workspaceId, connections],
    );
    const before = await countWorkspace(sql, workspaceId);
    const people = await deletePeople(sql, workspaceId);
    await deleteJobs(sql, workspaceId);
    await sql.query('delete from workspace where id = $1', [workspaceId]);
    const after = await countWorkspace(sql, workspaceId);
    const counts = mergeCounts([...before, { table: 'app_user', label: 'People', rows: people }], after);
    await sql.query('insert into tombstone (id, erased_at, counts) values ($1, $2, $3)', [
      randomUUID(),
      ctx.now(),
      JSON.stringify({ connections: connections.length, people }),
    ]);
    return { counts, receipts: receipts.rows.map((row) => row.body) };
  });
  const ofConnections = erased.receipts.flatMap(
    (body) =>
      (JSON.parse(body) as { rows: { table: string; label: string; before: number; after: number }[] }).rows,
  );
  const summed = new Map<string, { table: string; label: string; before: number; after: number }>();
  for (const row of ofConnections) {
    const sum = summed.get(row.table);
    summed.set(row.table, {
      ...row,
      before: row.before + (sum?.before ?? 0),
      after: row.after + (sum?.after ?? 0),
    });
  }
  return signReceipt(ctx.signer, {
    subject: { workspace: workspaceId },
    accessEndedAt: accessEndedAt.toISOString(),
    outOfEveryAnswerAfterMs,
    rowsGoneAfterMs: Math.round(performance.now() - started),
    rows: [...[...summed.values()].filter((row) => row.table !== 'connection'), ...erased.counts],
    stays: 'One tombstone with a random id, a time and counts',
  });
}
