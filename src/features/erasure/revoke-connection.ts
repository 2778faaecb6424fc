import { requirePermission, requireStepUp, withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { Invalid, NotFound } from '@/errors';
import { recordAuditLast } from '@/features/audit/record-audit';
import { forgetAnswers } from '@/features/costs/answer-cache';
import type { RevokeConnectionInput } from '@/features/connections/schemas';
import { targetOf } from '@/features/connections/verify-connection';
import { issueRoleTicket } from './check-role-gone';
import { eraseConnection } from './erase-connection';

interface Revocable {
  readonly name: string;
  readonly kind: string;
  readonly aws_account_id: string;
  readonly external_id: string;
  readonly role_arn: string | null;
  readonly role_name: string;
  readonly bucket_account_id: string | null;
  readonly bucket_role_arn: string | null;
}

/** Throws NotFound. No stronger a lock than the update itself takes: rows of a load that refer to it are not waited for. */
async function takeRevocable(sql: Sql, workspaceId: string, connectionId: string): Promise<Revocable> {
  const { rows } = await sql.query<Revocable>(
    `select c.name, c.kind, c.aws_account_id, c.external_id, c.role_arn, c.role_name,
       b.aws_account_id as bucket_account_id, b.role_arn as bucket_role_arn
     from connection c left join file_bucket b on b.workspace_id = c.workspace_id and b.connection_id = c.id
     where c.workspace_id = $1 and c.id = $2 and c.revoked_at is null for no key update of c`,
    [workspaceId, connectionId],
  );
  const [found] = rows;
  if (!found) throw new NotFound('connection');
  return found;
}

/** Empty where there is no role: for files that are uploaded, and a bucket whose role was never proven. */
function ticketOf(ctx: Ctx, id: string, found: Revocable): string {
  const isUpload = found.kind === 'upload';
  if (isUpload && !found.bucket_role_arn) return '';
  const target = targetOf(ctx, {
    ...{ id, externalId: found.external_id, roleName: found.role_name },
    awsAccountId: isUpload ? (found.bucket_account_id ?? '') : found.aws_account_id,
    roleArn: isUpload ? found.bucket_role_arn : found.role_arn,
  });
  return issueRoleTicket(ctx, target);
}

/**
 * Ends access first: one small commit takes the connection out of every answer and fences off its writers, and waits for
 * none of them. Then erases. If this process dies in between, the worker goes on from the same commit. As SQL: hardly ever
 * asked for, so by a process that has never compiled a query for it.
 */
export async function revokeConnection(
  ctx: Ctx,
  input: RevokeConnectionInput,
): Promise<{ connectionId: string; ticket: string }> {
  requirePermission(ctx, 'connection:revoke');
  requireStepUp(ctx);
  const started = performance.now();
  const { connectionId } = input;
  const ticket = await withSql(ctx, 'write', async (sql) => {
    const found = await takeRevocable(sql, ctx.workspaceId, connectionId);
    if (input.confirmation !== found.name) {
      throw new Invalid('The name does not match.', { confirmation: `Type ${found.name} to confirm.` });
    }
    const sealed = ticketOf(ctx, connectionId, found);
    await hideConnections(ctx, sql, [connectionId]);
    return sealed;
  });
  forgetAnswers(ctx.workspaceId);
  const hiddenAfterMs = performance.now() - started;
  await eraseConnection(ctx, { connectionId, hiddenAfterMs, started });
  return { connectionId, ticket };
}

/** Takes connections out of every answer, and queues their erasure. Call it last: every other record of the workspace's trail waits. */
export async function hideConnections(ctx: Ctx, sql: Sql, connectionIds: readonly string[]): Promise<void> {
  const { workspaceId } = ctx;
  const { rowCount } = await sql.query(
    `update connection set status = 'revoked', revoked_at = $3, epoch = epoch + 1, next_action_at = null
     where workspace_id = $1 and id = any($2) and revoked_at is null`,
    [workspaceId, connectionIds, ctx.now()],
  );
  if (rowCount !== connectionIds.length) throw new NotFound('connection');
  for (const connectionId of connectionIds) {
    await ctx.queue.enqueue(sql, 'erase-connection', { workspaceId, connectionId });
  }
  for (const connectionId of connectionIds) {
    await recordAuditLast(sql, ctx, 'connection.revoked', connectionId);
  }
}
