import { requirePermission, withTransaction, type Ctx } from '@/context';
import { mappedRole, type GroupRule } from '@/domain/group-roles';
import type { Role } from '@/domain/permissions';
import { readRules } from './follow-groups';
import { baseUrl } from './resources';

export const GROUPS_SHOWN = 200;

export interface ScimTokenLine {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly ranges: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedAddress: string | null;
}

export interface Provisioning {
  readonly baseUrl: string;
  readonly tokens: readonly ScimTokenLine[];
  /** When the identity provider last called, to the minute. */
  readonly lastSyncAt: Date | null;
  readonly domains: readonly string[];
  readonly people: { readonly active: number; readonly deactivated: number };
  /** The first 200 by name. */
  readonly groups: readonly {
    readonly id: string;
    readonly name: string;
    readonly members: number;
    /** The role that the group gives; null: it gives none. */
    readonly role: Role | null;
  }[];
  readonly groupTotal: number;
  readonly rules: readonly GroupRule[];
  readonly defaultRole: Role;
}

/** All that Settings shows of provisioning. */
export async function readProvisioning(ctx: Ctx): Promise<Provisioning> {
  requirePermission(ctx, 'sso:read');
  const { workspaceId } = ctx;
  return withTransaction(ctx, async (tx) => {
    const tokens = await tx.apiToken.findMany({
      where: { workspaceId, kind: 'scim' },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    });
    const domains = await tx.domainClaim.findMany({ where: { workspaceId }, orderBy: { domain: 'asc' } });
    const ofScim = { workspaceId, origin: 'scim' };
    const active = await tx.membership.count({ where: { ...ofScim, deactivatedAt: null } });
    const deactivated = await tx.membership.count({ where: { ...ofScim, deactivatedAt: { not: null } } });
    const groupTotal = await tx.scimGroup.count({ where: { workspaceId } });
    const groups = await tx.scimGroup.findMany({
      where: { workspaceId },
      orderBy: { displayName: 'asc' },
      take: GROUPS_SHOWN,
      select: { id: true, displayName: true, _count: { select: { members: true } } },
    });
    const { rules, defaultRole } = await readRules(tx, workspaceId);
    const used = tokens.flatMap((token) => token.lastUsedAt?.getTime() ?? []);
    return {
      baseUrl: baseUrl(ctx.config.appUrl),
      tokens: tokens.map((token) => ({
        ...{ id: token.id, name: token.name, hint: token.hint, ranges: token.addressRanges },
        ...{ createdAt: token.createdAt, expiresAt: token.expiresAt },
        ...{ lastUsedAt: token.lastUsedAt, lastUsedAddress: token.lastUsedAddress },
      })),
      lastSyncAt: used.length > 0 ? new Date(Math.max(...used)) : null,
      domains: domains.map((claim) => claim.domain),
      people: { active, deactivated },
      groups: groups.map((group) => ({
        ...{ id: group.id, name: group.displayName, members: group._count.members },
        role: mappedRole([group.displayName], rules),
      })),
      groupTotal,
      rules,
      defaultRole,
    };
  });
}
