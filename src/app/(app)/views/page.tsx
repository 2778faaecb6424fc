import type { Metadata } from 'next';
import { may } from '@/context';
import { describeQuery } from '@/features/views/describe-query';
import type { SavedView } from '@/features/views/schemas';
import { mayShare, readSharing, type Sharing } from '@/features/views/share-view';
import { ViewTable } from '@/features/views/ui/view-table';
import { pageViews } from '@/app/(app)/page-views';
import { pageContext } from '@/server/session';
import { ButtonLink } from '@/ui/button-link';
import { formatDateTime } from '@/ui/format';
import { Empty, PageHead, Panel } from '@/ui/panel';
import { deleteViewAction, shareViewAction, updateViewAction } from './actions';

export const metadata: Metadata = { title: 'Views' };

const NOBODY: Sharing = { people: [], chosen: new Map() };

/** Who sees a view besides owners and admins, who see all. */
function seenBy(view: SavedView, { people, chosen }: Sharing) {
  if (view.audience === 'workspace') return { short: 'Everyone', full: 'Everyone in the workspace' };
  const nameOf = new Map(people.map((person) => [person.id, person.name]));
  const names = [view.createdBy, ...(chosen.get(view.id) ?? [])].flatMap((id) => nameOf.get(id) ?? []);
  const short =
    names.length > 2 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');
  return { short: short || 'Owners and admins', full: [...names, 'owners and admins'].join(', ') };
}

export default async function ViewsPage() {
  const { ctx } = await pageContext('view:read');
  const [views, sharing] = await Promise.all([
    pageViews(),
    may(ctx.actor, 'member:read') ? readSharing(ctx) : NOBODY,
  ]);
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
  const canShareAny = views.some((view) => mayShare(ctx, view));
  return (
    <>
      <PageHead title="Views" />
      <Panel title="Saved views" note={`${views.length} open to you`}>
        <ViewTable
          canWrite={may(ctx.actor, 'view:write')}
          people={canShareAny ? sharing.people : []}
          rename={updateViewAction}
          remove={deleteViewAction}
          share={shareViewAction}
          views={views.map((view) => ({
            id: view.id,
            name: view.name,
            what: describeQuery(view.query, ctx.now()),
            changed: formatDateTime(view.updatedAt.toISOString()),
            audience: view.audience,
            chosen: sharing.chosen.get(view.id) ?? [],
            createdBy: view.createdBy,
            seenBy: seenBy(view, sharing),
            canShare: mayShare(ctx, view),
          }))}
        />
      </Panel>
    </>
  );
}
