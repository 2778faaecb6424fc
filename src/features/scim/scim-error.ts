import { AppError, LimitReached, type ErrorCode } from '@/errors';
import type { Logger } from '@/log';

/** RFC 7644, table 9. */
export type ScimType =
  | 'invalidFilter'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue';

/** A request that is not taken, in words that the identity provider shows to its administrator. */
export class ScimError extends Error {
  constructor(
    readonly status: number,
    readonly scimType: ScimType | null,
    message: string,
  ) {
    super(message);
    this.name = 'ScimError';
  }
}

export const invalidValue = (message: string) => new ScimError(400, 'invalidValue', message);

const SCIM_JSON = 'application/scim+json; charset=utf-8';
const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** What may not be held by a cache: people are in it. */
export function scimResponse(
  status: number,
  body: object | null,
  headers: Record<string, string> = {},
): Response {
  const common = { 'cache-control': 'no-store', ...headers };
  if (body === null) return new Response(null, { status, headers: common });
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': SCIM_JSON, ...common } });
}

const ofCode: Record<ErrorCode, readonly [number, ScimType | null]> = {
  unauthenticated: [401, null],
  forbidden: [403, null],
  'step-up': [403, null],
  'too-large': [413, null],
  'not-found': [404, null],
  conflict: [409, 'uniqueness'],
  invalid: [400, 'invalidValue'],
  // What the state of things does not allow, such as to deactivate the last owner.
  precondition: [400, 'mutability'],
  limit: [429, null],
  internal: [500, null],
};

function headersOf(error: unknown, status: number): Record<string, string> {
  if (error instanceof LimitReached) return { 'retry-after': String(error.retryAfterSeconds) };
  return status === 401 ? { 'www-authenticate': 'Bearer' } : {};
}

/** Two requests at once that would each have been right alone: the database lets one of them win. */
const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'P2002';

function known(error: unknown): ScimError | AppError | null {
  if (error instanceof ScimError || error instanceof AppError) return error;
  return isUniqueViolation(error) ? new ScimError(409, 'uniqueness', 'This exists already.') : null;
}

/** Any error in the form of RFC 7644, 3.12. What we did not expect is logged and not shown. */
export function scimErrorResponse(error: unknown, log: Logger): Response {
  const told = known(error);
  if (!told) log.error({ err: error }, 'SCIM request failed');
  const [status, scimType] =
    told instanceof ScimError ? [told.status, told.scimType] : ofCode[told?.code ?? 'internal'];
  const body = {
    schemas: [ERROR_SCHEMA],
    status: String(status),
    ...(scimType ? { scimType } : {}),
    detail: told?.message ?? 'Something went wrong. Please try again.',
  };
  return scimResponse(status, body, headersOf(error, status));
}
