import type { Metadata } from 'next';
import { isAllowed } from '@/domain/permissions';
import { describeQuery } from '@/features/views/describe-query';
import { ViewTable } from '@/features/views/ui/view-table';
import { listViews } from '@/features/views/views';
import { pageContext } from '@/server/session';
import { ButtonLink } from '@/ui/button-link';
import { formatDateTime } from '@/ui/format';
import { Empty, PageHead, Panel } from '@/ui/panel';
import { deleteViewAction, updateViewAction } from './actions';

export const metadata: Metadata = { title: 'Views' };

export default async function ViewsPage() {
  const { ctx, session } = await pageContext();
  const views = await listViews(ctx);
  if (views.length === 0) {
    return (
      <>
        <PageHead title="Views" />
        <Empty title="No saved views" action={<ButtonLink href="/overview">Open the overview</ButtonLink>}>
          Set dates, filters and grouping on the overview, then save them under a name.
        </Empty>
      </>
    );
  }
  return (
    <>
      <PageHead title="Views" />
      <Panel title="Saved views" note={`${views.length} of the workspace`}>
        <ViewTable
          canWrite={isAllowed(session.workspace?.role ?? '', 'view:write')}
          rename={updateViewAction}
          remove={deleteViewAction}
          views={views.map((view) => ({
            id: view.id,
            name: view.name,
            what: describeQuery(view.query, ctx.now()),
            changed: formatDateTime(view.updatedAt.toISOString()),
          }))}
        />
      </Panel>
    </>
  );
}
