import type { Metadata } from 'next';
import { may } from '@/context';
import { readSecuritySettings } from '@/features/workspaces/security-settings';
import { SecurityForm } from '@/features/workspaces/ui/security-form';
import { pageContext } from '@/server/session';
import { updateSecurityAction } from '../actions';

export const metadata: Metadata = { title: 'Security' };

export default async function SecuritySettingsPage() {
  const { ctx } = await pageContext('member:read');
  const settings = await readSecuritySettings(ctx);
  return (
    <SecurityForm
      settings={settings}
      canChange={may(ctx.actor, 'workspace:write')}
      update={updateSecurityAction}
    />
  );
}
