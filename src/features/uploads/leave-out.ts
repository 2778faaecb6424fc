import { withSql, withTransaction, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { dayOf } from '@/domain/period';
import { recordAudit } from '@/features/audit/record-audit';
import { sumResourceCosts } from '@/features/resource-costs/sum-resource-costs';
import { passFence, type RunRef } from '@/features/syncs/fence';
import { shelfOf } from '@/features/syncs/load-window';
import { rollUp } from '@/features/syncs/replace-charges';
import { countedIn, counting, type Change } from '@/features/syncs/row-counts';
import { monthsAround } from './file-source';
import { forgetAccounts, forgetWords } from './take-file-out';

/** Accounts whose cost comes through a role, `a`, in the workspace `$1`. */
const OF_ROLES = `select a.aws_account_id from linked_account a
  join connection k on k.workspace_id = a.workspace_id and k.id = a.connection_id
  where a.workspace_id = $1 and k.kind = 'aws' and k.revoked_at is null and k.active_since is not null`;

/** Accounts whose cost comes through a role already: the rows that files have of them would count twice. */
export async function accountsOfRoles(ctx: Ctx): Promise<string[]> {
  const { rows } = await withSql(ctx, 'read', (sql) =>
    sql.query<{ id: string }>(`select distinct r.aws_account_id as id from (${OF_ROLES}) r`, [
      ctx.workspaceId,
    ]),
  );
  return rows.map((row) => row.id);
}

interface Source {
  readonly id: string;
  readonly epoch: number;
  readonly accounts: string[];
}

/** Sources of files that have cost of accounts which come through a role; all of the workspace, or one. */
async function findDoubled(ctx: Ctx, only: string | null): Promise<Source[]> {
  const { rows } = await withSql(ctx, 'read', (sql) =>
    sql.query<Source>(
      `select c.id, c.epoch, array_agg(l.aws_account_id order by l.aws_account_id) as accounts
       from connection c join linked_account l on l.workspace_id = c.workspace_id and l.connection_id = c.id
       where c.workspace_id = $1 and c.kind = 'upload' and c.revoked_at is null and ($2::uuid is null or c.id = $2)
         and l.aws_account_id in (${OF_ROLES})
       group by 1, 2`,
      [ctx.workspaceId, only],
    ),
  );
  return rows;
}

/** Line items of the accounts, out of every file of the source; each file says that they are. */
async function takeLineItems(
  sql: Sql,
  run: RunRef,
  of: { shelf: number; accounts: string[]; today: string },
) {
  const key = [run.workspaceId, run.connectionId];
  const { rows: files } = await sql.query<{ id: string; shelf: number }>(
    'select id, shelf from uploaded_file where workspace_id = $1 and connection_id = $2 and shelf is not null',
    key,
  );
  const { rows: taken } = await sql.query<{ shelf: number; rows: number }>(
    `with gone as (
       delete from line_item l where l.workspace_id = $1 and l.connection_id = $2 and l.shelf = any($3) and l.kind_key in (
         select k.kind_key from charge_kind k
         where k.workspace_id = $1 and k.shelf = $4 and k.connection_id = $2 and k.sub_account_id = any($5))
       returning l.shelf
     )
     select shelf, count(*)::integer as rows from gone group by 1`,
    [...key, files.map((file) => file.shelf), of.shelf, of.accounts],
  );
  const several = of.accounts.length === 1 ? 'an account that is' : `${of.accounts.length} accounts that are`;
  await sql.query(
    `update uploaded_file f set rows = f.rows - t.rows, warnings = f.warnings || $5::text
     from unnest($3::integer[], $4::bigint[]) as t (shelf, rows)
     where f.workspace_id = $1 and f.connection_id = $2 and f.shelf = t.shelf`,
    [
      ...[...key, taken.map((one) => one.shelf), taken.map((one) => one.rows)],
      `The cost of ${several} connected by a role was left out on ${of.today}: it would count twice. Upload the file again if that connection is revoked.`,
    ],
  );
  return taken.reduce((sum, one) => sum + one.rows, 0);
}

/** Daily totals of the accounts, and everything that is made of them. */
async function takeCharges(sql: Sql, run: RunRef, of: { shelf: number; accounts: string[]; change: Change }) {
  const { shelf, accounts, change } = of;
  const scope = [run.workspaceId, shelf, run.connectionId, accounts];
  const { rows } = await sql.query<{ first: string | null; last: string | null }>(
    `select min(charge_date) as first, max(charge_date) as last from charge
     where workspace_id = $1 and shelf = $2 and connection_id = $3 and sub_account_id = any($4)`,
    scope,
  );
  for (const table of ['charge', 'charge_month_tag', 'tag_group'] as const) {
    await change(
      table,
      `delete from ${table} where workspace_id = $1 and shelf = $2 and connection_id = $3 and sub_account_id = any($4)`,
      scope,
    );
  }
  const { first, last } = rows[0] ?? {};
  if (!first || !last) return;
  await rollUp(sql, change, { run, shelf, days: monthsAround(first, last) });
}

/**
 * Takes accounts that a role brings by now out of a source of files, in one transaction: their cost counts once, and from AWS.
 * Called under the lock of the source's files.
 */
export async function leaveOutAccounts(ctx: Ctx, connectionId: string): Promise<void> {
  const [source] = await findDoubled(ctx, connectionId);
  if (!source) return;
  const { accounts, epoch } = source;
  const run = { workspaceId: ctx.workspaceId, connectionId, runId: connectionId, epoch };
  const lineItems = await withSql(ctx, 'write', async (sql) => {
    await sql.query("set local work_mem = '128MB'; set local jit = off");
    await passFence(sql, run);
    const shelf = await shelfOf(sql, run);
    const { change, keep } = counting(sql, run);
    const taken = await takeLineItems(sql, run, { shelf, accounts, today: dayOf(ctx.now()) });
    await takeCharges(sql, run, { shelf, accounts, change });
    await forgetWords(sql, run, shelf, change);
    await keep();
    await countedIn(sql, run, { line_item: -taken });
    await forgetAccounts(sql, run, shelf);
    return taken;
  });
  await sumResourceCosts(ctx, run);
  await withTransaction(ctx, async (tx) =>
    recordAudit(tx, ctx, 'upload.left-out', connectionId, {
      detail: { accounts: accounts.length, rows: lineItems },
    }),
  );
}

/** After a sync: files that have cost of an account which came with it are looked at by the worker. */
export async function queueLeftOut(ctx: Ctx): Promise<void> {
  const sources = await findDoubled(ctx, null);
  if (sources.length === 0) return;
  await withTransaction(ctx, async (tx) => {
    for (const { id } of sources)
      await ctx.queue.enqueue(tx, 'read-uploads', { workspaceId: ctx.workspaceId, connectionId: id });
  });
}
