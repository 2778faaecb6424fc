import { withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { recordAudit } from '@/features/audit/record-audit';
import { endMembership } from '@/features/members/end-membership';
import { ensureAnotherOwner, lockMembers } from '@/features/members/last-owner';
import { requireProvisioning } from './access';
import { endSessions } from './change-user';
import { userFacts } from './user-facts';
import { countMemberships, getUser } from './user-store';

/** An account without a password that is in no workspace any more was made for this one alone. */
async function deleteUnusedAccount(tx: Tx, userId: string): Promise<void> {
  // Whoever joins another workspace at this moment is waited for, and stays.
  await tx.$queryRaw`select id::text from app_user where id = ${userId}::uuid for update`;
  if ((await countMemberships(tx, userId)) > 0) return;
  await tx.appUser.deleteMany({ where: { id: userId, passwordHash: null } });
}

/** Takes a person out of the workspace, with their sessions in it and their tokens. Throws NotFound, and PreconditionFailed for the last owner. */
export async function removeUser(ctx: Ctx, userId: string): Promise<void> {
  requireProvisioning(ctx);
  const { workspaceId } = ctx;
  await withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const user = await getUser(tx, workspaceId, userId);
    if (user.role === 'owner' && user.isActive) await ensureAnotherOwner(tx, workspaceId, userId);
    await endSessions(tx, workspaceId, userId);
    const ended = await endMembership(tx, workspaceId, userId);
    await deleteUnusedAccount(tx, userId);
    recordAudit(tx, ctx, 'scim.user-deleted', userId, { before: userFacts(user), detail: ended });
  });
}
