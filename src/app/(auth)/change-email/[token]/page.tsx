import type { Metadata } from 'next';
import { ActionForm } from '@/features/auth/ui/action-form';
import { AuthCard } from '@/ui/auth-card';
import styles from '@/ui/auth.module.css';
import { confirmEmailChangeAction } from '../../actions';

export const metadata: Metadata = { title: 'Change of address', referrer: 'no-referrer' };

export default async function ChangeEmailPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  return (
    <AuthCard title="Change of address">
      <p className={styles.lead}>
        The old and the new address both have to agree. After the second you are signed out everywhere, and
        sign in with the new one.
      </p>
      <ActionForm
        fields={[]}
        submit="I agree"
        action={confirmEmailChangeAction}
        more={{ token }}
        done="Noted. Once the other address has agreed as well, the new one counts."
      />
    </AuthCard>
  );
}
