import { requirePermission, withSql, withTransaction, type Ctx } from '@/context';
import { getAwsConnection } from '@/features/connections/queries';
import type { ConnectionFailure } from '@/features/connections/schemas';
import { shelfOf } from '@/features/syncs/load-window';
import { findAskedAccounts, RESOURCE_COST_DAYS, resourceCostDays, type AskedAccount } from './fetch-plan';

export interface ResourceCostSummary {
  /** When somebody asked for them; null: they are not asked for. */
  readonly since: string | null;
  /** Accounts that Cost Explorer is asked for, or would be. */
  readonly accounts: number;
  /** Requests a day: as counted the last time, and guessed for accounts that were not asked for yet. */
  readonly requests: number;
  /** Whether any of them is a guess. */
  readonly isGuess: boolean;
  readonly fetchedAt: string | null;
  readonly failure: ConnectionFailure | null;
}

/**
 * Groups on a page of an answer. AWS does not say; pages of Cost Explorer have been seen with some thousand, and each page is a
 * request.
 */
const GROUPS_PER_PAGE = 1_000;

/** Requests for one account: as many pages as its resources and days fill, and one at least. */
function guessRequests({ resources }: Pick<AskedAccount, 'resources'>): number {
  return Math.max(1, Math.ceil((resources * RESOURCE_COST_DAYS) / GROUPS_PER_PAGE));
}

/** What is asked of Cost Explorer by resource, or would be, and what that costs. Throws NotFound. */
export async function readResourceCosts(ctx: Ctx, connectionId: string): Promise<ResourceCostSummary> {
  requirePermission(ctx, 'connection:read');
  const { workspaceId } = ctx;
  await withTransaction(ctx, (tx) => getAwsConnection(tx, workspaceId, connectionId));
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<{ since: Date | null; failure: ConnectionFailure | null }>(
      `select resource_costs_since as since, resource_costs_failure as failure from connection
       where workspace_id = $1 and id = $2 and revoked_at is null`,
      [workspaceId, connectionId],
    );
    const shelf = await shelfOf(sql, { workspaceId, connectionId });
    const accounts = await findAskedAccounts(
      sql,
      { workspaceId, connectionId, shelf },
      resourceCostDays(ctx.now()),
    );
    const fetched = accounts.flatMap((one) => one.fetchedAt?.toISOString() ?? []).sort();
    return {
      since: rows[0]?.since?.toISOString() ?? null,
      accounts: accounts.length,
      requests: accounts.reduce((sum, one) => sum + (one.requests ?? guessRequests(one)), 0),
      isGuess: accounts.some((one) => one.requests === null),
      fetchedAt: fetched.at(-1) ?? null,
      failure: rows[0]?.failure ?? null,
    };
  });
}
