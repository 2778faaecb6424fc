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

export interface TagListing {
  /** Requests that somebody agreed to for each time that Cost Explorer is asked. */
  readonly requests: number;
  readonly listedAt: Date | null;
}

/** What is asked for of a connection; null: nothing. */
export async function findListing(
  sql: Sql,
  of: { workspaceId: string; connectionId: string },
): Promise<TagListing | null> {
  const { rows } = await sql.query<TagListing>(
    'select requests, listed_at as "listedAt" from cost_tag_listing where workspace_id = $1 and connection_id = $2',
    [of.workspaceId, of.connectionId],
  );
  return rows[0] ?? null;
}

/** Writes for a connection that is still asked for, which it stays until the transaction ends. Throws Fenced and TagsNotAsked. */
function write(ctx: Ctx, run: RunRef, work: (sql: Sql) => Promise<unknown>): Promise<void> {
  return withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    const { rowCount } = await sql.query(
      'select from cost_tag_listing where workspace_id = $1 and connection_id = $2 for update',
      [run.workspaceId, run.connectionId],
    );
    if (rowCount !== 1) throw new TagsNotAsked();
    await work(sql);
  });
}

/** The keys that Cost Explorer knows now; of those that it knew before, their values stay until they are asked again. */
export const writeKeys = (ctx: Ctx, run: RunRef, keys: readonly string[]): Promise<void> =>
  write(ctx, run, async (sql) => {
    const scope = [run.workspaceId, run.connectionId];
    await sql.query(
      'delete from cost_tag where workspace_id = $1 and connection_id = $2 and tag_key <> all($3)',
      [...scope, keys],
    );
    await sql.query(
      `insert into cost_tag (workspace_id, connection_id, tag_key) select $1, $2, k from unnest($3::text[]) k on conflict do nothing`,
      [...scope, keys],
    );
    await sql.query(
      'update cost_tag_listing set listed_at = $3 where workspace_id = $1 and connection_id = $2',
      [...scope, ctx.now()],
    );
  });

export const writeValues = (ctx: Ctx, run: RunRef, key: string, found: TagValues): Promise<void> =>
  write(ctx, run, (sql) =>
    sql.query(
      `update cost_tag set tag_values = $4, first_values = $5, asked_at = $6
       where workspace_id = $1 and connection_id = $2 and tag_key = $3`,
      [run.workspaceId, run.connectionId, key, found.total, found.first, ctx.now()],
    ),
  );

/** Why tags are not up to date; null: they are. */
export const saveTagFailure = (ctx: Ctx, run: RunRef, failure: ConnectionFailure | null): Promise<void> =>
  write(ctx, run, (sql) =>
    sql.query('update cost_tag_listing set failure = $3 where workspace_id = $1 and connection_id = $2', [
      ...[run.workspaceId, run.connectionId, failure && JSON.stringify(failure)],
    ]),
  );

/** Forgets what was told, and goes on asking once there is something to ask for. */
export const forgetTags = (ctx: Ctx, run: RunRef): Promise<void> =>
  write(ctx, run, async (sql) => {
    const scope = [run.workspaceId, run.connectionId];
    await sql.query('delete from cost_tag where workspace_id = $1 and connection_id = $2', scope);
    await sql.query(
      'update cost_tag_listing set listed_at = null, failure = null where workspace_id = $1 and connection_id = $2',
      scope,
    );
  });

/**
 * The keys whose values are due: those that were not asked since the keys were listed, the ones that were never asked first, as
 * many as the requests that somebody agreed to leave.
 */
export async function findDueKeys(
  sql: Sql,
  of: { workspaceId: string; connectionId: string },
  most: number,
): Promise<string[]> {
  const { rows } = await sql.query<{ key: string }>(
    `select t.tag_key as key from cost_tag t
     join cost_tag_listing l on l.workspace_id = t.workspace_id and l.connection_id = t.connection_id
     where t.workspace_id = $1 and t.connection_id = $2 and (t.asked_at is null or t.asked_at < l.listed_at)
     order by t.asked_at nulls first, t.tag_key
     limit (
       select greatest(0, $3::integer - count(*)) from cost_tag d join cost_tag_listing m using (workspace_id, connection_id)
       where d.workspace_id = $1 and d.connection_id = $2 and d.asked_at >= m.listed_at)`,
    [of.workspaceId, of.connectionId, most],
  );
  return rows.map((row) => row.key);
}
