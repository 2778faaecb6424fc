'use server';

import { z } from 'zod';
import { confirmSignIn } from '@/features/sso/finish-sign-in';
import { SsoRefused } from '@/features/sso/refused';
import { runtime } from '@/runtime';
import { runPublicAction } from '@/server/action';
import { setSessionCookie } from '@/server/auth';
import { clientDevice } from '@/server/session';
import { readSsoCookie } from '@/server/sso-cookie';

const Input = z.strictObject({ ticket: z.string().max(16_000) });

/** Next takes it from our own pages alone, so nobody else can press the button. */
export async function confirmSignInAction(raw: unknown) {
  return runPublicAction(Input, raw, async ({ ticket }) => {
    try {
      const { token, to } = await confirmSignIn(runtime(), {
        ticket,
        browser: await readSsoCookie(),
        device: await clientDevice(),
      });
      if (token !== null) await setSessionCookie(token);
      return { to };
    } catch (error) {
      if (error instanceof SsoRefused) return { to: '/sso/refused' };
      throw error;
    }
  });
}
