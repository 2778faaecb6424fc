import { randomBytes } from 'node:crypto';
import type { Services } from '@/context';
import { inWorkspace, type Tx } from '@/db/client';
import { isAllowed } from '@/domain/permissions';
import { digestOf, type SignedIn } from '@/features/auth/sessions';
import { countRequest } from '@/features/tokens/rate-limit';
import { buildSignInRequest } from '@/saml/sign-in-request';
import type { IdpSettings, SpSettings } from '@/saml/types';
import { safeReturnPath } from '@/security/safe-redirect';
import { findConnection, idpOf, isUuid, type SsoConnection } from './connection';
import { openKeys } from './keys';
import { recordingRefusals, refuseLogin } from './refused';
import { spOf } from './service-provider';
import type { Purpose } from './ticket';

const REQUEST_MS = 10 * 60_000;
const PER_MINUTE = 120;
const RETURN_MAX = 1_000;
export const HOME = '/overview';

export interface StartInput {
  readonly workspaceId: string;
  /** Null: the one that is on. */
  readonly connectionId: string | null;
  readonly purpose: Exclude<Purpose, 'ask'>;
  /** The browser says that a page of ours led here. Anybody's link could start a sign-in at anybody's provider. */
  readonly isFromOwnPage: boolean;
  /** Where to go afterwards, as a stranger may have written it. */
  readonly next: unknown;
  /** A random text that this browser alone has. */
  readonly browser: string;
  /** Who is signed in here already. */
  readonly current: SignedIn | null;
  readonly address: string;
}

export async function activeConnectionId(services: Services, workspaceId: string): Promise<string | null> {
  if (!isUuid(workspaceId)) return null;
  const row = await inWorkspace(services.db, workspaceId, (tx) =>
    tx.ssoConnection.findFirst({ where: { workspaceId, status: 'active' }, select: { id: true } }),
  );
  return row?.id ?? null;
}

/** Whose answer is waited for: nobody's in particular, or the person's who tests or proves again who they are. */
async function expectedUser(tx: Tx, input: StartInput, connection: SsoConnection): Promise<string | null> {
  const { current, purpose, workspaceId } = input;
  if (purpose === 'test') {
    const workspace = current?.workspaces.find((one) => one.id === workspaceId && one.closed === null);
    const mayTest = workspace !== undefined && isAllowed(workspace.role, 'sso:write', workspace.accounts);
    return mayTest && current ? current.userId : refuseLogin('other-person');
  }
  if (connection.status !== 'active') return refuseLogin('not-active');
  if (purpose === 'sign-in') return null;
  if (!current || !input.isFromOwnPage) return refuseLogin('other-person');
  const session = await tx.authSession.findFirst({
    where: {
      id: current.session.id,
      method: 'saml',
      ssoWorkspaceId: workspaceId,
      ssoConnectionId: connection.id,
    },
    select: { userId: true },
  });
  return session?.userId ?? refuseLogin('other-person');
}

interface Prepared {
  readonly id: string;
  readonly sp: SpSettings;
  readonly idp: IdpSettings;
}

async function prepare(services: Services, input: StartInput, connectionId: string): Promise<Prepared> {
  const { workspaceId, browser } = input;
  const purpose: Purpose = input.purpose === 'sign-in' && !input.isFromOwnPage ? 'ask' : input.purpose;
  const id = `_${randomBytes(16).toString('hex')}`;
  return inWorkspace(services.db, workspaceId, async (tx) => {
    const connection =
      (await findConnection(tx, workspaceId, connectionId)) ?? refuseLogin('unknown-connection');
    const userId = await expectedUser(tx, input, connection);
    const idp = idpOf(connection) ?? refuseLogin('not-set-up');
    const keys = await openKeys(services, tx, workspaceId);
    const now = services.now();
    const next = typeof input.next === 'string' && input.next.length <= RETURN_MAX ? input.next : null;
    await tx.samlRequest.create({
      data: {
        ...{ workspaceId, connectionId, id, purpose, userId },
        browserDigest: digestOf(browser),
        returnTo: safeReturnPath(next, HOME),
        createdAt: now,
        expiresAt: new Date(now.getTime() + REQUEST_MS),
      },
    });
    return { id, idp, sp: spOf(services, workspaceId, connection, keys) };
  });
}

/**
 * Where to send the browser to sign in at the identity provider. `test` is for owners and also while the connection is off;
 * `step-up` is for whoever came by this connection, and asks the provider to ask them again. Throws SsoRefused, LimitReached.
 */
export async function startSignIn(services: Services, input: StartInput): Promise<string> {
  await countRequest(services, `sso ${input.address}`, PER_MINUTE);
  const { workspaceId, purpose, address } = input;
  const connectionId = input.connectionId ?? (await activeConnectionId(services, workspaceId));
  if (!isUuid(workspaceId) || connectionId === null || !isUuid(connectionId))
    return refuseLogin('unknown-connection');
  return recordingRefusals(services, { workspaceId, connectionId, address }, async () => {
    const { id, sp, idp } = await prepare(services, input, connectionId);
    return buildSignInRequest(sp, idp, {
      id,
      relayState: null,
      forceAuthn: purpose === 'step-up',
      now: services.now(),
    });
  });
}
