import type { Services } from '@/context';
import { inWorkspace } from '@/db/client';
import { mappedRole, roleOfGroups } from '@/domain/group-roles';
import { digestOf } from '@/features/auth/sessions';
import { countRequest } from '@/features/tokens/rate-limit';
import { checkResponse } from '@/saml/check-response';
import { SamlRefused, type IdpSettings, type SamlLogin, type SpSettings } from '@/saml/types';
import { identityOf } from './attribute-map';
import { findConnection, idpOf, isUuid, type SsoConnection } from './connection';
import { openKeys } from './keys';
import { saveTest } from './record-test';
import { recordingRefusals, refuseLogin, type At } from './refused';
import { spOf } from './service-provider';
import { testFactsOf } from './test-facts';
import { sealTicket, type LoginFacts, type Purpose, type TakenRequest } from './ticket';

const PER_MINUTE = 240;
const TEXT_MAX = 512;

export interface ResponseInput extends At {
  /** The form field as it was received. */
  readonly samlResponse: string;
}

interface Loaded {
  readonly connection: SsoConnection;
  readonly sp: SpSettings;
  readonly idp: IdpSettings;
}

async function load(services: Services, { workspaceId, connectionId }: At): Promise<Loaded> {
  return inWorkspace(services.db, workspaceId, async (tx) => {
    const connection =
      (await findConnection(tx, workspaceId, connectionId)) ?? refuseLogin('unknown-connection');
    const idp = idpOf(connection) ?? refuseLogin('not-set-up');
    return {
      connection,
      idp,
      sp: spOf(services, workspaceId, connection, await openKeys(services, tx, workspaceId)),
    };
  });
}

/** Takes an open request of this connection; committed by itself, so that a refusal does not give it back. */
async function takeRequest(services: Services, at: At, id: string): Promise<TakenRequest | null> {
  const { workspaceId, connectionId } = at;
  return inWorkspace(services.db, workspaceId, async (tx) => {
    const [row] = await tx.$queryRaw<
      {
        purpose: Purpose;
        browser_digest: string;
        user_id: string | null;
        return_to: string;
        created_at: Date;
      }[]
    >`
      delete from saml_request
      where workspace_id = ${workspaceId}::uuid and sso_connection_id = ${connectionId}::uuid and id = ${id}
        and expires_at > ${services.now()}
      returning purpose, browser_digest, user_id::text, return_to, created_at`;
    if (!row) return null;
    return {
      id,
      purpose: row.purpose,
      browserDigest: row.browser_digest,
      userId: row.user_id,
      returnTo: row.return_to,
      createdAt: row.created_at.toISOString(),
    };
  });
}

/** True once for each text of a connection until `until`, and for everybody who asks at the same moment but one. */
export async function takeOnce(
  services: Services,
  at: Omit<At, 'address'>,
  text: string,
  until: Date,
): Promise<boolean> {
  const { workspaceId, connectionId } = at;
  return inWorkspace(services.db, workspaceId, async (tx) => {
    const { count } = await tx.samlAssertion.createMany({
      data: [{ workspaceId, connectionId, digest: digestOf(text), expiresAt: until }],
      skipDuplicates: true,
    });
    return count === 1;
  });
}

function loginFactsOf(login: SamlLogin, connection: SsoConnection): LoginFacts {
  const { email, name, groups } = identityOf(login, connection.attributeMap);
  if (login.nameId.length > TEXT_MAX) return refuseLogin('name-id');
  if ((login.sessionIndex?.length ?? 0) > TEXT_MAX || (login.nameIdFormat?.length ?? 0) > TEXT_MAX) {
    return refuseLogin('too-large');
  }
  return {
    email,
    name,
    role: roleOfGroups(groups, connection.groupRules, connection.defaultRole),
    isRoleByGroup: mappedRole(groups, connection.groupRules) !== null,
    nameId: login.nameId,
    nameIdFormat: login.nameIdFormat,
    sessionIndex: login.sessionIndex,
    sessionNotOnOrAfter: login.sessionNotOnOrAfter?.toISOString() ?? null,
    authenticatedAt: login.authenticatedAt.toISOString(),
  };
}

interface Checked {
  readonly login: SamlLogin;
  readonly request: TakenRequest | null;
}

async function check(services: Services, input: ResponseInput, loaded: Loaded): Promise<Checked> {
  const { connection, sp, idp } = loaded;
  const isActive = connection.status === 'active';
  let request: TakenRequest | null = null;
  try {
    const login = await checkResponse({
      sp,
      idp,
      samlResponse: input.samlResponse,
      now: services.now(),
      allowUnsolicited: isActive && connection.allowIdpInitiated,
      takeRequest: async (id) => {
        request = await takeRequest(services, input, id);
        return request !== null;
      },
      rememberAssertion: (id, until) => takeOnce(services, input, `assertion ${id}`, until),
    });
    return { login, request };
  } catch (error) {
    const taken = request as TakenRequest | null;
    if (error instanceof SamlRefused && taken?.purpose === 'test') {
      await saveTest(services, input, taken, { reason: error.reason });
    }
    throw error;
  }
}

/**
 * Takes what an identity provider answered. Opens no session: returns the path of ours that the browser goes on to, with a
 * sealed ticket for it. Throws SsoRefused, which is recorded, and LimitReached.
 */
export async function receiveResponse(services: Services, input: ResponseInput): Promise<string> {
  await countRequest(services, `sso-response ${input.address}`, PER_MINUTE);
  const { workspaceId, connectionId } = input;
  if (!isUuid(workspaceId) || !isUuid(connectionId)) return refuseLogin('unknown-connection');
  return recordingRefusals(services, input, async () => {
    const loaded = await load(services, input);
    const { connection } = loaded;
    const { login, request } = await check(services, input, loaded);
    const isTest = request?.purpose === 'test';
    if (!isTest && connection.status !== 'active') return refuseLogin('not-active');
    const ticket = sealTicket(services, {
      workspaceId,
      connectionId,
      request,
      isToConfirm: request === null,
      login: isTest ? null : loginFactsOf(login, connection),
      test: isTest ? testFactsOf(login, connection) : null,
    });
    return `${request ? '/sso/finish' : '/sso/confirm'}?ticket=${ticket}`;
  });
}
