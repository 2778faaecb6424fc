import type { Metadata } from 'next';
import { PASSWORD_MIN } from '@/features/auth/schemas';
import { AuthForm } from '@/features/auth/ui/auth-form';
import { pageContext } from '@/server/session';
import { ColorScheme } from '@/ui/color-scheme';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { changePasswordAction } from './actions';

export const metadata: Metadata = { title: 'Settings' };

export default async function SettingsPage() {
  const { session } = await pageContext();
  return (
    <div className={ui.stack} style={{ maxWidth: 640 }}>
      <Panel title="You" padded>
        <dl className={ui.facts}>
          <div>
            <dt>Name</dt>
            <dd>{session.name}</dd>
          </div>
          <div>
            <dt>Email</dt>
            <dd>{session.email}</dd>
          </div>
          <div>
            <dt>Role in {session.workspace?.name}</dt>
            <dd>{session.workspace?.role}</dd>
          </div>
        </dl>
      </Panel>
      <Panel title="Look" padded>
        <ColorScheme />
      </Panel>
      <Panel title="Password" note="changing it signs you out everywhere" padded>
        <AuthForm
          submit="Change password"
          action={changePasswordAction}
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
              description: `At least ${PASSWORD_MIN} characters.`,
            },
          ]}
        />
      </Panel>
    </div>
  );
}
