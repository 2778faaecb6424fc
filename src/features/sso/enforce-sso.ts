import { requirePermission, requireStepUp, requireUser, withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { lockMembers } from '@/features/members/last-owner';
import { domainOf } from './attribute-map';
import { listConnectionsOf, type SsoConnection } from './connection';
import type { EnforceInput } from './schemas';

/** What has to be true before single sign-on is required of everybody; null: nothing is missing. */
export interface Enforceable {
  readonly isActive: boolean;
  /** The asking owner has come back from the provider under their own address. */
  readonly hasOwnLogin: boolean;
  /** An owner could come in while the provider does not answer. */
  readonly hasBreakGlass: boolean;
  /** Members whose address is of no verified domain: they could not sign in any more. */
  readonly outside: number;
}

async function hasOwnLogin(tx: Tx, userId: string, active: SsoConnection): Promise<boolean> {
  const user = await tx.appUser.findUnique({ where: { id: userId }, select: { email: true } });
  if (active.testedAt !== null && active.lastTest?.isPassed && active.lastTest.email === user?.email)
    return true;
  return (await tx.authSession.count({ where: { userId, ssoConnectionId: active.id } })) > 0;
}

async function hasBreakGlass(tx: Tx, owners: readonly string[]): Promise<boolean> {
  const ready = await tx.appUser.count({
    where: {
      id: { in: [...owners] },
      // An address that nobody has verified loses its credentials at the first single sign-on.
      emailVerifiedAt: { not: null },
      recoveryCodes: { some: { usedAt: null } },
      OR: [{ totpConfirmedAt: { not: null } }, { passkeys: { some: {} } }],
    },
  });
  return ready > 0;
}

export async function enforceableOf(
  tx: Tx,
  workspaceId: string,
  userId: string | null,
): Promise<Enforceable> {
  const active = (await listConnectionsOf(tx, workspaceId)).find((one) => one.status === 'active');
  const members = await tx.membership.findMany({
    where: { workspaceId, deactivatedAt: null },
    select: { userId: true, role: true },
  });
  const owners = members.filter((one) => one.role === 'owner').map((one) => one.userId);
  const people = await tx.appUser.findMany({
    where: { id: { in: members.map((one) => one.userId) } },
    select: { email: true },
  });
  const verified = await tx.ssoDomain.findMany({
    where: { workspaceId, verifiedAt: { not: null } },
    select: { domain: true },
  });
  const domains = new Set(verified.map((one) => one.domain));
  return {
    isActive: active !== undefined,
    hasOwnLogin: active !== undefined && userId !== null && (await hasOwnLogin(tx, userId, active)),
    hasBreakGlass: await hasBreakGlass(tx, owners),
    outside: people.filter(({ email }) => !domains.has(domainOf(email))).length,
  };
}

function requireEnforceable(given: Enforceable): void {
  if (!given.isActive) throw new PreconditionFailed('Turn a connection on first.');
  if (!given.hasOwnLogin) {
    throw new PreconditionFailed(
      'Sign in by single sign-on yourself first, under the address of your account here.',
    );
  }
  if (!given.hasBreakGlass) {
    throw new PreconditionFailed(
      'If your provider fails, an owner needs another way in. Let an owner with a verified address add a second factor and make recovery codes first.',
    );
  }
}

/**
 * Requires single sign-on of everybody, or stops it. From then on passwords and passkeys open this workspace to nobody, in
 * sessions that are open already as well. Throws PreconditionFailed where owners could lock themselves out.
 */
export async function enforceSso(ctx: Ctx, { isEnforced }: EnforceInput): Promise<void> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  const { userId } = requireUser(ctx);
  const { workspaceId } = ctx;
  await withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const workspace = await tx.workspace.findUniqueOrThrow({
      where: { id: workspaceId },
      select: { enforceSso: true },
    });
    if (workspace.enforceSso === isEnforced) return;
    if (isEnforced) requireEnforceable(await enforceableOf(tx, workspaceId, userId));
    await tx.workspace.update({ where: { id: workspaceId }, data: { enforceSso: isEnforced } });
    recordAudit(tx, ctx, 'workspace.settings-changed', workspaceId, {
      before: { enforceSso: workspace.enforceSso },
      after: { enforceSso: isEnforced },
    });
  });
}
