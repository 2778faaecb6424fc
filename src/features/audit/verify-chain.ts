import { requirePermission, withSql, withTransaction, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import type { ChainBreak, ChainReport } from './chain';
import { recordAudit } from './record-audit';

const BATCH = 5_000;

interface Head {
  readonly seq: string;
  readonly hash: Buffer;
  readonly pruned_seq: string;
  readonly pruned_hash: Buffer;
}

interface BatchRow {
  readonly events: number;
  readonly last: string | null;
  readonly hash: Buffer | null;
  readonly at: Date | null;
  readonly wrong: string | null;
}

interface Position {
  readonly seq: number;
  readonly hash: Buffer;
  readonly at: Date | null;
}

/** One batch: how far it fits, computed where the events are. */
const FIT = `
  with page as (
    select p.event, (p.event).seq as seq, (p.event).hash as hash, (p.event).at as at,
      coalesce(lag((p.event).seq) over w, $2) as last_seq, coalesce(lag((p.event).hash) over w, $3) as last_hash
    from (select e as event from audit_event e where e.workspace_id = $1 and e.seq > $2 order by e.seq limit ${BATCH}) p
    window w as (order by (p.event).seq)
  )
  select count(*)::integer as events, max(seq) as last, (array_agg(hash order by seq desc))[1] as hash,
    (array_agg(at order by seq desc))[1] as at,
    min(seq) filter (where seq <> last_seq + 1 or hash is distinct from audit_link(last_hash, event)) as wrong
  from page`;

const headOf = async (sql: Sql, workspaceId: string): Promise<Head | null> => {
  const { rows } = await sql.query<Head>(
    'select seq, hash, pruned_seq, pruned_hash from audit_head where workspace_id = $1',
    [workspaceId],
  );
  return rows[0] ?? null;
};

/**
 * The event that does not fit. Where the one after it would fit in its place, this one was put before it: from behind it, if it
 * would fit there in turn, or from nowhere.
 */
async function explain(sql: Sql, workspaceId: string, wrong: number, before: Position): Promise<ChainBreak> {
  const { rows } = await sql.query<{
    at: Date;
    action: string;
    is_before: boolean | null;
    is_swapped: boolean | null;
  }>(
    `select e.at, e.action,
       n.hash = audit_link($3, jsonb_populate_record(n, jsonb_build_object('seq', e.seq))) as is_before,
       e.hash = audit_link(n.hash, jsonb_populate_record(e, jsonb_build_object('seq', n.seq))) as is_swapped
     from audit_event e left join audit_event n on n.workspace_id = $1 and n.seq = e.seq + 1
     where e.workspace_id = $1 and e.seq = $2`,
    [workspaceId, wrong, before.hash],
  );
  const [row] = rows;
  const missing = wrong - before.seq - 1;
  // Nobody can say when a missing event was or what it said.
  if (missing > 0) return { kind: 'missing', seq: before.seq + 1, count: missing, at: null, action: null };
  const moved = row?.is_swapped ? 'swapped' : 'inserted';
  return {
    kind: row?.is_before ? moved : 'changed',
    ...{ seq: wrong, at: row?.at.toISOString() ?? null, action: row?.action ?? null },
  };
}

/** The last event before `wrong`, or where the chain begins. */
async function positionBefore(
  sql: Sql,
  workspaceId: string,
  wrong: number,
  from: Position,
): Promise<Position> {
  const { rows } = await sql.query<{ seq: string; hash: Buffer; at: Date }>(
    'select seq, hash, at from audit_event where workspace_id = $1 and seq < $2 and seq > $3 order by seq desc limit 1',
    [workspaceId, wrong, from.seq],
  );
  const row = rows[0];
  return row ? { seq: Number(row.seq), hash: row.hash, at: row.at } : from;
}

/** Retention says in the chain itself what it let go of, so that a beginning nobody speaks of was moved by hand. */
async function checkBeginning(sql: Sql, workspaceId: string, head: Head): Promise<ChainBreak | null> {
  const { rows } = await sql.query<{ seq: string; at: Date; action: string }>(
    'select seq, at, action from audit_event where workspace_id = $1 and seq <= $2 order by seq limit 1',
    [workspaceId, head.pruned_seq],
  );
  const [early] = rows;
  if (early) {
    return { kind: 'inserted', seq: Number(early.seq), at: early.at.toISOString(), action: early.action };
  }
  const prunedSeq = Number(head.pruned_seq);
  const isUntouched = prunedSeq === 0 && head.pruned_hash.every((byte) => byte === 0);
  if (isUntouched) return null;
  const said = await sql.query(
    `select from audit_event where workspace_id = $1 and action = 'audit.pruned'
       and detail->>'through' = $2 and detail->>'hash' = encode($3, 'hex') limit 1`,
    [workspaceId, head.pruned_seq, head.pruned_hash],
  );
  if (said.rowCount === 1) return null;
  return { kind: 'beginning', seq: prunedSeq + 1, at: null, action: null };
}

async function checkEnd(
  sql: Sql,
  workspaceId: string,
  head: Head,
  last: Position,
): Promise<ChainBreak | null> {
  const headSeq = Number(head.seq);
  if (last.seq < headSeq) {
    return { kind: 'cut', seq: last.seq + 1, count: headSeq - last.seq, at: null, action: null };
  }
  if (last.seq === headSeq && last.hash.equals(head.hash)) return null;
  const seq = last.seq > headSeq ? headSeq + 1 : headSeq;
  const { rows } = await sql.query<{ at: Date; action: string }>(
    'select at, action from audit_event where workspace_id = $1 and seq >= $2 order by seq limit 1',
    [workspaceId, seq],
  );
  const facts = { seq, at: rows[0]?.at.toISOString() ?? null, action: rows[0]?.action ?? null };
  return { kind: last.seq > headSeq ? 'inserted' : 'head', ...facts };
}

/**
 * Recomputes every link of a workspace's chain in one snapshot, a batch at a time, and compares its two ends with what the
 * database noted. Where more than one thing is wrong, the first in the order of the events is named.
 */
export async function checkChain(sql: Sql, workspaceId: string): Promise<ChainReport> {
  const noted = await headOf(sql, workspaceId);
  const zero = Buffer.alloc(32);
  const head = noted ?? { seq: '0', hash: zero, pruned_seq: '0', pruned_hash: zero };
  const prunedSeq = Number(head.pruned_seq);
  let position: Position = { seq: prunedSeq, hash: head.pruned_hash, at: null };
  let events = 0;
  let broken: ChainBreak | null = await checkBeginning(sql, workspaceId, head);
  while (!broken) {
    const { rows } = await sql.query<BatchRow>(FIT, [workspaceId, position.seq, position.hash]);
    const batch = rows[0];
    if (!batch?.hash) break;
    if (batch.wrong !== null) {
      const before = await positionBefore(sql, workspaceId, Number(batch.wrong), position);
      events += before.seq - position.seq;
      broken = await explain(sql, workspaceId, Number(batch.wrong), before);
      // What stands beyond the newest link was put there, whatever it says.
      if (noted && broken.seq > Number(head.seq))
        broken = await checkEnd(sql, workspaceId, head, { ...before, seq: Number(batch.wrong) });
      position = before;
      break;
    }
    events += batch.events;
    position = { seq: Number(batch.last), hash: batch.hash, at: batch.at };
    if (batch.events < BATCH) break;
  }
  if (noted) broken ??= await checkEnd(sql, workspaceId, head, position);
  else if (position.seq > 0) broken ??= { kind: 'head', seq: position.seq, at: null, action: null };
  const newest = position.at && {
    seq: position.seq,
    at: position.at.toISOString(),
    hash: position.hash.toString('hex'),
  };
  return { events, newest, prunedSeq, broken };
}

/** Whether a link that somebody noted earlier (in hexadecimal) is still in the chain; null where retention has let go of it. */
export async function hasLink(
  sql: Sql,
  workspaceId: string,
  seq: number,
  hash: string,
): Promise<boolean | null> {
  const { rows } = await sql.query<{ hash: string | null; pruned: boolean }>(
    `select (select encode(e.hash, 'hex') from audit_event e where e.workspace_id = h.workspace_id and e.seq = $2) as hash,
       h.pruned_seq >= $2 as pruned
     from audit_head h where h.workspace_id = $1`,
    [workspaceId, seq],
  );
  if (rows[0]?.pruned) return null;
  return rows[0]?.hash === hash.toLowerCase();
}

export const verificationFacts = ({ events, newest, broken }: ChainReport) => ({
  detail: {
    isUnbroken: broken === null,
    events,
    ...(newest ? { newest: newest.seq, hash: newest.hash } : {}),
    ...(broken ? { kind: broken.kind, seq: broken.seq } : {}),
  },
});

/** Verifies the workspace's whole trail and records that, and what came of it. */
export async function verifyChain(ctx: Ctx): Promise<ChainReport> {
  requirePermission(ctx, 'audit:read');
  const report = await withSql(ctx, 'read', (sql) => checkChain(sql, ctx.workspaceId));
  try {
    await withTransaction(ctx, async (tx) =>
      recordAudit(tx, ctx, 'audit.verified', null, verificationFacts(report)),
    );
  } catch (error) {
    // A chain whose end was tampered with may take no further event; what is wrong must be said all the same.
    if (!report.broken) throw error;
    ctx.log.error({ err: error, workspace: ctx.workspaceId }, 'the audit trail is broken and takes no event');
  }
  return report;
}
