import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { PASSWORD_MIN } from '@/features/auth/schemas';
import { AuthForm } from '@/features/auth/ui/auth-form';
import { currentSession } from '@/server/session';
import styles from '@/ui/auth.module.css';
import ui from '@/ui/ui.module.css';
import { signUpAction } from '../actions';

export const metadata: Metadata = { title: 'Make a workspace' };

export default async function SignUpPage() {
  if ((await currentSession())?.workspace) redirect('/overview');
  return (
    <main className={styles.frame}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <span aria-hidden="true">B</span>
          <span>Belvedere</span>
        </div>
        <h1>Make a workspace</h1>
        <AuthForm
          submit="Make the workspace"
          action={signUpAction}
          fields={[
            { name: 'name', label: 'Your name', kind: 'text', autoComplete: 'name' },
            {
              name: 'workspace',
              label: 'Workspace',
              kind: 'text',
              autoComplete: 'organization',
              description: 'Usually your company.',
            },
            { name: 'email', label: 'Email', kind: 'email', autoComplete: 'username' },
            {
              name: 'password',
              label: 'Password',
              kind: 'password',
              autoComplete: 'new-password',
              description: `At least ${PASSWORD_MIN} characters.`,
            },
          ]}
        />
        <p className={styles.foot}>
          Have one already?{' '}
          <Link className={ui.link} href="/sign-in">
            Sign in
          </Link>
        </p>
      </div>
    </main>
  );
}
