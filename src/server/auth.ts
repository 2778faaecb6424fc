import 'server-only';
import NextAuth, { CredentialsSignin, type NextAuthConfig } from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import { AppError } from '@/errors';
import { SignInInput } from '@/features/auth/schemas';
import { endSession } from '@/features/auth/sessions';
import { signIn as checkPassword } from '@/features/auth/sign-in';
import { env } from '@/env';
import { runtime } from '@/runtime';
import { clientAddress } from './session';

declare module 'next-auth' {
  interface Session {
    sessionToken?: string;
  }
  interface User {
    sessionToken?: string;
  }
}

class Refused extends CredentialsSignin {
  constructor(text: string) {
    super(text);
    this.code = text;
  }
}

// The cookie holds nothing but the token of a row in auth_session; who it is and what they may is read there.
const config = (): NextAuthConfig => ({
  secret: env().authSecret,
  trustHost: true,
  useSecureCookies: env().appUrl.startsWith('https:'),
  session: { strategy: 'jwt', maxAge: 14 * 86_400 },
  pages: { signIn: '/sign-in' },
  logger: { error: () => undefined, warn: () => undefined, debug: () => undefined },
  providers: [
    Credentials({
      credentials: { email: {}, password: {} },
      async authorize(raw) {
        const input = SignInInput.safeParse({ email: raw.email, password: raw.password });
        if (!input.success)
          throw new Refused(input.error.issues[0]?.message ?? 'Give an email address and a password.');
        try {
          const { userId, token } = await checkPassword(runtime(), input.data, await clientAddress());
          return { id: userId, sessionToken: token };
        } catch (error) {
          if (error instanceof AppError) throw new Refused(error.message);
          runtime().log.error({ err: error }, 'sign-in failed');
          throw new Refused('Something went wrong. Please try again.');
        }
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
