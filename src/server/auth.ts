import 'server-only';
import { createHash } from 'node:crypto';
import { cookies } from 'next/headers';
import NextAuth, { type NextAuthConfig } from 'next-auth';
import { getToken } from 'next-auth/jwt';
import Credentials from 'next-auth/providers/credentials';
import { endSession } from '@/features/auth/sessions';
import { env } from '@/env';
import { runtime } from '@/runtime';

declare module 'next-auth' {
  interface User {
    sessionToken?: string;
  }
}

const TICKET_MS = 60_000;
const isSecure = () => env().appUrl.startsWith('https:');
const cookieName = () => (isSecure() ? '__Host-belvedere-session' : 'belvedere-session');

// The cookie holds nothing but the token of a row in auth_session; who it is and what they may is read there. Verbs check
// passwords, factors and assertions and open that row; what comes in here is their sealed word for it.
const config = (): NextAuthConfig => ({
  secret: env().authSecret,
  trustHost: true,
  useSecureCookies: isSecure(),
  session: { strategy: 'jwt', maxAge: 14 * 86_400 },
  cookies: {
    sessionToken: {
      name: cookieName(),
      options: { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure() },
    },
  },
  pages: { signIn: '/sign-in' },
  logger: { error: () => undefined, warn: () => undefined, debug: () => undefined },
  providers: [
    Credentials({
      credentials: { ticket: {} },
      authorize(raw) {
        const text = typeof raw.ticket === 'string' ? runtime().sealer.open(raw.ticket, new Date()) : null;
        if (!text?.startsWith('session ')) return null;
        return { sessionToken: text.slice('session '.length) };
      },
    }),
  ],
  callbacks: {
    jwt({ token, user }) {
      return user?.sessionToken
        ? { sessionToken: user.sessionToken }
        : { sessionToken: token['sessionToken'] };
    },
  },
  events: {
    async signOut(message) {
      const token = 'token' in message ? message.token?.['sessionToken'] : undefined;
      if (typeof token === 'string') await endSession(runtime(), token);
    },
  },
});

export const { signIn, signOut } = NextAuth(config);

interface Opened {
  readonly token: string;
  readonly until: number;
}

const OPENED_MS = 60_000;
const OPENED_MAX = 2_000;

/** Cookies that were opened a moment ago, by their digest: deriving the key and deciphering takes as long as an answer from memory. */
const opened = new Map<string, Opened>();

function findOpened(digest: string): string | null {
  const known = opened.get(digest);
  if (known && known.until > Date.now()) return known.token;
  opened.delete(digest);
  return null;
}

function keepOpened(digest: string, one: Opened): void {
  opened.set(digest, one);
  const [oldest] = opened.keys();
  if (opened.size > OPENED_MAX && oldest !== undefined) opened.delete(oldest);
}

/**
 * The token in the session cookie of whoever asks; null where there is none, or it is not ours, or it is over. Whether its session
 * still stands is for the database to say, each time. The library's `auth()` says the same, and writes a new cookie that nobody is
 * handed.
 */
export async function sessionToken(): Promise<string | null> {
  // The cookie alone, of which a long one comes in pieces: the library would also take its content as a bearer token.
  const pieces = (await cookies()).getAll().filter(({ name }) => name.startsWith(cookieName()));
  if (pieces.length === 0) return null;
  const cookie = pieces.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
  const digest = createHash('sha256').update(cookie).digest('base64');
  const known = findOpened(digest);
  if (known) return known;
  const held = await getToken({
    req: { headers: new Headers({ cookie }) },
    secret: env().authSecret,
    cookieName: cookieName(),
    secureCookie: isSecure(),
  });
  const token = held?.['sessionToken'];
  if (typeof token !== 'string') return null;
  const ends = typeof held?.['exp'] === 'number' ? held['exp'] * 1_000 : 0;
  keepOpened(digest, { token, until: Math.min(Date.now() + OPENED_MS, ends) });
  return token;
}

/** Hands a session that a verb has opened to the browser that asks. In actions and route handlers only. */
export async function setSessionCookie(token: string): Promise<void> {
  const ticket = runtime().sealer.seal(`session ${token}`, new Date(Date.now() + TICKET_MS));
  // Without redirectTo the library keeps the Referer in a cookie, which can hold a link of one use.
  await signIn('credentials', { ticket, redirect: false, redirectTo: '/' });
}
