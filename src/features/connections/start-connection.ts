import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { ROLE_NAME } from '@/aws/permissions';
import { requirePermission, withTransaction, type Ctx } from '@/context';
import { takeLock } from '@/db/locks';
import { parseRoleArn } from '@/domain/role-arn';
import { Conflict, Invalid } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { findCoveringConnection, findOpenConnectionOf } from './queries';
import type { StartConnectionInput } from './schemas';

const POLL_AFTER_MS = 2_000;
/** Each of them is asked for every few seconds. */
const WAITING_MAX = 10;

/** 192 bits from the system's generator; one a connection, never from a person or derived from anything. */
function newExternalId(): string {
  return `bv-${randomBytes(24).toString('base64url')}`;
}

export function externalIdDigest(externalId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(externalId).digest());
}

/** Issues an ExternalId for an account and begins to look for its role. The role's ARN is only stored once it is proven. */
export async function startConnection(ctx: Ctx, input: StartConnectionInput): Promise<{ id: string }> {
  requirePermission(ctx, 'connection:write');
  const role = parseRoleArn(input.account);
  const awsAccountId = role?.accountId ?? input.account;
  const collector = parseRoleArn(ctx.config.collectorRoleArn);
  if (awsAccountId === collector?.accountId) {
    throw new Invalid("This is the operator's own account, which cannot be connected.", {
      account: "This is the operator's own account, which cannot be connected.",
    });
  }
  if (role && role.partition !== collector?.partition) {
    const message = 'This role is in another AWS partition, which Belvedere cannot reach from here.';
    throw new Invalid(message, { account: message });
  }
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
    const externalId = newExternalId();
    await tx.externalIdIssued.create({ data: { digest: externalIdDigest(externalId) } });
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
