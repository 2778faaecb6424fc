import type { Metadata } from 'next';
import { listConnections } from '@/features/connections/read-connections';
import { DeleteForm } from '@/features/workspaces/ui/delete-form';
import styles from '@/features/erasure/ui/receipt.module.css';
import { pageViews } from '@/app/(app)/page-views';
import { personContext } from '@/server/session';
import { deleteWorkspaceAction } from '../actions';

export const metadata: Metadata = { title: 'Delete workspace' };

export default async function DeletePage() {
  const { ctx, session } = await personContext('workspace:delete');
  const [connections, views] = await Promise.all([listConnections(ctx), pageViews()]);
  return (
    <div className={styles.narrow}>
      <DeleteForm
        name={session.workspace?.name ?? ''}
        connections={connections.length}
        views={views.length}
        remove={deleteWorkspaceAction}
      />
    </div>
  );
}
