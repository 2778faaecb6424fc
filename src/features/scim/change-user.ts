import { withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { recordAudit } from '@/features/audit/record-audit';
import { ensureAnotherOwner, lockMembers } from '@/features/members/last-owner';
import { requireOwnDomain, requireProvisioning } from './access';
import type { JsonRecord } from './attributes';
import type { ScimUser } from './resources';
import { ScimError } from './scim-error';
import { storedProfile, userFacts } from './user-facts';
import { nameOf, readUser, readUserPatch, type UserChange } from './user-input';
import { countMemberships, getUser } from './user-store';

/**
 * Ends what a person has open of the workspace: sessions that stand in it, those that have chosen none and so may stand in it,
 * as each does that began with a password, and those that its identity provider opened. None comes back to life when the
 * person is switched on again. Their tokens are dead as long as they are no active member.
 */
export async function endSessions(tx: Tx, workspaceId: string, userId: string): Promise<void> {
  await tx.authSession.deleteMany({
    where: { userId, OR: [{ workspaceId }, { workspaceId: null }, { ssoWorkspaceId: workspaceId }] },
  });
}

async function changeUserName(tx: Tx, ctx: Ctx, user: ScimUser, userName: string): Promise<void> {
  if ((await countMemberships(tx, user.id)) > 1) {
    throw new ScimError(
      400,
      'mutability',
      'This person belongs to other workspaces as well, so they change their email address themselves.',
    );
  }
  await requireOwnDomain(tx, ctx.workspaceId, userName);
  const other = await tx.appUser.count({ where: { email: userName } });
  if (other > 0) throw new ScimError(409, 'uniqueness', 'A user with this userName exists already.');
  await tx.appUser.update({ where: { id: user.id }, data: { email: userName, emailVerifiedAt: ctx.now() } });
  // Links that were mailed to the address before.
  await tx.userToken.deleteMany({ where: { userId: user.id } });
}

async function changeActive(tx: Tx, ctx: Ctx, user: ScimUser, active: boolean): Promise<Date | null> {
  if (active) return null;
  if (user.role === 'owner') await ensureAnotherOwner(tx, ctx.workspaceId, user.id);
  await endSessions(tx, ctx.workspaceId, user.id);
  return ctx.now();
}

const isSame = (a: Record<string, string>, b: Record<string, string>) =>
  JSON.stringify(Object.entries(a).toSorted()) === JSON.stringify(Object.entries(b).toSorted());

/** True where something is different from before. */
async function apply(tx: Tx, ctx: Ctx, user: ScimUser, change: UserChange): Promise<boolean> {
  const userName = change.userName ?? user.email;
  const isRenamed = userName !== user.email;
  const profile = { ...user.profile, ...change.profile };
  const before = storedProfile(user.profile, user.email);
  const after = storedProfile(profile, userName);
  const isProfileChanged = !isSame(before, after);
  const isSwitched = change.active !== undefined && change.active !== user.isActive;
  const isLinked = change.externalId !== undefined && change.externalId !== user.externalId;
  if (!isRenamed && !isProfileChanged && !isSwitched && !isLinked) return false;

  const { workspaceId } = ctx;
  if (isRenamed) await changeUserName(tx, ctx, user, userName);
  const deactivatedAt = isSwitched ? await changeActive(tx, ctx, user, change.active === true) : undefined;
  if (isProfileChanged && (await countMemberships(tx, user.id)) === 1) {
    await tx.appUser.update({ where: { id: user.id }, data: { name: nameOf(profile, userName) } });
  }
  await tx.membership.update({
    where: { workspaceId_userId: { workspaceId, userId: user.id } },
    data: {
      ...{ origin: 'scim', scimProfile: after, updatedAt: ctx.now() },
      ...(change.externalId === undefined ? {} : { scimExternalId: change.externalId }),
      ...(deactivatedAt === undefined ? {} : { deactivatedAt }),
    },
  });
  return true;
}

async function changeUser(ctx: Ctx, userId: string, change: UserChange): Promise<ScimUser> {
  const { workspaceId } = ctx;
  return withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const user = await getUser(tx, workspaceId, userId);
    if (!(await apply(tx, ctx, user, change))) return user;
    const changed = await getUser(tx, workspaceId, userId);
    const action = user.isActive && !changed.isActive ? 'scim.user-deactivated' : 'scim.user-changed';
    recordAudit(tx, ctx, action, userId, { before: userFacts(user), after: userFacts(changed) });
    return changed;
  });
}

/**
 * Puts a whole user in place of what is there (RFC 7644, 3.5.1). `active` stays where it is not said. An account that belongs
 * to other workspaces keeps its name and address. Throws NotFound, ScimError, and PreconditionFailed for the last owner.
 */
export async function replaceUser(ctx: Ctx, userId: string, body: JsonRecord): Promise<ScimUser> {
  requireProvisioning(ctx);
  return changeUser(ctx, userId, readUser(body));
}

/** Changes what the operations name (RFC 7644, 3.5.2). Throws as `replaceUser`. */
export async function patchUser(ctx: Ctx, userId: string, body: JsonRecord): Promise<ScimUser> {
  requireProvisioning(ctx);
  return changeUser(ctx, userId, readUserPatch(body));
}
