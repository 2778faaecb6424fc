import { randomUUID } from 'node:crypto';
import type { Services } from '@/context';
import { inWorkspace, type Tx } from '@/db/client';
import type { Role } from '@/domain/permissions';
import { PreconditionFailed } from '@/errors';
import { recordAudit, type AuditCtx } from '@/features/audit/record-audit';
import { forgetWaysIn } from '@/features/auth/forget-factors';
import { createSession, digestOf, type Device } from '@/features/auth/sessions';
import { canBeLimited } from '@/features/members/authority';
import { ensureAnotherOwner, lockMembers, roleRank } from '@/features/members/last-owner';
import { forgetUnprovenTokens } from '@/features/members/unproven-account';
import { roleByProvisioning } from '@/features/scim/follow-groups';
import { domainOf } from './attribute-map';
import { findConnection, type SsoConnection } from './connection';
import { isVerifiedDomain } from './domains';
import { refuseLogin } from './refused';
import type { LoginFacts } from './ticket';

export interface AcceptInput {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly login: LoginFacts;
  readonly device: Device;
}

interface Member {
  readonly role: string;
  readonly allAccounts: boolean;
  readonly deactivatedAt: Date | null;
}

const findMember = (tx: Tx, workspaceId: string, userId: string): Promise<Member | null> =>
  tx.membership.findFirst({
    where: { workspaceId, userId },
    select: { role: true, allAccounts: true, deactivatedAt: true },
  });

/**
 * Whoever signed up with an address before its owner did has proven nothing: all that would let them in again goes before the
 * owner comes in (account pre-hijacking), also a link to change the address.
 */
async function takeAwayCredentials(tx: Tx, workspaceId: string, userId: string): Promise<void> {
  await tx.appUser.update({ where: { id: userId }, data: { passwordHash: null } });
  await forgetWaysIn(tx, userId);
  await tx.apiToken.deleteMany({ where: { workspaceId, userId } });
}

interface Account {
  readonly id: string;
  readonly hadCredentials: boolean;
}

async function accountOf(
  tx: Tx,
  workspaceId: string,
  { email, name }: LoginFacts,
  now: Date,
): Promise<Account> {
  await tx.appUser.createMany({
    data: [{ id: randomUUID(), email, name, passwordHash: null, createdAt: now, emailVerifiedAt: now }],
    skipDuplicates: true,
  });
  // Held, so that nobody adds a credential meanwhile.
  await tx.$queryRaw`select id::text from app_user where email = ${email} for update`;
  const user = await tx.appUser.findUniqueOrThrow({
    where: { email },
    select: { id: true, emailVerifiedAt: true },
  });
  if (user.emailVerifiedAt) return { id: user.id, hadCredentials: false };
  await takeAwayCredentials(tx, workspaceId, user.id);
  await tx.appUser.update({ where: { id: user.id }, data: { emailVerifiedAt: now } });
  return { id: user.id, hadCredentials: true };
}

/**
 * What the person's groups give, in the assertion and in the directory that is provisioned here, the highest of them: an identity
 * provider that provisions groups need not send them along, and what one part gave the other must not take.
 */
async function givenRole(tx: Tx, workspaceId: string, userId: string, login: LoginFacts): Promise<Role> {
  const provisioned = await roleByProvisioning(tx, workspaceId, userId);
  if (provisioned === null) return login.role;
  const isHigher = login.isRoleByGroup && roleRank(login.role) > roleRank(provisioned);
  return isHigher ? login.role : provisioned;
}

/** Null where the role stays: no rule speaks of roles, it is the same, or nobody else is an owner. */
async function newRole(
  tx: Tx,
  given: { workspaceId: string; userId: string; member: Member; connection: SsoConnection; role: Role },
): Promise<Role | null> {
  const { workspaceId, userId, member, connection } = given;
  if (connection.groupRules.length === 0) return null;
  // A limit to some accounts was set by a person here; no group lifts it.
  const role = member.allAccounts || canBeLimited(given.role) ? given.role : 'editor';
  if (role === member.role) return null;
  if (member.role !== 'owner') return role;
  try {
    await ensureAnotherOwner(tx, workspaceId, userId);
    return role;
  } catch (error) {
    if (error instanceof PreconditionFailed) return null;
    throw error;
  }
}

async function settleMembership(
  tx: Tx,
  audit: AuditCtx,
  person: { userId: string; connection: SsoConnection; login: LoginFacts },
): Promise<void> {
  const { userId, connection, login } = person;
  const { workspaceId } = audit;
  const actor = { kind: 'user', id: userId } as const;
  const member = await findMember(tx, workspaceId, userId);
  const now = audit.now();
  if (!member) {
    if (!connection.isJitOn) refuseLogin('not-a-member');
    await tx.membership.create({
      data: { ...{ workspaceId, userId, role: login.role, origin: 'saml' }, createdAt: now, updatedAt: now },
    });
    recordAudit(tx, audit, 'member.joined', userId, {
      after: { role: login.role, accounts: 'all', origin: 'saml' },
      actor,
    });
    return;
  }
  if (member.deactivatedAt) refuseLogin('deactivated');
  const given = await givenRole(tx, workspaceId, userId, login);
  const role = await newRole(tx, { workspaceId, userId, member, connection, role: given });
  if (role === null) return;
  await tx.membership.update({
    where: { workspaceId_userId: { workspaceId, userId } },
    data: { role, updatedAt: now },
  });
  recordAudit(tx, audit, 'member.role-changed', userId, {
    before: { role: member.role },
    after: { role },
    detail: { by: 'groups of the identity provider' },
    actor,
  });
}

async function openSamlSession(
  tx: Tx,
  services: Services,
  userId: string,
  input: AcceptInput,
): Promise<string> {
  const { workspaceId, connectionId, login, device } = input;
  const token = await createSession(
    { now: services.now, db: { prisma: tx } },
    {
      userId,
      method: 'saml',
      device,
      saml: {
        workspaceId,
        connectionId,
        nameId: login.nameId,
        nameIdFormat: login.nameIdFormat,
        sessionIndex: login.sessionIndex,
        notOnOrAfter: login.sessionNotOnOrAfter === null ? null : new Date(login.sessionNotOnOrAfter),
      },
    },
  );
  // The provider may have let them through by a session of hours ago: that is when they proved who they are.
  const steppedUpAt = new Date(Math.min(Date.parse(login.authenticatedAt), services.now().getTime()));
  await tx.authSession.update({ where: { tokenHash: digestOf(token) }, data: { steppedUpAt } });
  return token;
}

/**
 * Signs in whom the identity provider of a workspace vouches for, into that workspace and no other: all of it or nothing.
 * Throws SsoRefused; the caller records it.
 */
export async function acceptSamlLogin(
  services: Services,
  input: AcceptInput,
): Promise<{ token: string; userId: string }> {
  const { workspaceId, connectionId, login, device } = input;
  const audit = { workspaceId, now: services.now, address: device.address };
  const { hadCredentials, ...opened } = await inWorkspace(services.db, workspaceId, async (tx) => {
    await lockMembers(tx, workspaceId);
    const connection =
      (await findConnection(tx, workspaceId, connectionId)) ?? refuseLogin('unknown-connection');
    if (connection.status !== 'active') refuseLogin('not-active');
    if (!(await isVerifiedDomain(tx, workspaceId, domainOf(login.email)))) refuseLogin('foreign-domain');
    const account = await accountOf(tx, workspaceId, login, services.now());
    await settleMembership(tx, audit, { userId: account.id, connection, login });
    const token = await openSamlSession(tx, services, account.id, input);
    recordAudit(tx, audit, 'session.opened', account.id, {
      actor: { kind: 'user', id: account.id },
      detail: {
        method: 'saml',
        connectionId,
        ...(account.hadCredentials ? { earlierCredentials: 'removed' } : {}),
      },
    });
    return { token, userId: account.id, hadCredentials: account.hadCredentials };
  });
  // Each workspace shows its own tokens alone, so those of others wait until this one is done.
  if (hadCredentials) await forgetUnprovenTokens(services, opened.userId);
  return opened;
}
