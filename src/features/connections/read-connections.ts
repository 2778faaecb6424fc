import { requirePermission, withSql, withTransaction, type Ctx } from '@/context';
import { dayOf } from '@/domain/period';
import { NotFound } from '@/errors';
import { knownRows } from '@/features/erasure/count-rows';
import type { RowCount } from '@/features/erasure/erased-tables';
import type { RunFailure } from '@/features/syncs/sync-store';
import { getConnection, listConnectionRows, type Connection } from './queries';
import { shelvesOf } from './shelves';

export interface SyncSummary {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly monthsTotal: number;
  readonly monthsDone: number;
  readonly requests: number;
  readonly estimate: number | null;
  readonly rows: number;
  readonly seconds: number;
  readonly failure: RunFailure | null;
  readonly finishedAt: string | null;
  readonly resumeAt: string | null;
}

export interface ConnectionSummary {
  readonly connection: Connection;
  readonly sync: SyncSummary | null;
  readonly requestsToday: number;
  readonly requestsEver: number;
  readonly linkedAccounts: number;
}

interface SummaryRow {
  id: string;
  sync: SyncSummary | null;
  today: string;
  ever: string;
  accounts: string;
}

/** Connections with their latest sync and what they have spent, all in one statement. */
async function summarise(ctx: Ctx, connections: readonly Connection[]): Promise<ConnectionSummary[]> {
  const rows = await withSql(ctx, 'read', async (sql) => {
    const found = await sql.query<SummaryRow>(
      `select c.id,
         (select json_build_object('id', r.id, 'kind', r.kind, 'status', r.status, 'monthsTotal', r.months_total,
            'monthsDone', r.months_done, 'requests', r.requests, 'estimate', r.estimate, 'rows', r.rows,
            'seconds', coalesce(round(extract(epoch from coalesce(r.finished_at, $4) - r.started_at), 1), 0),
            'failure', r.failure, 'finishedAt', r.finished_at, 'resumeAt', r.resume_at)
          from sync_run r where r.workspace_id = $1 and r.connection_id = c.id order by r.created_at desc, r.id limit 1) as sync,
         (select coalesce(sum(requests), 0) from request_day where workspace_id = $1 and connection_id = c.id and day = $3) as today,
         (select coalesce(sum(requests), 0) from request_day where workspace_id = $1 and connection_id = c.id) as ever,
         (select count(*) from linked_account where workspace_id = $1 and connection_id = c.id) as accounts
       from unnest($2::uuid[]) as c (id)`,
      [ctx.workspaceId, connections.map((connection) => connection.id), dayOf(ctx.now()), ctx.now()],
    );
    return new Map(found.rows.map((row) => [row.id, row]));
  });
  return connections.map((connection) => {
    const row = rows.get(connection.id);
    return {
      connection,
      sync: row?.sync ?? null,
      requestsToday: Number(row?.today ?? 0),
      requestsEver: Number(row?.ever ?? 0),
      linkedAccounts: Number(row?.accounts ?? 0),
    };
  });
}

export async function listConnections(ctx: Ctx): Promise<ConnectionSummary[]> {
  requirePermission(ctx, 'connection:read');
  return summarise(ctx, await withTransaction(ctx, (tx) => listConnectionRows(tx, ctx.workspaceId)));
}

export async function readConnection(ctx: Ctx, connectionId: string): Promise<ConnectionSummary> {
  requirePermission(ctx, 'connection:read');
  const connection = await withTransaction(ctx, (tx) => getConnection(tx, ctx.workspaceId, connectionId));
  const [summary] = await summarise(ctx, [connection]);
  if (!summary) throw new NotFound('connection');
  return summary;
}

export interface RevocationPreview {
  readonly connection: Connection;
  readonly goes: readonly RowCount[];
  readonly views: number;
}

/** What a revocation would erase and what would stay, counted now. */
export async function previewRevocation(ctx: Ctx, connectionId: string): Promise<RevocationPreview> {
  requirePermission(ctx, 'connection:revoke');
  const connection = await withTransaction(ctx, (tx) => getConnection(tx, ctx.workspaceId, connectionId));
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<{ views: number }>(
      'select count(*)::integer as views from saved_view where workspace_id = $1',
      [ctx.workspaceId],
    );
    return {
      connection,
      goes: await knownRows(
        sql,
        ctx.workspaceId,
        connectionId,
        await shelvesOf(sql, ctx.workspaceId, connectionId),
      ),
      views: rows[0]?.views ?? 0,
    };
  });
}
