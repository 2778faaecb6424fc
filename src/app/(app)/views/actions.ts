'use server';

import { revalidatePath } from 'next/cache';
import { CreateViewInput, ShareViewInput, UpdateViewInput, ViewRef } from '@/features/views/schemas';
import { shareView } from '@/features/views/share-view';
import { createView, deleteView, updateView } from '@/features/views/views';
import { runAction } from '@/server/action';

export async function createViewAction(raw: unknown) {
  const result = await runAction(CreateViewInput, raw, createView);
  revalidatePath('/', 'layout');
  return result;
}

export async function updateViewAction(raw: unknown) {
  const result = await runAction(UpdateViewInput, raw, updateView);
  revalidatePath('/', 'layout');
  return result;
}

export async function deleteViewAction(raw: unknown) {
  const result = await runAction(ViewRef, raw, deleteView);
  revalidatePath('/', 'layout');
  return result;
}

export async function shareViewAction(raw: unknown) {
  const result = await runAction(ShareViewInput, raw, shareView);
  revalidatePath('/', 'layout');
  return result;
}
