import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Sql } from '@/db/client';
import type { DayRange } from '@/domain/period';
import type { RunRef } from '@/features/syncs/fence';
import { saveUnlistedAccounts } from '@/features/syncs/linked-accounts';
import type { Change } from '@/features/syncs/row-counts';
import { addTagCharges, INCOMING_GROUP, INCOMING_MONTH, openTagCharges } from '@/features/tags/tag-groups';
import { amountColumns } from './read-files';
import type { FactFiles } from './write-facts';

/** Columns of a line item in a file of facts. */
export const factColumns = ['charge_date', 'resource_key', 'kind_key', 'tag_key', ...amountColumns].join(
  ', ',
);

/** Where daily totals go. */
export interface Target {
  readonly shelf: number;
  /** The months that the charges lie in. */
  readonly days: DayRange;
  /** Whose they are: `export`, or `upload:` and the id of the file. */
  readonly source: string;
  readonly change: Change;
}

async function copyFile(sql: Sql, target: string, file: string, options: string): Promise<void> {
  const copy = sql.query(copyFrom(`copy ${target} from stdin (${options})`));
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), copy);
}

export const copyInto = (sql: Sql, target: string, file: string) => copyFile(sql, target, file, 'format csv');

/** Line items are numbers and days alone, and so in PostgreSQL's own text format, which it reads fastest. */
export const copyLineItems = (sql: Sql, target: string, file: string) =>
  copyFile(sql, target, file, 'format text');

/**
 * Fills a leaf that this transaction has made or emptied. PostgreSQL then puts the rows side by side in their order, marks them as seen by
 * all as it writes them, and where it keeps no log for replicas it writes none of them into one.
 */
export const fillLeaf = (sql: Sql, target: string, file: string) =>
  copyFile(sql, target, file, 'format text, freeze');

/** The facts as daily totals, in the order in which they lie in their file, from which the rollups are made, and the same told apart by tags. */
export async function addCharges(
  sql: Sql,
  run: RunRef,
  { facts, shelf, days, source, change }: Target & { facts: FactFiles },
): Promise<void> {
  const scope = [run.workspaceId, shelf, run.connectionId, days.start, days.end, source];
  await sql.query(
    `create temp table incoming_charge (
       charge_date date, sub_account_id text, service_name text, region_id text, charge_category text, record_type text,
       currency char(3), billed_cost numeric, effective_cost numeric
     ) on commit drop`,
  );
  await copyInto(sql, 'incoming_charge', facts.charges);
  await change(
    'charge',
    `insert into charge (workspace_id, shelf, connection_id, charge_date, line, source, sub_account_id, service_name, region_id,
       charge_category, record_type, currency, billed_cost, effective_cost)
     select $1, $2, $3, i.charge_date,
       (select coalesce(max(c.line), 0) from charge c
        where c.workspace_id = $1 and c.shelf = $2 and c.connection_id = $3 and c.charge_date >= $4 and c.charge_date < $5)
         + row_number() over (),
       $6, i.sub_account_id, i.service_name, i.region_id, i.charge_category, i.record_type, i.currency, i.billed_cost,
       i.effective_cost
     from incoming_charge i`,
    scope,
  );
  await openTagCharges(sql, source);
  await copyInto(sql, `incoming_tag_group (${INCOMING_GROUP})`, facts.tagGroups);
  await copyInto(sql, `incoming_tag_month (${INCOMING_MONTH})`, facts.tagMonths);
  await addTagCharges(sql, run, shelf, change);
}

/** What a source brought of these days, out of the charges and of the totals by tag. The caller makes the rollups anew. */
export async function removeCharges(run: RunRef, { shelf, days, source, change }: Target): Promise<void> {
  const scope = [run.workspaceId, shelf, run.connectionId, days.start, days.end, source];
  await change(
    'charge',
    `delete from charge where workspace_id = $1 and shelf = $2 and connection_id = $3 and charge_date >= $4 and charge_date < $5
       and source = $6`,
    scope,
  );
  await change(
    'charge_month_tag',
    `delete from charge_month_tag t using tag_group g
     where t.workspace_id = $1 and t.shelf = $2 and t.connection_id = $3 and t.charge_month >= $4 and t.charge_month < $5
       and g.workspace_id = $1 and g.shelf = $2 and g.connection_id = $3 and g.tag_group = t.tag_group and g.source = $6`,
    scope,
  );
}

/** An account that AWS does not list is called what the bill calls it. */
async function nameAccounts(sql: Sql, run: RunRef, { accounts }: Pick<FactFiles, 'accounts'>): Promise<void> {
  await sql.query(
    `update linked_account l set name = a.name from unnest($3::text[], $4::text[]) as a (id, name)
     where l.workspace_id = $1 and l.connection_id = $2 and l.aws_account_id = a.id and l.name is null and a.name <> ''`,
    [
      ...[run.workspaceId, run.connectionId],
      ...[accounts.map((account) => account.id), accounts.map((account) => account.name)],
    ],
  );
}

/**
 * What the facts of a file or of several periods tell of their resources: the days on which they cost something, and the words of
 * the newest, with the service that they cost most of: an instance is one of Amazon EC2, and not of its data transfer. Of one that the inventory lists itself, the bill adds the days and the service alone. What the bill does not name
 * is called by its tag `Name`, as AWS's consoles call it, and keeps the name where the tag is gone.
 */
export async function describeResources(
  sql: Sql,
  run: RunRef,
  shelf: number,
  facts: readonly Pick<FactFiles, 'resourceDays'>[],
): Promise<void> {
  await sql.query(
    `create temp table incoming_resource_day (
       resource_key integer, tag_key integer, kind_key integer, first_seen date, last_seen date
     ) on commit drop`,
  );
  for (const { resourceDays } of facts) await copyInto(sql, 'incoming_resource_day', resourceDays);
  await sql.query(
    `create temp table described_resource on commit drop as
     select resource_key, min(first_seen) as first_seen, max(last_seen) as last_seen,
       (array_agg(tag_key order by last_seen desc, tag_key desc))[1] as tag_key, (array_agg(kind_key order by last_seen desc, kind_key desc))[1] as kind_key
     from incoming_resource_day group by 1`,
  );
  await sql.query('analyze described_resource');
  await sql.query(
    `update resource r set first_seen = least(r.first_seen, i.first_seen), last_seen = greatest(r.last_seen, i.last_seen),
       service_name = case when i.last_seen < r.last_seen then r.service_name else k.service_name end,
       region_id = case when i.last_seen < r.last_seen or r.listed_at is not null then r.region_id else k.region_id end,
       name = case when i.last_seen < r.last_seen or r.listed_at is not null or r.name not in ('', coalesce(r.tags ->> 'Name', ''))
         then r.name else coalesce(nullif(t.tags ->> 'Name', ''), r.name) end,
       tags = case when i.last_seen < r.last_seen or r.listed_at is not null then r.tags else coalesce(t.tags, '{}') end
     from described_resource i
     join charge_kind k on k.workspace_id = $1 and k.shelf = $2 and k.connection_id = $3 and k.kind_key = i.kind_key
     left join tag_set t on t.workspace_id = $1 and t.shelf = $2 and t.connection_id = $3 and t.tag_key = i.tag_key
     where r.workspace_id = $1 and r.shelf = $2 and r.connection_id = $3 and r.resource_key = i.resource_key`,
    [run.workspaceId, shelf, run.connectionId],
  );
}

/** What the facts tell of accounts that AWS does not list. */
export async function describeAccounts(
  sql: Sql,
  run: RunRef,
  facts: Pick<FactFiles, 'accounts'>,
): Promise<void> {
  await saveUnlistedAccounts(
    sql,
    run,
    facts.accounts.map((account) => account.id),
  );
  await nameAccounts(sql, run, facts);
}
