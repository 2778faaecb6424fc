'use client';

import { useRouter } from 'next/navigation';
import type { ActionResult } from '@/ui/action-result';
import styles from '@/ui/auth.module.css';
import { formatDateTime } from '@/ui/format';
import { useAction } from '@/ui/form-state';
import { Badge, Panel } from '@/ui/panel';
import { useConfirmed } from '@/ui/step-up';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { OwnSession } from '../own-sessions';

interface Props {
  readonly sessions: readonly OwnSession[];
  readonly end: (input: { sessionId: string }) => Promise<ActionResult<unknown>>;
  readonly endOthers: () => Promise<ActionResult<{ ended: number }>>;
}

const words: Record<string, string> = {
  password: 'Password',
  passkey: 'Passkey',
  saml: 'Single sign-on',
  'break-glass': 'Recovery code',
};

export function SessionList({ sessions, end, endOthers }: Props) {
  const router = useRouter();
  const confirmed = useConfirmed();
  const { failure, isPending, run } = useAction();
  const refresh = () => router.refresh();
  return (
    <div className={ui.stack}>
      {failure.message && (
        <div className={ui.notice} data-tone="bad" role="alert">
          {failure.message}
        </div>
      )}
      <Panel
        title="Where you are signed in"
        note={
          sessions.length > 1 ? (
            <button
              className={ui.button}
              disabled={isPending}
              onClick={() => run(() => confirmed(endOthers), refresh)}
            >
              Sign out everywhere else
            </button>
          ) : (
            'nowhere else'
          )
        }
      >
        <Table
          label="Sessions"
          columns={[
            { label: 'Device' },
            { label: 'Address' },
            { label: 'By' },
            { label: 'Since' },
            { label: 'Last seen' },
            { label: 'End', isHidden: true },
          ]}
        >
          {sessions.map((session) => (
            <tr key={session.id}>
              <th scope="row">
                <span className={styles.device}>
                  {session.device} {session.isThis && <Badge tone="good">this one</Badge>}
                </span>
              </th>
              <td>{session.address ?? 'unknown'}</td>
              <td>{words[session.method] ?? session.method}</td>
              <td>{formatDateTime(session.createdAt.toISOString())}</td>
              <td>{formatDateTime(session.lastSeenAt.toISOString())}</td>
              <td className={ui.num}>
                {!session.isThis && (
                  <button
                    className={ui.button}
                    disabled={isPending}
                    aria-label={`Sign out ${session.device}`}
                    onClick={() => run(() => end({ sessionId: session.id }), refresh)}
                  >
                    Sign out
                  </button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      </Panel>
    </div>
  );
}
