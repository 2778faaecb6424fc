import type { Tx } from '@/db/client';
import { roles } from '@/domain/permissions';
import { PreconditionFailed } from '@/errors';

/** 3 for an owner down to 0 for a viewer; -1 for a role that nobody knows, which is below all. */
export function roleRank(role: string): number {
  const index = (roles as readonly string[]).indexOf(role);
  return index === -1 ? -1 : roles.length - 1 - index;
}

/**
 * Lets one transaction at a time decide who belongs to a workspace and as what; take it before reading what it guards.
 * Rows that merely refer to the workspace are not held up.
 */
export async function lockMembers(tx: Tx, workspaceId: string): Promise<void> {
  await tx.$queryRaw`select id::text from workspace where id = ${workspaceId}::uuid for no key update`;
}

/**
 * Holds an account while it joins a workspace, since nothing else keeps it from being deleted with its last one at that moment.
 * Throws PreconditionFailed where it is gone.
 */
export async function holdAccount(tx: Tx, userId: string): Promise<void> {
  const rows = await tx.$queryRaw<
    unknown[]
  >`select id::text from app_user where id = ${userId}::uuid for share`;
  if (rows.length === 0) throw new PreconditionFailed('This account was deleted meanwhile.');
}

/**
 * Call it before an owner leaves, is removed, demoted or deactivated. Throws PreconditionFailed where nobody else is an
 * active owner. It holds the workspace's row, so two owners who leave at the same moment cannot both succeed.
 */
export async function ensureAnotherOwner(tx: Tx, workspaceId: string, exceptUserId: string): Promise<void> {
  await lockMembers(tx, workspaceId);
  const others = await tx.membership.count({
    where: {
      workspaceId,
      role: 'owner',
      allAccounts: true,
      deactivatedAt: null,
      userId: { not: exceptUserId },
    },
  });
  if (others === 0) {
    throw new PreconditionFailed(
      'A workspace needs an owner, and this is the last one. Make somebody else an owner first.',
    );
  }
}
