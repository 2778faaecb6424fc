import { requirePermission, withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { NotFound } from '@/errors';
import { mayDealWith } from './authority';

export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  /** How many linked accounts the person will see; null: all. */
  readonly accounts: number | null;
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** void: whoever invited could not invite any more; sending it again makes it good. */
  readonly state: 'open' | 'expired' | 'void';
}

export const invitationColumns = {
  id: true,
  email: true,
  role: true,
  allAccounts: true,
  accountRefs: true,
  invitedBy: true,
  createdAt: true,
  expiresAt: true,
} as const;

export interface InvitationRow {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly allAccounts: boolean;
  readonly accountRefs: string[];
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** An invitation is worth what its inviter may do now: it ends with their membership, and with their rank. */
export async function isBackedByInviter(tx: Tx, workspaceId: string, row: InvitationRow): Promise<boolean> {
  const inviter = await tx.membership.findFirst({
    where: { workspaceId, userId: row.invitedBy, deactivatedAt: null, allAccounts: true },
    select: { role: true },
  });
  return inviter !== null && mayDealWith(inviter.role, row.role);
}

/** Throws NotFound. */
export async function getInvitation(tx: Tx, workspaceId: string, id: string): Promise<InvitationRow> {
  const found = await tx.invitation.findFirst({ where: { workspaceId, id }, select: invitationColumns });
  if (!found) throw new NotFound('invitation');
  return found;
}

/** All that were not accepted or withdrawn, expired ones too, the newest first. */
export async function listInvitations(ctx: Ctx): Promise<Invitation[]> {
  requirePermission(ctx, 'member:write');
  const { workspaceId } = ctx;
  return withTransaction(ctx, async (tx) => {
    const rows = await tx.invitation.findMany({
      where: { workspaceId },
      select: invitationColumns,
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
    });
    const inviters = await tx.membership.findMany({
      where: {
        workspaceId,
        userId: { in: rows.map((row) => row.invitedBy) },
        deactivatedAt: null,
        allAccounts: true,
      },
      select: { userId: true, role: true },
    });
    const names = await tx.appUser.findMany({
      where: { id: { in: inviters.map((inviter) => inviter.userId) } },
      select: { id: true, name: true },
    });
    return rows.map((row) => {
      const inviter = inviters.find((one) => one.userId === row.invitedBy);
      const isBacked = inviter !== undefined && mayDealWith(inviter.role, row.role);
      return {
        id: row.id,
        email: row.email,
        role: row.role,
        accounts: row.allAccounts ? null : row.accountRefs.length,
        invitedBy: names.find((one) => one.id === row.invitedBy)?.name ?? 'Somebody who left',
        createdAt: row.createdAt,
        expiresAt: row.expiresAt,
        state: row.expiresAt <= ctx.now() ? 'expired' : isBacked ? 'open' : 'void',
      };
    });
  });
}
