import { createHmac } from 'node:crypto';

export interface StaticCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export const VENDOR_ACCOUNT_ID = '900000000001';
export const COLLECTOR_ROLE_NAME = 'BelvedereCollector';
export const COLLECTOR_ROLE_ARN = `arn:aws:iam::${VENDOR_ACCOUNT_ID}:role/${COLLECTOR_ROLE_NAME}`;
export const COLLECTOR_SESSION_NAME = 'i-0c2f6b1d9e7a45310';
export const TEMPLATE_BUCKET = 'belvedere-templates';

const SIMULATOR_KEY = 'belvedere-simulated-aws';

export function secretFor(accessKeyId: string): string {
  return createHmac('sha256', SIMULATOR_KEY).update(accessKeyId).digest('base64').slice(0, 40);
}

export function signToken(payload: string): string {
  return createHmac('sha256', SIMULATOR_KEY).update(`token:${payload}`).digest('base64url');
}

const COLLECTOR_KEY_ID = 'ASIABELVEDERECOLLECT';
const OPERATOR_KEY_ID = 'AKIABELVEDEREOPERATO';

/** The collector role's credentials as an instance would hold them; they never expire. */
export const VENDOR_CREDENTIALS = {
  accessKeyId: COLLECTOR_KEY_ID,
  secretAccessKey: secretFor(COLLECTOR_KEY_ID),
  sessionToken: `instance.${signToken(COLLECTOR_KEY_ID)}`,
} as const;

/** An admin user of the vendor account, for publishing templates. */
export const OPERATOR_CREDENTIALS = {
  accessKeyId: OPERATOR_KEY_ID,
  secretAccessKey: secretFor(OPERATOR_KEY_ID),
} as const;

const ADMIN_KEY_PREFIX = 'AKIAADM1';

/** The admin user of a customer account: the person who clicks through the console. */
export function adminCredentials(accountId: string): { accessKeyId: string; secretAccessKey: string } {
  const accessKeyId = `${ADMIN_KEY_PREFIX}${accountId}`;
  return { accessKeyId, secretAccessKey: secretFor(accessKeyId) };
}

export function accountOfAdminKey(accessKeyId: string): string | undefined {
  return accessKeyId.startsWith(ADMIN_KEY_PREFIX) ? accessKeyId.slice(ADMIN_KEY_PREFIX.length) : undefined;
}
