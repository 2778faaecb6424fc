import { randomUUID } from 'node:crypto';
import { requireUser, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { Forbidden, Invalid, NotFound } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { roleRank } from '@/features/members/last-owner';
import { hintOf, newTokenText, tokenDigest, type TokenKind } from './token-text';

export interface NewToken {
  readonly kind: TokenKind;
  readonly name: string;
  /** Null: it belongs to the workspace and not to a person. */
  readonly userId: string | null;
  readonly role: string;
  readonly scopes: readonly string[];
  readonly ranges: readonly string[];
  readonly expiresAt: Date | null;
}

/** `text` is in this answer and stored nowhere. */
export interface IssuedToken {
  readonly id: string;
  readonly text: string;
}

const DAY_MS = 86_400_000;

/**
 * When a token expires that is made now: in so many days, after the end of a day in UTC, or never. Throws Invalid for a day
 * that is over.
 */
export function expiresAt(expiry: string, now: Date): Date | null {
  if (expiry === 'never') return null;
  if (/^\d+$/.test(expiry)) return new Date(now.getTime() + Number(expiry) * DAY_MS);
  const end = new Date(Date.parse(expiry) + DAY_MS);
  if (end > now) return end;
  const message = 'That day is over. Give a later one.';
  throw new Invalid(message, { expiry: message });
}

interface TokenFacts {
  readonly kind: string;
  readonly name: string;
  readonly userId: string | null;
  readonly role: string;
  readonly scopes: readonly string[];
  readonly addressRanges: readonly string[];
  readonly expiresAt: Date | null;
}

const auditFacts = (token: TokenFacts) => ({
  kind: token.kind,
  name: token.name,
  userId: token.userId,
  role: token.role,
  scopes: token.scopes,
  ranges: token.addressRanges,
  expiresAt: token.expiresAt?.toISOString() ?? null,
});

/** A token outlives the request that makes it, so what counts is what the person is now, and not when the request began. */
async function requireStillMay(tx: Tx, ctx: Ctx, kind: TokenKind): Promise<string> {
  const { userId, role } = requireUser(ctx);
  const own = await tx.membership.findFirst({
    where: { workspaceId: ctx.workspaceId, userId, deactivatedAt: null },
    select: { role: true, allAccounts: true },
  });
  if (!own || roleRank(own.role) < roleRank(role) || (kind !== 'personal' && !own.allAccounts)) {
    throw new Forbidden();
  }
  return userId;
}

/** Call it while `lockMembers` is held. Throws Forbidden for somebody who has become less meanwhile. */
export async function issueToken(tx: Tx, ctx: Ctx, given: NewToken): Promise<IssuedToken> {
  const { workspaceId } = ctx;
  const createdBy = await requireStillMay(tx, ctx, given.kind);
  const text = newTokenText(given.kind, workspaceId);
  const id = randomUUID();
  const facts = {
    ...{ kind: given.kind, name: given.name, userId: given.userId, role: given.role },
    ...{ scopes: [...given.scopes], addressRanges: [...given.ranges], expiresAt: given.expiresAt },
  };
  await tx.apiToken.create({
    data: {
      ...{ workspaceId, id, ...facts, hint: hintOf(given.kind, text), digest: tokenDigest(text) },
      ...{ createdBy, createdAt: ctx.now() },
    },
  });
  recordAudit(tx, ctx, 'token.created', id, { after: auditFacts(facts) });
  return { id, text };
}

/** Throws NotFound where somebody else has just ended it. */
export async function deleteToken(
  tx: Tx,
  ctx: Ctx,
  token: TokenFacts & { readonly id: string },
): Promise<void> {
  const { count } = await tx.apiToken.deleteMany({ where: { workspaceId: ctx.workspaceId, id: token.id } });
  if (count === 0) throw new NotFound('token');
  recordAudit(tx, ctx, 'token.ended', token.id, { before: auditFacts(token) });
}
