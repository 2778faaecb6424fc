import { createHash, randomBytes } from 'node:crypto';

export const tokenKinds = ['personal', 'service', 'scim'] as const;
export type TokenKind = (typeof tokenKinds)[number];

const PREFIX: Record<TokenKind, string> = { personal: 'bvd_pat_', service: 'bvd_svc_', scim: 'bvd_scim_' };
const SECRET_BYTES = 32;

/** A token carries its workspace, so that it is looked up there and nowhere else. Its form is one that secret scanners can know. */
export function newTokenText(kind: TokenKind, workspaceId: string): string {
  const workspace = Buffer.from(workspaceId.replaceAll('-', ''), 'hex');
  return PREFIX[kind] + Buffer.concat([workspace, randomBytes(SECRET_BYTES)]).toString('base64url');
}

export interface ReadToken {
  readonly kind: TokenKind;
  readonly workspaceId: string;
  readonly digest: string;
}

export const tokenDigest = (text: string) => createHash('sha256').update(text).digest('hex');

/** Null for what cannot be one of ours. */
export function readTokenText(text: string): ReadToken | null {
  const kind = tokenKinds.find((one) => text.startsWith(PREFIX[one]));
  if (!kind || !/^[\w-]+$/.test(text)) return null;
  const bytes = Buffer.from(text.slice(PREFIX[kind].length), 'base64url');
  if (bytes.length !== 16 + SECRET_BYTES) return null;
  const hex = bytes.subarray(0, 16).toString('hex');
  const workspaceId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { kind, workspaceId, digest: tokenDigest(text) };
}

const HINT_LENGTH = 4;

/** Enough to tell one's tokens apart, such as "bvd_pat_…x7Qk". */
export function hintOf(kind: TokenKind, text: string): string {
  return `${PREFIX[kind]}…${text.slice(-HINT_LENGTH)}`;
}
