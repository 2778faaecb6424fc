import { randomBytes } from 'node:crypto';
import type { Services } from '@/context';
import { inWorkspace } from '@/db/client';
import { buildLogoutRequest } from '@/saml/logout';
import { findConnection, idpOf } from './connection';
import { openKeys } from './keys';
import { spOf } from './service-provider';

/**
 * Where to send the browser so that the identity provider ends its session as well; null for a session that it did not open, and
 * where it offers no logout. Call it before the session is ended here.
 */
export async function samlLogoutUrl(services: Services, sessionId: string): Promise<string | null> {
  const session = await services.db.prisma.authSession.findUnique({
    where: { id: sessionId },
    select: {
      method: true,
      ssoWorkspaceId: true,
      ssoConnectionId: true,
      samlNameId: true,
      samlNameIdFormat: true,
      samlSessionIndex: true,
    },
  });
  const { ssoWorkspaceId: workspaceId, ssoConnectionId, samlNameId } = session ?? {};
  if (session?.method !== 'saml' || !workspaceId || !ssoConnectionId || !samlNameId) return null;
  return inWorkspace(services.db, workspaceId, async (tx) => {
    const connection = await findConnection(tx, workspaceId, ssoConnectionId);
    const idp = connection && idpOf(connection);
    if (!connection || !idp?.sloUrl) return null;
    const keys = await openKeys(services, tx, workspaceId);
    return buildLogoutRequest(spOf(services, workspaceId, connection, keys), idp, {
      id: `_${randomBytes(16).toString('hex')}`,
      nameId: samlNameId,
      nameIdFormat: session.samlNameIdFormat,
      sessionIndex: session.samlSessionIndex,
      relayState: null,
      now: services.now(),
    });
  });
}
