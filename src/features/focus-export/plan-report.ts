import { limitOf, withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { shareWriteLock } from '@/db/locks';
import type { CostQuery } from '@/domain/cost-query';
import { Conflict, Invalid } from '@/errors';
import { frameOf } from '@/features/costs/frame';
import { readScope } from '@/features/costs/scope';
import { chargesSql, leavesSql, type Leaf, type Report } from './charges-sql';

/** A file of ten million charges is some gigabytes, and goes out as fast as it is read; who takes longer does not get to its end. */
export const LONGEST_MS = 60 * 60_000;

async function readReport(ctx: Ctx, sql: Sql, query: CostQuery): Promise<{ report: Report; lies: string }> {
  const scope = await readScope(sql, ctx.workspaceId, limitOf(ctx.actor));
  const frame = scope && frameOf(query, scope, ctx.now());
  if (!scope || !frame) throw new Invalid('These days are not loaded. Choose other days.');
  const connections = scope.connectionIds.toSorted();
  if (scope.limitedTo) {
    const report = { scope, query, frame, leaves: [], reportedTags: new Map<string, string[]>() };
    return { report, lies: JSON.stringify(connections) };
  }
  const { rows: leaves } = await sql.query<Leaf>(
    `select "connectionId", shelf, month::text as month from (${leavesSql({ scope, frame })}) f order by 1, 2, 3`,
  );
  const { rows: tags } = await sql.query<{ key: string; connections: string[] }>(
    `select tag_key as key, array_agg(connection_id::text order by connection_id) as connections from reported_tag
     where workspace_id = $1 and connection_id = any($2) and is_reported group by 1 order by 1`,
    [scope.workspaceId, connections],
  );
  const reportedTags = new Map(tags.map((tag) => [tag.key, tag.connections]));
  return {
    report: { scope, query, frame, leaves, reportedTags },
    lies: JSON.stringify([connections, leaves, tags]),
  };
}

/**
 * What goes into the file, in the snapshot that it is then read from. Throws Invalid where none of the days is loaded, Conflict
 * where what they cost has just been put elsewhere. A revocation waits for nobody: it ends every backend that holds the lock
 * taken here.
 */
export async function planReport(ctx: Ctx, sql: Sql, query: CostQuery): Promise<Report> {
  // Every row is read, so a dictionary is looked through once and hashed. The planner, which knows little of a new connection, would
  // rather look each row's words up: 8,600 rows took 1.5 s, and take 0.2.
  await sql.query(
    `set local statement_timeout = ${LONGEST_MS}; set local work_mem = '64MB'; set local jit = off;
     set local enable_nestloop = off; set local enable_mergejoin = off`,
  );
  const { report, lies } = await readReport(ctx, sql, query);
  for (const connectionId of report.scope.connectionIds) await shareWriteLock(sql, connectionId);
  await sql.query(`select from (${chargesSql(report)}) charges limit 0`);
  // A leaf is emptied or dropped whatever an older snapshot still has in it. From here on none of these is, since its lock is held;
  // a look from outside says whether one was before.
  const now = await withSql(ctx, 'read', (outside) => readReport(ctx, outside, query));
  if (now.lies !== lies) {
    throw new Conflict('The costs of these days are being loaded anew. Ask for the file again.');
  }
  return report;
}
