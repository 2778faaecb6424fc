import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { PASSWORD_MIN } from '@/features/auth/schemas';
import { ActionForm } from '@/features/auth/ui/action-form';
import { currentSession } from '@/server/session';
import { AuthCard } from '@/ui/auth-card';
import ui from '@/ui/ui.module.css';
import { signUpAction } from '../actions';

export const metadata: Metadata = { title: 'Make a workspace' };

export default async function SignUpPage() {
  if ((await currentSession())?.workspace) redirect('/overview');
  return (
    <AuthCard
      title="Make a workspace"
      foot={
        <>
          Have one?{' '}
          <Link className={ui.link} href="/sign-in">
            Sign in
          </Link>
        </>
      }
    >
      <ActionForm
        submit="Make the workspace"
        action={signUpAction}
        then="/overview"
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
            description: `At least ${PASSWORD_MIN} characters. Common ones are refused.`,
          },
        ]}
      />
    </AuthCard>
  );
}
