import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { ActionForm } from '@/features/auth/ui/action-form';
import { currentSession } from '@/server/session';
import { AuthCard } from '@/ui/auth-card';
import styles from '@/ui/auth.module.css';
import { verifyEmailAction } from '../../actions';

export const metadata: Metadata = { title: 'Confirm your address', referrer: 'no-referrer' };

/** A button, since programs that look into mail open links as well. */
export default async function VerifyPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  if (!(await currentSession())) redirect(`/sign-in?next=${encodeURIComponent(`/verify/${token}`)}`);
  return (
    <AuthCard title="Confirm your address">
      <p className={styles.lead}>
        Press the button to confirm that the address this link was mailed to is yours.
      </p>
      <ActionForm fields={[]} submit="Confirm" action={verifyEmailAction} more={{ token }} then="/overview" />
    </AuthCard>
  );
}
