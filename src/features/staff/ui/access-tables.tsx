import Link from 'next/link';
import type { ActionResult } from '@/ui/action-result';
import { formatCount, formatDateTime, formatTime } from '@/ui/format';
import { Badge } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { StaffAccessLine } from '../read-accesses';
import { formatMinutes, stateWords } from '../state-words';
import { ActionButton } from './action-button';
import styles from './staff.module.css';

type Act = (input: { accessId: string }) => Promise<ActionResult<unknown>>;

const at = (date: Date | null) => (date ? formatDateTime(date.toISOString()) : '–');

/** The trail, narrowed to what was looked at under this access. */
function ViewsLink({ line }: { line: StaffAccessLine }) {
  if (line.views === 0) return <span className={ui.muted}>0</span>;
  const params = new URLSearchParams({ action: 'staff.viewed', q: line.id });
  return (
    <Link className={ui.link} href={`/settings/audit?${params.toString()}`}>
      {formatCount(line.views)}
    </Link>
  );
}

export function AskedTable({
  lines,
  approve,
  deny,
}: {
  lines: readonly StaffAccessLine[];
  approve: Act;
  deny: Act;
}) {
  return (
    <Table
      label="Requests of staff"
      columns={[
        { label: 'Who' },
        { label: 'Reason' },
        { label: 'For' },
        { label: 'Asked' },
        { label: 'Actions', isHidden: true },
      ]}
    >
      {lines.map((line) => (
        <tr key={line.id}>
          <th scope="row">{line.staffName}</th>
          <td className={styles.reason}>{line.reason}</td>
          <td>{formatMinutes(line.minutes)}</td>
          <td className={ui.muted}>{at(line.requestedAt)}</td>
          <td>
            <div className={styles.buttons}>
              <ActionButton
                accessId={line.id}
                action={approve}
                isConfirmed
                kind="primary"
                label={`Approve ${line.staffName} for ${formatMinutes(line.minutes)}`}
              >
                Approve
              </ActionButton>
              <ActionButton accessId={line.id} action={deny} isConfirmed label={`Deny ${line.staffName}`}>
                Deny
              </ActionButton>
            </div>
          </td>
        </tr>
      ))}
    </Table>
  );
}

export function RunningTable({ lines, end }: { lines: readonly StaffAccessLine[]; end: Act }) {
  return (
    <Table
      label="Open access of staff"
      columns={[
        { label: 'Who' },
        { label: 'Reason' },
        { label: 'Until' },
        { label: 'Viewed', isNumeric: true },
        { label: 'Actions', isHidden: true },
      ]}
    >
      {lines.map((line) => (
        <tr key={line.id}>
          <th scope="row">{line.staffName}</th>
          <td className={styles.reason}>{line.reason}</td>
          <td>{at(line.expiresAt)}</td>
          <td className={ui.num}>
            <ViewsLink line={line} />
          </td>
          <td>
            <div className={styles.buttons}>
              <ActionButton accessId={line.id} action={end} label={`End the access of ${line.staffName}`}>
                End
              </ActionButton>
            </div>
          </td>
        </tr>
      ))}
    </Table>
  );
}

function whenOf({ requestedAt, startsAt, endedAt, expiresAt }: StaffAccessLine): string {
  const end = endedAt ?? expiresAt;
  if (!startsAt || !end) return `asked ${at(requestedAt)}`;
  return `${at(startsAt)} to ${formatTime(end.toISOString())}`;
}

export function PastTable({ lines }: { lines: readonly StaffAccessLine[] }) {
  return (
    <Table
      label="Access of before"
      columns={[
        { label: 'Who' },
        { label: 'State' },
        { label: 'When' },
        { label: 'Viewed', isNumeric: true },
        { label: 'Reason' },
      ]}
    >
      {lines.map((line) => {
        const words = stateWords(line.state);
        return (
          <tr key={line.id}>
            <th scope="row">{line.staffName}</th>
            <td>
              <Badge tone={words.tone}>{words.text}</Badge>
            </td>
            <td className={ui.muted}>{whenOf(line)}</td>
            <td className={ui.num}>
              <ViewsLink line={line} />
            </td>
            <td className={styles.reason}>{line.reason}</td>
          </tr>
        );
      })}
    </Table>
  );
}
