import type { Tx } from '@/db/client';

/**
 * Takes a person out of a workspace with all that was theirs in it: limits and shared views, API tokens, and the hold of
 * their sessions on it. Their login stays. Returns how many tokens ended.
 */
export async function endMembership(
  tx: Tx,
  workspaceId: string,
  userId: string,
): Promise<{ tokens: number }> {
  const { count } = await tx.apiToken.deleteMany({ where: { workspaceId, userId } });
  // Grants of accounts and views, and places in groups, go with the membership.
  await tx.membership.delete({ where: { workspaceId_userId: { workspaceId, userId } } });
  await tx.authSession.deleteMany({ where: { userId, ssoWorkspaceId: workspaceId } });
  await tx.authSession.updateMany({ where: { userId, workspaceId }, data: { workspaceId: null } });
  return { tokens: count };
}
