import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { factorsOf } from '@/features/auth/factors';
import { FactorSettings } from '@/features/auth/ui/factor-settings';
import { StepUpProvider } from '@/features/auth/ui/step-up-provider';
import { runtime } from '@/runtime';
import { currentSession } from '@/server/session';
import { signOutAction } from '@/server/sign-out';
import { AuthCard } from '@/ui/auth-card';
import styles from '@/ui/auth.module.css';
import { SignOutButton } from '@/ui/sign-out';
import ui from '@/ui/ui.module.css';
import { askToStepUpAction, stepUpAction, waysToStepUpAction } from '@/app/(app)/settings/actions';
import { factorActions } from '@/app/(app)/settings/factor-actions';

export const metadata: Metadata = { title: 'Second factor' };

/** For members of a workspace that asks for a second factor who have not shown one in this session. */
export default async function SecondFactorPage() {
  const session = await currentSession();
  if (!session) redirect('/sign-in');
  if (session.workspace?.closed !== 'second-factor') redirect('/overview');
  const factors = await factorsOf(runtime(), session.userId);
  return (
    <AuthCard title="Add a second factor">
      <p className={styles.lead}>
        {session.workspace.name} asks everybody for one. Add an app or a passkey; you can add more in
        Settings.
      </p>
      <div className={ui.stack} style={{ marginTop: 18 }}>
        <StepUpProvider ways={waysToStepUpAction} askForPasskey={askToStepUpAction} stepUp={stepUpAction}>
          <FactorSettings
            hasTotp={factors.hasTotp}
            passkeys={factors.passkeys}
            codesLeft={factors.codesLeft}
            then="/overview"
            actions={factorActions}
          />
        </StepUpProvider>
      </div>
      <form action={signOutAction} className={`${styles.foot} ${styles.row}`}>
        <SignOutButton label="Sign out instead" className={ui.link} />
      </form>
    </AuthCard>
  );
}
