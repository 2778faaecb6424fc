import type { ReactNode } from 'react';
import { may } from '@/context';
import { pageContext } from '@/server/session';
import { PageHead } from '@/ui/panel';
import { settingsWithin } from '@/ui/places';
import { SettingsTabs } from '@/ui/settings-tabs';
import styles from '@/ui/settings-tabs.module.css';

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const { ctx, session } = await pageContext();
  const places = settingsWithin({ may: (needs) => may(ctx.actor, needs), isPerson: session !== null });
  const groups = [
    { label: 'You', places: places.filter(({ group }) => group === 'person') },
    {
      label: session?.workspace?.name ?? 'Workspace',
      places: places.filter(({ group }) => group === 'workspace'),
    },
  ];
  return (
    <>
      <PageHead title="Settings" />
      <div className={styles.layout}>
        <SettingsTabs groups={groups.filter((group) => group.places.length > 0)} />
        <div className={styles.body}>{children}</div>
      </div>
    </>
  );
}
