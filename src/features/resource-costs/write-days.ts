import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { ResourceCostRow } from '@/aws/port';
import { partsOfArn } from '@/aws/collectors/arns';
import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { copyLine } from '@/db/copy-text';
import { takeSlot } from '@/db/locks';
import type { DayRange } from '@/domain/period';
import { INCOMING_RESOURCE, learnResources } from '@/features/exports/dictionaries';
import { OWN_SHELF_RESOURCES } from '@/features/inventory/write-resources';
import { passFence, type RunRef } from '@/features/syncs/fence';
import { ensureOwnShelf, shelfOf } from '@/features/syncs/load-window';
import { countedIn, counting, type Change } from '@/features/syncs/row-counts';
import { isAsked } from './resource-cost-store';

/** Costs by resource are not asked for any more. */
export class NotAsked extends Error {
  constructor() {
    super('Costs by resource are not asked for any more.');
    this.name = 'NotAsked';
  }
}

/** What one account's answer says, in as little memory as it takes until it is written as a whole. */
export class FetchedDays {
  private readonly pages: string[] = [];
  private readonly resources = new Set<string>();
  requests = 0;

  add(page: readonly ResourceCostRow[]): void {
    this.requests += 1;
    for (const row of page) this.resources.add(row.resourceId);
    const lines = page.map((row) =>
      copyLine([row.date, row.resourceId, row.service, row.currency, row.billed, row.effective]),
    );
    this.pages.push(lines.join(''));
  }

  get resourceCount(): number {
    return this.resources.size;
  }

  dayLines(): Iterable<string> {
    return this.pages;
  }

  *resourceLines(accountId: string): Generator<string> {
    for (const id of this.resources) {
      yield copyLine([accountId, id, id, '', partsOfArn(id)?.type ?? '']);
    }
  }
}

async function fill(sql: Sql, table: string, columns: string, lines: Iterable<string>): Promise<void> {
  await sql.query(`create temp table ${table} (${columns}) on commit drop`);
  await pipeline(Readable.from(lines), sql.query(copyFrom(`copy ${table} from stdin`)));
  await sql.query(`analyze ${table}`);
}

type Scope = readonly [workspaceId: string, shelf: number, connectionId: string, accountId: string];

/** What the answer tells of the resources beside their cost; of one that the inventory lists, the days and the service alone. */
async function describe(sql: Sql, scope: Scope): Promise<void> {
  await sql.query(
    `update resource r set first_seen = least(r.first_seen, i.first_seen), last_seen = greatest(r.last_seen, i.last_seen),
       service_name = i.service_name,
       region_id = case when r.listed_at is null and r.region_id = '' then i.region_id else r.region_id end
     from (
       select k.resource_id, min(d.charge_date) as first_seen, max(d.charge_date) as last_seen,
         (array_agg(d.service_name order by d.charge_date desc, d.effective_cost desc, d.service_name))[1] as service_name,
         case when k.resource_id like 'arn:%' then coalesce(nullif(split_part(k.resource_id, ':', 4), ''), 'global') else '' end as region_id
       from incoming_day d join incoming_resource k on k.given_id = d.given_id
       group by 1
     ) i
     where r.workspace_id = $1 and r.shelf = $2 and r.connection_id = $3 and r.sub_account_id = $4 and r.resource_id = i.resource_id`,
    [...scope],
  );
}

async function replaceDays(sql: Sql, scope: Scope, change: Change): Promise<void> {
  await change(
    'resource_day',
    'delete from resource_day where workspace_id = $1 and shelf = $2 and connection_id = $3 and sub_account_id = $4',
    scope,
  );
  await change(
    'resource_day',
    `insert into resource_day (workspace_id, shelf, connection_id, resource_key, charge_date, service_name, currency, sub_account_id,
       billed_cost, effective_cost)
     select $1, $2, $3, r.resource_key, d.charge_date, d.service_name, d.currency, $4, sum(d.billed_cost), sum(d.effective_cost)
     from incoming_day d
     join incoming_resource k on k.given_id = d.given_id
     join resource r on r.workspace_id = $1 and r.shelf = $2 and r.connection_id = $3 and r.sub_account_id = $4
       and r.resource_id = k.resource_id
     group by r.resource_key, d.charge_date, d.service_name, d.currency`,
    scope,
  );
}

/**
 * Puts what Cost Explorer told of an account by resource in place of what it told before, as a whole. Throws Fenced, and
 * NotAsked where somebody gave them up meanwhile.
 */
export async function writeDays(
  ctx: Ctx,
  run: RunRef,
  of: { accountId: string; days: DayRange },
  fetched: FetchedDays,
): Promise<void> {
  if (fetched.resourceCount >= OWN_SHELF_RESOURCES) await ensureOwnShelf(ctx, run);
  await withSql(ctx, 'write', async (sql) => {
    await sql.query("set local work_mem = '64MB'; set local jit = off");
    await passFence(sql, run);
    await takeSlot(sql, run.connectionId, 'costs');
    if (!(await isAsked(sql, run))) throw new NotAsked();
    const shelf = await shelfOf(sql, run);
    const scope = [run.workspaceId, shelf, run.connectionId, of.accountId] as const;
    const { change, keep } = counting(sql, run);
    await fill(
      sql,
      'incoming_day',
      'charge_date date, given_id text, service_name text, currency char(3), billed_cost numeric, effective_cost numeric',
      fetched.dayLines(),
    );
    await fill(sql, 'incoming_resource', INCOMING_RESOURCE, fetched.resourceLines(of.accountId));
    const learned = await learnResources(sql, run, shelf);
    await describe(sql, scope);
    await replaceDays(sql, scope, change);
    await sql.query(
      `insert into resource_cost_fetch (workspace_id, connection_id, sub_account_id, first_date, next_date, requests, fetched_at)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (workspace_id, connection_id, sub_account_id) do update set first_date = excluded.first_date,
         next_date = excluded.next_date, requests = excluded.requests, fetched_at = excluded.fetched_at`,
      [
        ...[run.workspaceId, run.connectionId, of.accountId, of.days.start, of.days.end],
        ...[fetched.requests, ctx.now()],
      ],
    );
    await keep();
    await countedIn(sql, run, { resource: learned });
  });
}
