import { randomUUID } from 'node:crypto';
import { withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { isRole, type Role } from '@/domain/permissions';
import { recordAudit } from '@/features/audit/record-audit';
import { holdAccount, lockMembers } from '@/features/members/last-owner';
import { forgetUnprovenHold, forgetUnprovenTokens } from '@/features/members/unproven-account';
import { requireOwnDomain, requireProvisioning } from './access';
import type { JsonRecord } from './attributes';
import { readRules } from './follow-groups';
import type { ScimUser } from './resources';
import { ScimError } from './scim-error';
import { storedProfile, userFacts } from './user-facts';
import { nameOf, readUser } from './user-input';
import { countMemberships, getUser } from './user-store';

interface Account {
  readonly id: string;
  readonly emailVerifiedAt: Date | null;
}

const taken = () => new ScimError(409, 'uniqueness', 'A user with this userName exists already.');

const findAccount = (tx: Tx, email: string): Promise<Account | null> =>
  tx.appUser.findUnique({ where: { email }, select: { id: true, emailVerifiedAt: true } });

/** The account of an address. A new one has no password: its person comes by single sign-on, or sets one by mail. */
async function findOrMakeAccount(tx: Tx, ctx: Ctx, given: { email: string; name: string }): Promise<Account> {
  const found = await findAccount(tx, given.email);
  if (found) return found;
  const now = ctx.now();
  const id = randomUUID();
  const { count } = await tx.appUser.createMany({
    data: [{ id, ...given, createdAt: now, passwordChangedAt: now, emailVerifiedAt: now }],
    skipDuplicates: true,
  });
  if (count === 1) return { id, emailVerifiedAt: now };
  // Somebody signed up with it at this moment.
  const other = await findAccount(tx, given.email);
  if (!other) throw taken();
  return other;
}

/** Takes over an account whose address nobody had proven: the owner of the domain proves it now. True where it did. */
async function proveAddress(tx: Tx, ctx: Ctx, account: Account, name: string): Promise<boolean> {
  if (account.emailVerifiedAt) return false;
  await forgetUnprovenHold(tx, account.id, { name, passwordHash: null, now: ctx.now() });
  return true;
}

async function firstRole(tx: Tx, workspaceId: string): Promise<Role> {
  const { defaultRole } = await readRules(tx, workspaceId);
  return isRole(defaultRole) ? defaultRole : 'viewer';
}

/**
 * Makes a member of the person with the address `userName`, whose account is found or made. Throws ScimError: invalidValue
 * where the domain is not the workspace's, uniqueness where they are a member already.
 */
export async function createUser(ctx: Ctx, body: JsonRecord): Promise<ScimUser> {
  requireProvisioning(ctx);
  const input = readUser(body);
  const { workspaceId } = ctx;
  const name = nameOf(input.profile, input.userName);
  const { user, isTakenOver } = await withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    await requireOwnDomain(tx, workspaceId, input.userName);
    const account = await findOrMakeAccount(tx, ctx, { email: input.userName, name });
    const userId = account.id;
    await holdAccount(tx, userId);
    if ((await tx.membership.count({ where: { workspaceId, userId } })) > 0) throw taken();
    const isUnproven = await proveAddress(tx, ctx, account, name);
    const now = ctx.now();
    await tx.membership.create({
      data: {
        ...{ workspaceId, userId, role: await firstRole(tx, workspaceId), origin: 'scim' },
        ...{
          scimExternalId: input.externalId ?? null,
          scimProfile: storedProfile(input.profile, input.userName),
        },
        ...{ createdAt: now, updatedAt: now, deactivatedAt: input.active === false ? now : null },
      },
    });
    if ((await countMemberships(tx, userId)) === 1) {
      await tx.appUser.update({ where: { id: userId }, data: { name } });
    }
    const created = await getUser(tx, workspaceId, userId);
    recordAudit(tx, ctx, 'scim.user-created', userId, { after: userFacts(created) });
    return { user: created, isTakenOver: isUnproven };
  });
  if (isTakenOver) await forgetUnprovenTokens(ctx, user.id);
  return user;
}
