import { randomUUID } from 'node:crypto';
import type { Ctx } from '@/context';
import type { Prisma } from '@/db/generated/client';
import type { Tx } from '@/db/client';

export type AuditAction =
  | 'connection.issued'
  | 'connection.probed'
  | 'connection.refused'
  | 'connection.activated'
  | 'connection.failed'
  | 'connection.changed'
  | 'connection.revoked'
  | 'connection.erased'
  | 'sync.requested'
  | 'view.created'
  | 'view.updated'
  | 'view.deleted'
  | 'password.changed';

/**
 * One line of the audit trail, in the transaction of what it tells about. It outlives an erasure, so it names
 * things by our own ids and never holds an account number, ARN, ExternalId or name.
 */
export async function recordAudit(
  tx: Tx,
  ctx: Pick<Ctx, 'workspaceId' | 'actor' | 'now'>,
  action: AuditAction,
  subjectId: string,
  detail: Prisma.InputJsonObject = {},
): Promise<void> {
  await tx.auditEvent.create({
    data: {
      workspaceId: ctx.workspaceId,
      at: ctx.now(),
      id: randomUUID(),
      actorKind: ctx.actor.kind,
      actorId: ctx.actor.kind === 'user' ? ctx.actor.userId : null,
      action,
      subjectId,
      detail,
    },
  });
}
