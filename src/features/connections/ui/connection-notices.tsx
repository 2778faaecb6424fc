import Link from 'next/link';
import ui from '@/ui/ui.module.css';
import type { ConnectionSummary } from '../read-connections';
import { statusWords } from '../status-words';

/** Connections whose figures are missing or grow old, one line each; a page never looks whole when it is not. */
export function ConnectionNotices({ connections }: { connections: readonly ConnectionSummary[] }) {
  const shown = connections.filter(
    ({ connection, sync }) =>
      connection.activeSince !== null &&
      (connection.status !== 'active' ||
        sync?.status === 'failed' ||
        sync?.status === 'paused' ||
        (sync?.kind === 'first' && sync.status !== 'done')),
  );
  return shown.map((detail) => {
    const { connection, sync } = detail;
    const isLoading =
      connection.status === 'active' && (sync?.status === 'running' || sync?.status === 'queued');
    const why = connection.failure?.message ?? sync?.failure?.message ?? '';
    return (
      <div key={connection.id} className={ui.notice} data-tone={isLoading ? undefined : 'warning'}>
        <span>
          {connection.name}:{' '}
          {isLoading
            ? `loading, ${sync?.monthsDone ?? 0} of ${sync?.monthsTotal ?? 0} months are here.`
            : `${statusWords(detail).text}. ${why}`}
        </span>
        <Link href={`/connections/${connection.id}`} className={ui.link}>
          Open
        </Link>
      </div>
    );
  });
}
