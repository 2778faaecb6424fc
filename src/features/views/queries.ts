import { limitOf, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import type { Prisma } from '@/db/generated/client';
import { NotFound } from '@/errors';
import { groupRef, isHidden, withoutHidden } from './hidden-accounts';
import type { Audience, SavedView } from './schemas';

const columns = {
  id: true,
  name: true,
  query: true,
  updatedAt: true,
  createdBy: true,
  audience: true,
} satisfies Prisma.SavedViewSelect;

type Row = Prisma.SavedViewGetPayload<{ select: typeof columns }>;

const toView = (row: Row): SavedView => ({ ...row, audience: row.audience as Audience });

/** The person who asks, also through a token of theirs; null for a program, staff and the worker. */
export const personOf = ({ actor }: Pick<Ctx, 'actor'>): string | null =>
  actor.kind === 'user' || actor.kind === 'token' ? actor.userId : null;

/** A role sees every view only where there is a person behind it. */
export const seesEveryView = (ctx: Pick<Ctx, 'actor'>): boolean => {
  const { actor } = ctx;
  return 'role' in actor && personOf(ctx) !== null && ['owner', 'admin'].includes(actor.role);
};

/** The views that the actor may know of. */
export function visibleTo(ctx: Pick<Ctx, 'workspaceId' | 'actor'>): Prisma.SavedViewWhereInput {
  const { workspaceId } = ctx;
  if (seesEveryView(ctx)) return { workspaceId };
  const userId = personOf(ctx);
  const own = userId === null ? [] : [{ createdBy: userId }, { grants: { some: { workspaceId, userId } } }];
  return { workspaceId, OR: [{ audience: 'workspace' }, ...own] };
}

/** The refs of the accounts that a limited person may see, and their groups; null: they are not limited. */
export async function seenRefs(tx: Tx, ctx: Pick<Ctx, 'workspaceId' | 'actor'>): Promise<Set<string> | null> {
  const accounts = limitOf(ctx.actor);
  if (!accounts) return null;
  const rows = await tx.linkedAccount.findMany({
    where: { workspaceId: ctx.workspaceId, awsAccountId: { in: [...accounts] } },
    select: { ref: true, accountGroup: true },
  });
  return new Set(rows.flatMap((row) => [row.ref, groupRef(row.accountGroup ?? '')]));
}

/** A limited person sees nothing of a view about other accounts, but of one that they made themselves. */
const isShown = (ctx: Pick<Ctx, 'actor'>, view: SavedView, seen: ReadonlySet<string> | null) =>
  seen === null || view.createdBy === personOf(ctx) || !isHidden(view.query, seen);

const asSeen = (view: SavedView, seen: ReadonlySet<string> | null): SavedView =>
  seen === null ? view : { ...view, query: withoutHidden(view.query, seen) };

/** As it is stored, for those who change it. Throws NotFound where the actor may not know of it. */
export async function getStoredView(tx: Tx, ctx: Ctx, id: string): Promise<SavedView> {
  const row = await tx.savedView.findFirst({ where: { AND: [visibleTo(ctx), { id }] }, select: columns });
  const found = row && toView(row);
  if (!found || !isShown(ctx, found, await seenRefs(tx, ctx))) throw new NotFound('view');
  return found;
}

/** As its reader may see it. */
export async function getView(tx: Tx, ctx: Ctx, id: string): Promise<SavedView> {
  return asSeen(await getStoredView(tx, ctx, id), await seenRefs(tx, ctx));
}

export async function listViewRows(tx: Tx, ctx: Ctx): Promise<SavedView[]> {
  const rows = await tx.savedView.findMany({
    where: visibleTo(ctx),
    select: columns,
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: 500,
  });
  const seen = await seenRefs(tx, ctx);
  return rows
    .map(toView)
    .filter((view) => isShown(ctx, view, seen))
    .map((view) => asSeen(view, seen));
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** Everybody who is a member now. */
export function listPeople(tx: Tx, workspaceId: string): Promise<Person[]> {
  return tx.$queryRaw<Person[]>`
    select u.id::text as id, u.name, u.email from membership m join app_user u on u.id = m.user_id
    where m.workspace_id = ${workspaceId}::uuid and m.deactivated_at is null
    order by lower(u.name), u.email limit 2000`;
}

/** Who was chosen for which of the views. */
export async function listGrants(
  tx: Tx,
  workspaceId: string,
  viewIds: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await tx.viewGrant.findMany({
    where: { workspaceId, viewId: { in: [...viewIds] } },
    select: { viewId: true, userId: true },
    orderBy: [{ viewId: 'asc' }, { userId: 'asc' }],
  });
  const chosen = new Map<string, string[]>();
  for (const { viewId, userId } of rows) chosen.set(viewId, [...(chosen.get(viewId) ?? []), userId]);
  return chosen;
}
