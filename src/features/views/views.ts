import { randomUUID } from 'node:crypto';
import { requirePermission, withTransaction, type Ctx } from '@/context';
import { toSearchParams } from '@/domain/cost-query';
import { Forbidden, Invalid } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { parseCostQuery } from '@/features/costs/schemas';
import { getView, listViewRows } from './queries';
import type { CreateViewInput, SavedView, UpdateViewInput, ViewRef } from './schemas';

/** Only what the overview itself understands is stored, in its canonical form; so a view opens exactly. */
function canonicalQuery(ctx: Ctx, query: string): string {
  const parsed = parseCostQuery(new URLSearchParams(query), ctx.now());
  if (!parsed.ok) throw new Invalid('The overview would not understand this view.', parsed.fields);
  return toSearchParams(parsed.query).toString();
}

export async function listViews(ctx: Ctx): Promise<SavedView[]> {
  requirePermission(ctx, 'view:read');
  return withTransaction(ctx, (tx) => listViewRows(tx, ctx.workspaceId));
}

export async function createView(ctx: Ctx, input: CreateViewInput): Promise<{ id: string }> {
  requirePermission(ctx, 'view:write');
  if (ctx.actor.kind !== 'user') throw new Forbidden();
  const createdBy = ctx.actor.userId;
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
        createdBy,
        createdAt: now,
        updatedAt: now,
      },
    });
    await recordAudit(tx, ctx, 'view.created', id);
  });
  return { id };
}

export async function updateView(ctx: Ctx, input: UpdateViewInput): Promise<{ id: string }> {
  requirePermission(ctx, 'view:write');
  const query = input.query === undefined ? undefined : canonicalQuery(ctx, input.query);
  await withTransaction(ctx, async (tx) => {
    await getView(tx, ctx.workspaceId, input.viewId);
    await tx.savedView.update({
      where: { workspaceId_id: { workspaceId: ctx.workspaceId, id: input.viewId } },
      data: {
        ...(input.name === undefined ? {} : { name: input.name }),
        ...(query === undefined ? {} : { query }),
        updatedAt: ctx.now(),
      },
    });
    await recordAudit(tx, ctx, 'view.updated', input.viewId);
  });
  return { id: input.viewId };
}

export async function deleteView(ctx: Ctx, input: ViewRef): Promise<void> {
  requirePermission(ctx, 'view:write');
  await withTransaction(ctx, async (tx) => {
    await getView(tx, ctx.workspaceId, input.viewId);
    await tx.savedView.delete({
      where: { workspaceId_id: { workspaceId: ctx.workspaceId, id: input.viewId } },
    });
    await recordAudit(tx, ctx, 'view.deleted', input.viewId);
  });
}
