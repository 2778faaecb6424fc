import { createHash } from 'node:crypto';
import { AwsError } from '../http/aws-error';
import type { JsonObject } from '../http/aws-request';
import { signToken } from '../vendor';

/** A token knows the parameters of the call that gave it, so it fits no other. */
export function fingerprint(action: string, accountId: string, input: JsonObject): string {
  const rest: [string, unknown][] = Object.entries(input)
    .filter(([key]) => key !== 'NextPageToken')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([action, accountId, rest]))
    .digest('base64url');
}

export function makePageToken(print: string, offset: number): string {
  const payload = Buffer.from(`${offset}:${print}`).toString('base64url');
  return `${payload}.${signToken(payload)}`;
}

export function readPageToken(token: unknown, print: string): number {
  if (token === undefined || token === null) return 0;
  const [payload = '', signature] = String(token).split('.');
  if (signature !== signToken(payload)) throw new AwsError('InvalidNextTokenException', 'Invalid next token');
  const [offset, owner] = Buffer.from(payload, 'base64url').toString('utf8').split(':');
  if (owner !== print) {
    throw new AwsError('RequestChangedException', 'The request parameters changed between pages.');
  }
  return Number(offset);
}
