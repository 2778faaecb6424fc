import { requirePermission, withSql, withTransaction, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { getAwsConnection } from '@/features/connections/queries';
import type { ConnectionFailure } from '@/features/connections/schemas';
import { findAskedAccounts, resourceCostDays } from '@/features/resource-costs/fetch-plan';
import { shelfOf } from '@/features/syncs/load-window';
import { guessRequests, requestsFor } from './request-plan';

export interface CostTagSummary {
  /** When somebody asked for them; null: they are not asked for. */
  readonly since: string | null;
  /** Accounts whose tags no billing export tells. */
  readonly accounts: number;
  /** Requests a week that it takes: by the keys that Cost Explorer told, and guessed by those of resources before. */
  readonly requests: number;
  readonly isGuess: boolean;
  /** Requests a week that somebody agreed to; 0 where they are not asked for. */
  readonly agreed: number;
  readonly listedAt: string | null;
  readonly keys: number;
  /** Keys whose values it told. */
  readonly keysWithValues: number;
  readonly failure: ConnectionFailure | null;
}

interface Row {
  since: Date | null;
  agreed: number | null;
  listed_at: Date | null;
  failure: ConnectionFailure | null;
  keys: number;
  keys_with_values: number;
}

async function countResourceKeys(
  sql: Sql,
  of: { workspaceId: string; connectionId: string; shelf: number },
): Promise<number> {
  const { rows } = await sql.query<{ keys: number }>(
    `select count(distinct k.key)::integer as keys from (
       select distinct tags from resource where workspace_id = $1 and shelf = $3 and connection_id = $2 and tags <> '{}'
     ) r, jsonb_object_keys(r.tags) k (key)`,
    [of.workspaceId, of.connectionId, of.shelf],
  );
  return rows[0]?.keys ?? 0;
}

/** What is asked of Cost Explorer about tags, or would be, and what that costs. Throws NotFound. */
export async function readCostTags(ctx: Ctx, connectionId: string): Promise<CostTagSummary> {
  requirePermission(ctx, 'connection:read');
  const { workspaceId } = ctx;
  await withTransaction(ctx, (tx) => getAwsConnection(tx, workspaceId, connectionId));
  return withSql(ctx, 'read', async (sql) => {
    const shelf = await shelfOf(sql, { workspaceId, connectionId });
    const of = { workspaceId, connectionId, shelf };
    const accounts = await findAskedAccounts(sql, of, resourceCostDays(ctx.now()));
    const { rows } = await sql.query<Row>(
      `select l.since, l.requests as agreed, l.listed_at, l.failure, t.keys, t.keys_with_values
       from (
         select count(*)::integer as keys, count(tag_values)::integer as keys_with_values from cost_tag
         where workspace_id = $1 and connection_id = $2
       ) t
       left join cost_tag_listing l on l.workspace_id = $1 and l.connection_id = $2`,
      [workspaceId, connectionId],
    );
    const [row] = rows;
    const isGuess = !row?.listed_at;
    const isWanted = isGuess && accounts.length > 0;
    return {
      since: row?.since?.toISOString() ?? null,
      accounts: accounts.length,
      requests: isGuess
        ? guessRequests(isWanted ? await countResourceKeys(sql, of) : 0)
        : requestsFor(row.keys),
      isGuess,
      agreed: row?.agreed ?? 0,
      listedAt: row?.listed_at?.toISOString() ?? null,
      keys: row?.keys ?? 0,
      keysWithValues: row?.keys_with_values ?? 0,
      failure: row?.failure ?? null,
    };
  });
}
