import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { AuthForm } from '@/features/auth/ui/auth-form';
import { currentSession } from '@/server/session';
import styles from '@/ui/auth.module.css';
import ui from '@/ui/ui.module.css';
import { signInAction } from '../actions';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage() {
  if ((await currentSession())?.workspace) redirect('/overview');
  return (
    <main className={styles.frame}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <span aria-hidden="true">B</span>
          <span>Belvedere</span>
        </div>
        <h1>Sign in</h1>
        <AuthForm
          submit="Sign in"
          action={signInAction}
          fields={[
            { name: 'email', label: 'Email', kind: 'email', autoComplete: 'username' },
            { name: 'password', label: 'Password', kind: 'password', autoComplete: 'current-password' },
          ]}
        />
        <p className={styles.foot}>
          New here?{' '}
          <Link className={ui.link} href="/sign-up">
            Make a workspace
          </Link>
          {' · '}
          <Link className={ui.link} href="/security">
            What Belvedere may read
          </Link>
        </p>
      </div>
    </main>
  );
}
