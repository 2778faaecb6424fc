import 'server-only';
import NextAuth, { type NextAuthConfig } from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import { endSession } from '@/features/auth/sessions';
import { env } from '@/env';
import { runtime } from '@/runtime';

declare module 'next-auth' {
  interface Session {
    sessionToken?: string;
  }
  interface User {
    sessionToken?: string;
  }
}

const TICKET_MS = 60_000;
const isSecure = () => env().appUrl.startsWith('https:');

// The cookie holds nothing but the token of a row in auth_session; who it is and what they may is read there. Verbs check
// passwords, factors and assertions and open that row; what comes in here is their sealed word for it.
const config = (): NextAuthConfig => ({
  secret: env().authSecret,
  trustHost: true,
  useSecureCookies: isSecure(),
  session: { strategy: 'jwt', maxAge: 14 * 86_400 },
  cookies: {
    sessionToken: {
      name: isSecure() ? '__Host-belvedere-session' : 'belvedere-session',
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
    session({ session, token }) {
      return { expires: session.expires, sessionToken: token['sessionToken'] as string } as typeof session;
    },
  },
  events: {
    async signOut(message) {
      const token = 'token' in message ? message.token?.['sessionToken'] : undefined;
      if (typeof token === 'string') await endSession(runtime(), token);
    },
  },
});

export const { auth, signIn, signOut } = NextAuth(config);

/** Hands a session that a verb has opened to the browser that asks. In actions and route handlers only. */
export async function setSessionCookie(token: string): Promise<void> {
  const ticket = runtime().sealer.seal(`session ${token}`, new Date(Date.now() + TICKET_MS));
  // Without redirectTo the library keeps the Referer in a cookie, which can hold a link of one use.
  await signIn('credentials', { ticket, redirect: false, redirectTo: '/' });
}
