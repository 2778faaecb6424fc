'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { askAccess } from '@/features/staff/ask-access';
import { endOwnAccess, openAccess } from '@/features/staff/own-accesses';
import { signReview } from '@/features/staff/review';
import {
  AccessRef,
  AskAccessInput,
  SetUpInput,
  SignReviewInput,
  StaffSignInInput,
} from '@/features/staff/schemas';
import { signOutStaff } from '@/features/staff/sessions';
import { finishSetup } from '@/features/staff/set-up';
import { signInStaff } from '@/features/staff/sign-in';
import { runtime } from '@/runtime';
import { runPublicAction } from '@/server/action';
import {
  clearStaffCookie,
  currentStaff,
  runStaffAction,
  setStaffCookie,
  staffAddress,
} from '@/server/staff-session';

export async function signInStaffAction(raw: unknown) {
  return runPublicAction(StaffSignInInput, raw, async (input) => {
    await setStaffCookie(await signInStaff(runtime(), input, await staffAddress()));
  });
}

export async function setUpStaffAction(raw: unknown) {
  return runPublicAction(SetUpInput, raw, async (input) => {
    await setStaffCookie(await finishSetup(runtime(), input, await staffAddress()));
  });
}

export async function askAccessAction(raw: unknown) {
  return runStaffAction(AskAccessInput, raw, askAccess);
}

export async function openAccessAction(raw: unknown) {
  const result = await runStaffAction(AccessRef, raw, openAccess);
  if (!result.ok) return result;
  revalidatePath('/', 'layout');
  redirect('/overview');
}

export async function endOwnAccessAction(raw: unknown) {
  const result = await runStaffAction(AccessRef, raw, endOwnAccess);
  revalidatePath('/', 'layout');
  return result;
}

/** The banner's button. Where the access is over already, there is nothing to end. */
export async function endVisitAction(): Promise<void> {
  const visit = (await currentStaff())?.staff.visit;
  if (visit) await runStaffAction(AccessRef, { accessId: visit.accessId }, endOwnAccess);
  revalidatePath('/', 'layout');
  redirect('/staff');
}

export async function signReviewAction(raw: unknown) {
  return runStaffAction(SignReviewInput, raw, signReview);
}

export async function signOutStaffAction(): Promise<void> {
  const ctx = await currentStaff();
  if (ctx) await signOutStaff(ctx);
  await clearStaffCookie();
  redirect('/staff/sign-in');
}
