import { requirePermission, requireStepUp, withTransaction, type Ctx, type Services } from '@/context';
import { sqlInWorkspace } from '@/db/client';
import { NotFound } from '@/errors';
import { recordAudit } from './record-audit';
import type { RetentionInput } from './schemas';

interface Setting {
  readonly days: number | null;
}

/** For how many days events are kept; null: for ever. Throws Forbidden. */
export async function readRetention(ctx: Ctx): Promise<number | null> {
  requirePermission(ctx, 'audit:read');
  const workspace = await withTransaction(ctx, (tx) =>
    tx.workspace.findUnique({ where: { id: ctx.workspaceId }, select: { auditRetentionDays: true } }),
  );
  return workspace?.auditRetentionDays ?? null;
}

/** For owners who have just proved who they are. Nothing is deleted here: the worker lets go of whole days. Throws Forbidden, StepUpNeeded. */
export async function setRetention(ctx: Ctx, input: RetentionInput): Promise<{ days: number | null }> {
  requirePermission(ctx, 'workspace:write');
  requireStepUp(ctx);
  await withTransaction(ctx, async (tx) => {
    // Held, so that what was before is what this one changes.
    const [was] = await tx.$queryRawUnsafe<Setting[]>(
      'select audit_retention_days as days from workspace where id = $1::uuid for no key update',
      ctx.workspaceId,
    );
    if (!was) throw new NotFound('workspace');
    if (was.days === input.days) return;
    await tx.workspace.update({ where: { id: ctx.workspaceId }, data: { auditRetentionDays: input.days } });
    recordAudit(tx, ctx, 'workspace.settings-changed', ctx.workspaceId, {
      before: { auditRetentionDays: was.days },
      after: { auditRetentionDays: input.days },
    });
  });
  return { days: input.days };
}

const BATCH = 10_000;

async function pruneOne(services: Services, workspaceId: string): Promise<number> {
  let gone = 0;
  for (;;) {
    const batch = await sqlInWorkspace(services.db, workspaceId, 'write', async (sql) => {
      const { rows } = await sql.query<{ gone: number }>('select prune_audit($1) as gone', [services.now()]);
      return rows[0]?.gone ?? 0;
    });
    gone += batch;
    if (batch < BATCH) return gone;
  }
}

/**
 * Lets go of what is older than each workspace wants to keep, and says so in its trail; the database guards the last 30 days.
 * Called by the worker every hour. Returns how many events are gone.
 */
export async function pruneAudits(services: Services): Promise<number> {
  const { rows } = await services.db.pool.query<{ workspace_id: string }>(
    'select workspace_id from workspaces_with_retention()',
  );
  let gone = 0;
  for (const { workspace_id: workspaceId } of rows) {
    try {
      gone += await pruneOne(services, workspaceId);
    } catch (error) {
      services.log.error({ err: error, workspace: workspaceId }, 'could not shorten an audit trail');
    }
  }
  return gone;
}
