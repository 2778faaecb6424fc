import { may, requirePermission, requireStepUp, requireUser, withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { isAllowed, type Permission } from '@/domain/permissions';
import { Forbidden, Invalid, PreconditionFailed } from '@/errors';
import { lockMembers, roleRank } from '@/features/members/last-owner';
import type { CreateTokenInput } from './schemas';
import { expiresAt, issueToken, type IssuedToken, type NewToken } from './token-store';

export const TOKENS_PER_PERSON = 50;
export const TOKENS_PER_WORKSPACE = 200;

function requireScopes(given: readonly Permission[], isGranted: (scope: Permission) => boolean): void {
  if (given.every(isGranted)) return;
  const message = 'A token may do no more than the role that it has. Take those scopes away.';
  throw new Invalid(message, { scopes: message });
}

function ownerOf(ctx: Ctx, input: CreateTokenInput): Pick<NewToken, 'userId' | 'role'> {
  const { userId, role } = requireUser(ctx);
  if (input.kind === 'personal') {
    requireScopes(input.scopes, (scope) => may(ctx.actor, scope));
    return { userId, role };
  }
  if (roleRank(input.role) > roleRank(role)) throw new Forbidden('A token’s role is at most your own.');
  requireScopes(input.scopes, (scope) => isAllowed(input.role, scope));
  return { userId: null, role: input.role };
}

async function requireRoom(tx: Tx, workspaceId: string, userId: string | null): Promise<void> {
  const all = await tx.apiToken.count({ where: { workspaceId } });
  if (all >= TOKENS_PER_WORKSPACE) {
    throw new PreconditionFailed(`A workspace has at most ${TOKENS_PER_WORKSPACE} tokens. End one first.`);
  }
  if (userId === null) return;
  const own = await tx.apiToken.count({ where: { workspaceId, userId } });
  if (own >= TOKENS_PER_PERSON) {
    throw new PreconditionFailed(`You can have at most ${TOKENS_PER_PERSON} tokens. End one first.`);
  }
}

/**
 * Makes an API token: a personal one, which may at most what its person may at the time it is used, or one of a service, with
 * a role of its own. Throws Forbidden for a role above one's own, Invalid for scopes beyond the role and a day that is over,
 * and PreconditionFailed beyond 50 tokens a person and 200 a workspace.
 */
export async function createToken(ctx: Ctx, input: CreateTokenInput): Promise<IssuedToken> {
  requirePermission(ctx, input.kind === 'personal' ? 'token:own' : 'token:write');
  requireStepUp(ctx);
  const owner = ownerOf(ctx, input);
  const expires = expiresAt(input.expiry, ctx.now());
  return withTransaction(ctx, async (tx) => {
    // Two at once would both count before either is there, and nobody's role changes meanwhile.
    await lockMembers(tx, ctx.workspaceId);
    await requireRoom(tx, ctx.workspaceId, owner.userId);
    const { kind, name, scopes, ranges } = input;
    return issueToken(tx, ctx, { kind, name, scopes, ranges, ...owner, expiresAt: expires });
  });
}
