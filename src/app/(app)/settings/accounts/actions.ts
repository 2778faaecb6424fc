'use server';

import { revalidatePath } from 'next/cache';
import { labelAccount } from '@/features/accounts/label-account';
import { LabelAccountInput } from '@/features/accounts/schemas';
import { runAction } from '@/server/action';

export async function labelAccountAction(raw: unknown) {
  const result = await runAction(LabelAccountInput, raw, labelAccount);
  revalidatePath('/settings/accounts');
  return result;
}
