import type { Metadata } from 'next';
import Link from 'next/link';
import { PASSWORD_MIN } from '@/features/auth/schemas';
import { ActionForm } from '@/features/auth/ui/action-form';
import { readInvitation, type OpenInvitation } from '@/features/members/read-invitation';
import { JoinForm } from '@/features/members/ui/join-form';
import { runtime } from '@/runtime';
import { currentSession, type Session } from '@/server/session';
import { AuthCard } from '@/ui/auth-card';
import styles from '@/ui/auth.module.css';
import { formatDateTime } from '@/ui/format';
import { roleName } from '@/ui/role-name';
import ui from '@/ui/ui.module.css';
import { acceptAnewAction, joinAction, signOutHereAction } from '../actions';

export const metadata: Metadata = { title: 'Invitation', referrer: 'no-referrer' };

type Open = Extract<OpenInvitation, { kind: 'open' }>;

function PasswordForm({ text, submit }: { text: string; submit: string }) {
  return (
    <ActionForm
      submit={submit}
      action={acceptAnewAction}
      more={{ text }}
      then="/overview"
      fields={[
        { name: 'name', label: 'Your name', kind: 'text', autoComplete: 'name' },
        {
          name: 'password',
          label: 'New password',
          kind: 'password',
          autoComplete: 'new-password',
          description: `At least ${PASSWORD_MIN} characters.`,
        },
      ]}
    />
  );
}

interface StepProps {
  readonly text: string;
  readonly invitation: Open;
  readonly session: Session | null;
}

function Step({ text, invitation, session }: StepProps) {
  const { step, email, workspace } = invitation;
  switch (step) {
    case 'join':
      return <JoinForm text={text} workspace={workspace} join={joinAction} />;
    case 'leave-first':
      return (
        <form action={signOutHereAction.bind(null, text)} className={styles.form}>
          <p className={styles.lead}>
            You are signed in as {session?.email}. This invitation is for {email}: sign out, and this page
            opens again for that person.
          </p>
          <button className={ui.button} style={{ justifySelf: 'start' }}>
            Sign out
          </button>
        </form>
      );
    case 'sign-in':
      return (
        <>
          <p className={styles.lead}>{email} has an account. Sign in with it, and you come back here.</p>
          <Link
            className={styles.wide}
            href={`/sign-in?next=${encodeURIComponent(`/invite/${encodeURIComponent(text)}`)}`}
          >
            Sign in
          </Link>
        </>
      );
    case 'new-account':
      return <PasswordForm text={text} submit={`Join ${workspace}`} />;
    case 'new-password':
      return (
        <>
          <p className={styles.lead}>
            There is an account with this address that nobody ever confirmed. This link shows that the address
            is yours, so the account becomes yours with a new password. Its old password, sessions, passkeys,
            second factor and API tokens end.
          </p>
          <PasswordForm text={text} submit={`Set the password and join ${workspace}`} />
        </>
      );
  }
}

/** Opening the link does nothing yet: programs that look into mail open links as well. */
export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  const { token: text } = await params;
  const session = await currentSession();
  const invitation = await readInvitation(runtime(), text, session);
  if (invitation.kind === 'gone') {
    return (
      <AuthCard
        title="This invitation is over"
        foot={
          <Link className={ui.link} href="/overview">
            Open Belvedere
          </Link>
        }
      >
        <p className={styles.lead}>
          It was used, withdrawn or replaced by a newer one, or its 7 days are over. Ask whoever invited you
          for a new one.
        </p>
      </AuthCard>
    );
  }
  const facts: readonly (readonly [string, string])[] = [
    ['Invited by', invitation.inviter],
    ['Your address', invitation.email],
    ['Role', `${roleName(invitation.role)}${invitation.isLimited ? ', for some accounts' : ''}`],
    ['Until', formatDateTime(invitation.expiresAt.toISOString())],
  ];
  return (
    <AuthCard title={`Join ${invitation.workspace}`}>
      <dl className={ui.facts} style={{ marginTop: 16 }}>
        {facts.map(([term, fact]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
      <Step text={text} invitation={invitation} session={session} />
    </AuthCard>
  );
}
