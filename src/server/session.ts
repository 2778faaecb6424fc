import 'server-only';
import { cache } from 'react';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { Ctx } from '@/context';
import { Unauthenticated } from '@/errors';
import { readSession, type SignedIn } from '@/features/auth/sessions';
import { runtime } from '@/runtime';
import { auth } from './auth';

export interface Session extends SignedIn {
  readonly token: string;
}

/** Who asks, from the session row in the database; once a request. */
export const currentSession = cache(async (): Promise<Session | null> => {
  const token = (await auth())?.sessionToken;
  if (!token) return null;
  const signedIn = await readSession(runtime(), token);
  return signedIn && { ...signedIn, token };
});

/** The address of the machine that asks: the last hop before the proxy in front of us, as that proxy saw it. */
export async function clientAddress(): Promise<string> {
  const forwarded = (await headers()).get('x-forwarded-for');
  return forwarded?.split(',').at(-1)?.trim() || 'unknown';
}

function contextOf(session: Session): Ctx {
  if (!session.workspace) throw new Unauthenticated('You belong to no workspace. Sign up for a new one.');
  return {
    ...runtime(),
    workspaceId: session.workspace.id,
    actor: { kind: 'user', userId: session.userId, role: session.workspace.role },
  };
}

/** For actions and route handlers: throws Unauthenticated. */
export async function requireSession(): Promise<{ ctx: Ctx; token: string }> {
  const session = await currentSession();
  if (!session) throw new Unauthenticated();
  return { ctx: contextOf(session), token: session.token };
}

/** Asks the database again: for answers that outlast the look-up they began with. */
export async function isStillSignedIn(token: string, ctx: Ctx): Promise<boolean> {
  const signedIn = await readSession(runtime(), token);
  return signedIn?.workspace?.id === ctx.workspaceId;
}

/** For pages: sends a stranger to the sign-in page. */
export async function pageContext(): Promise<{ ctx: Ctx; session: Session }> {
  const session = await currentSession();
  if (!session?.workspace) redirect('/sign-in');
  return { ctx: contextOf(session), session };
}
