import { requirePermission, requireStepUp, withTransaction, type Ctx } from '@/context';
import { PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { lockMembers } from '@/features/members/last-owner';
import { getConnection, idpOf } from './connection';
import { endSessionsOf } from './end-sessions';
import { requireNotEnforced } from './require-not-enforced';
import type { ConnectionRef } from './schemas';

const REQUIRED = 'Single sign-on is required in this workspace. Stop requiring it first.';

/**
 * Lets people sign in by the connection. Throws PreconditionFailed until its settings as they stand have passed a test login,
 * a domain is verified, and no other connection is on.
 */
export async function activateConnection(ctx: Ctx, { connectionId }: ConnectionRef): Promise<void> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  await withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const connection = await getConnection(tx, workspaceId, connectionId);
    if (connection.status === 'active') return;
    if (idpOf(connection) === null) throw new PreconditionFailed('Tell Belvedere about your provider first.');
    if (connection.testedAt === null)
      throw new PreconditionFailed('Try a test login with these settings first.');
    const verified = await tx.ssoDomain.count({ where: { workspaceId, verifiedAt: { not: null } } });
    if (verified === 0) throw new PreconditionFailed('Verify a domain of yours first.');
    const other = await tx.ssoConnection.findFirst({
      where: { workspaceId, status: 'active' },
      select: { name: true },
    });
    if (other)
      throw new PreconditionFailed(
        `${other.name} is on. One connection can be on at a time: turn it off first.`,
      );
    const now = ctx.now();
    await tx.ssoConnection.update({
      where: { workspaceId_id: { workspaceId, id: connectionId } },
      data: { status: 'active', activatedAt: now },
    });
    recordAudit(tx, ctx, 'sso.activated', connectionId);
  });
}

/** Nobody can sign in by the connection any more, and whoever did is out at once. Its settings and its test stay. */
export async function deactivateConnection(
  ctx: Ctx,
  { connectionId }: ConnectionRef,
): Promise<{ sessions: number }> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  return withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const connection = await getConnection(tx, workspaceId, connectionId);
    if (connection.status !== 'active') return { sessions: 0 };
    await requireNotEnforced(tx, workspaceId, REQUIRED);
    await tx.ssoConnection.update({
      where: { workspaceId_id: { workspaceId, id: connectionId } },
      data: { status: 'draft', activatedAt: null },
    });
    await tx.samlRequest.deleteMany({ where: { workspaceId, connectionId } });
    const sessions = await endSessionsOf(tx, workspaceId, connectionId);
    recordAudit(tx, ctx, 'sso.deactivated', connectionId, { detail: { sessions } });
    return { sessions };
  });
}

/** The connection with all its settings. People and their roles stay. */
export async function deleteConnection(
  ctx: Ctx,
  { connectionId }: ConnectionRef,
): Promise<{ sessions: number }> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  return withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const connection = await getConnection(tx, workspaceId, connectionId);
    if (connection.status === 'active') await requireNotEnforced(tx, workspaceId, REQUIRED);
    // Requests and assertions go with it.
    await tx.ssoConnection.delete({ where: { workspaceId_id: { workspaceId, id: connectionId } } });
    const sessions = await endSessionsOf(tx, workspaceId, connectionId);
    recordAudit(tx, ctx, 'sso.deleted', connectionId, {
      before: { name: connection.name, status: connection.status },
      detail: { sessions },
    });
    return { sessions };
  });
}
