import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { SignInForm } from '@/features/auth/ui/sign-in-form';
import { safeReturnPath } from '@/security/safe-redirect';
import { currentSession } from '@/server/session';
import { AuthCard } from '@/ui/auth-card';
import styles from '@/ui/auth.module.css';
import ui from '@/ui/ui.module.css';
import { askForPasskeyAction, routeSignInAction, signInAction, signInWithPasskeyAction } from '../actions';

export const metadata: Metadata = { title: 'Sign in' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function SignInPage({ searchParams }: Props) {
  const { next: asked, set } = await searchParams;
  const next = safeReturnPath(asked, '/overview');
  const session = await currentSession();
  if (session?.workspace && session.workspace.closed !== 'sso') redirect(next);
  return (
    <AuthCard
      title="Sign in"
      foot={
        <>
          New here?{' '}
          <Link className={ui.link} href="/sign-up">
            Make a workspace
          </Link>
          <br />
          Single sign-on is down?{' '}
          <Link className={ui.link} href="/sign-in/break-glass">
            Use a recovery code
          </Link>
          <br />
          <Link className={ui.link} href="/security">
            How your data is kept safe
          </Link>
        </>
      }
    >
      {set === 'password' && (
        <p className={styles.lead} role="status">
          The new password is set, and you are signed out everywhere. Sign in with it.
        </p>
      )}
      <SignInForm
        next={next}
        route={routeSignInAction}
        signIn={signInAction}
        askForPasskey={askForPasskeyAction}
        signInWithPasskey={signInWithPasskeyAction}
      />
    </AuthCard>
  );
}
