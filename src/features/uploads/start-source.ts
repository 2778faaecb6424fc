import { randomUUID } from 'node:crypto';
import { requirePermission, withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { Conflict } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import type { ConnectionStatus } from '@/features/connections/schemas';
import type { StartSourceInput } from './schemas';

const SOURCES_MAX = 50;

/** In the caller's transaction. Throws Conflict for one too many, and for a name that another has. */
export async function createSource(
  tx: Tx,
  ctx: Ctx,
  { name, externalId, status }: { name: string; externalId: string; status: ConnectionStatus },
): Promise<string> {
  const open = { workspaceId: ctx.workspaceId, kind: 'upload', revokedAt: null };
  if ((await tx.connection.count({ where: open })) >= SOURCES_MAX) {
    throw new Conflict(`There are ${SOURCES_MAX} sources of files. Use one of them, or revoke one.`);
  }
  if ((await tx.connection.count({ where: { ...open, name } })) > 0) {
    throw new Conflict(`There is a source called ${name}. Choose another name, or open that one.`);
  }
  const id = randomUUID();
  const now = ctx.now();
  await tx.connection.create({
    data: {
      ...{ workspaceId: ctx.workspaceId, id, name, kind: 'upload', status },
      ...{ awsAccountId: '', roleName: '', externalId, groups: [] },
      ...{ createdAt: now, pollingSince: now, activeSince: now },
    },
  });
  recordAudit(tx, ctx, 'upload.started', id);
  return id;
}

/** Makes a source of files: a connection with no account and no role, which is listed, named and revoked like any other. */
export async function startSource(ctx: Ctx, input: StartSourceInput): Promise<{ id: string }> {
  requirePermission(ctx, 'upload:write');
  return withTransaction(ctx, async (tx) => ({
    id: await createSource(tx, ctx, { name: input.name, externalId: '', status: 'active' }),
  }));
}
