import type { TagValues } from '@/aws/port';
import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import type { ConnectionFailure } from '@/features/connections/schemas';
import { passFence, type RunRef } from '@/features/syncs/fence';

/** Tags of Cost Explorer are not asked for any more. */
export class TagsNotAsked extends Error {
  constructor() {
    super('Tags of Cost Explorer are not asked for any more.');
    this.name = 'TagsNotAsked';
  }
}

/** Values of a key that are kept; of more it is known how many there are. */
const FIRST_VALUES_MAX = 1_000;

export const TAG_WEEK_MS = 7 * 24 * 3_600_000;

export interface TagListing {
  /** When somebody asked for them: whoever gives them up and asks again begins anew. */
  readonly since: Date;
  readonly listedAt: Date | null;
}

/** What is asked for of a connection; null: nothing. */
export async function findListing(
  sql: Sql,
  of: { workspaceId: string; connectionId: string },
): Promise<TagListing | null> {
  const { rows } = await sql.query<TagListing>(
    'select since, listed_at as "listedAt" from cost_tag_listing where workspace_id = $1 and connection_id = $2',
    [of.workspaceId, of.connectionId],
  );
  return rows[0] ?? null;
}

/** A run, and since when tags are asked for that it asks. */
export type TagRun = RunRef & Pick<TagListing, 'since'>;

/** Writes for a connection that is asked for as it was, and is until the transaction ends. Throws Fenced and TagsNotAsked. */
function write(ctx: Ctx, run: TagRun, work: (sql: Sql) => Promise<unknown>): Promise<void> {
  return withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    const { rowCount } = await sql.query(
      'select from cost_tag_listing where workspace_id = $1 and connection_id = $2 and since = $3 for update',
      [run.workspaceId, run.connectionId, run.since],
    );
    if (rowCount !== 1) throw new TagsNotAsked();
    await work(sql);
  });
}

/** No more requests are agreed to within this week. */
export class AgreedSpent extends Error {
  constructor() {
    super('All requests are spent that were agreed to for a week.');
    this.name = 'AgreedSpent';
  }
}

/**
 * Takes one of the requests that were agreed to, before it is made. A week begins with its first request. Throws AgreedSpent where
 * none is left, Fenced and TagsNotAsked.
 */
export const spendRequest = (ctx: Ctx, run: TagRun): Promise<void> =>
  write(ctx, run, async (sql) => {
    const { rowCount } = await sql.query(
      `update cost_tag_listing set spent = case when w.is_new then 1 else spent + 1 end,
         spent_since = case when w.is_new then $3::timestamptz else spent_since end
       from (
         select coalesce(spent_since <= $4::timestamptz, true) as is_new from cost_tag_listing
         where workspace_id = $1 and connection_id = $2
       ) w
       where workspace_id = $1 and connection_id = $2 and (w.is_new or spent < requests)`,
      [run.workspaceId, run.connectionId, ctx.now(), new Date(ctx.now().getTime() - TAG_WEEK_MS)],
    );
    if (rowCount !== 1) throw new AgreedSpent();
  });

/** Gives back one that AWS did not answer, and does not bill. */
export const giveBackRequest = (ctx: Ctx, run: TagRun): Promise<void> =>
  write(ctx, run, (sql) =>
    sql.query(
      'update cost_tag_listing set spent = greatest(0, spent - 1) where workspace_id = $1 and connection_id = $2',
      [run.workspaceId, run.connectionId],
    ),
  );

/** Of keys that were known before, their values stay until they are asked again. */
export const addKeys = (ctx: Ctx, run: TagRun, keys: readonly string[]): Promise<void> =>
  write(ctx, run, (sql) =>
    sql.query(
      `insert into cost_tag (workspace_id, connection_id, tag_key) select $1, $2, k from unnest($3::text[]) k on conflict do nothing`,
      [run.workspaceId, run.connectionId, keys],
    ),
  );

/** These are all keys that Cost Explorer knows now. */
export const closeListing = (ctx: Ctx, run: TagRun, keys: readonly string[]): Promise<void> =>
  write(ctx, run, async (sql) => {
    const scope = [run.workspaceId, run.connectionId];
    await sql.query(
      'delete from cost_tag where workspace_id = $1 and connection_id = $2 and tag_key <> all($3)',
      [...scope, keys],
    );
    await sql.query(
      'update cost_tag_listing set listed_at = $3, failure = null where workspace_id = $1 and connection_id = $2',
      [...scope, ctx.now()],
    );
  });

/** Null where AWS refuses to tell the values of this key: it is asked again with the next listing. */
export const writeValues = (ctx: Ctx, run: TagRun, key: string, found: TagValues | null): Promise<void> =>
  write(ctx, run, (sql) =>
    sql.query(
      `update cost_tag set tag_values = $4, first_values = $5, asked_at = $6
       where workspace_id = $1 and connection_id = $2 and tag_key = $3`,
      [
        ...[run.workspaceId, run.connectionId, key],
        ...[found?.total ?? null, found?.first.slice(0, FIRST_VALUES_MAX) ?? null, ctx.now()],
      ],
    ),
  );

/** Why tags are not up to date. */
export const saveTagFailure = (ctx: Ctx, run: TagRun, failure: ConnectionFailure): Promise<void> =>
  write(ctx, run, (sql) =>
    sql.query('update cost_tag_listing set failure = $3 where workspace_id = $1 and connection_id = $2', [
      ...[run.workspaceId, run.connectionId, JSON.stringify(failure)],
    ]),
  );

/** What was refused before has gone through by now; categories that may not be asked are asked again with the next listing. */
export const clearFailure = (ctx: Ctx, run: TagRun): Promise<void> =>
  write(ctx, run, (sql) =>
    sql.query(
      `update cost_tag_listing set failure = null
       where workspace_id = $1 and connection_id = $2 and failure ->> 'message' not like '%ce:GetCostCategories%'`,
      [run.workspaceId, run.connectionId],
    ),
  );

/** Forgets what was told, and goes on asking once there is something to ask for. */
export const forgetTags = (ctx: Ctx, run: TagRun): Promise<void> =>
  write(ctx, run, async (sql) => {
    const scope = [run.workspaceId, run.connectionId];
    await sql.query('delete from cost_tag where workspace_id = $1 and connection_id = $2', scope);
    await sql.query(
      'update cost_tag_listing set listed_at = null, failure = null where workspace_id = $1 and connection_id = $2',
      scope,
    );
  });

/** The keys whose values were not asked since the keys were listed, those that were never asked first. */
export async function findDueKeys(
  sql: Sql,
  of: { workspaceId: string; connectionId: string },
): Promise<string[]> {
  const { rows } = await sql.query<{ key: string }>(
    `select t.tag_key as key from cost_tag t join cost_tag_listing l using (workspace_id, connection_id)
     where t.workspace_id = $1 and t.connection_id = $2 and (t.asked_at is null or t.asked_at < l.listed_at)
     order by t.asked_at nulls first, t.tag_key`,
    [of.workspaceId, of.connectionId],
  );
  return rows.map((row) => row.key);
}
