import { requirePermission, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import type { Permission } from '@/domain/permissions';
import { Forbidden } from '@/errors';
import { invalidValue } from './scim-error';

/** What a provisioning token stands for. No other token can be given 'member:write'. */
export const SCIM_ROLE = 'admin';
export const SCIM_SCOPES: readonly Permission[] = ['member:read', 'member:write'];

/** The identity provider by its token; throws Forbidden for everybody else, who have the members' own verbs. */
export function requireProvisioning(ctx: Ctx): void {
  requirePermission(ctx, 'member:write');
  if (ctx.actor.kind !== 'token') throw new Forbidden('Only an identity provider can do this.');
}

/**
 * A workspace speaks for the domains that it has proven to own, and for nobody else's people. Throws ScimError (invalidValue).
 */
export async function requireOwnDomain(tx: Tx, workspaceId: string, email: string): Promise<void> {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  const claimed = await tx.domainClaim.count({ where: { domain, workspaceId } });
  if (claimed > 0) return;
  throw invalidValue(
    `This workspace has not verified the domain ${domain}. Verify it in Belvedere under Settings, Single sign-on.`,
  );
}
