import type { Metadata } from 'next';
import Link from 'next/link';
import { ActionForm } from '@/features/auth/ui/action-form';
import { AuthCard } from '@/ui/auth-card';
import styles from '@/ui/auth.module.css';
import ui from '@/ui/ui.module.css';
import { beginBreakGlassAction } from '../../actions';

export const metadata: Metadata = { title: 'Without single sign-on' };

export default function BreakGlassPage() {
  return (
    <AuthCard
      title="Without single sign-on"
      foot={
        <Link className={ui.link} href="/sign-in">
          Back to signing in
        </Link>
      }
    >
      <p className={styles.lead}>
        For owners, while your identity provider does not answer. It takes one of your recovery codes and your
        second factor. Everybody in the workspace is told by mail, and it stands in the audit trail.
      </p>
      <ActionForm
        fields={[
          { name: 'email', label: 'Email', kind: 'email', autoComplete: 'username' },
          { name: 'code', label: 'Recovery code', kind: 'code', autoComplete: 'off' },
        ]}
        submit="Continue"
        action={beginBreakGlassAction}
        then="/sign-in/factor"
      />
    </AuthCard>
  );
}
