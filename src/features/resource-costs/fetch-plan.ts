import type { Sql } from '@/db/client';
import { addDays, dayOf, type DayRange } from '@/domain/period';

/** Cost Explorer tells costs by resource of so many days before today. */
export const RESOURCE_COST_DAYS = 14;

/** Whole days, the last of them yesterday. */
export function resourceCostDays(now: Date): DayRange {
  const end = dayOf(now);
  return { start: addDays(end, -RESOURCE_COST_DAYS), end };
}

/** An account that Cost Explorer is to be asked for, with the services that it has cost of. */
export interface AskedAccount {
  readonly accountId: string;
  readonly services: readonly string[];
  /** When it was fetched last; null: never. */
  readonly fetchedAt: Date | null;
  /** Resources of it that are known. */
  readonly resources: number;
  /** Requests that it took the last time; null: never. */
  readonly requests: number | null;
}

/**
 * Accounts with cost on these days that no billing export covers, the one that waits longest first. An export that covers an
 * account in any month of theirs tells its resources by the line item, and is not paid for.
 */
export async function findAskedAccounts(
  sql: Sql,
  of: { workspaceId: string; connectionId: string; shelf: number },
  days: DayRange,
): Promise<AskedAccount[]> {
  const { rows } = await sql.query<AskedAccount>(
    `with spent as (
       select d.sub_account_id, array_agg(distinct d.service_name) as services from charge_daily d
       where d.workspace_id = $1 and d.shelf = $3 and d.connection_id = $2 and d.charge_date >= $4 and d.charge_date < $5
         and d.service_name <> ''
       group by 1
     ), known as (
       select r.sub_account_id, count(*)::integer as resources from resource r
       where r.workspace_id = $1 and r.shelf = $3 and r.connection_id = $2 and r.gone_at is null group by 1
     )
     select s.sub_account_id as "accountId", s.services, f.fetched_at as "fetchedAt", f.requests, coalesce(k.resources, 0) as resources
     from spent s
     left join known k using (sub_account_id)
     left join resource_cost_fetch f on f.workspace_id = $1 and f.connection_id = $2 and f.sub_account_id = s.sub_account_id
     where not exists (
       select from covered_month m where m.workspace_id = $1 and m.connection_id = $2 and m.sub_account_id = s.sub_account_id
         and m.billing_period >= date_trunc('month', $4::date) and m.billing_period < $5)
     order by f.fetched_at nulls first, 1`,
    [of.workspaceId, of.connectionId, of.shelf, days.start, days.end],
  );
  return rows;
}
