import type { TypeOutcome } from '@/aws/port';
import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { passFence, type RunRef } from '@/features/syncs/fence';
import { shelfOf } from '@/features/syncs/load-window';
import { gapText } from './gap-text';
import { TAGGED } from './resource-writer';

// Where AWS answers the tags of what belongs to no region.
const GLOBAL_HOME = 'us-east-1';

export interface Listed {
  readonly accountId: string;
  /** What was listed has this time; what has an earlier one was not among it. */
  readonly listedAt: Date;
  readonly outcomes: readonly TypeOutcome[];
}

/** In which places a resource would have been listed if it were still there. */
export interface SearchedPlaces {
  /** Pairs, position by position. */
  readonly types: readonly string[];
  readonly regions: readonly string[];
  /** Regions where everything that has a tag was listed, for the types that have no listing of their own. */
  readonly taggedRegions: readonly string[];
  readonly typesWithListing: readonly string[];
}

/** Only what was listed to its end says that something is gone. */
export function searchedPlaces(outcomes: readonly TypeOutcome[]): SearchedPlaces {
  const own = outcomes.filter((one) => one.type !== TAGGED);
  const pairs = own.flatMap((one) =>
    one.isComplete ? one.covers.map((type) => ({ type, region: one.region })) : [],
  );
  const tagged = outcomes.filter((one) => one.type === TAGGED);
  const home = tagged.find((one) => one.region === GLOBAL_HOME);
  // China and GovCloud have other homes: there it is in one of few regions.
  const isGlobalSearched =
    home?.isComplete ?? (tagged.length > 0 && tagged.every(({ isComplete }) => isComplete));
  return {
    types: pairs.map(({ type }) => type),
    regions: pairs.map(({ region }) => region),
    taggedRegions: [
      ...tagged.flatMap(({ isComplete, region }) => (isComplete ? region : [])),
      ...(isGlobalSearched ? ['global'] : []),
    ],
    typesWithListing: [...new Set(own.flatMap(({ covers }) => covers))],
  };
}

/** What only a bill names is never among it: the inventory did not list it before either. */
async function markGone(sql: Sql, run: RunRef, { accountId, listedAt, outcomes }: Listed): Promise<void> {
  const places = searchedPlaces(outcomes);
  await sql.query(
    `update resource d set gone_at = $5
     where d.workspace_id = $1 and d.shelf = $2 and d.connection_id = $3 and d.sub_account_id = $4
       and d.listed_at < $5 and d.gone_at is null
       and ((d.resource_type, d.region_id) in (select * from unnest($6::text[], $7::text[]))
         or (d.region_id = any($8::text[]) and d.resource_type <> all($9::text[])))`,
    [
      ...[run.workspaceId, await shelfOf(sql, run), run.connectionId, accountId, listedAt],
      ...[places.types, places.regions, places.taggedRegions, places.typesWithListing],
    ],
  );
}

/** Who names a resource as related is kept with it too: a page of it shows both. */
async function relateBothWays(sql: Sql, run: RunRef, { accountId }: Listed): Promise<void> {
  const scope = [run.workspaceId, await shelfOf(sql, run), run.connectionId, accountId];
  const ofAccount = 'd.workspace_id = $1 and d.shelf = $2 and d.connection_id = $3 and d.sub_account_id = $4';
  await sql.query('create temp table related_by (target text, ids text[]) on commit drop');
  await sql.query(
    `insert into related_by select t.target, array_agg(d.resource_id order by d.resource_id)
     from resource d, unnest(d.related) as t (target) where ${ofAccount} group by 1`,
    scope,
  );
  await sql.query('analyze related_by');
  await sql.query(
    `update resource d set related_by = n.ids from related_by n
     where ${ofAccount} and d.resource_id = n.target and d.related_by <> n.ids`,
    scope,
  );
  await sql.query(
    `update resource d set related_by = '{}'
     where ${ofAccount} and d.related_by <> '{}' and d.resource_id not in (select target from related_by)`,
    scope,
  );
}

async function replaceListings(sql: Sql, run: RunRef, { listedAt, outcomes }: Listed): Promise<void> {
  const key = [run.workspaceId, run.connectionId];
  // The last gap is the one that ended the listing, where one did.
  const gaps = outcomes.map((one) => one.gaps.at(-1));
  await sql.query('delete from inventory_listing where workspace_id = $1 and connection_id = $2', key);
  await sql.query(
    `insert into inventory_listing (workspace_id, connection_id, listed_at, resource_type, region_id, resources, action, reason)
     select $1, $2, $3, o.* from unnest($4::text[], $5::text[], $6::integer[], $7::text[], $8::text[]) as o`,
    [
      ...[...key, listedAt, outcomes.map(({ type }) => type), outcomes.map(({ region }) => region)],
      ...[outcomes.map(({ resources }) => resources), gaps.map((gap) => gap?.action ?? null)],
      gaps.map((gap) => (gap ? gapText(gap) : null)),
    ],
  );
}

/** After all of it is written: what is gone is marked, and how each listing ended takes the place of the last time's. Throws Fenced. */
export async function finishListing(ctx: Ctx, run: RunRef, listed: Listed): Promise<void> {
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await markGone(sql, run, listed);
    await relateBothWays(sql, run, listed);
    await replaceListings(sql, run, listed);
  });
}
