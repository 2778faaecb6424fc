import type { Tx } from '@/db/client';

/** Everybody who came in by the connection is out at once. Returns how many sessions ended. */
export async function endSessionsOf(tx: Tx, workspaceId: string, connectionId: string): Promise<number> {
  const { count } = await tx.authSession.deleteMany({
    where: { ssoWorkspaceId: workspaceId, ssoConnectionId: connectionId },
  });
  return count;
}

/** The same for the people of one domain. */
export async function endSessionsOfDomain(tx: Tx, workspaceId: string, domain: string): Promise<number> {
  const { count } = await tx.authSession.deleteMany({
    where: { ssoWorkspaceId: workspaceId, user: { email: { endsWith: `@${domain}` } } },
  });
  return count;
}
