'use server';

import { z } from 'zod';
import { changePassword } from '@/features/auth/change-password';
import { requestEmailChange, sendVerification } from '@/features/auth/email-links';
import { endOtherSessions, endOwnSession, switchWorkspace } from '@/features/auth/own-sessions';
import { addPasskey, askForPasskey, offerPasskey, removePasskey } from '@/features/auth/passkeys';
import { makeRecoveryCodes } from '@/features/auth/recovery-codes';
import {
  AddPasskeyInput,
  ChangePasswordInput,
  ConfirmTotpInput,
  EmailInput,
  PasskeyRef,
  Proof,
  SessionRef,
  SwitchInput,
} from '@/features/auth/schemas';
import { confirmTotp, offerTotp, removeTotp } from '@/features/auth/second-factor';
import { ssoStepUpPath, stepUp, waysToStepUp } from '@/features/auth/step-up';
import { deleteWorkspace } from '@/features/workspaces/delete-workspace';
import { DeleteWorkspaceInput, SecuritySettingsInput } from '@/features/workspaces/schemas';
import { updateSecuritySettings } from '@/features/workspaces/security-settings';
import { runAction, runPersonAction } from '@/server/action';
import { setSessionCookie } from '@/server/auth';

const Nothing = z.undefined();

export async function changePasswordAction(raw: unknown) {
  return runPersonAction(ChangePasswordInput, raw, changePassword);
}

export async function waysToStepUpAction() {
  return runPersonAction(Nothing, undefined, async (person) => ({
    ways: await waysToStepUp(person),
    ssoUrl: await ssoStepUpPath(person),
  }));
}

export async function askToStepUpAction() {
  return runPersonAction(Nothing, undefined, (person) => askForPasskey(person, person.userId));
}

export async function stepUpAction(raw: unknown) {
  return runPersonAction(Proof, raw, async (person, proof) => {
    const { token } = await stepUp(person, proof);
    await setSessionCookie(token);
  });
}

export async function offerTotpAction() {
  return runPersonAction(Nothing, undefined, offerTotp);
}

export async function confirmTotpAction(raw: unknown) {
  return runPersonAction(ConfirmTotpInput, raw, async (person, input) => {
    await setSessionCookie(await confirmTotp(person, input));
  });
}

export async function removeTotpAction() {
  return runPersonAction(Nothing, undefined, removeTotp);
}

export async function offerPasskeyAction() {
  return runPersonAction(Nothing, undefined, offerPasskey);
}

export async function addPasskeyAction(raw: unknown) {
  return runPersonAction(AddPasskeyInput, raw, async (person, input) => {
    await setSessionCookie(await addPasskey(person, input));
  });
}

export async function removePasskeyAction(raw: unknown) {
  return runPersonAction(PasskeyRef, raw, removePasskey);
}

export async function makeRecoveryCodesAction() {
  return runPersonAction(Nothing, undefined, makeRecoveryCodes);
}

export async function sendVerificationAction() {
  return runPersonAction(Nothing, undefined, (person) => sendVerification(person, person.userId));
}

export async function requestEmailChangeAction(raw: unknown) {
  return runPersonAction(EmailInput, raw, requestEmailChange);
}

export async function endSessionAction(raw: unknown) {
  return runPersonAction(SessionRef, raw, endOwnSession);
}

export async function endOtherSessionsAction() {
  return runPersonAction(Nothing, undefined, endOtherSessions);
}

export async function switchWorkspaceAction(raw: unknown) {
  return runPersonAction(SwitchInput, raw, async (person, input) => {
    const { token, workspace } = await switchWorkspace(person, input);
    await setSessionCookie(token);
    return { name: workspace.name };
  });
}

export async function updateSecurityAction(raw: unknown) {
  return runAction(SecuritySettingsInput, raw, updateSecuritySettings);
}

export async function deleteWorkspaceAction(raw: unknown) {
  return runAction(DeleteWorkspaceInput, raw, async (ctx, input) => {
    const receipt = await deleteWorkspace(ctx, input);
    return { ...receipt, publicKey: ctx.signer.publicKeyPem };
  });
}
