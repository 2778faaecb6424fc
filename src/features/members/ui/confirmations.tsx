import type { Confirmation } from '@/ui/confirm-dialog';
import { roleName } from '@/ui/role-name';
import type { MemberLine } from './types';
import { seesAllAlways } from './words';

type Words = Omit<Confirmation, 'onConfirm'>;

/** What to say before a role changes; null where the change speaks for itself. */
export function roleConfirmation(member: MemberLine, role: string): Words | null {
  const isLifted = seesAllAlways(role) && Boolean(member.managed?.accounts);
  const who = member.isYou ? 'yourself' : member.name;
  const sentences = [
    ...(role === 'owner'
      ? ['An owner can do everything, also remove you, set up single sign-on and delete the workspace.']
      : []),
    ...(isLifted
      ? [
          `The limit to some accounts ends: ${roleName(role)}s see all accounts, also those that are connected later.`,
        ]
      : []),
    ...(member.isYou ? ['You may do less from your next click on, and cannot take this back yourself.'] : []),
  ];
  if (sentences.length === 0) return null;
  return {
    title: `Make ${who} ${/^[aeio]/.test(role) ? 'an' : 'a'} ${role}?`,
    confirm: `Make ${roleName(role).toLowerCase()}`,
    children: sentences.map((sentence) => <p key={sentence}>{sentence}</p>),
  };
}

export const removal = (member: MemberLine): Words => ({
  title: `Remove ${member.name}?`,
  confirm: 'Remove',
  isDanger: true,
  children: (
    <>
      <p>
        Goes, at once: their access to this workspace, their API tokens in it, and what views and accounts
        were opened to them.
      </p>
      <p>Stays: the views they saved for everybody, what they did in the audit trail, and their own login.</p>
    </>
  ),
});

export const departure = (workspace: string): Words => ({
  title: `Leave ${workspace}?`,
  confirm: 'Leave',
  isDanger: true,
  children: (
    <>
      <p>Goes, at once: your access to it and your API tokens in it. Only an invitation brings you back.</p>
      <p>Stays: your login, your other workspaces, and the views you saved for everybody.</p>
    </>
  ),
});
