import { randomUUID } from 'node:crypto';
import { ROLE_NAME } from '@/aws/permissions';
import { requirePermission, withTransaction, type Ctx } from '@/context';
import { takeLock } from '@/db/locks';
import { Conflict } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { readAccount } from './account-input';
import { issueExternalId } from './issue-external-id';
import { findCoveringConnection, findOpenConnectionOf } from './queries';
import type { StartConnectionInput } from './schemas';

const POLL_AFTER_MS = 2_000;
/** Each of them is asked for every few seconds. */
const WAITING_MAX = 10;

/** Issues an ExternalId for an account and begins to look for its role. The role's ARN is only stored once it is proven. */
export async function startConnection(ctx: Ctx, input: StartConnectionInput): Promise<{ id: string }> {
  requirePermission(ctx, 'connection:write');
  const { awsAccountId, role } = readAccount(ctx, input.account);
  const groups = [...new Set(['cost' as const, ...input.groups])];

  return withTransaction(ctx, async (tx) => {
    const existing = await findOpenConnectionOf(tx, ctx.workspaceId, awsAccountId);
    if (existing?.status === 'active' || existing?.status === 'attention') {
      throw new Conflict('This account is connected already. Open it under Connections.');
    }
    const covering = await findCoveringConnection(tx, ctx.workspaceId, awsAccountId);
    if (covering) {
      throw new Conflict(
        `The cost of this account is part of ${covering} already, and would be counted twice.`,
      );
    }
    await takeLock(tx, ctx.workspaceId, 'activate');
    const waiting = await tx.connection.count({
      where: { workspaceId: ctx.workspaceId, revokedAt: null, activeSince: null },
    });
    if (!existing && waiting >= WAITING_MAX) {
      throw new Conflict(
        `${WAITING_MAX} connections wait for their role already. Launch their stacks, or give some of them up.`,
      );
    }
    // Someone who begins again with the same account goes on where they were, with the ExternalId they were given.
    if (existing) {
      await tx.connection.update({
        where: { workspaceId_id: { workspaceId: ctx.workspaceId, id: existing.id } },
        data: {
          groups,
          roleName: role?.name ?? ROLE_NAME,
          status: 'pending',
          pollingSince: ctx.now(),
          nextActionAt: ctx.now(),
        },
      });
      return { id: existing.id };
    }
    const externalId = await issueExternalId(tx);
    const id = randomUUID();
    await tx.connection.create({
      data: {
        workspaceId: ctx.workspaceId,
        id,
        name: `AWS ${awsAccountId}`,
        status: 'pending',
        awsAccountId,
        roleName: role?.name ?? ROLE_NAME,
        externalId,
        groups,
        createdAt: ctx.now(),
        pollingSince: ctx.now(),
        nextActionAt: new Date(ctx.now().getTime() + POLL_AFTER_MS),
      },
    });
    recordAudit(tx, ctx, 'connection.issued', id, { detail: { groups } });
    return { id };
  });
}
