'use server';

import { revalidatePath } from 'next/cache';
import { approveAccess, changeStaffSetting, denyAccess, endAccess } from '@/features/staff/decide-access';
import { AccessRef, StaffSettingInput } from '@/features/staff/schemas';
import { runAction } from '@/server/action';

const refresh = () => revalidatePath('/settings/staff');

export async function approveStaffAccessAction(raw: unknown) {
  const result = await runAction(AccessRef, raw, approveAccess);
  refresh();
  return result;
}

export async function denyStaffAccessAction(raw: unknown) {
  const result = await runAction(AccessRef, raw, denyAccess);
  refresh();
  return result;
}

export async function endStaffAccessAction(raw: unknown) {
  const result = await runAction(AccessRef, raw, endAccess);
  refresh();
  return result;
}

export async function changeStaffSettingAction(raw: unknown) {
  const result = await runAction(StaffSettingInput, raw, changeStaffSetting);
  refresh();
  return result;
}
