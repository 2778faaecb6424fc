import type { Metadata } from 'next';
import { factorsOf } from '@/features/auth/factors';
import { boundTo } from '@/features/auth/person';
import { PASSWORD_MIN } from '@/features/auth/schemas';
import { ActionForm } from '@/features/auth/ui/action-form';
import { FactorSettings } from '@/features/auth/ui/factor-settings';
import { personContext, requirePerson } from '@/server/session';
import { Empty, Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { changePasswordAction } from '../actions';
import { factorActions } from '../factor-actions';

export const metadata: Metadata = { title: 'Sign-in' };

export default async function SignInSettingsPage() {
  const { ctx, session } = await personContext();
  if ((await boundTo(await requirePerson())) !== null) {
    return (
      <Empty title="Your own sign-in">
        You came by single sign-on of one workspace and belong to others, which it has no say in. Sign in with
        your own password or passkey to see and change how you sign in.
      </Empty>
    );
  }
  const factors = await factorsOf(ctx, session.userId);
  return (
    <div className={ui.stack} style={{ maxWidth: 640 }}>
      {session.session.method === 'saml' && (
        <div className={ui.notice}>
          Your identity provider signs you in. What you add here is for the day it does not answer.
        </div>
      )}
      <FactorSettings
        hasTotp={factors.hasTotp}
        passkeys={factors.passkeys}
        codesLeft={factors.codesLeft}
        actions={factorActions}
      />
      <Panel title="Password" note="changing it signs you out everywhere" padded>
        {factors.hasPassword ? (
          <ActionForm
            submit="Change password"
            action={changePasswordAction}
            then="/sign-in?set=password"
            isInline
            fields={[
              {
                name: 'current',
                label: 'Current password',
                kind: 'password',
                autoComplete: 'current-password',
              },
              {
                name: 'next',
                label: 'New password',
                kind: 'password',
                autoComplete: 'new-password',
                description: `At least ${PASSWORD_MIN} characters. Common ones are refused.`,
              },
            ]}
          />
        ) : (
          <p className={ui.small}>
            You have none. To set one, ask for a link with “Forgot the password?” on the sign-in page.
          </p>
        )}
      </Panel>
    </div>
  );
}
