import type { Sql } from '@/db/client';
import { isFiltered, type CostQuery } from '@/domain/cost-query';
import { addDays, type DayRange } from '@/domain/period';
import { readTagRules, type TagRules } from '@/features/tags/report-tags';

export interface AccountName {
  readonly awsAccountId: string;
  readonly ref: string;
  /** What the customer calls it, or AWS, or the bill; null where nobody does. */
  readonly name: string | null;
  /** The customer's own group that it is in. */
  readonly group: string | null;
}

/** What a query may look at: the connections that are not revoked, in the same snapshot as the figures. */
export interface CostScope {
  readonly workspaceId: string;
  readonly connectionIds: string[];
  readonly shelves: number[];
  readonly accounts: readonly AccountName[];
  /** The AWS account ids that a limited person may see; null: all. Row Level Security holds to the same. */
  readonly limitedTo: readonly string[] | null;
  readonly currencies: readonly string[];
  readonly tagRules: TagRules;
  /** By key of tags the connections whose bills have it while their totals are not told apart by it: what they cost by it is not known. */
  readonly untold: ReadonlyMap<string, readonly string[]>;
  /** The days that every connection to AWS has loaded; outside them there is no figure, which is not zero. */
  readonly loaded: DayRange;
  /** When a window of theirs was last loaded. */
  readonly syncedAt: Date;
}

interface ScopeRow {
  id: string;
  shelf: number;
  /** Of a connection to AWS; null of a source of uploaded files. */
  since: string | null;
  until: string | null;
  synced_at: Date | null;
  accounts: AccountName[] | null;
  currencies: string[] | null;
  first_date: string | null;
  last_date: string | null;
  loaded_at: Date | null;
  of_files: string[] | null;
  untold: string[] | null;
}

const earliest = (days: readonly string[]) => [...days].sort()[0];
const latest = (days: readonly string[]) => [...days].sort().at(-1);

/**
 * The days that can be told: those that every connection to AWS has loaded, whatever files hold besides. Without one, all
 * days of the files: what a file does not hold costs nothing there.
 */
function loadedOf(rows: readonly ScopeRow[]): DayRange | null {
  const synced = rows.flatMap(({ since, until }) => (since && until ? [{ since, until }] : []));
  const filed = rows.flatMap(({ first_date: first, last_date: last }) =>
    first && last ? [{ first, last }] : [],
  );
  const last = latest(filed.map((one) => one.last));
  const start =
    synced.length > 0 ? latest(synced.map((one) => one.since)) : earliest(filed.map((one) => one.first));
  const end = synced.length > 0 ? earliest(synced.map((one) => one.until)) : last && addDays(last, 1);
  return start && end ? { start, end } : null;
}

function untoldOf(rows: readonly ScopeRow[]): Map<string, string[]> {
  const untold = new Map<string, string[]>();
  for (const { id, untold: keys } of rows) {
    for (const key of keys ?? []) untold.set(key, [...(untold.get(key) ?? []), id]);
  }
  return untold;
}

const inOrder = (currencies: readonly (readonly string[] | null)[]) =>
  [...new Set(currencies.flatMap((one) => one ?? []))].sort();

/**
 * Connections count once their first window is loaded, with the days up to the newest that have no gap in them; for a
 * limited person only those that have an account of theirs. Null where none counts.
 */
export async function readScope(
  sql: Sql,
  workspaceId: string,
  limitedTo: readonly string[] | null,
): Promise<CostScope | null> {
  const found = await sql.query<ScopeRow>(
    `select c.id, c.shelf, w.since, w.until, w.synced_at,
       (select json_agg(json_build_object('awsAccountId', a.aws_account_id, 'ref', a.ref, 'name', coalesce(a.label, a.name),
           'group', a.account_group))
        from linked_account a where a.workspace_id = $1 and a.connection_id = c.id
          and ($2::text[] is null or a.aws_account_id = any($2))) as accounts,
       (select array_agg(distinct t.currency) from control_total t where t.workspace_id = $1 and t.connection_id = c.id
          and ($2::text[] is null or t.sub_account_id = any($2))) as currencies,
       u.first_date, u.last_date, u.loaded_at, u.currencies as of_files,
       (select array_agg(t.tag_key) from reported_tag t where t.workspace_id = $1 and t.connection_id = c.id and not t.is_reported) as untold
     from cost_connections() c
     left join (
       select distinct on (connection_id) connection_id, lower(days) as since, upper(days) as until, synced_at
       from (
         select connection_id, unnest(range_agg(daterange(start_date, end_date))) as days, max(loaded_at) as synced_at
         from sync_window
         where workspace_id = $1 and loaded_at is not null group by 1
       ) whole
       order by connection_id, upper(days) desc
     ) w on w.connection_id = c.id
     left join uploaded_days() u on u.connection_id = c.id
     where w.connection_id is not null or u.connection_id is not null`,
    [workspaceId, limitedTo],
  );
  const rows = limitedTo ? found.rows.filter((row) => row.accounts !== null) : found.rows;
  const loaded = loadedOf(rows);
  if (!loaded) return null;
  // AWS's own currency is the one to begin with, whatever files are in.
  const currencies = [
    ...inOrder(rows.map((row) => row.currencies)),
    ...inOrder(rows.map((row) => row.of_files)),
  ];
  return {
    workspaceId,
    connectionIds: rows.map((row) => row.id),
    shelves: [...new Set(rows.map((row) => row.shelf))],
    accounts: rows.flatMap((row) => row.accounts ?? []),
    limitedTo,
    currencies: [...new Set(currencies)],
    tagRules: await readTagRules(sql, workspaceId),
    untold: untoldOf(rows),
    loaded,
    syncedAt: rows
      .flatMap((row) => row.synced_at ?? row.loaded_at ?? [])
      .reduce((newest, at) => (at > newest ? at : newest)),
  };
}

/** The refs of a query as AWS account ids; a ref that no longer exists, or is not open to the person, matches nothing. */
function accountIdsOf(scope: CostScope, refs: readonly string[]): string[] {
  const byRef = new Map(scope.accounts.map((account) => [account.ref, account.awsAccountId]));
  return [...new Set(refs.map((ref) => byRef.get(ref) ?? ''))];
}

/** The accounts that a query is about; null: all. */
function accountsOf(scope: CostScope, query: CostQuery): readonly string[] | null {
  const named = query.account.length > 0 ? accountIdsOf(scope, query.account) : scope.limitedTo;
  if (query.accountGroup.length === 0) return named;
  const groups = new Set(query.accountGroup);
  const grouped = scope.accounts.filter((account) => groups.has(account.group ?? ''));
  const ids = grouped.map((account) => account.awsAccountId);
  return named === null ? ids : ids.filter((id) => named.includes(id));
}

/** What the dimensions are filtered by, as columns of charges and the values that they may have. */
export function columnFilters(
  scope: CostScope,
  query: CostQuery,
): [column: string, values: readonly string[]][] {
  const filters: [string, readonly string[] | null][] = [
    ['service_name', query.service.length > 0 ? query.service : null],
    ['sub_account_id', accountsOf(scope, query)],
    ['region_id', query.region.length > 0 ? query.region : null],
  ];
  return filters.flatMap(([column, values]): [string, readonly string[]][] =>
    values ? [[column, values]] : [],
  );
}

/** Whether the rollups, which hold the sums of everything, cannot answer. */
export const isPart = (scope: CostScope, query: CostQuery): boolean =>
  scope.limitedTo !== null || isFiltered(query);

export function excludedCategories(query: CostQuery): string[] {
  return [
    ...(query.credits ? [] : ['Credit']),
    ...(query.refunds ? [] : ['Adjustment']),
    ...(query.tax ? [] : ['Tax']),
  ];
}

export const costColumn = (query: Pick<CostQuery, 'metric'>) =>
  query.metric === 'amortized' ? 'effective_cost' : 'billed_cost';
