import type { Metadata } from 'next';
import { isRole } from '@/domain/permissions';
import { RoleMatrix } from '@/features/members/ui/role-matrix';
import { pageContext } from '@/server/session';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';

export const metadata: Metadata = { title: 'Roles' };

export default async function RolesPage() {
  const { ctx } = await pageContext('member:read');
  const role = ctx.actor.kind === 'user' ? ctx.actor.role : '';
  return (
    <div className={ui.stack}>
      <Panel title="What each role may" note="every request is checked against this table">
        <RoleMatrix own={isRole(role) ? role : null} />
      </Panel>
      <p className={`${ui.small} ${ui.muted}`}>
        Editors and viewers can be limited to some accounts. They then see the costs of those alone, and what
        is marked closed is closed to them whatever their role: it shows all accounts, or changes what
        everybody sees. Only owners deal with owners.
      </p>
    </div>
  );
}
