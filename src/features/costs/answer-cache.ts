import { askOnce, limitOf, withSql, type Ctx } from '@/context';
import type { OneStatement, Sql } from '@/db/client';
import { dayOf } from '@/domain/period';
import { processWide } from '@/process-wide';

/**
 * One text for all that an answer is made of: another one whenever a load, a listing, a forecast, a name or a revocation has
 * changed anything. Told by the versions that PostgreSQL gives its rows, so it does not rest on clocks. Every load changes what is
 * counted of its rows, or says there that they are others.
 */
const VERSION: OneStatement = {
  name: 'answer_version',
  text: `
  select md5(coalesce(string_agg(v, ' ' order by v collate "C"), '')) as version from (
    select concat('c', c.id, c.shelf) as v from cost_connections() c
    union all select concat('w', w.connection_id, w.start_date, w.xmin) from sync_window w where w.workspace_id = $1 and w.loaded_at is not null
    union all select concat('t', t.connection_id, t.billing_period, t.sub_account_id, t.xmin) from control_total t where t.workspace_id = $1
    union all select concat('f', f.connection_id, f.metric, f.xmin) from cost_forecast f where f.workspace_id = $1
    union all select concat('u', u.connection_id, u.files) from uploaded_days() u
    union all select concat('r', r.id, r.xmin) from tag_rule r where r.workspace_id = $1
    union all select concat('x', x.connection_id, x.xmin) from tag_index x where x.workspace_id = $1
    union all select concat('a', a.connection_id, a.aws_account_id, a.xmin) from linked_account a where a.workspace_id = $1
    union all select concat('n', n.connection_id, n.table_name, n.xmin) from row_count n where n.workspace_id = $1
    union all select concat('i', i.connection_id, count(*), max(i.listed_at)) from inventory_listing i where i.workspace_id = $1
      group by i.connection_id
  ) parts`,
};

interface Entry {
  readonly workspaceId: string;
  readonly version: string;
  readonly at: number;
  readonly answer: unknown;
}

const ENTRIES_MAX = 300;
/** What is not asked for again is forgotten after this: memory keeps nothing of a workspace for long. */
const KEPT_MS = 60_000;

const memory = processWide('answers', () => {
  setInterval(() => forget((entry) => Date.now() - entry.at > KEPT_MS), KEPT_MS / 2).unref();
  return {
    entries: new Map<string, Entry>(),
    /** What is being read just now: who asks the same of the same rows waits for it, and does not read it beside. */
    reading: new Map<string, Promise<unknown>>(),
    /** How often something was to be forgotten at once: what was being read meanwhile is not kept. */
    forgotten: 0,
  };
});
const { entries, reading } = memory;

function forget(isOver: (entry: Entry) => boolean): void {
  for (const [key, entry] of entries) if (isOver(entry)) entries.delete(key);
}

/** One of those who ask at once reads; where that fails each of the others reads for itself. */
async function readOnce<T>(question: string, read: () => Promise<T>): Promise<T> {
  const known = reading.get(question);
  if (known) return known.then((answer) => answer as T, read);
  const answer = read();
  reading.set(question, answer);
  try {
    return await answer;
  } finally {
    reading.delete(question);
  }
}

/** What is kept under a key, if it is of this version; the first in line is the first to go, so it goes to the end. */
function findKept(key: string, version: string): Entry | null {
  const known = entries.get(key);
  if (!known || known.version !== version) return null;
  const entry = { ...known, at: Date.now() };
  entries.delete(key);
  entries.set(key, entry);
  return entry;
}

function keep(key: string, entry: Entry): void {
  entries.delete(key);
  entries.set(key, entry);
  const [oldest] = entries.keys();
  if (entries.size > ENTRIES_MAX && oldest !== undefined) entries.delete(oldest);
}

/** What answers are made of, as one text that is another one once anything of it has changed. */
export async function answerVersion(ctx: Ctx): Promise<string> {
  const [row] = await askOnce<{ version: string }>(ctx, VERSION);
  return row?.version ?? '';
}

/**
 * The answer to a question as it was found last, if nothing that it is made of has changed since: asked of the database each
 * time, in one round trip where something is kept, and again in the snapshot that a new answer is read from. A revoked connection
 * changes it at once. `asked` is the question in words of its own, whoever asks; the answer is not to be changed.
 */
export async function cachedAnswer<T>(ctx: Ctx, asked: string, read: (sql: Sql) => Promise<T>): Promise<T> {
  const limits = limitOf(ctx.actor)?.toSorted().join(',') ?? 'all';
  const key = [ctx.workspaceId, limits, dayOf(ctx.now()), asked].join('\n');
  const began = memory.forgotten;
  if (entries.has(key)) {
    const kept = findKept(key, await answerVersion(ctx));
    if (kept) return kept.answer as T;
  }
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<{ version: string }>({ ...VERSION, values: [ctx.workspaceId] });
    const version = rows[0]?.version ?? '';
    const kept = findKept(key, version);
    if (kept) return kept.answer as T;
    // Another version of the workspace: what is kept of the old one is of no more use, and may be of what was revoked.
    forget((entry) => entry.workspaceId === ctx.workspaceId && entry.version !== version && limits === 'all');
    const answer = await readOnce(`${version}\n${key}`, () => read(sql));
    if (memory.forgotten === began)
      keep(key, { workspaceId: ctx.workspaceId, version, at: Date.now(), answer });
    return answer;
  });
}

/** Forgets a workspace's answers: with a revocation, memory has no more of it than the database. */
export function forgetAnswers(workspaceId: string): void {
  memory.forgotten += 1;
  forget((entry) => entry.workspaceId === workspaceId);
}
