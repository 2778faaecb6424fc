import { createHash, randomBytes } from 'node:crypto';

/**
 * mailed: only the mailbox has it, so whoever brings it has proven the address. handed: a member of the workspace has seen
 * it too, so it proves nothing about an address.
 */
export const linkKinds = ['mailed', 'handed'] as const;
export type LinkKind = (typeof linkKinds)[number];

const MARK: Record<LinkKind, string> = { mailed: 'm', handed: 'h' };
const SECRET_BYTES = 32;

export interface InvitationText {
  readonly kind: LinkKind;
  readonly workspaceId: string;
  readonly digest: string;
}

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** It carries its workspace, so that it is looked up there and nowhere else. The digest covers the kind: nobody can change it. */
export function newInvitationText(kind: LinkKind, workspaceId: string): { text: string; digest: string } {
  const workspace = Buffer.from(workspaceId.replaceAll('-', ''), 'hex');
  const text = MARK[kind] + Buffer.concat([workspace, randomBytes(SECRET_BYTES)]).toString('base64url');
  return { text, digest: digestOf(text) };
}

/** Null for what cannot be one of ours. */
export function readInvitationText(text: string): InvitationText | null {
  const kind = linkKinds.find((one) => text.startsWith(MARK[one]));
  if (!kind || !/^[\w-]+$/.test(text)) return null;
  const bytes = Buffer.from(text.slice(1), 'base64url');
  if (bytes.length !== 16 + SECRET_BYTES) return null;
  const hex = bytes.subarray(0, 16).toString('hex');
  const workspaceId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { kind, workspaceId, digest: digestOf(text) };
}
