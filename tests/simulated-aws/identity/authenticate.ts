import { AwsError } from '../http/aws-error';
import type { Protocol } from '../http/aws-error';
import type { RawRequest } from '../http/aws-request';
import { parseAuthorization, payloadMatches, signatureAge, signatureMatches } from '../http/sigv4';
import type { World } from '../world/world';
import { identifyCaller, secretOfKey } from './caller';
import type { Caller } from './caller';

const MAXIMUM_SKEW_MS = 15 * 60_000;

/** The same refusal has another name, and often another status, in every service family. */
const DIALECTS: Record<Protocol, Record<string, [code: string, status: number]>> = {
  query: {},
  json: {
    InvalidClientTokenId: ['UnrecognizedClientException', 400],
    ExpiredToken: ['ExpiredTokenException', 400],
    SignatureDoesNotMatch: ['InvalidSignatureException', 400],
    MissingAuthenticationToken: ['MissingAuthenticationTokenException', 400],
    IncompleteSignature: ['IncompleteSignatureException', 400],
  },
  ec2: {
    InvalidClientTokenId: ['AuthFailure', 401],
    ExpiredToken: ['RequestExpired', 400],
    SignatureDoesNotMatch: ['AuthFailure', 401],
  },
  s3: {
    InvalidClientTokenId: ['InvalidAccessKeyId', 403],
    ExpiredToken: ['ExpiredToken', 400],
    MissingAuthenticationToken: ['AccessDenied', 403],
  },
};

export function inDialect(error: AwsError, protocol: Protocol): AwsError {
  const translated = DIALECTS[protocol][error.code];
  return translated ? new AwsError(translated[0], error.message, translated[1]) : error;
}

/** Verifies the signature and returns who made it; undefined for an unsigned request. */
export function authenticate(world: World, request: RawRequest, now: Date): Caller | undefined {
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const parts = parseAuthorization(header);
  if (!parts) throw new AwsError('IncompleteSignature', 'Authorization header is malformed.', 403);
  const secret = secretOfKey(world, parts.accessKeyId);
  if (signatureAge(request, Date.now()) > MAXIMUM_SKEW_MS) {
    throw new AwsError(
      'SignatureDoesNotMatch',
      'Signature expired: the request time is too far from now.',
      403,
    );
  }
  if (
    !parts.signedHeaders.includes('host') ||
    !signatureMatches(request, parts, secret) ||
    !payloadMatches(request)
  ) {
    throw new AwsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
      403,
    );
  }
  const token = request.headers['x-amz-security-token'];
  return identifyCaller(world, parts.accessKeyId, typeof token === 'string' ? token : undefined, now);
}
