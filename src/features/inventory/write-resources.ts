import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { passFence, type RunRef } from '@/features/syncs/fence';
import { ensureOwnShelf, shelfOf } from '@/features/syncs/load-window';
import { countedIn } from '@/features/syncs/row-counts';
import type { ListedResource } from './resource-writer';

/** From so many resources on a connection has a shelf of its own. */
export const OWN_SHELF_RESOURCES = 20_000;

const COLUMNS = `arn text, id text, type text, name text, region text, created_at timestamptz, state text, tags jsonb,
  attributes jsonb, related text[], is_tagged boolean, tags_known boolean`;

/**
 * Whether a bill that names a resource by a bare id means the listed one `i`, as SQL; `d` is the bill's row. AWS writes
 * the type as the kind alone (`volume`), or not at all. Generated ids and bucket names are unique by themselves; any
 * other name may be that of a queue and of a table, in one region and in the next.
 */
const IS_MEANT = `case
    when i.type = 's3:bucket' or i.id ~ '^[a-z]+-[0-9a-f]{8,17}$'
      then d.resource_type in ('', i.type, split_part(i.type, ':', 2))
    else d.resource_type in (i.type, split_part(i.type, ':', 2)) and d.region_id = i.region
  end`;

const OF_ACCOUNT = 'd.workspace_id = $1 and d.shelf = $2 and d.connection_id = $3 and d.sub_account_id = $4';

type Scope = readonly [workspaceId: string, shelf: number, connectionId: string, accountId: string];

async function fillListed(sql: Sql, batch: readonly ListedResource[]): Promise<void> {
  await sql.query(`create temp table listed (${COLUMNS}, resource_key integer) on commit drop`);
  const rows = batch.map((one) => ({
    ...{ arn: one.arn, id: one.id, type: one.type, name: one.name, region: one.region },
    ...{ created_at: one.createdAt, state: one.state, tags: one.tags, attributes: one.attributes },
    ...{ related: one.relatedArns, is_tagged: one.isTagged, tags_known: one.tagsKnown },
  }));
  await sql.query(
    `insert into listed select r.*, null from jsonb_to_recordset($1::jsonb) as r (${COLUMNS})`,
    [JSON.stringify(rows)],
  );
  await sql.query('analyze listed');
}

/** Finds the rows of what is known: by the ARN, else by the id as a bill spells it. */
async function findKnown(sql: Sql, scope: Scope): Promise<void> {
  await sql.query(
    `update listed i set resource_key = d.resource_key from resource d where ${OF_ACCOUNT} and d.resource_id = i.arn`,
    [...scope],
  );
  await sql.query(
    `update listed i set resource_key = m.resource_key
     from (
       select distinct on (d.resource_key) d.resource_key, i.arn
       from listed i join resource d on ${OF_ACCOUNT} and d.resource_id = i.id
       where i.resource_key is null and ${IS_MEANT}
       order by d.resource_key, i.arn
     ) m
     where i.arn = m.arn`,
    [...scope],
  );
}

/**
 * What was found by its tags alone takes nothing away that a listing told. From here on all are named by their ARN, by which others
 * name them as related and a bill may name them as well as by the bare id.
 */
async function refreshKnown(sql: Sql, scope: Scope, listedAt: Date): Promise<void> {
  await sql.query(
    `update resource d set
       name = case
         when i.is_tagged and d.listed_at is not null and not i.tags ? 'Name' and d.name is distinct from d.tags ->> 'Name' then d.name
         when not i.tags_known and coalesce(d.tags ->> 'Name', '') <> '' then d.tags ->> 'Name'
         else i.name
       end,
       resource_type = case when i.is_tagged and d.listed_at is not null then d.resource_type else i.type end,
       region_id = case when i.is_tagged and d.listed_at is not null then d.region_id else i.region end,
       resource_id = i.arn,
       bare_id = case when i.is_tagged and d.bare_id <> '' then d.bare_id else i.id end,
       state = case when i.is_tagged then d.state else i.state end,
       attributes = case when i.is_tagged then d.attributes else i.attributes end,
       related = case when i.is_tagged then d.related else i.related end,
       created_at = coalesce(i.created_at, d.created_at),
       tags = case when i.tags_known then i.tags else d.tags end,
       listed_at = $5, gone_at = null
     from listed i where ${OF_ACCOUNT} and d.resource_key = i.resource_key`,
    [...scope, listedAt],
  );
}

async function insertNew(sql: Sql, scope: Scope, listedAt: Date): Promise<number> {
  const { rowCount } = await sql.query(
    `insert into resource (workspace_id, shelf, connection_id, sub_account_id, resource_key, ref, resource_id, bare_id, name,
       resource_type, service_name, region_id, tags, attributes, related, state, created_at, listed_at)
     select $1, $2, $3, $4, n.last + row_number() over (order by i.arn),
       'r' || left(replace(gen_random_uuid()::text, '-', ''), 16), i.arn, i.id, i.name,
       i.type, '', i.region, i.tags, i.attributes, i.related, i.state, i.created_at, $5
     from listed i, (
       select coalesce(max(k.resource_key), 0) as last from resource k
       where k.workspace_id = $1 and k.shelf = $2 and k.connection_id = $3
     ) n
     where i.resource_key is null`,
    [...scope, listedAt],
  );
  return rowCount ?? 0;
}

/** A connection that is about to have many resources moves to a shelf of its own first. */
async function makeRoom(ctx: Ctx, run: RunRef, coming: number): Promise<void> {
  const isFull = await withSql(ctx, 'read', async (sql) => {
    const { rowCount } = await sql.query(
      `select from connection c
       join row_count r on r.workspace_id = c.workspace_id and r.connection_id = c.id and r.table_name = 'resource'
       where c.workspace_id = $1 and c.id = $2 and c.shelf = 0 and r.rows + $3 > $4`,
      [run.workspaceId, run.connectionId, coming, OWN_SHELF_RESOURCES],
    );
    return rowCount === 1;
  });
  if (isFull) await ensureOwnShelf(ctx, run);
}

/**
 * Takes a batch of listed resources, each ARN once, into the connection's resources in one transaction. Throws Fenced.
 * Two batches of one connection must not be written at once: both would give out the same keys.
 */
export async function writeResources(
  ctx: Ctx,
  run: RunRef,
  batch: readonly ListedResource[],
  of: { accountId: string; listedAt: Date },
): Promise<void> {
  await makeRoom(ctx, run, batch.length);
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    const scope = [run.workspaceId, await shelfOf(sql, run), run.connectionId, of.accountId] as const;
    await fillListed(sql, batch);
    await findKnown(sql, scope);
    await refreshKnown(sql, scope, of.listedAt);
    await countedIn(sql, run, { resource: await insertNew(sql, scope, of.listedAt) });
  });
}
