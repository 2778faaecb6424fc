import type { ActionResult } from '@/ui/action-result';
import { formatDateTime } from '@/ui/format';
import { Badge } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { OwnAccess } from '../own-accesses';
import { formatMinutes, stateWords } from '../state-words';
import { ActionButton } from './action-button';
import styles from './staff.module.css';

type Act = (input: { accessId: string }) => Promise<ActionResult<unknown>>;

interface Props {
  readonly accesses: readonly OwnAccess[];
  readonly open: Act;
  readonly end: Act;
}

function Row({ access, open, end }: { access: OwnAccess; open: Act; end: Act }) {
  const words = stateWords(access.state);
  const isRunning = access.state === 'running';
  return (
    <tr>
      <th scope="row">
        <code title={access.workspaceId}>{access.workspaceId}</code>
      </th>
      <td>
        <Badge tone={words.tone}>{words.text}</Badge>
      </td>
      <td>
        <div className={styles.buttons}>
          {isRunning && (
            <ActionButton
              accessId={access.id}
              action={open}
              kind="primary"
              label={`Open ${access.workspaceId}`}
            >
              Open
            </ActionButton>
          )}
          {(isRunning || access.state === 'asked') && (
            <ActionButton
              accessId={access.id}
              action={end}
              label={`${isRunning ? 'End' : 'Take back'}, ${access.workspaceId}`}
            >
              {isRunning ? 'End' : 'Take back'}
            </ActionButton>
          )}
        </div>
      </td>
      <td>{formatMinutes(access.minutes)}</td>
      <td className={ui.muted}>
        {isRunning && access.expiresAt
          ? `until ${formatDateTime(access.expiresAt.toISOString())}`
          : `asked ${formatDateTime(access.requestedAt.toISOString())}`}
      </td>
      <td className={styles.reason}>{access.reason}</td>
    </tr>
  );
}

export function OwnAccesses({ accesses, open, end }: Props) {
  return (
    <Table
      label="What you asked for"
      columns={[
        { label: 'Workspace' },
        { label: 'State' },
        { label: 'Actions', isHidden: true },
        { label: 'For' },
        { label: 'When' },
        { label: 'Reason' },
      ]}
    >
      {accesses.map((access) => (
        <Row key={access.id} access={access} open={open} end={end} />
      ))}
    </Table>
  );
}
