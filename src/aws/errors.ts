import { redactText } from '@/log';
import { AwsError, type AwsFailureKind } from './port';

const THROTTLES = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'SlowDown',
]);
const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'UnauthorizedException',
  'AuthorizationError',
  'AuthorizationErrorException',
]);
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired']);
const OURS = new Set([
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'CredentialsProviderError',
  'AuthFailure',
]);
const SESSION_POLICY = new Set([
  'MalformedPolicyDocument',
  'MalformedPolicyDocumentException',
  'PackedPolicyTooLarge',
  'PackedPolicyTooLargeException',
]);
const INVALID = new Set([
  'ValidationException',
  'ValidationError',
  'InvalidNextTokenException',
  'RequestChangedException',
  'InvalidParameterException',
  'InvalidParameterValue',
  'InvalidParameterValueException',
]);

function kindOf(name: string, service: string): AwsFailureKind {
  if (THROTTLES.has(name)) return 'throttled';
  if (DENIED.has(name)) return service === 'STS' ? 'cannot-assume-role' : 'permission-missing';
  if (EXPIRED.has(name)) return service === 'STS' ? 'our-credentials' : 'expired-credentials';
  if (OURS.has(name)) return service === 'STS' ? 'our-credentials' : 'expired-credentials';
  if (name === 'DataUnavailableException' || name === 'BillExpirationException') return 'data-unavailable';
  if (name === 'AWSOrganizationsNotInUseException') return 'no-organization';
  if (name === 'NoSuchBucket') return 'no-bucket';
  if (name === 'RegionDisabledException') return 'region-disabled';
  if (SESSION_POLICY.has(name)) return 'session-policy';
  if (INVALID.has(name)) return service === 'STS' ? 'invalid-role' : 'invalid-request';
  return 'unavailable';
}

/** What the page says. AWS's own text may name ids of others and is kept out. */
const TEXT: Record<AwsFailureKind, string> = {
  'cannot-assume-role':
    'AWS refuses the role. It does not exist, its trust policy names another principal, or the ExternalId differs.',
  'permission-missing': 'The role does not grant this action.',
  throttled: 'AWS asks us to slow down. We go on by ourselves.',
  'expired-credentials': 'The short-lived credentials ran out. We take new ones and go on.',
  'data-unavailable': 'Cost Explorer has no data yet. If it was just switched on, AWS needs up to 24 hours.',
  'no-organization': 'The account is in no organization.',
  'no-bucket': 'There is no bucket of this name any more.',
  'region-disabled': 'AWS STS is switched off for this region in the account.',
  'invalid-request': 'AWS did not understand the request. Please report this to the operator.',
  'invalid-role':
    'AWS does not take this for the ARN of a role. Start again with the 12 digits of the account.',
  'session-policy':
    'AWS did not accept the limits that we put on our own session. Please report this to the operator.',
  unavailable: 'AWS did not answer. We try again by ourselves.',
  'daily-cap': 'The daily limit for Cost Explorer requests is reached. The sync goes on tomorrow by itself.',
  'our-credentials': "The operator's own AWS credentials were not accepted. Please tell the operator.",
};

const RETRYABLE: ReadonlySet<AwsFailureKind> = new Set(['throttled', 'expired-credentials', 'unavailable']);

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Unknown';
}

/** Any failure of the SDK as one of ours. `action` is the IAM action that was called. */
export function toAwsError(error: unknown, service: string, action: string): AwsError {
  if (error instanceof AwsError) return error;
  const kind = kindOf(nameOf(error), service);
  const converted = new AwsError(kind, TEXT[kind], RETRYABLE.has(kind), action);
  converted.cause = new Error(
    redactText(error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  );
  return converted;
}
