import type { Metadata } from 'next';
import { may } from '@/context';
import { listGrantableAccounts } from '@/features/members/grantable-accounts';
import { listInvitations } from '@/features/members/invitations';
import { listMembers, MEMBERS_PER_PAGE } from '@/features/members/list-members';
import { MemberSearch as Search } from '@/features/members/schemas';
import { MemberPages, MemberSearch } from '@/features/members/ui/member-search';
import { People } from '@/features/members/ui/people';
import { pageContext } from '@/server/session';
import {
  changeRoleAction,
  inviteAction,
  leaveWorkspaceAction,
  limitMemberAction,
  removeMemberAction,
  resendInvitationAction,
  transferOwnershipAction,
  withdrawInvitationAction,
} from './actions';
import { accountChoices, invitationLines, memberLines } from './lines';

export const metadata: Metadata = { title: 'People' };

interface Props {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function PeoplePage({ searchParams }: Props) {
  const { ctx, session } = await pageContext('member:read');
  const { search, page } = await searchParams;
  const asked = Search.safeParse({ search, page });
  const wanted = asked.success ? asked.data : Search.parse({});
  const canManage = may(ctx.actor, 'member:write');
  const [found, invitations, accounts] = await Promise.all([
    listMembers(ctx, wanted),
    canManage ? listInvitations(ctx) : [],
    canManage ? listGrantableAccounts(ctx) : [],
  ]);
  return (
    <People
      workspace={session?.workspace?.name ?? 'the workspace'}
      members={memberLines(ctx, found.members, accounts)}
      total={found.total}
      invitations={invitationLines(ctx, invitations)}
      accounts={accountChoices(accounts)}
      canManage={canManage}
      isOwner={ctx.actor.kind === 'user' && ctx.actor.role === 'owner'}
      search={<MemberSearch search={wanted.search} />}
      pages={
        <MemberPages
          search={wanted.search}
          page={found.page}
          pages={Math.ceil(found.total / MEMBERS_PER_PAGE)}
        />
      }
      actions={{
        invite: inviteAction,
        resend: resendInvitationAction,
        withdraw: withdrawInvitationAction,
        changeRole: changeRoleAction,
        limit: limitMemberAction,
        remove: removeMemberAction,
        transfer: transferOwnershipAction,
        leave: leaveWorkspaceAction,
      }}
    />
  );
}
