import type { Metadata } from 'next';
import { PASSWORD_MIN } from '@/features/auth/schemas';
import { ActionForm } from '@/features/auth/ui/action-form';
import { AuthCard } from '@/ui/auth-card';
import { resetPasswordAction } from '../../actions';

export const metadata: Metadata = { title: 'New password', referrer: 'no-referrer' };

export default async function ResetPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  return (
    <AuthCard title="New password">
      <ActionForm
        fields={[
          {
            name: 'password',
            label: 'New password',
            kind: 'password',
            autoComplete: 'new-password',
            description: `At least ${PASSWORD_MIN} characters. You are signed out everywhere.`,
          },
        ]}
        submit="Set password"
        action={resetPasswordAction}
        more={{ token }}
        then="/sign-in?set=password"
      />
    </AuthCard>
  );
}
