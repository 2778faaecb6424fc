import { requirePermission, requireStepUp, requireUser, withTransaction, type Ctx } from '@/context';
import { NotFound, PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import type { SecuritySettingsInput } from './schemas';

export interface SecuritySettings extends SecuritySettingsInput {
  readonly enforceSso: boolean;
}

const columns = {
  requireSecondFactor: true,
  sessionIdleMinutes: true,
  sessionAbsoluteMinutes: true,
  enforceSso: true,
} as const;

export async function readSecuritySettings(ctx: Ctx): Promise<SecuritySettings> {
  requirePermission(ctx, 'member:read');
  const found = await withTransaction(ctx, (tx) =>
    tx.workspace.findUnique({ where: { id: ctx.workspaceId }, select: columns }),
  );
  if (!found) throw new NotFound('workspace');
  return found;
}

/** Takes effect with everybody's next request. Throws PreconditionFailed where the owner would shut themselves out. */
export async function updateSecuritySettings(ctx: Ctx, input: SecuritySettingsInput): Promise<void> {
  requirePermission(ctx, 'workspace:write');
  requireStepUp(ctx);
  const { userId } = requireUser(ctx);
  await withTransaction(ctx, async (tx) => {
    const before = await tx.workspace.findUnique({ where: { id: ctx.workspaceId }, select: columns });
    if (!before) throw new NotFound('workspace');
    if (input.requireSecondFactor && !before.requireSecondFactor) {
      const own = await tx.appUser.findUniqueOrThrow({
        where: { id: userId },
        select: { totpConfirmedAt: true, _count: { select: { passkeys: true } } },
      });
      if (!own.totpConfirmedAt && own._count.passkeys === 0) {
        throw new PreconditionFailed('Add a second factor yourself first: you would shut yourself out.');
      }
    }
    await tx.workspace.update({ where: { id: ctx.workspaceId }, data: input });
    const { enforceSso: _, ...was } = before;
    recordAudit(tx, ctx, 'workspace.settings-changed', ctx.workspaceId, { before: was, after: input });
  });
}
