import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { readConfirmation } from '@/features/sso/finish-sign-in';
import { ConfirmSignIn } from '@/features/sso/ui/confirm-sign-in';
import { runtime } from '@/runtime';
import { currentSession } from '@/server/session';
import { AuthCard } from '@/ui/auth-card';
import styles from '@/ui/auth.module.css';
import { confirmSignInAction } from './actions';

export const metadata: Metadata = { title: 'Sign in', referrer: 'no-referrer' };

export default async function ConfirmPage({
  searchParams,
}: {
  searchParams: Promise<{ ticket?: string | string[] }>;
}) {
  const { ticket } = await searchParams;
  const sealed = typeof ticket === 'string' ? ticket : '';
  const asked = await readConfirmation(runtime(), sealed);
  if (!asked) redirect('/sso/refused');
  const session = await currentSession();
  return (
    <AuthCard title={`Sign in as ${asked.email}?`}>
      <p className={styles.lead}>
        Your company’s identity provider asks to sign you in to {asked.workspace}. If you did not start this,
        or this is not you, leave it.
      </p>
      {session && session.email !== asked.email && (
        <p className={styles.lead}>
          You are signed in as {session.email} in this browser, and would no longer be.
        </p>
      )}
      <ConfirmSignIn email={asked.email} ticket={sealed} confirm={confirmSignInAction} />
    </AuthCard>
  );
}
