'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { changeRole } from '@/features/members/change-role';
import { invite, resendInvitation, withdrawInvitation } from '@/features/members/invite';
import { limitMember } from '@/features/members/limit-member';
import { leaveWorkspace, removeMember } from '@/features/members/remove-member';
import {
  ChangeRoleInput,
  InvitationRef,
  InviteInput,
  LimitMemberInput,
  MemberRef,
  TransferInput,
} from '@/features/members/schemas';
import { transferOwnership } from '@/features/members/transfer-ownership';
import { runAction } from '@/server/action';

const PAGE = '/settings/people';

export async function inviteAction(raw: unknown) {
  const result = await runAction(InviteInput, raw, invite);
  revalidatePath(PAGE);
  return result;
}

export async function resendInvitationAction(raw: unknown) {
  const result = await runAction(InvitationRef, raw, resendInvitation);
  revalidatePath(PAGE);
  return result;
}

export async function withdrawInvitationAction(raw: unknown) {
  const result = await runAction(InvitationRef, raw, withdrawInvitation);
  revalidatePath(PAGE);
  return result;
}

export async function changeRoleAction(raw: unknown) {
  const result = await runAction(ChangeRoleInput, raw, changeRole);
  revalidatePath(PAGE);
  return result;
}

export async function limitMemberAction(raw: unknown) {
  const result = await runAction(LimitMemberInput, raw, limitMember);
  revalidatePath(PAGE);
  return result;
}

export async function removeMemberAction(raw: unknown) {
  const result = await runAction(MemberRef, raw, removeMember);
  revalidatePath(PAGE);
  return result;
}

export async function transferOwnershipAction(raw: unknown) {
  const result = await runAction(TransferInput, raw, transferOwnership);
  revalidatePath('/', 'layout');
  return result;
}

export async function leaveWorkspaceAction() {
  return runAction(z.null(), null, leaveWorkspace);
}
