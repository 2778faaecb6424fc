import { requireUser, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { isAllowed, isRole } from '@/domain/permissions';
import { Forbidden, NotFound } from '@/errors';
import { lockMembers, roleRank } from './last-owner';

export interface Acting {
  readonly userId: string;
  readonly role: string;
}

/** Only owners deal with owners: make them, change them, remove them. */
export const mayDealWith = (actingRole: string, role: string): boolean =>
  isAllowed(actingRole, 'member:write') && isRole(role) && roleRank(actingRole) >= roleRank(role);

export function requireAuthorityOver(acting: Acting, role: string): void {
  if (!mayDealWith(acting.role, role)) throw new Forbidden('Only an owner can do this to or with an owner.');
}

/** Owners and admins decide about all accounts, so they see all of them. */
export const canBeLimited = (role: string): boolean => !isAllowed(role, 'member:write');

/** Holds the workspace's members, and says what the acting person may now, whatever the request began with. */
export async function holdMembers(tx: Tx, ctx: Ctx): Promise<Acting> {
  const { userId } = requireUser(ctx);
  await lockMembers(tx, ctx.workspaceId);
  const own = await tx.membership.findFirst({
    where: { workspaceId: ctx.workspaceId, userId, deactivatedAt: null, allAccounts: true },
    select: { role: true },
  });
  if (!own || !isAllowed(own.role, 'member:write')) throw new Forbidden();
  return { userId, role: own.role };
}

export interface MemberFacts {
  readonly userId: string;
  readonly role: string;
  readonly allAccounts: boolean;
  readonly isDeactivated: boolean;
  /** The refs of the linked accounts that the person may see; null: all. */
  readonly accounts: readonly string[] | null;
}

/** Throws NotFound. */
export async function getMember(tx: Tx, workspaceId: string, userId: string): Promise<MemberFacts> {
  const found = await tx.membership.findFirst({
    where: { workspaceId, userId },
    select: { role: true, allAccounts: true, deactivatedAt: true, accountGrants: { select: { ref: true } } },
  });
  if (!found) throw new NotFound('member');
  return {
    userId,
    role: found.role,
    allAccounts: found.allAccounts,
    isDeactivated: found.deactivatedAt !== null,
    accounts: found.allAccounts ? null : found.accountGrants.map((grant) => grant.ref).toSorted(),
  };
}

/** For the audit trail: by our own refs, never by an account's number. */
export const accountsInWords = (accounts: readonly string[] | null) => accounts ?? 'all';
