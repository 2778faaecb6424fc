import type { Metadata } from 'next';
import { readStaffAccesses } from '@/features/staff/read-accesses';
import { AskedTable, PastTable, RunningTable } from '@/features/staff/ui/access-tables';
import { SettingForm } from '@/features/staff/ui/setting-form';
import { pageContext } from '@/server/session';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import {
  approveStaffAccessAction,
  changeStaffSettingAction,
  denyStaffAccessAction,
  endStaffAccessAction,
} from './actions';

export const metadata: Metadata = { title: 'Staff access' };

export default async function StaffAccessPage() {
  const { ctx } = await pageContext('staff:decide');
  const { setting, asked, running, past } = await readStaffAccesses(ctx);
  const operator = ctx.config.operator.name ?? 'Whoever runs this Belvedere';
  return (
    <div className={ui.stack}>
      {running.length > 0 && (
        <Panel title="Looking in now" note="read-only; ending takes effect with their next request">
          <RunningTable lines={running} end={endStaffAccessAction} />
        </Panel>
      )}
      {asked.length > 0 && (
        <Panel title="Asked" note="over after 24 hours">
          <AskedTable lines={asked} approve={approveStaffAccessAction} deny={denyStaffAccessAction} />
        </Panel>
      )}
      <Panel title="Before staff look in" padded>
        <div className={ui.stack}>
          <p className={ui.small}>
            {operator} sees that this workspace exists, how many connections it has, how many of them fail,
            and when it last synced. More takes an access: with a reason, for at most 4 hours, read-only, each
            page in your audit trail.
          </p>
          <SettingForm key={setting} setting={setting} save={changeStaffSettingAction} />
        </div>
      </Panel>
      {past.length > 0 ? (
        <Panel title="Before" note="the newest 100">
          <PastTable lines={past} />
        </Panel>
      ) : (
        running.length === 0 && <p className={`${ui.small} ${ui.muted}`}>Nobody has looked in so far.</p>
      )}
    </div>
  );
}
