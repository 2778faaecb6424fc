import { limitOf, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { toSearchParams, type CostQuery } from '@/domain/cost-query';
import { dayOf } from '@/domain/period';
import type { Overview } from './overview';

/**
 * One text for all that an overview is made of: another one whenever a load, a forecast, a name or a revocation has changed
 * anything. Told by the versions that PostgreSQL gives its rows, so it does not rest on clocks.
 */
const VERSION = `
  select md5(coalesce(string_agg(v, ' ' order by v), '')) as version from (
    select concat('c', c.id, c.shelf) as v from cost_connections() c
    union all select concat('w', w.connection_id, w.start_date, w.xmin) from sync_window w where w.workspace_id = $1 and w.loaded_at is not null
    union all select concat('t', t.connection_id, t.billing_period, t.sub_account_id, t.xmin) from control_total t where t.workspace_id = $1
    union all select concat('f', f.connection_id, f.metric, f.xmin) from cost_forecast f where f.workspace_id = $1
    union all select concat('u', u.connection_id, u.files) from uploaded_days() u
    union all select concat('r', r.id, r.xmin) from tag_rule r where r.workspace_id = $1
    union all select concat('x', x.connection_id, x.xmin) from tag_index x where x.workspace_id = $1
    union all select concat('a', a.connection_id, a.aws_account_id, a.xmin) from linked_account a where a.workspace_id = $1
  ) parts`;

interface Entry {
  readonly workspaceId: string;
  readonly version: string;
  readonly at: number;
  readonly overview: Overview | null;
}

const ENTRIES_MAX = 200;
/** What is not asked for again is forgotten after this: memory keeps nothing of a workspace for long. */
const KEPT_MS = 60_000;
const entries = new Map<string, Entry>();

function forget(isOver: (entry: Entry) => boolean): void {
  for (const [key, entry] of entries) if (isOver(entry)) entries.delete(key);
}

setInterval(() => forget((entry) => Date.now() - entry.at > KEPT_MS), KEPT_MS / 2).unref();

/**
 * The overview as it was computed last, if nothing that it is made of has changed since: asked of the database each time, in
 * the snapshot that a new one would be read from. A revoked connection changes it at once.
 */
export async function cachedOverview(
  ctx: Ctx,
  sql: Sql,
  query: CostQuery,
  read: () => Promise<Overview | null>,
): Promise<Overview | null> {
  const { rows } = await sql.query<{ version: string }>(VERSION, [ctx.workspaceId]);
  const version = rows[0]?.version ?? '';
  const limits = limitOf(ctx.actor)?.toSorted().join(',') ?? 'all';
  const key = [ctx.workspaceId, limits, dayOf(ctx.now()), toSearchParams(query).toString()].join('\n');
  const known = entries.get(key);
  if (known?.version === version) {
    // To the end of the line: the first in it is the first to go.
    entries.delete(key);
    entries.set(key, { ...known, at: Date.now() });
    return known.overview;
  }
  // Another version of the workspace: what is kept of the old one is of no more use, and may be of what was revoked.
  forget((entry) => entry.workspaceId === ctx.workspaceId && entry.version !== version && limits === 'all');
  const overview = await read();
  entries.delete(key);
  entries.set(key, { workspaceId: ctx.workspaceId, version, at: Date.now(), overview });
  const [oldest] = entries.keys();
  if (entries.size > ENTRIES_MAX && oldest !== undefined) entries.delete(oldest);
  return overview;
}

/** Forgets a workspace's overviews: with a revocation, memory has no more of it than the database. */
export function forgetOverviews(workspaceId: string): void {
  forget((entry) => entry.workspaceId === workspaceId);
}
