'use server';

import { redirect } from 'next/navigation';
import { changePassword } from '@/features/auth/change-password';
import type { FormState } from '@/features/auth/form-state';
import { ChangePasswordInput } from '@/features/auth/schemas';
import { deleteWorkspace } from '@/features/workspaces/delete-workspace';
import { DeleteWorkspaceInput } from '@/features/workspaces/schemas';
import { runAction } from '@/server/action';

export async function changePasswordAction(_state: FormState, data: FormData): Promise<FormState> {
  const raw = { current: String(data.get('current') ?? ''), next: String(data.get('next') ?? '') };
  const result = await runAction(ChangePasswordInput, raw, changePassword);
  if (!result.ok)
    return {
      message: result.error.fields ? null : result.error.message,
      fields: result.error.fields ?? {},
      values: {},
    };
  redirect('/sign-in');
}

export async function deleteWorkspaceAction(raw: unknown) {
  return runAction(DeleteWorkspaceInput, raw, async (ctx, input) => {
    const receipt = await deleteWorkspace(ctx, input);
    return { ...receipt, publicKey: ctx.signer.publicKeyPem };
  });
}
