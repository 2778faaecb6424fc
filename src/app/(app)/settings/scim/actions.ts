'use server';

import { revalidatePath } from 'next/cache';
import {
  createScimToken,
  CreateScimTokenInput,
  endScimToken,
  ScimTokenRef,
} from '@/features/scim/scim-tokens';
import { runAction } from '@/server/action';

const PAGE = '/settings/scim';

export async function createScimTokenAction(raw: unknown) {
  const result = await runAction(CreateScimTokenInput, raw, createScimToken);
  revalidatePath(PAGE);
  return result;
}

export async function endScimTokenAction(raw: unknown) {
  const result = await runAction(ScimTokenRef, raw, endScimToken);
  revalidatePath(PAGE);
  return result;
}
