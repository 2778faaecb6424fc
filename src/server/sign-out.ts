'use server';

import { redirect } from 'next/navigation';
import { auditSignIn } from '@/features/auth/audit-sign-in';
import { samlLogoutUrl } from '@/features/sso/saml-logout-url';
import { runtime } from '@/runtime';
import { signOut } from './auth';
import { clientDevice, currentSession, type Session } from './session';

/** A session that is held to one workspace ends for that one. */
async function recordEnd({ userId, session, workspace }: Session): Promise<void> {
  const isHeld = session.method === 'saml' || session.method === 'break-glass';
  if (isHeld && !workspace) return;
  const only = isHeld ? (workspace?.id ?? null) : null;
  await auditSignIn(runtime(), userId, await clientDevice(), { action: 'session.ended' }, only);
}

/** Ends the session here, and at the identity provider that opened it, where it offers that. */
export async function signOutAction(): Promise<void> {
  const session = await currentSession();
  // Whatever is wrong at the provider keeps nobody signed in here.
  const elsewhere = session ? await samlLogoutUrl(runtime(), session.session.id).catch(() => null) : null;
  if (session) await recordEnd(session);
  await signOut({ redirect: false });
  redirect(elsewhere ?? '/sign-in');
}
