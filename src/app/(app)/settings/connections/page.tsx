import type { Metadata } from 'next';
import { may } from '@/context';
import { listConnections } from '@/features/connections/read-connections';
import { accountWords, statusWords } from '@/features/connections/status-words';
import { pageContext } from '@/server/session';
import { ButtonLink } from '@/ui/button-link';
import { Badge, Empty, Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';

export const metadata: Metadata = { title: 'Connections' };

export default async function SettingsConnectionsPage() {
  const { ctx } = await pageContext('connection:read');
  const details = await listConnections(ctx);
  const canRevoke = may(ctx.actor, 'connection:revoke');
  if (details.length === 0) {
    return (
      <Empty title="Nothing to revoke" action={<ButtonLink href="/connections">Connections</ButtonLink>}>
        No account is connected to this workspace.
      </Empty>
    );
  }
  return (
    <div style={{ maxWidth: 850 }}>
      <Panel
        title="Connections"
        note={canRevoke ? 'revoking erases every synced row' : 'owners and admins may revoke'}
      >
        <Table
          columns={[
            { label: 'Connection' },
            { label: 'Account' },
            { label: 'State' },
            { label: 'Revoke', isHidden: true },
          ]}
        >
          {details.map((detail) => {
            const words = statusWords(detail);
            return (
              <tr key={detail.connection.id}>
                <th scope="row">{detail.connection.name}</th>
                <td>{accountWords(detail.connection)}</td>
                <td>
                  <Badge tone={words.tone}>{words.text}</Badge>
                </td>
                <td className={ui.num}>
                  {canRevoke && (
                    <ButtonLink href={`/settings/connections/${detail.connection.id}`}>Revoke</ButtonLink>
                  )}
                </td>
              </tr>
            );
          })}
        </Table>
      </Panel>
    </div>
  );
}
