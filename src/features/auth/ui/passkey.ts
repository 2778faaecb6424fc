'use client';

import {
  startAuthentication,
  startRegistration,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/browser';
import type { ActionResult } from '@/ui/action-result';

const refused = (message: string): ActionResult<never> => ({
  ok: false,
  error: { code: 'invalid', message },
});

function why(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'InvalidStateError') return 'This device has a passkey for your account already.';
  if (name === 'SecurityError')
    return 'Passkeys work at the address that this installation is configured with only.';
  return 'No passkey was used. Try again, or choose another way.';
}

/** Asks the device for a passkey, and gives the answer of the server that it was shown to. */
export async function withPasskey<T>(
  options: () => Promise<ActionResult<PublicKeyCredentialRequestOptionsJSON>>,
  send: (response: AuthenticationResponseJSON) => Promise<ActionResult<T>>,
): Promise<ActionResult<T>> {
  const offered = await options();
  if (!offered.ok) return offered;
  try {
    return await send(await startAuthentication({ optionsJSON: offered.data }));
  } catch (error) {
    return refused(why(error));
  }
}

export async function withNewPasskey<T>(
  options: () => Promise<ActionResult<PublicKeyCredentialCreationOptionsJSON>>,
  send: (response: RegistrationResponseJSON) => Promise<ActionResult<T>>,
): Promise<ActionResult<T>> {
  const offered = await options();
  if (!offered.ok) return offered;
  try {
    return await send(await startRegistration({ optionsJSON: offered.data }));
  } catch (error) {
    return refused(why(error));
  }
}
