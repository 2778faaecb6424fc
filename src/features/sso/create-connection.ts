import { randomUUID } from 'node:crypto';
import { requirePermission, requireStepUp, withTransaction, type Ctx } from '@/context';
import { PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { lockMembers } from '@/features/members/last-owner';
import { addFirstKey, firstKey } from './keys';
import type { CreateConnectionInput } from './schemas';

const CONNECTIONS_MAX = 10;

/** A draft, which nobody can sign in by. Throws PreconditionFailed beyond ten of them. */
export async function createConnection(ctx: Ctx, { name }: CreateConnectionInput): Promise<{ id: string }> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  const id = randomUUID();
  const key = await firstKey(ctx);
  await withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    if ((await tx.ssoConnection.count({ where: { workspaceId } })) >= CONNECTIONS_MAX) {
      throw new PreconditionFailed(
        `A workspace has at most ${CONNECTIONS_MAX} connections. Delete one first.`,
      );
    }
    if (key) await addFirstKey(tx, ctx, key);
    const now = ctx.now();
    await tx.ssoConnection.create({ data: { workspaceId, id, name, createdAt: now, updatedAt: now } });
    recordAudit(tx, ctx, 'sso.created', id, { after: { name } });
  });
  return { id };
}
