import type { Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { mappedRole, readGroupRules, type GroupRule } from '@/domain/group-roles';
import { isRole, roles, type Role } from '@/domain/permissions';
import { PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { canBeLimited } from '@/features/members/authority';
import { ensureAnotherOwner } from '@/features/members/last-owner';

export interface Rules {
  readonly rules: readonly GroupRule[];
  readonly defaultRole: Role;
}

/** The rules of the workspace's single sign-on; none, and viewer, where it has none that is active. */
export async function readRules(tx: Tx, workspaceId: string): Promise<Rules> {
  const connection = await tx.ssoConnection.findFirst({
    where: { workspaceId, status: 'active' },
    orderBy: { activatedAt: 'asc' },
    select: { groupRoles: true, defaultRole: true },
  });
  const role = connection?.defaultRole ?? 'viewer';
  return { rules: readGroupRules(connection?.groupRoles), defaultRole: isRole(role) ? role : 'viewer' };
}

type Mapped = ReadonlyMap<string, Role | null>;

async function mapGroups(tx: Tx, workspaceId: string, userIds: readonly string[]): Promise<Mapped> {
  const { rules } = await readRules(tx, workspaceId);
  const rows = await tx.$queryRawUnsafe<{ user_id: string; names: string[] }[]>(
    `select gm.user_id::text, array_agg(g.display_name) as names
     from scim_group_member gm join scim_group g on g.workspace_id = gm.workspace_id and g.id = gm.group_id
     where gm.workspace_id = $1::uuid and gm.user_id::text = any($2::text[]) group by gm.user_id`,
    workspaceId,
    [...userIds],
  );
  return new Map(rows.map((row) => [row.user_id, mappedRole(row.names, rules)]));
}

/** The role that the groups that are provisioned here give a person; null where none gives one. */
export async function roleByProvisioning(tx: Tx, workspaceId: string, userId: string): Promise<Role | null> {
  return (await mapGroups(tx, workspaceId, [userId])).get(userId) ?? null;
}

interface Target {
  readonly userId: string;
  readonly before: string;
  readonly isActive: boolean;
  readonly role: Role;
}

async function setRole(tx: Tx, ctx: Ctx, role: Role, targets: readonly Target[]): Promise<void> {
  await tx.membership.updateMany({
    where: { workspaceId: ctx.workspaceId, userId: { in: targets.map((target) => target.userId) } },
    data: { role, updatedAt: ctx.now() },
  });
  for (const { userId, before } of targets) {
    recordAudit(tx, ctx, 'member.role-changed', userId, {
      detail: { by: 'groups' },
      before: { role: before },
      after: { role },
    });
  }
}

/** The last owner stays one, whatever their groups say. */
async function demoteOwner(tx: Tx, ctx: Ctx, target: Target): Promise<void> {
  try {
    await ensureAnotherOwner(tx, ctx.workspaceId, target.userId);
  } catch (error) {
    if (error instanceof PreconditionFailed) return;
    throw error;
  }
  await setRole(tx, ctx, target.role, [target]);
}

/**
 * Runs a change of groups, of who is in them or of the rules, and gives each of the people the role that their groups now give:
 * | groups gave | groups give | role |
 * |---|---|---|
 * | anything | a role | that role |
 * | a role | none | the default role |
 * | none | none | as it was |
 * A limit to some accounts was set by a person here: no group lifts it, so who has one becomes an editor at most. Call it while `lockMembers` is held.
 */
export async function followGroups(
  tx: Tx,
  ctx: Ctx,
  userIds: readonly string[],
  change: () => Promise<void>,
): Promise<void> {
  const { workspaceId } = ctx;
  const before = await mapGroups(tx, workspaceId, userIds);
  await change();
  const after = await mapGroups(tx, workspaceId, userIds);
  const { defaultRole } = await readRules(tx, workspaceId);
  const members = await tx.membership.findMany({
    where: { workspaceId, userId: { in: [...userIds] } },
    select: { userId: true, role: true, allAccounts: true, deactivatedAt: true },
  });
  const targets = members.flatMap(({ userId, role: was, allAccounts, deactivatedAt }): Target[] => {
    const given = after.get(userId) ?? (before.get(userId) ? defaultRole : null);
    const role = given === null || allAccounts || canBeLimited(given) ? given : 'editor';
    return role === null || role === was
      ? []
      : [{ userId, before: was, role, isActive: deactivatedAt === null }];
  });
  const isOwner = (target: Target) => target.before === 'owner' && target.isActive;
  // Owners go last, so that ownership can change hands in one step.
  for (const role of roles) {
    const given = targets.filter((target) => target.role === role && !isOwner(target));
    if (given.length > 0) await setRole(tx, ctx, role, given);
  }
  for (const target of targets.filter(isOwner)) await demoteOwner(tx, ctx, target);
}
