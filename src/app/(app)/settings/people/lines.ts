import type { Ctx } from '@/context';
import { mayDealWith } from '@/features/members/authority';
import type { GrantableAccount } from '@/features/members/grantable-accounts';
import type { Invitation } from '@/features/members/invitations';
import type { Member } from '@/features/members/list-members';
import type { AccountChoice, InvitationLine, MemberLine } from '@/features/members/ui/types';
import { originInWords } from '@/features/members/ui/words';
import { formatAccountId, formatDateTime, formatDay } from '@/ui/format';

const dayOf = (at: Date) => formatDay(at.toISOString().slice(0, 10), { year: true });
const timeOf = (at: Date) => formatDateTime(at.toISOString());

function canDealWith(ctx: Ctx, role: string): boolean {
  const { actor } = ctx;
  return actor.kind === 'user' && !actor.accounts && mayDealWith(actor.role, role);
}

/** An account that two connections bring has two refs: each stands for the account. */
const firstRefs = (refs: readonly string[], accounts: readonly GrantableAccount[]): string[] =>
  accounts.filter((account) => account.refs.some((ref) => refs.includes(ref))).map((account) => account.ref);

export function memberLines(
  ctx: Ctx,
  members: readonly Member[],
  accounts: readonly GrantableAccount[],
): MemberLine[] {
  return members.map((member) => ({
    userId: member.userId,
    name: member.name,
    email: member.email,
    role: member.role,
    isYou: ctx.actor.kind === 'user' && ctx.actor.userId === member.userId,
    how: originInWords(member.origin),
    joined: dayOf(member.joinedAt),
    deactivated: member.deactivatedAt && dayOf(member.deactivatedAt),
    canManage: canDealWith(ctx, member.role),
    managed: member.managed && {
      lastSeen: member.managed.lastSeenAt && timeOf(member.managed.lastSeenAt),
      hasSecondFactor: member.managed.hasSecondFactor,
      isVerified: member.managed.isVerified,
      accounts: member.managed.accountRefs && firstRefs(member.managed.accountRefs, accounts),
    },
  }));
}

export const invitationLines = (ctx: Ctx, invitations: readonly Invitation[]): InvitationLine[] =>
  invitations.map((one) => ({
    id: one.id,
    email: one.email,
    role: one.role,
    accounts: one.accounts,
    invitedBy: one.invitedBy,
    expires: timeOf(one.expiresAt),
    state: one.state,
    canManage: canDealWith(ctx, one.role),
  }));

export const accountChoices = (accounts: readonly GrantableAccount[]): AccountChoice[] =>
  accounts.map(({ ref, name, awsAccountId }) => {
    const number = formatAccountId(awsAccountId);
    return { ref, name: name ?? number, number };
  });
