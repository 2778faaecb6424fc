'use server';

import { z } from 'zod';
import { beginBreakGlass } from '@/features/auth/break-glass';
import { confirmEmailChange, requestReset, resetPassword, verifyEmail } from '@/features/auth/email-links';
import { askForPasskey, askStranger, signInWithPasskey } from '@/features/auth/passkeys';
import { routeByDomain } from '@/features/auth/route-by-domain';
import {
  BreakGlassInput,
  EmailInput,
  LinkInput,
  PasskeySignInInput,
  Proof,
  ResetPasswordInput,
  SignInInput,
  SignUpInput,
} from '@/features/auth/schemas';
import { completeSignIn } from '@/features/auth/second-factor';
import { readPendingSession, type Opened } from '@/features/auth/sessions';
import { signIn } from '@/features/auth/sign-in';
import { signUp } from '@/features/auth/sign-up';
import { Forbidden, Unauthenticated } from '@/errors';
import { runtime } from '@/runtime';
import { runPersonAction, runPublicAction } from '@/server/action';
import { sessionToken, setSessionCookie } from '@/server/auth';
import { clientAddress, clientDevice } from '@/server/session';

async function enter(opened: Opened): Promise<{ stage: Opened['stage'] }> {
  await setSessionCookie(opened.token);
  return { stage: opened.stage };
}

export async function routeSignInAction(raw: unknown) {
  return runPublicAction(EmailInput, raw, async (input) =>
    routeByDomain(runtime(), input, (await clientDevice()).address),
  );
}

export async function signInAction(raw: unknown) {
  return runPublicAction(SignInInput, raw, async (input) =>
    enter(await signIn(runtime(), input, await clientDevice())),
  );
}

export async function signUpAction(raw: unknown) {
  return runPublicAction(SignUpInput, raw, async (input) => {
    const device = await clientDevice();
    await signUp(runtime(), input, device);
    return enter(await signIn(runtime(), { email: input.email, password: input.password }, device));
  });
}

export async function askForPasskeyAction() {
  return runPublicAction(z.undefined(), undefined, async () => askStranger(runtime(), await clientAddress()));
}

export async function signInWithPasskeyAction(raw: unknown) {
  return runPublicAction(PasskeySignInInput, raw, async (input) =>
    enter(await signInWithPasskey(runtime(), input.response, await clientDevice())),
  );
}

export async function askForSecondPasskeyAction() {
  return runPublicAction(z.undefined(), undefined, async () => {
    const token = await sessionToken();
    const pending = token === null ? null : await readPendingSession(runtime(), token);
    if (!pending) throw new Unauthenticated('This took too long. Sign in again.');
    return askForPasskey(runtime(), pending.userId);
  });
}

export async function completeSignInAction(raw: unknown) {
  return runPublicAction(Proof, raw, async (proof) => {
    if (proof.kind === 'password') throw new Forbidden('Confirm with your second factor.');
    return enter(await completeSignIn(runtime(), await sessionToken(), proof, await clientDevice()));
  });
}

export async function beginBreakGlassAction(raw: unknown) {
  return runPublicAction(BreakGlassInput, raw, async (input) =>
    enter(await beginBreakGlass(runtime(), input, await clientDevice())),
  );
}

export async function requestResetAction(raw: unknown) {
  return runPublicAction(EmailInput, raw, async (input) =>
    requestReset(runtime(), input, await clientDevice()),
  );
}

export async function resetPasswordAction(raw: unknown) {
  return runPublicAction(ResetPasswordInput, raw, async (input) =>
    resetPassword(runtime(), input, await clientDevice()),
  );
}

export async function verifyEmailAction(raw: unknown) {
  return runPersonAction(LinkInput, raw, verifyEmail);
}

export async function confirmEmailChangeAction(raw: unknown) {
  return runPublicAction(LinkInput, raw, async (input) =>
    confirmEmailChange(runtime(), input, await clientDevice()),
  );
}
