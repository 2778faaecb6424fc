import { z } from 'zod';
import { requirePermission, requireStepUp, withTransaction, type Ctx } from '@/context';
import { NotFound, PreconditionFailed } from '@/errors';
import { lockMembers } from '@/features/members/last-owner';
import { expiry, name, ranges } from '@/features/tokens/schemas';
import { deleteToken, expiresAt, issueToken, type IssuedToken } from '@/features/tokens/token-store';
import { SCIM_ROLE, SCIM_SCOPES } from './access';

/** One in use, and its successor while the identity provider is told of it. */
export const SCIM_TOKENS_MAX = 2;

export const CreateScimTokenInput = z.strictObject({ name, expiry, ranges });
export type CreateScimTokenInput = z.infer<typeof CreateScimTokenInput>;

export const ScimTokenRef = z.strictObject({ tokenId: z.uuid() });
export type ScimTokenRef = z.infer<typeof ScimTokenRef>;

/** A token for the workspace's identity provider. Throws PreconditionFailed where there are two already, and Invalid for a day that is over. */
export async function createScimToken(ctx: Ctx, input: CreateScimTokenInput): Promise<IssuedToken> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  const expires = expiresAt(input.expiry, ctx.now());
  return withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const count = await tx.apiToken.count({ where: { workspaceId, kind: 'scim' } });
    if (count >= SCIM_TOKENS_MAX) {
      throw new PreconditionFailed('There are two tokens already. End the one that is no longer used first.');
    }
    return issueToken(tx, ctx, {
      ...{ kind: 'scim', name: input.name, ranges: input.ranges, expiresAt: expires },
      ...{ userId: null, role: SCIM_ROLE, scopes: SCIM_SCOPES },
    });
  });
}

/** Ends a token at once: the identity provider cannot change anything with it any more. People and groups stay. Throws NotFound. */
export async function endScimToken(ctx: Ctx, { tokenId }: ScimTokenRef): Promise<void> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  await withTransaction(ctx, async (tx) => {
    const token = await tx.apiToken.findFirst({
      where: { workspaceId: ctx.workspaceId, id: tokenId, kind: 'scim' },
    });
    if (!token) throw new NotFound('token');
    await deleteToken(tx, ctx, token);
  });
}
