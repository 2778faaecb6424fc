import { nameOf, toAwsError } from '../errors';
import { AwsError, type AwsFailureKind } from '../port';

// A region that is not switched on knows no credentials of the account.
const UNKNOWN_CREDENTIALS = new Set(['AuthFailure', 'InvalidClientTokenId', 'UnrecognizedClientException']);
const NOT_SIGNED_UP = new Set(['OptInRequired', 'SubscriptionRequiredException', 'NotSignedUp']);

/** Nothing else of the account would succeed either. */
const FATAL: ReadonlySet<AwsFailureKind> = new Set([
  'cannot-assume-role',
  'our-credentials',
  'session-policy',
  'invalid-role',
  'daily-cap',
  'expired-credentials',
]);

export const isFatal = (error: AwsError): boolean => FATAL.has(error.kind);

const statusOf = (error: unknown): number => {
  const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata && 'httpStatusCode' in metadata ? metadata.httpStatusCode : 0;
  return typeof status === 'number' ? status : 0;
};

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

export const isThrottled = (error: unknown): boolean =>
  error instanceof AwsError && error.kind === 'throttled';

/** AWS does not know the credentials: the session ended, or the region is not switched on in the account. */
export const knowsNoCredentials = (error: unknown): boolean => UNKNOWN_CREDENTIALS.has(nameOf(error));

/** Any failed call as one of ours; a service that refuses in its own words is not taken for one that is down. */
export function inventoryFailure(
  error: unknown,
  service: string,
  action: string,
  isKnownElsewhere: boolean,
): AwsError {
  const known = toAwsError(error, service, action);
  if (error instanceof AwsError) return known;
  const as = (kind: AwsFailureKind, message: string, retryable = false): AwsError => {
    const failure = new AwsError(kind, message, retryable, action);
    failure.cause = known.cause;
    return failure;
  };
  const name = nameOf(error);
  if (knowsNoCredentials(error) && isKnownElsewhere) {
    return as('region-disabled', 'The region is not switched on in the account.');
  }
  if (NOT_SIGNED_UP.has(name))
    return as('data-unavailable', 'The account is not signed up for this service.');
  if (codeOf(error) === 'ENOTFOUND')
    return as('unavailable', 'AWS does not offer this service in the region.');
  if (known.kind !== 'unavailable') return known;
  const status = statusOf(error);
  if (status === 403) return as('permission-missing', 'The role does not grant this action.');
  if (status === 429) return as('throttled', 'AWS asks us to slow down. We go on by ourselves.', true);
  if (status >= 400 && status < 500)
    return as('invalid-request', 'AWS did not take the request for this type.');
  return known;
}
