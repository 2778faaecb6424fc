import Link from 'next/link';
import { formatCount, formatDateTime, formatDay } from '@/ui/format';
import { Badge } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { WorkspaceHealth } from '../health';

export function HealthTable({ rows }: { rows: readonly WorkspaceHealth[] }) {
  return (
    <Table
      label="Health of workspaces"
      columns={[
        { label: 'Workspace' },
        { label: 'Made' },
        { label: 'Connections', isNumeric: true },
        { label: 'Failing', isNumeric: true },
        { label: 'Last sync' },
        { label: 'Access', isHidden: true },
      ]}
    >
      {rows.map((row) => (
        <tr key={row.workspaceId}>
          <th scope="row">
            <code title={row.workspaceId}>{row.workspaceId}</code>
          </th>
          <td className={ui.muted}>{formatDay(row.createdAt.toISOString().slice(0, 10), { year: true })}</td>
          <td className={ui.num}>{formatCount(row.connections)}</td>
          <td className={ui.num}>
            {row.failing > 0 ? <Badge tone="bad">{formatCount(row.failing)}</Badge> : '0'}
          </td>
          <td className={ui.muted}>
            {row.lastSyncAt ? formatDateTime(row.lastSyncAt.toISOString()) : 'not yet'}
          </td>
          <td className={ui.num}>
            <Link
              className={ui.link}
              href={`/staff?ask=${row.workspaceId}`}
              aria-label={`Ask to look into ${row.workspaceId}`}
            >
              Ask
            </Link>
          </td>
        </tr>
      ))}
    </Table>
  );
}
