import { randomUUID } from 'node:crypto';
import { requirePermission, requireStepUp, withSql, withTransaction, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { takeWorkspace } from '@/db/locks';
import { Invalid, NotFound } from '@/errors';
import {
  mergeCounts,
  signReceipt,
  sumReceipts,
  type ErasedRows,
  type ReceiptBody,
  type SignedReceipt,
} from '@/features/erasure/receipt';
import type { RowCount } from '@/features/erasure/erased-tables';
import { eraseConnection } from '@/features/erasure/erase-connection';
import { forgetAnswers } from '@/features/costs/answer-cache';
import { hideConnections } from '@/features/erasure/revoke-connection';
import type { DeleteWorkspaceInput } from './schemas';

/**
 * Every table of a workspace in the words of the receipt, but those of its connections and account_grant, which goes with their
 * accounts. A test holds it to the catalogue.
 */
export const workspaceTables = [
  { table: 'membership', label: 'Memberships' },
  { table: 'invitation', label: 'Invitations' },
  { table: 'saved_view', label: 'Saved views' },
  { table: 'tag_rule', label: 'Rules for tags' },
  { table: 'tag_choice', label: 'Tag keys that somebody chose' },
  { table: 'view_grant', label: 'Views shared with people' },
  { table: 'api_token', label: 'API tokens' },
  { table: 'sso_connection', label: 'Single sign-on' },
  { table: 'sso_key', label: 'Single sign-on keys' },
  { table: 'sso_domain', label: 'Domains' },
  { table: 'domain_claim', label: 'Claims on domains' },
  { table: 'saml_request', label: 'Sign-ins under way' },
  { table: 'saml_assertion', label: 'Sign-ins that were used' },
  { table: 'scim_group', label: 'Provisioned groups' },
  { table: 'scim_group_member', label: 'Members of provisioned groups' },
  { table: 'staff_access', label: 'Staff access' },
  { table: 'audit_event', label: 'Audit trail' },
  { table: 'audit_head', label: 'Head of the audit trail' },
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

/** People who belong to no other workspace go with this one, and with them all that is theirs. */
async function deletePeople(sql: Sql, workspaceId: string): Promise<number> {
  // Whoever joins another workspace at this moment is waited for, and stays.
  await sql.query(
    `select from app_user u where u.id in (select m.user_id from membership m where m.workspace_id = $1) order by u.id for update`,
    [workspaceId],
  );
  const { rows } = await sql.query<{ id: string }>(
    `select m.user_id as id from membership m where m.workspace_id = $1 and count_memberships(m.user_id) = 1`,
    [workspaceId],
  );
  const people = rows.map((row) => row.id);
  // A demo keeps its mail: what went to them, and what names the workspace to others.
  await sql.query(
    `delete from local_mail l
     where lower(l.recipient) in (select lower(u.email) from app_user u where u.id = any($2))
       or exists (select from workspace w where w.id = $1
         and (position(w.name in l.subject || l.body) > 0 or position(w.id::text in l.body) > 0))`,
    [workspaceId, people],
  );
  await sql.query('delete from webauthn_challenge where user_id = any($1)', [people]);
  await sql.query('delete from app_user where id = any($1)', [people]);
  return people.length;
}

/** Sessions of the people who stay, and of staff, let go of the workspace; one of its identity provider is over. */
async function leaveSessions(sql: Sql, workspaceId: string): Promise<void> {
  await sql.query('delete from auth_session where sso_workspace_id = $1', [workspaceId]);
  await sql.query('update auth_session set workspace_id = null where workspace_id = $1', [workspaceId]);
  await sql.query('update staff_session set workspace_id = null, access_id = null where workspace_id = $1', [
    workspaceId,
  ]);
}

async function deleteJobs(sql: Sql, workspaceId: string): Promise<void> {
  for (const table of ['pgboss.job', 'pgboss.archive']) {
    await sql.query(`delete from ${table} where data->>'workspaceId' = $1`, [workspaceId]);
  }
}

/**
 * Deletes the workspace and everything in it. The receipt exists in the answer alone; what stays is a tombstone with
 * a random id, a time and counts, and the digests of its ExternalIds, so that none is ever issued again.
 */
export async function deleteWorkspace(ctx: Ctx, input: DeleteWorkspaceInput): Promise<SignedReceipt> {
  requirePermission(ctx, 'workspace:delete');
  requireStepUp(ctx);
  const started = performance.now();
  const { workspaceId } = ctx;
  const workspace = await withTransaction(ctx, (tx) =>
    tx.workspace.findUnique({ where: { id: workspaceId } }),
  );
  if (!workspace) throw new NotFound('workspace');
  if (input.confirmation !== workspace.name) {
    throw new Invalid('The name does not match.', { confirmation: `Type ${workspace.name} to confirm.` });
  }

  const accessEndedAt = ctx.now();
  const connections = new Set<string>();
  let outOfEveryAnswerAfterMs: number | null = null;
  for (;;) {
    // Whoever connects an account in this very moment is erased in the next round.
    for (const id of await hideAll(ctx)) connections.add(id);
    forgetAnswers(ctx.workspaceId);
    outOfEveryAnswerAfterMs ??= Math.round(performance.now() - started);
    for (const connectionId of connections) await eraseConnection(ctx, { connectionId });
    const erased = await withSql(ctx, 'write', (sql) => deleteRest(ctx, sql, [...connections]));
    if (!erased) continue;
    return signReceipt(ctx.signer, {
      subject: { workspace: workspaceId },
      accessEndedAt: accessEndedAt.toISOString(),
      outOfEveryAnswerAfterMs,
      rowsGoneAfterMs: Math.round(performance.now() - started),
      rows: erased,
      stays:
        'One tombstone with a random id, a time and counts; keyed digests of sign-in attempts for 15 minutes; and a digest of each ExternalId, so that none is ever issued again',
    });
  }
}

async function hideAll(ctx: Ctx): Promise<string[]> {
  return withSql(ctx, 'write', async (sql) => {
    const open = await sql.query<{ id: string }>(
      'select id from connection where workspace_id = $1 and revoked_at is null order by id for no key update',
      [ctx.workspaceId],
    );
    const ids = open.rows.map((row) => row.id);
    if (ids.length > 0) await hideConnections(ctx, sql, ids);
    const all = await sql.query<{ id: string }>('select id from connection where workspace_id = $1', [
      ctx.workspaceId,
    ]);
    return all.rows.map((row) => row.id);
  });
}

/** Everything but the connections, in one transaction; null where there is a connection again. */
async function deleteRest(
  ctx: Ctx,
  sql: Sql,
  connectionIds: readonly string[],
): Promise<ErasedRows[] | null> {
  const { workspaceId } = ctx;
  // Nobody can begin a connection while the workspace's row is held.
  await takeWorkspace(sql, workspaceId);
  const before = await countWorkspace(sql, workspaceId);
  if (before.some((count) => count.table === 'connection' && count.rows > 0)) return null;
  const receipts = await sql.query<{ body: string }>(
    'select body from erasure_receipt where workspace_id = $1 and connection_id = any($2)',
    [workspaceId, connectionIds],
  );
  const people = await deletePeople(sql, workspaceId);
  await leaveSessions(sql, workspaceId);
  await deleteJobs(sql, workspaceId);
  // Its key is the domain, so nothing cascades to it.
  await sql.query('delete from domain_claim where workspace_id = $1', [workspaceId]);
  await sql.query('delete from workspace where id = $1', [workspaceId]);
  const after = await countWorkspace(sql, workspaceId);
  await sql.query('insert into tombstone (id, erased_at, counts) values ($1, $2, $3)', [
    randomUUID(),
    ctx.now(),
    JSON.stringify({ connections: connectionIds.length, people }),
  ]);
  return [
    ...sumReceipts(receipts.rows.map((row) => JSON.parse(row.body) as ReceiptBody)),
    ...mergeCounts([...before, { table: 'app_user', label: 'People', rows: people }], after),
  ].filter((row) => row.table !== 'connection');
}
