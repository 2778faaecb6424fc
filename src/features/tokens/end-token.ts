import { may, requirePermission, requireStepUp, requireUser, withTransaction, type Ctx } from '@/context';
import { NotFound } from '@/errors';
import type { TokenRef } from './schemas';
import { deleteToken } from './token-store';

/** Ends one's own token, or with 'token:write' anybody's, at once. Throws NotFound for a token that is not theirs to end. */
export async function endToken(ctx: Ctx, { tokenId }: TokenRef): Promise<void> {
  requirePermission(ctx, 'token:own');
  requireStepUp(ctx);
  const { userId } = requireUser(ctx);
  const own = may(ctx.actor, 'token:write') ? {} : { userId };
  await withTransaction(ctx, async (tx) => {
    const token = await tx.apiToken.findFirst({
      where: {
        workspaceId: ctx.workspaceId,
        id: tokenId,
        kind: { in: ['personal', 'service'] },
        ...own,
      },
    });
    if (!token) throw new NotFound('token');
    await deleteToken(tx, ctx, token);
  });
}
