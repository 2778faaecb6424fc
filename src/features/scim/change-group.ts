import { randomUUID } from 'node:crypto';
import { withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { recordAudit } from '@/features/audit/record-audit';
import { lockMembers } from '@/features/members/last-owner';
import { requireProvisioning } from './access';
import type { JsonRecord } from './attributes';
import { followGroups } from './follow-groups';
import { membersAfter, readGroup, readGroupPatch, type GroupChange } from './group-input';
import { getGroup, memberIds } from './group-store';
import type { ScimGroup } from './resources';
import { invalidValue, ScimError } from './scim-error';
import { existingUsers } from './user-store';

const NAMED_MAX = 100;

interface Members {
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

async function planMembers(
  tx: Tx,
  workspaceId: string,
  before: ReadonlySet<string>,
  change: GroupChange,
): Promise<Members> {
  const after = membersAfter(before, change.members);
  const added = [...after].filter((id) => !before.has(id));
  const removed = [...before].filter((id) => !after.has(id));
  if (added.length > 0) {
    const known = await existingUsers(tx, workspaceId, added);
    const unknown = added.find((id) => !known.has(id));
    if (unknown !== undefined) throw invalidValue(`There is no user with the id ${unknown.slice(0, 64)}.`);
  }
  return { before, after, added, removed };
}

async function writeMembers(tx: Tx, workspaceId: string, groupId: string, members: Members): Promise<void> {
  const { added, removed } = members;
  if (removed.length > 0) {
    await tx.$executeRawUnsafe(
      `delete from scim_group_member
       where workspace_id = $1::uuid and group_id = $2::uuid and user_id = any($3::text[]::uuid[])`,
      ...[workspaceId, groupId, [...removed]],
    );
  }
  if (added.length > 0) {
    await tx.$executeRawUnsafe(
      `insert into scim_group_member (workspace_id, group_id, user_id)
       select $1::uuid, $2::uuid, unnest($3::text[])::uuid`,
      ...[workspaceId, groupId, [...added]],
    );
  }
}

/** Rules name groups without regard to case, so two groups do not differ by it alone. */
async function requireFreeName(tx: Tx, workspaceId: string, name: string, exceptId?: string): Promise<void> {
  const other = await tx.scimGroup.count({
    where: {
      workspaceId,
      displayName: { equals: name, mode: 'insensitive' },
      ...(exceptId ? { id: { not: exceptId } } : {}),
    },
  });
  if (other > 0) throw new ScimError(409, 'uniqueness', 'A group with this displayName exists already.');
}

const factsOf = (group: ScimGroup, members: number) => ({
  displayName: group.displayName,
  externalId: group.externalId,
  members,
});

const namesOf = ({ added, removed }: Members) => ({
  added: added.slice(0, NAMED_MAX),
  removed: removed.slice(0, NAMED_MAX),
});

/** Throws ScimError: uniqueness for a name that is taken, invalidValue for a member who is no user. */
export async function createGroup(ctx: Ctx, body: JsonRecord): Promise<ScimGroup> {
  requireProvisioning(ctx);
  const input = readGroup(body);
  const { workspaceId } = ctx;
  return withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    await requireFreeName(tx, workspaceId, input.displayName);
    const members = await planMembers(tx, workspaceId, new Set(), input);
    const id = randomUUID();
    const now = ctx.now();
    await followGroups(tx, ctx, members.added, async () => {
      await tx.scimGroup.create({
        data: {
          ...{ workspaceId, id, displayName: input.displayName, externalId: input.externalId ?? null },
          ...{ createdAt: now, updatedAt: now },
        },
      });
      await writeMembers(tx, workspaceId, id, members);
    });
    const group = await getGroup(tx, workspaceId, id);
    recordAudit(tx, ctx, 'scim.group-created', id, {
      after: factsOf(group, members.after.size),
      detail: namesOf(members),
    });
    return group;
  });
}

async function changeGroup(
  ctx: Ctx,
  groupId: string,
  change: GroupChange,
  withMembers: boolean,
): Promise<ScimGroup> {
  const { workspaceId } = ctx;
  return withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const group = await getGroup(tx, workspaceId, groupId, false);
    const members = await planMembers(tx, workspaceId, await memberIds(tx, workspaceId, groupId), change);
    const isRenamed = change.displayName !== undefined && change.displayName !== group.displayName;
    const isLinked = change.externalId !== undefined && change.externalId !== group.externalId;
    const isMoved = members.added.length + members.removed.length > 0;
    if (!isRenamed && !isLinked && !isMoved) return getGroup(tx, workspaceId, groupId, withMembers);
    if (isRenamed) await requireFreeName(tx, workspaceId, change.displayName ?? '', groupId);
    // Another name can be another role for all of them.
    const affected = isRenamed
      ? [...new Set([...members.before, ...members.after])]
      : [...members.added, ...members.removed];
    await followGroups(tx, ctx, affected, async () => {
      await tx.scimGroup.update({
        where: { workspaceId_id: { workspaceId, id: groupId } },
        data: {
          updatedAt: ctx.now(),
          ...(change.displayName === undefined ? {} : { displayName: change.displayName }),
          ...(change.externalId === undefined ? {} : { externalId: change.externalId }),
        },
      });
      await writeMembers(tx, workspaceId, groupId, members);
    });
    const changed = await getGroup(tx, workspaceId, groupId, withMembers);
    recordAudit(tx, ctx, 'scim.group-changed', groupId, {
      before: factsOf(group, members.before.size),
      after: factsOf(changed, members.after.size),
      detail: namesOf(members),
    });
    return changed;
  });
}

/** Puts a whole group in place of what is there. Throws NotFound, and ScimError as `createGroup`. */
export async function replaceGroup(ctx: Ctx, groupId: string, body: JsonRecord): Promise<ScimGroup> {
  requireProvisioning(ctx);
  return changeGroup(ctx, groupId, readGroup(body), true);
}

/**
 * Changes what the operations name; the answer has the members only where they are asked for, since there can be thousands.
 * Throws NotFound, and ScimError as `createGroup`.
 */
export async function patchGroup(
  ctx: Ctx,
  groupId: string,
  body: JsonRecord,
  withMembers: boolean,
): Promise<ScimGroup> {
  requireProvisioning(ctx);
  return changeGroup(ctx, groupId, readGroupPatch(body), withMembers);
}

/** Throws NotFound. The people stay members of the workspace; the role that the group gave them goes. */
export async function deleteGroup(ctx: Ctx, groupId: string): Promise<void> {
  requireProvisioning(ctx);
  const { workspaceId } = ctx;
  await withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const group = await getGroup(tx, workspaceId, groupId, false);
    const members = await memberIds(tx, workspaceId, groupId);
    await followGroups(tx, ctx, [...members], async () => {
      await tx.scimGroup.delete({ where: { workspaceId_id: { workspaceId, id: groupId } } });
    });
    recordAudit(tx, ctx, 'scim.group-deleted', groupId, { before: factsOf(group, members.size) });
  });
}
