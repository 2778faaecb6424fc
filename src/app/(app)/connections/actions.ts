'use server';

import { revalidatePath } from 'next/cache';
import { checkBucket } from '@/features/buckets/check-bucket';
import { requestLook } from '@/features/buckets/request-look';
import { CheckBucketInput, StartBucketSourceInput } from '@/features/buckets/schemas';
import { startBucketSource } from '@/features/buckets/start-bucket-source';
import {
  ConnectionRef,
  RevokeConnectionInput,
  StartConnectionInput,
  UpdateConnectionInput,
} from '@/features/connections/schemas';
import { startConnection } from '@/features/connections/start-connection';
import { checkConnection, updateConnection } from '@/features/connections/update-connection';
import { checkRoleGone, CheckRoleGoneInput } from '@/features/erasure/check-role-gone';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { chooseExport, ChooseExportInput, leaveExport } from '@/features/exports/choose-export';
import { askCostTags, AskCostTagsInput, leaveCostTags } from '@/features/cost-tags/ask-cost-tags';
import {
  askResourceCosts,
  AskResourceCostsInput,
  leaveResourceCosts,
} from '@/features/resource-costs/ask-resource-costs';
import { confirmFile } from '@/features/uploads/confirm-file';
import { removeFile } from '@/features/uploads/remove-file';
import { FileRef, StartSourceInput } from '@/features/uploads/schemas';
import { startSource } from '@/features/uploads/start-source';
import { requestSync } from '@/features/syncs/request-sync';
import { runAction } from '@/server/action';

export async function startConnectionAction(raw: unknown) {
  return runAction(StartConnectionInput, raw, startConnection);
}

export async function updateConnectionAction(raw: unknown) {
  const result = await runAction(UpdateConnectionInput, raw, updateConnection);
  revalidatePath('/connections', 'layout');
  return result;
}

export async function checkConnectionAction(raw: unknown) {
  return runAction(ConnectionRef, raw, checkConnection);
}

export async function requestSyncAction(raw: unknown) {
  const result = await runAction(ConnectionRef, raw, requestSync);
  revalidatePath('/connections', 'layout');
  return result;
}

export async function revokeConnectionAction(raw: unknown) {
  const result = await runAction(RevokeConnectionInput, raw, revokeConnection);
  revalidatePath('/', 'layout');
  return result;
}

export async function checkRoleGoneAction(raw: unknown) {
  return runAction(CheckRoleGoneInput, raw, checkRoleGone);
}

export async function chooseExportAction(raw: unknown) {
  const result = await runAction(ChooseExportInput, raw, chooseExport);
  revalidatePath('/connections', 'layout');
  return result;
}

export async function leaveExportAction(raw: unknown) {
  const result = await runAction(ConnectionRef, raw, leaveExport);
  revalidatePath('/connections', 'layout');
  return result;
}

export async function askResourceCostsAction(raw: unknown) {
  const result = await runAction(AskResourceCostsInput, raw, askResourceCosts);
  revalidatePath('/connections', 'layout');
  return result;
}

export async function leaveResourceCostsAction(raw: unknown) {
  const result = await runAction(ConnectionRef, raw, leaveResourceCosts);
  revalidatePath('/', 'layout');
  return result;
}

export async function askCostTagsAction(raw: unknown) {
  const result = await runAction(AskCostTagsInput, raw, askCostTags);
  revalidatePath('/connections', 'layout');
  return result;
}

export async function leaveCostTagsAction(raw: unknown) {
  const result = await runAction(ConnectionRef, raw, leaveCostTags);
  revalidatePath('/connections', 'layout');
  return result;
}

export async function startSourceAction(raw: unknown) {
  return runAction(StartSourceInput, raw, startSource);
}

export async function startBucketSourceAction(raw: unknown) {
  return runAction(StartBucketSourceInput, raw, startBucketSource);
}

export async function checkBucketAction(raw: unknown) {
  const result = await runAction(CheckBucketInput, raw, checkBucket);
  revalidatePath('/connections', 'layout');
  return result;
}

export async function requestLookAction(raw: unknown) {
  const result = await runAction(ConnectionRef, raw, requestLook);
  revalidatePath('/connections', 'layout');
  return result;
}

export async function confirmFileAction(raw: unknown) {
  const result = await runAction(FileRef, raw, confirmFile);
  revalidatePath('/connections', 'layout');
  return result;
}

export async function removeFileAction(raw: unknown) {
  const result = await runAction(FileRef, raw, removeFile);
  revalidatePath('/', 'layout');
  return result;
}
