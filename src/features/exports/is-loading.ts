import { requirePermission, withSql, type Ctx } from '@/context';

/**
 * Whether a billing export that was chosen is on its way in: its files were not looked through to the end yet, and a sync that
 * does so is open. A person limited to some accounts is not told.
 */
export async function isExportLoading(ctx: Ctx): Promise<boolean> {
  requirePermission(ctx, 'cost:read');
  return withSql(ctx, 'read', async (sql) => {
    const { rowCount } = await sql.query(
      `select from billing_export b
       join connection c on c.workspace_id = b.workspace_id and c.id = b.connection_id and c.revoked_at is null
       where b.workspace_id = $1 and b.chosen_at is not null and b.checked_at is null and exists (
         select from sync_run r where r.workspace_id = $1 and r.connection_id = b.connection_id
           and r.status in ('queued', 'running', 'paused'))
       limit 1`,
      [ctx.workspaceId],
    );
    return rowCount === 1;
  });
}
