import { randomUUID } from 'node:crypto';
import { requirePermission, requireUser, withTransaction, type Ctx } from '@/context';
import { toSearchParams } from '@/domain/cost-query';
import { Invalid } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { parseCostQuery } from '@/features/costs/schemas';
import { withHidden } from './hidden-accounts';
import { getStoredView, getView, listViewRows, personOf, seenRefs } from './queries';
import type { CreateViewInput, SavedView, UpdateViewInput, ViewRef } from './schemas';

/** Only what the overview itself understands is stored, in its canonical form; so a view opens exactly. */
function canonicalQuery(ctx: Ctx, query: string): string {
  const parsed = parseCostQuery(new URLSearchParams(query), ctx.now());
  if (!parsed.ok) throw new Invalid('The overview would not understand this view.', parsed.fields);
  return toSearchParams(parsed.query).toString();
}

/** What the audit trail keeps of a view. Its query names accounts by our own refs. */
const factsOf = ({ name, query }: Pick<SavedView, 'name' | 'query'>) => ({ name, query });

/** The views that the actor may know of, as they may see them. */
export async function listViews(ctx: Ctx): Promise<SavedView[]> {
  requirePermission(ctx, 'view:read');
  return withTransaction(ctx, (tx) => listViewRows(tx, ctx));
}

/** One view for somebody who opens it; that somebody else than its maker does is recorded. */
export async function openView(ctx: Ctx, input: ViewRef): Promise<SavedView> {
  requirePermission(ctx, 'view:read');
  return withTransaction(ctx, async (tx) => {
    const view = await getView(tx, ctx, input.viewId);
    if (view.createdBy !== personOf(ctx)) recordAudit(tx, ctx, 'view.opened', view.id);
    return view;
  });
}

export async function createView(ctx: Ctx, input: CreateViewInput): Promise<{ id: string }> {
  requirePermission(ctx, 'view:write');
  const { userId } = requireUser(ctx);
  const query = canonicalQuery(ctx, input.query);
  const id = randomUUID();
  await withTransaction(ctx, async (tx) => {
    const now = ctx.now();
    await tx.savedView.create({
      data: {
        workspaceId: ctx.workspaceId,
        id,
        name: input.name,
        query,
        createdBy: userId,
        createdAt: now,
        updatedAt: now,
      },
    });
    recordAudit(tx, ctx, 'view.created', id, { after: factsOf({ name: input.name, query }) });
  });
  return { id };
}

export async function updateView(ctx: Ctx, input: UpdateViewInput): Promise<{ id: string }> {
  requirePermission(ctx, 'view:write');
  await withTransaction(ctx, async (tx) => {
    const before = await getStoredView(tx, ctx, input.viewId);
    const seen = await seenRefs(tx, ctx);
    const asked =
      seen === null || input.query === undefined ? input.query : withHidden(input.query, before.query, seen);
    const after = {
      name: input.name ?? before.name,
      query: asked === undefined ? before.query : canonicalQuery(ctx, asked),
    };
    await tx.savedView.update({
      where: { workspaceId_id: { workspaceId: ctx.workspaceId, id: input.viewId } },
      data: { ...after, updatedAt: ctx.now() },
    });
    recordAudit(tx, ctx, 'view.updated', input.viewId, { before: factsOf(before), after });
  });
  return { id: input.viewId };
}

export async function deleteView(ctx: Ctx, input: ViewRef): Promise<void> {
  requirePermission(ctx, 'view:write');
  await withTransaction(ctx, async (tx) => {
    const before = await getStoredView(tx, ctx, input.viewId);
    await tx.savedView.delete({
      where: { workspaceId_id: { workspaceId: ctx.workspaceId, id: input.viewId } },
    });
    recordAudit(tx, ctx, 'view.deleted', input.viewId, { before: factsOf(before) });
  });
}
