import type { Metadata } from 'next';
import { PASSWORD_MIN } from '@/features/auth/schemas';
import { ActionForm } from '@/features/auth/ui/action-form';
import { readSetup } from '@/features/staff/set-up';
import styles from '@/features/staff/ui/staff.module.css';
import { runtime } from '@/runtime';
import { AuthCard } from '@/ui/auth-card';
import auth from '@/ui/auth.module.css';
import ui from '@/ui/ui.module.css';
import { setUpStaffAction } from '../../actions';

export const metadata: Metadata = { title: 'Set up', robots: { index: false }, referrer: 'no-referrer' };

export default async function StaffSetupPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const setup = await readSetup(runtime(), token);
  if (!setup) {
    return (
      <AuthCard
        title="This link is no longer one"
        foot="A setup link works once, and for 24 hours. Ask whoever sent it for a new one."
      >
        {null}
      </AuthCard>
    );
  }
  return (
    <AuthCard title="Set up your staff account" foot={`You sign in with ${setup.email}.`}>
      <p className={auth.lead}>
        {setup.name}, scan this with your authenticator app, or type the key. It is shown until you are done.
      </p>
      <div className={styles.setup}>
        {/* Drawn by ourselves, from the secret alone. */}
        <div
          className={auth.qr}
          role="img"
          aria-label="QR code for your authenticator app"
          dangerouslySetInnerHTML={{ __html: setup.qr }}
        />
        <code className={ui.code}>{setup.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
      </div>
      <ActionForm
        fields={[
          {
            name: 'password',
            label: 'New password',
            kind: 'password',
            autoComplete: 'new-password',
            description: `At least ${PASSWORD_MIN} characters.`,
          },
          {
            name: 'code',
            label: 'Code',
            kind: 'code',
            autoComplete: 'one-time-code',
            description: 'The 6 digits that the app shows now.',
          },
        ]}
        submit="Set up and sign in"
        action={setUpStaffAction}
        more={{ token }}
        then="/staff"
      />
    </AuthCard>
  );
}
