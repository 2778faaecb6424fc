import type { World } from '../world/world';
import { AwsError } from '../http/aws-error';
import {
  COLLECTOR_ROLE_NAME,
  COLLECTOR_SESSION_NAME,
  OPERATOR_CREDENTIALS,
  VENDOR_ACCOUNT_ID,
  VENDOR_CREDENTIALS,
  accountOfAdminKey,
  secretFor,
  signToken,
} from '../vendor';

export interface NamedPolicy {
  name: string;
  policy: unknown;
}

/** Who signed a request, with everything that bounds what they may do. */
export interface Caller {
  accessKeyId: string;
  accountId: string;
  arn: string;
  userId: string;
  roleName: string | undefined;
  sessionName: string | undefined;
  identityPolicies: NamedPolicy[];
  sessionPolicy: unknown;
}

export interface SessionClaims {
  key: string;
  account: string;
  role: string;
  roleId: string;
  session: string;
  expires: number;
  policy?: string;
}

const ADMINISTRATOR: NamedPolicy = {
  name: 'AdministratorAccess',
  policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

export const INVALID_TOKEN = 'InvalidClientTokenId';
export const EXPIRED_TOKEN = 'ExpiredToken';

function invalidToken(): AwsError {
  return new AwsError(INVALID_TOKEN, 'The security token included in the request is invalid.', 403);
}

export function issueToken(claims: SessionClaims): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${payload}.${signToken(payload)}`;
}

function readToken(token: string): SessionClaims | undefined {
  const [payload = '', signature] = token.split('.');
  if (signature !== signToken(payload)) return undefined;
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as SessionClaims;
}

function userCaller(accessKeyId: string, accountId: string, name: string): Caller {
  return {
    accessKeyId,
    accountId,
    arn: `arn:aws:iam::${accountId}:user/${name}`,
    userId: `AIDA${accountId}`,
    roleName: undefined,
    sessionName: undefined,
    identityPolicies: [ADMINISTRATOR],
    sessionPolicy: undefined,
  };
}

function sessionCaller(
  world: World,
  accessKeyId: string,
  claims: Omit<SessionClaims, 'expires' | 'key'>,
): Caller {
  const role = world.role(claims.account, claims.role);
  if (!role || (claims.roleId !== '' && role.id !== claims.roleId)) throw invalidToken();
  return {
    accessKeyId,
    accountId: claims.account,
    arn: `arn:aws:sts::${claims.account}:assumed-role/${claims.role}/${claims.session}`,
    userId: `${role.id}:${claims.session}`,
    roleName: claims.role,
    sessionName: claims.session,
    identityPolicies: Object.entries(role.policies).map(([name, text]) => ({
      name,
      policy: JSON.parse(text) as unknown,
    })),
    sessionPolicy: claims.policy === undefined ? undefined : (JSON.parse(claims.policy) as unknown),
  };
}

/** The secret a key signs with, known before its owner is: a bad signature must not reveal more. */
export function secretOfKey(world: World, accessKeyId: string): string {
  const admin = accountOfAdminKey(accessKeyId);
  const isKnown =
    accessKeyId === VENDOR_CREDENTIALS.accessKeyId ||
    accessKeyId === OPERATOR_CREDENTIALS.accessKeyId ||
    (admin !== undefined && world.accounts.has(admin)) ||
    /^ASIA[0-9A-F]{16}$/.test(accessKeyId);
  if (!isKnown) throw invalidToken();
  return secretFor(accessKeyId);
}

export function identifyCaller(
  world: World,
  accessKeyId: string,
  token: string | undefined,
  now: Date,
): Caller {
  if (accessKeyId === OPERATOR_CREDENTIALS.accessKeyId)
    return userCaller(accessKeyId, VENDOR_ACCOUNT_ID, 'operator');
  const admin = accountOfAdminKey(accessKeyId);
  if (admin !== undefined) return userCaller(accessKeyId, admin, 'admin');
  if (token === undefined) throw invalidToken();
  if (accessKeyId === VENDOR_CREDENTIALS.accessKeyId) {
    if (token !== VENDOR_CREDENTIALS.sessionToken) throw invalidToken();
    const session = {
      account: VENDOR_ACCOUNT_ID,
      role: COLLECTOR_ROLE_NAME,
      roleId: '',
      session: COLLECTOR_SESSION_NAME,
    };
    return sessionCaller(world, accessKeyId, session);
  }
  const claims = readToken(token);
  if (!claims || claims.key !== accessKeyId) throw invalidToken();
  if (claims.expires <= now.getTime()) {
    throw new AwsError(EXPIRED_TOKEN, 'The security token included in the request is expired', 403);
  }
  return sessionCaller(world, accessKeyId, claims);
}
