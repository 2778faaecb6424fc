import type { Services } from '@/context';
import { inWorkspace, type Tx } from '@/db/client';
import { recordAudit } from '@/features/audit/record-audit';
import { countRequest } from '@/features/tokens/rate-limit';
import {
  buildLogoutResponse,
  checkLogoutRequest,
  type LogoutMessage,
  type LogoutRequest,
} from '@/saml/logout';
import type { IdpSettings, SpSettings } from '@/saml/types';
import { findConnection, idpOf, isUuid } from './connection';
import { openKeys } from './keys';
import { recordingRefusals, refuseLogin, type At } from './refused';
import { spOf } from './service-provider';

const PER_MINUTE = 240;
const RELAY_STATE_MAX = 1_000;
export const AFTER_LOGOUT = '/sign-in';

export interface LogoutInput extends At {
  readonly message: LogoutMessage;
  /** Of a POST, where it is a field of its own; given back as it came. */
  readonly relayState: string | null;
}

async function load(
  services: Services,
  { workspaceId, connectionId }: At,
): Promise<{ sp: SpSettings; idp: IdpSettings }> {
  return inWorkspace(services.db, workspaceId, async (tx) => {
    const connection =
      (await findConnection(tx, workspaceId, connectionId)) ?? refuseLogin('unknown-connection');
    const idp = idpOf(connection) ?? refuseLogin('not-set-up');
    return { idp, sp: spOf(services, workspaceId, connection, await openKeys(services, tx, workspaceId)) };
  });
}

/** The sessions that the request names; a session that has no index could be any of them. */
async function endSessions(tx: Tx, at: At, { nameId, sessionIndexes }: LogoutRequest): Promise<string[]> {
  const where = {
    ssoWorkspaceId: at.workspaceId,
    ssoConnectionId: at.connectionId,
    samlNameId: nameId,
    ...(sessionIndexes.length > 0
      ? { OR: [{ samlSessionIndex: { in: [...sessionIndexes] } }, { samlSessionIndex: null }] }
      : {}),
  };
  const sessions = await tx.authSession.findMany({ where, select: { id: true, userId: true } });
  await tx.authSession.deleteMany({ where: { id: { in: sessions.map((one) => one.id) } } });
  return sessions.map((one) => one.userId);
}

/**
 * Ends the sessions that an identity provider says are over. Returns where the browser goes with our signed answer. Throws
 * SsoRefused, which is recorded, and LimitReached.
 */
export async function receiveLogout(services: Services, input: LogoutInput): Promise<string> {
  await countRequest(services, `sso-logout ${input.address}`, PER_MINUTE);
  const { workspaceId, connectionId, address } = input;
  if (!isUuid(workspaceId) || !isUuid(connectionId)) return refuseLogin('unknown-connection');
  return recordingRefusals(services, input, async () => {
    const { sp, idp } = await load(services, input);
    const request = checkLogoutRequest({ sp, idp, message: input.message, now: services.now() });
    await inWorkspace(services.db, workspaceId, async (tx) => {
      const users = await endSessions(tx, input, request);
      if (users.length === 0) return;
      recordAudit(tx, { workspaceId, now: services.now, address }, 'sso.logged-out', connectionId, {
        detail: { sessions: users.length, users: [...new Set(users)] },
        actor: { kind: 'system', id: null },
      });
    });
    if (idp.sloUrl === null) return AFTER_LOGOUT;
    const relayState = (request.relayState ?? input.relayState)?.slice(0, RELAY_STATE_MAX) ?? null;
    return buildLogoutResponse(sp, idp, {
      inResponseTo: request.id,
      relayState,
      success: true,
      now: services.now(),
    });
  });
}
