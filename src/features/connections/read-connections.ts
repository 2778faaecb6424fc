import type { AwsCall } from '@/aws/port';
import { requirePermission, withSql, withTransaction, type Ctx } from '@/context';
import { dayOf } from '@/domain/period';
import { knownRows } from '@/features/erasure/count-rows';
import { shelvesOf } from './shelves';
import type { RowCount } from '@/features/erasure/erased-tables';
import type { RunFailure } from '@/features/syncs/sync-store';
import { getConnection, listConnectionRows, type Connection } from './queries';

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

export interface ConnectionDetail {
  readonly connection: Connection;
  readonly sync: SyncSummary | null;
  readonly requestsToday: number;
  readonly requestsEver: number;
  readonly linkedAccounts: number;
  readonly ledgerEntries: number;
}

/** One connection with its latest sync and what it has spent. */
export async function readConnection(ctx: Ctx, connectionId: string): Promise<ConnectionDetail> {
  requirePermission(ctx, 'connection:read');
  const connection = await withTransaction(ctx, (tx) => getConnection(tx, ctx.workspaceId, connectionId));
  const detail = await withSql(ctx, 'read', async (sql) => {
    const key = [ctx.workspaceId, connectionId];
    const { rows } = await sql.query<{
      sync: SyncSummary | null;
      today: string;
      ever: string;
      accounts: string;
      ledger: string;
    }>(
      `select
         (select json_build_object('id', r.id, 'kind', r.kind, 'status', r.status, 'monthsTotal', r.months_total,
            'monthsDone', r.months_done, 'requests', r.requests, 'estimate', r.estimate, 'rows', r.rows,
            'seconds', coalesce(round(extract(epoch from coalesce(r.finished_at, $4) - r.started_at), 1), 0),
            'failure', r.failure, 'finishedAt', r.finished_at, 'resumeAt', r.resume_at)
          from sync_run r where r.workspace_id = $1 and r.connection_id = $2 order by r.created_at desc, r.id limit 1) as sync,
         (select coalesce(sum(requests), 0) from request_day where workspace_id = $1 and connection_id = $2 and day = $3) as today,
         (select coalesce(sum(requests), 0) from request_day where workspace_id = $1 and connection_id = $2) as ever,
         (select count(*) from linked_account where workspace_id = $1 and connection_id = $2) as accounts,
         (select count(*) from access_ledger where workspace_id = $1 and connection_id = $2) as ledger`,
      [...key, dayOf(ctx.now()), ctx.now()],
    );
    return rows[0];
  });
  return {
    connection,
    sync: detail?.sync ?? null,
    requestsToday: Number(detail?.today ?? 0),
    requestsEver: Number(detail?.ever ?? 0),
    linkedAccounts: Number(detail?.accounts ?? 0),
    ledgerEntries: Number(detail?.ledger ?? 0),
  };
}

export async function listConnections(ctx: Ctx): Promise<ConnectionDetail[]> {
  requirePermission(ctx, 'connection:read');
  const connections = await withTransaction(ctx, (tx) => listConnectionRows(tx, ctx.workspaceId));
  // A workspace has a handful of connections; their details are small and read side by side.
  return Promise.all(connections.map((connection) => readConnection(ctx, connection.id)));
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

export interface LedgerEntry extends AwsCall {
  readonly id: string;
}

const LEDGER_PAGE = 5_000;

/** The newest entries of the access ledger. */
export async function readLedger(ctx: Ctx, connectionId: string, limit: number): Promise<LedgerEntry[]> {
  requirePermission(ctx, 'ledger:read');
  return ledgerPage(ctx, connectionId, null, limit);
}

/** The whole access ledger, newest first, a page at a time. */
export async function* streamLedger(ctx: Ctx, connectionId: string): AsyncGenerator<LedgerEntry[]> {
  requirePermission(ctx, 'ledger:read');
  let page = await ledgerPage(ctx, connectionId, null, LEDGER_PAGE);
  while (page.length > 0) {
    yield page;
    const last = page.at(-1);
    if (page.length < LEDGER_PAGE || !last) return;
    page = await ledgerPage(ctx, connectionId, last, LEDGER_PAGE);
  }
}

async function ledgerPage(
  ctx: Ctx,
  connectionId: string,
  after: LedgerEntry | null,
  limit: number,
): Promise<LedgerEntry[]> {
  return withTransaction(ctx, async (tx) => {
    await getConnection(tx, ctx.workspaceId, connectionId);
    return tx.accessLedger.findMany({
      where: {
        workspaceId: ctx.workspaceId,
        connectionId,
        ...(after ? { OR: [{ at: { lt: after.at } }, { at: after.at, id: { lt: after.id } }] } : {}),
      },
      orderBy: [{ at: 'desc' }, { id: 'desc' }],
      take: limit,
      omit: { workspaceId: true, connectionId: true },
    });
  });
}
