'use server';

import { revalidatePath } from 'next/cache';
import { chooseTag } from '@/features/tags/choose-tag';
import { listTagValues, TagValuesInput } from '@/features/tags/list-tag-values';
import { previewTagRule } from '@/features/tags/preview-rule';
import { deleteTagRule, saveTagRule } from '@/features/tags/save-rule';
import { ChooseTagInput, SaveTagRuleInput, TagRuleRef, TagRuleShape } from '@/features/tags/schemas';
import { runAction } from '@/server/action';

const PAGE = '/settings/tags';

export async function saveTagRuleAction(raw: unknown) {
  const result = await runAction(SaveTagRuleInput, raw, saveTagRule);
  revalidatePath(PAGE);
  return result;
}

export async function deleteTagRuleAction(raw: unknown) {
  const result = await runAction(TagRuleRef, raw, deleteTagRule);
  revalidatePath(PAGE);
  return result;
}

export async function chooseTagAction(raw: unknown) {
  const result = await runAction(ChooseTagInput, raw, chooseTag);
  revalidatePath(PAGE);
  return result;
}

export async function previewTagRuleAction(raw: unknown) {
  return runAction(TagRuleShape, raw, previewTagRule);
}

export async function listTagValuesAction(raw: unknown) {
  return runAction(TagValuesInput, raw, listTagValues);
}
