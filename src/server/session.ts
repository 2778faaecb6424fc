import 'server-only';
import { cache } from 'react';
import { headers } from 'next/headers';
import { forbidden, redirect } from 'next/navigation';
import { isSameAccess, may, type Ctx } from '@/context';
import type { Permission } from '@/domain/permissions';
import { Unauthenticated } from '@/errors';
import type { Person } from '@/features/auth/person';
import { readSession, type Device, type SignedIn } from '@/features/auth/sessions';
import { isStillVisiting } from '@/features/staff/visit';
import { runtime } from '@/runtime';
import { addressOf } from './address';
import { sessionToken } from './auth';
import { staffContext, staffContextAt } from './staff-session';

export interface Session extends SignedIn {
  readonly token: string;
}

/** Who asks, from the session row in the database; once a request. */
export const currentSession = cache(async (): Promise<Session | null> => {
  const token = await sessionToken();
  if (!token) return null;
  const signedIn = await readSession(runtime(), token);
  return signedIn && { ...signedIn, token };
});

export async function clientAddress(): Promise<string> {
  return addressOf(await headers());
}

export async function clientDevice(): Promise<Device> {
  const from = await headers();
  return { address: addressOf(from), userAgent: from.get('user-agent') ?? '' };
}

async function contextOf(session: Session): Promise<Ctx> {
  const { workspace } = session;
  if (!workspace) throw new Unauthenticated('You belong to no workspace. Sign up for a new one.');
  if (workspace.closed === 'sso') throw new Unauthenticated('Sign in with your company’s single sign-on.');
  if (workspace.closed) throw new Unauthenticated('This workspace asks for a second factor. Add one first.');
  return {
    ...runtime(),
    workspaceId: workspace.id,
    actor: {
      kind: 'user',
      userId: session.userId,
      role: workspace.role,
      accounts: workspace.accounts,
      session: session.session,
    },
    address: await clientAddress(),
  };
}

/**
 * For actions and route handlers, which say the path that is asked for: throws Unauthenticated. A member of staff who was let in
 * comes as such.
 */
export async function requireSession(path?: string): Promise<{ ctx: Ctx; token: string | null }> {
  const staff = await (path === undefined ? staffContext() : staffContextAt(path));
  if (staff) return { ctx: staff, token: null };
  const session = await currentSession();
  if (!session) throw new Unauthenticated();
  return { ctx: await contextOf(session), token: session.token };
}

/** For what is a person's own, also where their workspace is closed to them: throws Unauthenticated. */
export async function requirePerson(): Promise<Person & { readonly token: string }> {
  const session = await currentSession();
  if (!session) throw new Unauthenticated();
  return {
    ...runtime(),
    userId: session.userId,
    session: session.session,
    device: await clientDevice(),
    token: session.token,
  };
}

/** Asks the database again: for answers that outlast the look-up they began with. */
export async function isStillSignedIn(token: string | null, ctx: Ctx): Promise<boolean> {
  if (token === null) return isStillVisiting(ctx);
  const workspace = (await readSession(runtime(), token))?.workspace;
  if (workspace?.id !== ctx.workspaceId || workspace.closed !== null) return false;
  return isSameAccess(workspace, ctx.actor);
}

export interface PageContext {
  readonly ctx: Ctx;
  /** Null for a member of staff who looks in. */
  readonly session: Session | null;
}

/** For pages: sends a stranger to the sign-in page, and whoever still owes something there; 403 without the permission. */
export async function pageContext(permission?: Permission): Promise<PageContext> {
  const page = await anyPageContext();
  if (permission && !may(page.ctx.actor, permission)) forbidden();
  return page;
}

async function anyPageContext(): Promise<PageContext> {
  const staff = await staffContext();
  if (staff) return { ctx: staff, session: null };
  const session = await currentSession();
  if (!session) redirect('/sign-in');
  if (!session.workspace) redirect('/no-workspace');
  if (session.workspace.closed === 'sso') redirect(`/sso/${session.workspace.id}/start`);
  if (session.workspace.closed) redirect('/second-factor');
  return { ctx: await contextOf(session), session };
}

/** For pages of a person's own: members of staff have none here. */
export async function personContext(permission?: Permission): Promise<{ ctx: Ctx; session: Session }> {
  const { ctx, session } = await pageContext(permission);
  if (!session) redirect('/overview');
  return { ctx, session };
}
