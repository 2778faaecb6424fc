import { randomUUID } from 'node:crypto';
import type { Ctx } from '@/context';
import { beforeCommit, type Sql, type Tx } from '@/db/client';

export type AuditAction =
  | `connection.${'issued' | 'probed' | 'refused' | 'activated' | 'failed' | 'changed' | 'revoked' | 'erased' | 'resource-costs-asked' | 'resource-costs-left' | 'cost-tags-asked' | 'cost-tags-left'}`
  | `sync.${'requested' | 'loaded' | 'failed'}`
  | `view.${'created' | 'updated' | 'deleted' | 'shared' | 'opened'}`
  | `tag.${'rule-made' | 'rule-changed' | 'rule-deleted' | 'key-chosen'}`
  | 'account.labelled'
  | `upload.${'started' | 'received' | 'confirmed' | 'loaded' | 'refused' | 'removed' | 'left-out' | 'looked'}`
  | `export.${'downloaded' | 'audit' | 'chosen' | 'left'}`
  | `session.${'opened' | 'refused' | 'ended' | 'ended-others' | 'stepped-up' | 'break-glass' | 'switched'}`
  | `password.${'changed' | 'reset' | 'reset-requested'}`
  | `email.${'verified' | 'change-requested' | 'changed'}`
  | `factor.${'totp-added' | 'totp-removed' | 'passkey-added' | 'passkey-removed' | 'codes-made' | 'code-used' | 'refused'}`
  | `member.${'invited' | 'invitation-withdrawn' | 'joined' | 'role-changed' | 'limited' | 'removed' | 'left' | 'ownership-transferred'}`
  | `workspace.${'created' | 'settings-changed'}`
  | `sso.${'created' | 'changed' | 'tested' | 'activated' | 'deactivated' | 'deleted' | 'refused' | 'key-rotated' | 'domain-added' | 'domain-verified' | 'domain-removed' | 'logged-out' | 'certificate-expiring'}`
  | `scim.${'user-created' | 'user-changed' | 'user-deactivated' | 'user-deleted' | 'group-created' | 'group-changed' | 'group-deleted'}`
  | `token.${'created' | 'ended' | 'refused'}`
  | `staff.${'asked' | 'notified' | 'approved' | 'denied' | 'entered' | 'viewed' | 'ended' | 'expired'}`
  | `audit.${'verified' | 'pruned'}`;

/** Who did it, where that is not the actor of a context: somebody at the door, or a member of staff. */
export interface AuditActor {
  readonly kind: 'user' | 'token' | 'staff' | 'system' | 'stranger';
  readonly id: string | null;
}

export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

export interface AuditFacts {
  readonly detail?: JsonObject;
  /** What the subject was, for a change. */
  readonly before?: JsonObject;
  readonly after?: JsonObject;
  readonly actor?: AuditActor;
}

export type AuditCtx = Pick<Ctx, 'workspaceId' | 'now' | 'address'> & { readonly actor?: Ctx['actor'] };

function actorOf(ctx: AuditCtx): AuditActor {
  const { actor } = ctx;
  switch (actor?.kind) {
    case 'user':
      return { kind: 'user', id: actor.userId };
    case 'token':
      return { kind: 'token', id: actor.tokenId };
    case 'staff':
      return { kind: 'staff', id: actor.staffId };
    case 'system':
      return { kind: 'system', id: null };
    case undefined:
      return { kind: 'stranger', id: null };
  }
}

const UNSTORABLE = /\\(u0000|ud[89a-f][0-9a-f]{2}|.)/g;

/** JSON that PostgreSQL takes: it stores neither NUL nor half a surrogate pair, and no verb should fail over a stranger's text. */
function toJson(value: JsonObject | undefined): string | null {
  if (value === undefined) return null;
  return JSON.stringify(value).replace(UNSTORABLE, (escape, kind: string) =>
    kind.length > 1 ? '\\ufffd' : escape,
  );
}

const toText = (value: string | null | undefined) => value?.replaceAll('\0', '\ufffd') ?? null;

const APPEND =
  'select append_audit($1, $2::uuid, $3, $4::uuid, $5, $6, $7, $8::jsonb, $9::jsonb, $10::jsonb)::text';

function linkOf(ctx: AuditCtx, action: AuditAction, subjectId: string | null, facts: AuditFacts) {
  const actor = facts.actor ?? actorOf(ctx);
  return [
    ...[ctx.now(), randomUUID(), actor.kind, actor.id, action, toText(subjectId), toText(ctx.address)],
    ...[toJson(facts.detail ?? {}), toJson(facts.before), toJson(facts.after)],
  ];
}

/**
 * One link of the workspace's audit trail, in the transaction of what it tells about. It is written last in it, since whoever
 * records next waits for it; so no two transactions can wait for each other over it. It outlives an erasure, so it names things
 * by our own ids and never holds an account number, ARN or ExternalId.
 */
export function recordAudit(
  tx: Tx,
  ctx: AuditCtx,
  action: AuditAction,
  subjectId: string | null,
  facts: AuditFacts = {},
): void {
  const link = linkOf(ctx, action, subjectId, facts);
  beforeCommit(tx, async () => {
    await tx.$executeRawUnsafe(APPEND, ...link);
  });
}

/** The same in a transaction of `withSql`. Call it last: until the commit, every other record of the workspace waits. */
export async function recordAuditLast(
  sql: Sql,
  ctx: AuditCtx,
  action: AuditAction,
  subjectId: string | null,
  facts: AuditFacts = {},
): Promise<void> {
  await sql.query(APPEND, linkOf(ctx, action, subjectId, facts));
}
