import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { NotFound } from '@/errors';
import { previewRevocation } from '@/features/connections/read-connections';
import { RevokeForm } from '@/features/erasure/ui/revoke-form';
import styles from '@/features/erasure/ui/receipt.module.css';
import { pageContext } from '@/server/session';
import { formatCount } from '@/ui/format';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { revokeConnectionAction } from '../../../connections/actions';

export const metadata: Metadata = { title: 'Revoke' };

export default async function RevokePage({ params }: { params: Promise<{ connectionId: string }> }) {
  const { ctx } = await pageContext('connection:revoke');
  const id = z.uuid().safeParse((await params).connectionId);
  if (!id.success) notFound();
  const preview = await previewRevocation(ctx, id.data).catch((error: unknown) => {
    if (error instanceof NotFound) notFound();
    throw error;
  });
  const { connection, goes, views } = preview;
  const hasRole =
    connection.kind === 'aws' || goes.some((count) => count.table === 'file_bucket' && count.rows > 0);
  return (
    <div className={`${ui.stack} ${styles.narrow}`}>
      <Panel title={`Revoke ${connection.name}`} padded>
        <p className={ui.small}>
          {connection.kind === 'upload'
            ? 'The data of all its files is out of every page at once, before the rows are erased. This cannot be undone. To have it back, load the files again.'
            : 'Access stops at once: running syncs are aborted, credentials are dropped, and the data is out of every page before the rows are erased. This cannot be undone. To have the data back, connect the account again.'}
        </p>
      </Panel>
      <Panel title="What goes" note="rows, counted now">
        <div className={ui.tableWrap}>
          <table className={ui.table}>
            <tbody>
              {goes
                .filter((count) => count.rows > 0)
                .map((count) => (
                  <tr key={count.table}>
                    <th scope="row">{count.label}</th>
                    <td className={ui.num}>{formatCount(count.rows)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      </Panel>
      <Panel title="What stays" padded>
        <p className={ui.small}>
          {views === 0
            ? 'No saved views'
            : `${formatCount(views)} saved ${views === 1 ? 'view' : 'views'}, then empty`}
          , a signed receipt, and lines in the audit trail that name the connection only by our own id.
          {hasRole && ' The role in your account stays until you delete its stack.'}
        </p>
      </Panel>
      <Panel padded>
        <RevokeForm connectionId={connection.id} name={connection.name} revoke={revokeConnectionAction} />
      </Panel>
    </div>
  );
}
