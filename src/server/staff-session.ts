import 'server-only';
import { cache } from 'react';
import { cookies, headers } from 'next/headers';
import { redirect, unstable_rethrow } from 'next/navigation';
import type { z } from 'zod';
import type { Ctx } from '@/context';
import { Unauthenticated } from '@/errors';
import { readStaffSession, STAFF_SESSION_HOURS, type StaffCtx } from '@/features/staff/sessions';
import { enterAsStaff } from '@/features/staff/visit';
import { Forbidden } from '@/errors';
import { runtime } from '@/runtime';
import type { ActionResult } from '@/ui/action-result';
import { addressOf } from './address';
import { toErrorBody } from './http-errors';

/** Set by src/proxy.ts for every page and action, whatever the browser sends under this name. */
const PATH_HEADER = 'x-belvedere-path';

const isSecure = () => runtime().config.appUrl.startsWith('https:');
const cookieName = () => (isSecure() ? '__Host-belvedere-staff' : 'belvedere-staff');

async function staffToken(): Promise<string | null> {
  return (await cookies()).get(cookieName())?.value ?? null;
}

/** The last hop before the proxy in front of us, as that proxy saw it. */
export async function staffAddress(): Promise<string> {
  return addressOf(await headers());
}

/** Hands a new session of staff to the browser. In actions only. No page of another site has a reason to bring it along. */
export async function setStaffCookie(token: string): Promise<void> {
  (await cookies()).set(cookieName(), token, {
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure: isSecure(),
    maxAge: STAFF_SESSION_HOURS * 3_600,
  });
}

export async function clearStaffCookie(): Promise<void> {
  (await cookies()).set(cookieName(), '', {
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure: isSecure(),
    maxAge: 0,
  });
}

/**
 * The context of a member of staff who was let into a workspace; null for everybody else. What is asked for is recorded in
 * the workspace's trail, once a request; where that fails, this throws and the page with it.
 */
export const staffContext = cache(async (): Promise<Ctx | null> => {
  const path = (await headers()).get(PATH_HEADER);
  return staffContextAt(path);
});

/** The same for a route, which knows its path by itself. */
export async function staffContextAt(path: string | null): Promise<Ctx | null> {
  const token = await staffToken();
  if (!token) return null;
  // Nobody could say what was looked at.
  if (path === null) throw new Forbidden('Staff cannot do this.');
  return enterAsStaff(runtime(), { token, path, address: await staffAddress() });
}

/** The member of staff at their own desk, outside every workspace; null for everybody else. */
export const currentStaff = cache(async (): Promise<StaffCtx | null> => {
  const token = await staffToken();
  const staff = token ? await readStaffSession(runtime(), token) : null;
  return staff && { ...runtime(), staff, address: await staffAddress() };
});

/** For the pages under /staff. */
export async function staffDesk(): Promise<StaffCtx> {
  return (await currentStaff()) ?? redirect('/staff/sign-in');
}

/** The one way to an action of the desk: session, parsing and the verb. */
export async function runStaffAction<I, T>(
  schema: z.ZodType<I>,
  raw: unknown,
  verb: (ctx: StaffCtx, input: I) => Promise<T>,
): Promise<ActionResult<T>> {
  try {
    const ctx = await currentStaff();
    if (!ctx) throw new Unauthenticated();
    return { ok: true, data: await verb(ctx, schema.parse(raw)) };
  } catch (error) {
    unstable_rethrow(error);
    return { ok: false, error: toErrorBody(error, runtime().log) };
  }
}
