import type { AccountTotal, CustomerSession, RecordKind } from '@/aws/port';
import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { USAGE_RECORD_TYPES } from '@/domain/charge-category';
import { addDays, addMonths, dayOf, monthOf, type DayRange } from '@/domain/period';
import {
  estimateDailyRequests,
  estimateFirstLoadRequests,
  firstLoadWindows,
  monthsOf,
  oldestDay,
  restatedWindows,
} from '@/domain/sync-plan';
import { passFence, type RunRef } from './fence';
import { shelvesOf } from '@/features/connections/shelves';
import type { SyncKind } from './queue-sync';
import { saveUnlistedAccounts } from './linked-accounts';
import { compareWithAws, DIFFERS, shelfOf } from './load-window';

interface PlannedFetch {
  window: DayRange;
  accountId: string;
  kind: RecordKind;
}

const isUsage = (recordType: string) => (USAGE_RECORD_TYPES as readonly string[]).includes(recordType);

async function windowsFor(ctx: Ctx, run: RunRef, kind: SyncKind): Promise<DayRange[]> {
  if (kind === 'first') return firstLoadWindows(ctx.now());
  return withSql(ctx, 'read', async (sql) => {
    // The end of the unbroken days that begin at or before the oldest day AWS keeps: the end of all, or where a gap begins.
    const { rows } = await sql.query<{ until: string }>(
      `select upper(days) as until from (
         select unnest(range_agg(daterange(start_date, end_date))) as days from sync_window
         where workspace_id = $1 and connection_id = $2 and loaded_at is not null
       ) whole
       where lower(days) <= $3::date order by days desc limit 1`,
      [run.workspaceId, run.connectionId, oldestDay(ctx.now())],
    );
    return restatedWindows(ctx.now(), rows[0]?.until ?? oldestDay(ctx.now()));
  });
}

/** What has to be asked for: nothing where AWS reports nothing for that account, kind and window. */
function fetchesFor(windows: readonly DayRange[], totals: readonly AccountTotal[]): PlannedFetch[] {
  return windows.flatMap((window) => {
    const wanted = new Map<string, PlannedFetch>();
    for (const total of totals) {
      if (total.period < monthOf(window.start) || total.period >= window.end) continue;
      const kind = isUsage(total.recordType) ? 'usage' : 'other';
      wanted.set(`${total.accountId} ${kind}`, { window, accountId: total.accountId, kind });
    }
    return [...wanted.values()].sort((a, b) => (a.kind + a.accountId < b.kind + b.accountId ? 1 : -1));
  });
}

async function storeControlTotals(
  sql: Sql,
  run: RunRef,
  months: DayRange,
  totals: AccountTotal[],
  now: Date,
): Promise<void> {
  const scope = [run.workspaceId, run.connectionId];
  await sql.query(
    `delete from control_total where workspace_id = $1 and connection_id = $2 and billing_period >= $3 and billing_period < $4`,
    [...scope, months.start, months.end],
  );
  await sql.query(
    `insert into control_total (workspace_id, connection_id, billing_period, sub_account_id, currency, aws_billed,
       aws_effective, estimated, fetched_at)
     select $1, $2, t.period, t.account, t.currency, t.billed, t.effective, t.estimated, $3
     from unnest($4::date[], $5::text[], $6::text[], $7::numeric[], $8::numeric[], $9::boolean[])
       as t (period, account, currency, billed, effective, estimated)`,
    [
      ...scope,
      now,
      totals.map((total) => total.period),
      totals.map((total) => total.accountId),
      totals.map((total) => total.currency),
      totals.map((total) => total.billed),
      totals.map((total) => total.effective),
      totals.map((total) => total.estimated),
    ],
  );
}

/** A month that stays apart from AWS's total although it was loaded again is tried once a week, since each try costs. */
const RETRIED_DAYS = 7;

/**
 * Months of which AWS now says another total than what is loaded adds up to, by a cent or more, account by account. Where a
 * billing export covers the month, that is restated by itself.
 */
async function findRestated(
  sql: Sql,
  run: RunRef,
  months: DayRange,
  now: Date,
): Promise<{ period: string; accountId: string }[]> {
  const { rows } = await sql.query<{ period: string; accountId: string }>(
    `select distinct t.billing_period as period, t.sub_account_id as "accountId" from control_total t
     left join covered_month m on m.workspace_id = $1 and m.connection_id = $2 and m.billing_period = t.billing_period
       and m.sub_account_id = t.sub_account_id
     where t.workspace_id = $1 and t.connection_id = $2 and t.billing_period >= $3 and t.billing_period < $4
       and m.billing_period is null
       and ${DIFFERS}
       and not exists (
         select from sync_window w
         where w.workspace_id = $1 and w.connection_id = $2 and w.start_date = t.billing_period
           and w.end_date = (t.billing_period + interval '1 month')::date and w.loaded_at > $5)
     order by 1 desc, 2`,
    [run.workspaceId, run.connectionId, months.start, months.end, addDays(dayOf(now), -RETRIED_DAYS)],
  );
  // Nobody is told that they differ while they are loaded anew.
  await sql.query(
    `update control_total t set our_billed = null, our_effective = null, compared_at = null
     from unnest($3::date[], $4::text[]) as r (period, account)
     where t.workspace_id = $1 and t.connection_id = $2 and t.billing_period = r.period and t.sub_account_id = r.account`,
    [run.workspaceId, run.connectionId, rows.map((row) => row.period), rows.map((row) => row.accountId)],
  );
  return rows;
}

/** Those months once more, each with the accounts that it concerns. */
function fetchesOfRestated(
  restated: readonly { period: string; accountId: string }[],
  byType: readonly AccountTotal[],
): { windows: DayRange[]; fetches: PlannedFetch[] } {
  const windows = [...new Set(restated.map((one) => one.period))].map((month) => ({
    start: month,
    end: addMonths(month, 1),
  }));
  const isRestated = new Set(restated.map((one) => `${one.period} ${one.accountId}`));
  const concerned = byType.filter((total) => isRestated.has(`${total.period} ${total.accountId}`));
  return { windows, fetches: fetchesFor(windows, concerned) };
}

async function storePlan(
  sql: Sql,
  run: RunRef,
  {
    windows,
    fetches,
    estimate,
  }: { windows: readonly DayRange[]; fetches: readonly PlannedFetch[]; estimate: number },
): Promise<void> {
  const key = [run.workspaceId, run.connectionId, run.runId];
  await sql.query(
    `insert into sync_window (workspace_id, connection_id, run_id, start_date, end_date, position)
     select $1, $2, $3, w.start_date, w.end_date, w.position
     from unnest($4::date[], $5::date[]) with ordinality as w (start_date, end_date, position)`,
    [...key, windows.map((window) => window.start), windows.map((window) => window.end)],
  );
  await sql.query(
    `insert into sync_fetch (workspace_id, connection_id, run_id, start_date, sub_account_id, kind)
     select $1, $2, $3, f.start_date, f.account, f.kind
     from unnest($4::date[], $5::text[], $6::text[]) as f (start_date, account, kind)`,
    [
      ...key,
      fetches.map((fetch) => fetch.window.start),
      fetches.map((fetch) => fetch.accountId),
      fetches.map((fetch) => fetch.kind),
    ],
  );
  await sql.query(
    `update sync_run set months_total = $4, estimate = $5
     where workspace_id = $1 and connection_id = $2 and id = $3`,
    [...key, monthsOf(windows).length, estimate],
  );
}

/** What we hold of these months as zero totals: AWS may have taken all of an account back, and then says nothing of it. */
async function heldTotals(ctx: Ctx, run: RunRef, months: DayRange): Promise<AccountTotal[]> {
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<Pick<AccountTotal, 'period' | 'accountId' | 'recordType' | 'currency'>>(
      `select distinct date_trunc('month', f.charge_date)::date as period, f.sub_account_id as "accountId",
         case when f.record_type = '' then $5 else 'Fee' end as "recordType", f.currency
       from charge f
       where f.workspace_id = $1 and f.connection_id = $2 and f.charge_date >= $3 and f.charge_date < $4
         and f.shelf = any($6)`,
      [
        ...[run.workspaceId, run.connectionId, months.start, months.end, USAGE_RECORD_TYPES[0]],
        await shelvesOf(sql, run.workspaceId, run.connectionId),
      ],
    );
    return rows.map((row) => ({ ...row, billed: '0', effective: '0', estimated: false }));
  });
}

function withHeld(
  totals: readonly AccountTotal[],
  held: readonly AccountTotal[],
  kindOf: (total: AccountTotal) => string,
): AccountTotal[] {
  const keyOf = (total: AccountTotal) =>
    `${total.period} ${total.accountId} ${total.currency} ${kindOf(total)}`;
  const known = new Set(totals.map(keyOf));
  const missing = new Map(
    held.filter((total) => !known.has(keyOf(total))).map((total) => [keyOf(total), total]),
  );
  return [...totals, ...missing.values()];
}

/** A member account with a connection of its own has its cost there; its organization's connection leaves it out. */
export async function connectedElsewhere(ctx: Ctx, run: RunRef): Promise<Set<string>> {
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<{ id: string }>(
      `select aws_account_id as id from connection
       where workspace_id = $1 and id <> $2 and revoked_at is null and active_since is not null`,
      [run.workspaceId, run.connectionId],
    );
    return new Set(rows.map((row) => row.id));
  });
}

/**
 * Asks AWS for the totals of all months first (two requests, however many months), then writes down what has to be fetched: the
 * days that AWS still restates, and older months whose total is not what it was. The totals are also what the loaded rows are
 * held against. An account of which AWS no longer says anything is asked for and compared as well.
 */
export async function planSync(
  ctx: Ctx,
  run: RunRef,
  kind: SyncKind,
  session: CustomerSession,
): Promise<void> {
  const now = ctx.now();
  const windows = await windowsFor(ctx, run, kind);
  const start = windows.reduce((least, window) => (window.start < least ? window.start : least), dayOf(now));
  const end = windows.reduce((most, window) => (window.end > most ? window.end : most), start);
  if (end <= start) return;
  const oldest = oldestDay(now);
  const months = { start: oldest < start ? oldest : monthOf(start), end };
  const elsewhere = await connectedElsewhere(ctx, run);
  const isOurs = (total: AccountTotal) => !elsewhere.has(total.accountId);
  const lastMonth = monthOf(addDays(end, -1));
  const held = (await heldTotals(ctx, run, { start: months.start, end: addMonths(lastMonth, 1) })).filter(
    isOurs,
  );
  const totals = withHeld((await session.monthlyTotals(months)).filter(isOurs), held, () => '');
  const byType = withHeld((await session.totalsByRecordType(months)).filter(isOurs), held, (total) =>
    isUsage(total.recordType) ? 'usage' : 'other',
  );
  const planned = fetchesFor(windows, byType);
  const accounts = new Set(totals.map((total) => total.accountId)).size;
  const estimate =
    kind === 'first' ? estimateFirstLoadRequests(accounts, now) : estimateDailyRequests(accounts);
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await saveUnlistedAccounts(
      sql,
      run,
      totals.map((total) => total.accountId),
    );
    await storeControlTotals(sql, run, { start: months.start, end: addMonths(monthOf(end), 1) }, totals, now);
    const older = { start: months.start, end: monthOf(start) };
    await compareWithAws(sql, run, older, { shelf: await shelfOf(sql, run), now });
    const restated = fetchesOfRestated(await findRestated(sql, run, older, now), byType);
    await storePlan(sql, run, {
      windows: [...windows, ...restated.windows],
      fetches: [...planned, ...restated.fetches],
      estimate: estimate + restated.fetches.length,
    });
  });
}
