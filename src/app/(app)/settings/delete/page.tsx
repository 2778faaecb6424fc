import type { Metadata } from 'next';
import { isAllowed } from '@/domain/permissions';
import { listConnections } from '@/features/connections/read-connections';
import { listViews } from '@/features/views/views';
import { DeleteForm } from '@/features/workspaces/ui/delete-form';
import styles from '@/features/erasure/ui/receipt.module.css';
import { pageContext } from '@/server/session';
import { ButtonLink } from '@/ui/button-link';
import { Empty } from '@/ui/panel';
import { deleteWorkspaceAction } from '../actions';

export const metadata: Metadata = { title: 'Delete account' };

export default async function DeletePage() {
  const { ctx, session } = await pageContext();
  if (!isAllowed(session.workspace?.role ?? '', 'workspace:delete')) {
    return (
      <Empty title="Owners delete the account" action={<ButtonLink href="/settings">Back</ButtonLink>}>
        Your role in this workspace does not allow it. Ask an owner.
      </Empty>
    );
  }
  const [connections, views] = await Promise.all([listConnections(ctx), listViews(ctx)]);
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
