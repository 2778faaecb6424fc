'use server';

import { revalidatePath } from 'next/cache';
import { createToken } from '@/features/tokens/create-token';
import { endToken } from '@/features/tokens/end-token';
import { CreateTokenInput, TokenRef } from '@/features/tokens/schemas';
import { runAction } from '@/server/action';

const PAGE = '/settings/tokens';

export async function createTokenAction(raw: unknown) {
  const result = await runAction(CreateTokenInput, raw, createToken);
  revalidatePath(PAGE);
  return result;
}

export async function endTokenAction(raw: unknown) {
  const result = await runAction(TokenRef, raw, endToken);
  revalidatePath(PAGE);
  return result;
}
