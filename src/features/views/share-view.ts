import { may, requirePermission, requireUser, withTransaction, type Ctx } from '@/context';
import { Forbidden, Invalid } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { getStoredView, listGrants, listPeople, listViewRows, seesEveryView, type Person } from './queries';
import type { SavedView, ShareViewInput } from './schemas';

/** Its maker, owners and admins say who sees a view. */
export const mayShare = (ctx: Pick<Ctx, 'actor'>, view: Pick<SavedView, 'createdBy'>): boolean =>
  ctx.actor.kind === 'user' &&
  may(ctx.actor, 'view:write') &&
  (seesEveryView(ctx) || view.createdBy === ctx.actor.userId);

export interface Sharing {
  readonly people: readonly Person[];
  /** By view, the people who were chosen for it. */
  readonly chosen: ReadonlyMap<string, readonly string[]>;
}

/** Who is there to share with, and who sees the views that the actor knows of. */
export async function readSharing(ctx: Ctx): Promise<Sharing> {
  requirePermission(ctx, 'view:read');
  requirePermission(ctx, 'member:read');
  return withTransaction(ctx, async (tx) => {
    const views = await listViewRows(tx, ctx);
    return {
      people: await listPeople(tx, ctx.workspaceId),
      chosen: await listGrants(
        tx,
        ctx.workspaceId,
        views.map((view) => view.id),
      ),
    };
  });
}

/**
 * Says who sees a view. Throws NotFound for a view that the actor may not know of, Forbidden for one that is not theirs to
 * share, and Invalid for people who are no members.
 */
export async function shareView(ctx: Ctx, input: ShareViewInput): Promise<void> {
  requirePermission(ctx, 'view:write');
  requireUser(ctx);
  const { workspaceId } = ctx;
  await withTransaction(ctx, async (tx) => {
    const view = await getStoredView(tx, ctx, input.viewId);
    if (!mayShare(ctx, view)) throw new Forbidden('Only who made a view, owners and admins can share it.');
    const asked = input.audience === 'chosen' ? new Set(input.userIds) : new Set<string>();
    asked.delete(view.createdBy);
    const members = new Set((await listPeople(tx, workspaceId)).map((person) => person.id));
    if ([...asked].some((id) => !members.has(id))) {
      throw new Invalid('One of these people is no member any more. Choose again.', {
        userIds: 'One of these people is no member any more.',
      });
    }
    const people = [...asked].sort();
    // Its row first: who shares it at the same time waits here.
    await tx.savedView.update({
      where: { workspaceId_id: { workspaceId, id: view.id } },
      data: { audience: input.audience },
    });
    const before = (await listGrants(tx, workspaceId, [view.id])).get(view.id) ?? [];
    await tx.viewGrant.deleteMany({ where: { workspaceId, viewId: view.id } });
    await tx.viewGrant.createMany({
      data: people.map((userId) => ({ workspaceId, viewId: view.id, userId })),
    });
    recordAudit(tx, ctx, 'view.shared', view.id, {
      before: { audience: view.audience, people: before },
      after: { audience: input.audience, people },
    });
  });
}
