import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { ActionForm } from '@/features/auth/ui/action-form';
import { currentStaff } from '@/server/staff-session';
import { AuthCard } from '@/ui/auth-card';
import { signInStaffAction } from '../actions';

export const metadata: Metadata = { title: 'Staff', robots: { index: false } };

export default async function StaffSignInPage() {
  if (await currentStaff()) redirect('/staff');
  return (
    <AuthCard
      title="Sign in as staff"
      foot="For people who run this Belvedere. It opens no workspace by itself."
    >
      <ActionForm
        fields={[
          { name: 'email', label: 'Email', kind: 'email', autoComplete: 'username' },
          { name: 'password', label: 'Password', kind: 'password', autoComplete: 'current-password' },
          {
            name: 'code',
            label: 'Code',
            kind: 'code',
            autoComplete: 'one-time-code',
            description: 'The 6 digits of your authenticator. Each code works once.',
          },
        ]}
        submit="Sign in"
        action={signInStaffAction}
        then="/staff"
      />
    </AuthCard>
  );
}
