import 'server-only';
import { randomBytes } from 'node:crypto';
import { cookies } from 'next/headers';
import { runtime } from '@/runtime';

// As long as a sign-in may take at the identity provider.
const LIFE_SECONDS = 10 * 60;
const VALUE = /^[\w-]{43}$/;

const isSecure = () => runtime().config.appUrl.startsWith('https:');
/** `__Host-`: no other host of the same domain can have set it. */
const nameOf = () => (isSecure() ? '__Host-belvedere-sso' : 'belvedere-sso');

/** What tells this browser from others while it signs in elsewhere; null without it. */
export async function readSsoCookie(): Promise<string | null> {
  const value = (await cookies()).get(nameOf())?.value ?? '';
  return VALUE.test(value) ? value : null;
}

/** The same, set anew for ten minutes. One value for all tabs, so that two sign-ins at once do not spoil each other. */
export async function keepSsoCookie(): Promise<string> {
  const value = (await readSsoCookie()) ?? randomBytes(32).toString('base64url');
  (await cookies()).set(nameOf(), value, {
    httpOnly: true,
    // The answer comes back by a redirect from another site, which Strict would not see.
    sameSite: 'lax',
    secure: isSecure(),
    path: '/',
    maxAge: LIFE_SECONDS,
  });
  return value;
}
