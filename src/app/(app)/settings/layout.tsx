import type { ReactNode } from 'react';
import { may } from '@/context';
import type { Permission } from '@/domain/permissions';
import { pageContext } from '@/server/session';
import { PageHead } from '@/ui/panel';
import { SettingsTabs, type SettingsPlace } from '@/ui/settings-tabs';
import styles from '@/ui/settings-tabs.module.css';

const own: readonly SettingsPlace[] = [
  { href: '/settings', label: 'Profile' },
  { href: '/settings/sign-in', label: 'Sign-in' },
  { href: '/settings/sessions', label: 'Sessions' },
  { href: '/settings/tokens', label: 'API tokens' },
];

const shared: readonly (SettingsPlace & { readonly needs: Permission })[] = [
  { href: '/settings/people', label: 'People', needs: 'member:read' },
  { href: '/settings/roles', label: 'Roles', needs: 'member:read' },
  { href: '/settings/security', label: 'Security', needs: 'member:read' },
  { href: '/settings/sso', label: 'Single sign-on', needs: 'sso:read' },
  { href: '/settings/scim', label: 'Provisioning', needs: 'sso:read' },
  { href: '/settings/audit', label: 'Audit trail', needs: 'audit:read' },
  { href: '/settings/staff', label: 'Staff access', needs: 'staff:decide' },
  { href: '/settings/connections', label: 'Connections', needs: 'connection:read' },
  { href: '/settings/delete', label: 'Delete account', needs: 'workspace:delete' },
];

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const { ctx, session } = await pageContext();
  const places = shared.filter(({ needs }) => may(ctx.actor, needs));
  return (
    <>
      <PageHead title="Settings" />
      <div className={styles.layout}>
        <SettingsTabs
          groups={[
            ...(session ? [{ label: 'You', places: own }] : []),
            { label: session?.workspace?.name ?? 'Workspace', places },
          ]}
        />
        <div className={styles.body}>{children}</div>
      </div>
    </>
  );
}
