import type { Metadata } from 'next';
import Link from 'next/link';
import { ActionForm } from '@/features/auth/ui/action-form';
import { runtime } from '@/runtime';
import { AuthCard } from '@/ui/auth-card';
import styles from '@/ui/auth.module.css';
import ui from '@/ui/ui.module.css';
import { requestResetAction } from '../actions';

export const metadata: Metadata = { title: 'New password' };

export default function ForgotPage() {
  const back = (
    <Link className={ui.link} href="/sign-in">
      Back to signing in
    </Link>
  );
  if (runtime().mail.kind === 'off') {
    return (
      <AuthCard title="New password" foot={back}>
        <p className={styles.lead}>
          This installation sends no mail, so it cannot send you a link. Ask whoever runs it to set MAIL_URL.
        </p>
      </AuthCard>
    );
  }
  return (
    <AuthCard title="New password" foot={back}>
      <p className={styles.lead}>A link to set a new password comes by mail.</p>
      <ActionForm
        fields={[{ name: 'email', label: 'Email', kind: 'email', autoComplete: 'username' }]}
        submit="Send a link"
        action={requestResetAction}
        done="If this address has an account, a link is on its way. It works once, for 30 minutes."
      />
    </AuthCard>
  );
}
