import type { ReactNode } from 'react';
import { SettingsTabs } from '@/ui/settings-tabs';
import { PageHead } from '@/ui/panel';

export default function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <PageHead title="Settings" />
      <SettingsTabs />
      {children}
    </>
  );
}
