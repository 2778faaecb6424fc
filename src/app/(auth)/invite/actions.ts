'use server';

import { redirect } from 'next/navigation';
import { acceptAnew, acceptInvitation } from '@/features/members/accept-invitation';
import { AcceptAnewInput, LinkText } from '@/features/members/schemas';
import { runtime } from '@/runtime';
import { runPersonAction, runPublicAction } from '@/server/action';
import { setSessionCookie, signOut } from '@/server/auth';
import { clientDevice } from '@/server/session';

export async function joinAction(raw: unknown) {
  return runPersonAction(LinkText, raw, async (person, input) => {
    const { token } = await acceptInvitation(person, input);
    if (token !== null) await setSessionCookie(token);
    return { opens: token !== null };
  });
}

export async function acceptAnewAction(raw: unknown) {
  return runPublicAction(AcceptAnewInput, raw, async (input) => {
    const { token } = await acceptAnew(runtime(), input, await clientDevice());
    await setSessionCookie(token);
  });
}

export async function signOutHereAction(text: string): Promise<void> {
  await signOut({ redirect: false });
  redirect(`/invite/${encodeURIComponent(text)}`);
}
