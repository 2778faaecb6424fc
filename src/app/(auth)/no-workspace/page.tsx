import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { currentSession } from '@/server/session';
import { signOutAction } from '@/server/sign-out';
import { AuthCard } from '@/ui/auth-card';
import styles from '@/ui/auth.module.css';
import { SignOutButton } from '@/ui/sign-out';
import ui from '@/ui/ui.module.css';

export const metadata: Metadata = { title: 'No workspace' };

export default async function NoWorkspacePage() {
  const session = await currentSession();
  if (!session) redirect('/sign-in');
  if (session.workspace) redirect('/overview');
  return (
    <AuthCard title="You belong to no workspace">
      <p className={styles.lead}>
        {session.email} is signed in, and no workspace has you as a member. Ask an owner to invite you, or
        sign out and make a workspace of your own with another address.
      </p>
      <form action={signOutAction} className={styles.form} style={{ justifyItems: 'start' }}>
        <SignOutButton label="Sign out" className={ui.button} />
      </form>
    </AuthCard>
  );
}
