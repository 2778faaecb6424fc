import type { Metadata } from 'next';
import { ChangeEmail } from '@/features/auth/ui/change-email';
import { personContext } from '@/server/session';
import { ColorScheme } from '@/ui/color-scheme';
import { Badge, Panel } from '@/ui/panel';
import { roleName } from '@/ui/role-name';
import ui from '@/ui/ui.module.css';
import { requestEmailChangeAction, sendVerificationAction } from './actions';

export const metadata: Metadata = { title: 'Settings' };

export default async function SettingsPage() {
  const { ctx, session } = await personContext();
  const accounts = session.workspace?.accounts;
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
            <dd>
              {session.email} {session.isVerified ? null : <Badge tone="warning">not confirmed</Badge>}
            </dd>
          </div>
          <div>
            <dt>Role in {session.workspace?.name}</dt>
            <dd>{roleName(session.workspace?.role ?? '')}</dd>
          </div>
          <div>
            <dt>Accounts you see</dt>
            <dd>{accounts ? `${accounts.length}, chosen by an admin` : 'All'}</dd>
          </div>
        </dl>
      </Panel>
      <Panel title="Email" padded>
        <ChangeEmail
          email={session.email}
          isVerified={session.isVerified}
          canMail={ctx.mail.kind !== 'off'}
          isManaged={session.session.method === 'saml'}
          change={requestEmailChangeAction}
          sendAgain={sendVerificationAction}
        />
      </Panel>
      <Panel title="Look" padded>
        <ColorScheme />
      </Panel>
    </div>
  );
}
