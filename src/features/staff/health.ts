import type { StaffCtx } from './sessions';

const ROWS_MAX = 100;

/** All that staff see of a workspace that has not let them in. */
export interface WorkspaceHealth {
  readonly workspaceId: string;
  readonly createdAt: Date;
  readonly connections: number;
  readonly failing: number;
  readonly lastSyncAt: Date | null;
}

interface Row {
  readonly workspace_id: string;
  readonly created_at: Date;
  readonly connections: number;
  readonly failing: number;
  readonly last_sync_at: Date | null;
  readonly total: number;
}

/** Workspaces whose id begins with `search`; those with failing connections first, at most 100. */
export async function listHealth(
  ctx: StaffCtx,
  search: string,
): Promise<{ readonly rows: readonly WorkspaceHealth[]; readonly total: number }> {
  const { rows } = await ctx.db.pool.query<Row>(
    `select workspace_id, created_at, connections, failing, last_sync_at, count(*) over ()::integer as total
     from workspace_health() where starts_with(workspace_id::text, $1)
     order by failing desc, created_at desc, workspace_id limit $2`,
    [search.trim().toLowerCase(), ROWS_MAX],
  );
  return {
    total: rows[0]?.total ?? 0,
    rows: rows.map((row) => ({
      workspaceId: row.workspace_id,
      createdAt: row.created_at,
      connections: row.connections,
      failing: row.failing,
      lastSyncAt: row.last_sync_at,
    })),
  };
}
