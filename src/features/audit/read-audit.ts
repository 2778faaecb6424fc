import { requirePermission, withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { auditActions, labelOf, tellAction } from './action-words';
import { auditStatement, type AuditRow } from './audit-sql';
import type { JsonObject } from './record-audit';
import type { ActorKind, AuditQuery } from './schemas';

export interface AuditEntry {
  readonly seq: number;
  /** UTC, to the millisecond. */
  readonly at: string;
  readonly actor: {
    readonly kind: string;
    readonly id: string | null;
    readonly name: string;
    readonly email: string | null;
  };
  readonly action: string;
  readonly label: string;
  /** What they did, to stand behind the actor's name. */
  readonly what: string;
  readonly subject: { readonly id: string; readonly name: string | null } | null;
  readonly address: string | null;
  readonly detail: JsonObject;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  /** Hexadecimal. */
  readonly hash: string;
  readonly prevHash: string | null;
  /** Exactly what was hashed, behind the hash before. */
  readonly body: string;
}

export interface AuditPage {
  readonly events: readonly AuditEntry[];
  /** Give it as `before` for the page that follows; null: there is none. */
  readonly next: number | null;
}

export const PAGE = 50;

const NOBODY: Readonly<Record<string, string>> = {
  user: 'Somebody who is no longer here',
  token: 'A token that is gone',
  staff: 'The operator’s staff',
  system: 'Belvedere',
  stranger: 'Somebody',
} satisfies Record<ActorKind, string>;

function actorName({ actor_kind: kind, actor_name: name }: AuditRow): string {
  if (name === null) return NOBODY[kind] ?? kind;
  if (kind === 'token') return `Token “${name}”`;
  return kind === 'staff' ? `${name} of the operator’s staff` : name;
}

// jsonb of a table whose only writer gives objects; see append_audit.
const asFacts = (value: Record<string, unknown>) => value as JsonObject;

/** A domain is its own name; everything else is named by an id. */
const nameOf = ({ subject_id: id, subject_name: name }: AuditRow) => name ?? (id?.includes('.') ? id : null);

function toEntry(row: AuditRow): AuditEntry {
  const facts = {
    detail: asFacts(row.detail),
    before: row.before && asFacts(row.before),
    after: row.after && asFacts(row.after),
  };
  const isOwn = row.actor_id !== null && row.actor_id === row.subject_id;
  return {
    seq: Number(row.seq),
    at: row.at.toISOString(),
    actor: { kind: row.actor_kind, id: row.actor_id, name: actorName(row), email: row.actor_email },
    action: row.action,
    label: labelOf(row.action),
    what: tellAction(row.action, { ...facts, subject: nameOf(row), isOwn }),
    subject: row.subject_id === null ? null : { id: row.subject_id, name: nameOf(row) },
    address: row.address,
    ...facts,
    hash: row.hash,
    prevHash: row.prev_hash,
    body: row.body,
  };
}

/** Actions whose words have what is searched for: the page shows words, so words are found. */
function spokenOf(search: string | null): string[] {
  if (!search) return [];
  return auditActions.filter((action) => labelOf(action).toLowerCase().includes(search.toLowerCase()));
}

export async function auditEntries(
  sql: Sql,
  workspaceId: string,
  query: AuditQuery,
  { before, limit }: { before: number | null; limit: number },
): Promise<AuditEntry[]> {
  const { rows } = await sql.query<AuditRow>(
    auditStatement({ workspaceId, query, before, limit, spoken: spokenOf(query.search) }),
  );
  return rows.map(toEntry);
}

/** A page of events, newest first. Pages do not shift while events arrive. Throws Forbidden. */
export async function listAudit(
  ctx: Ctx,
  query: AuditQuery,
  before: number | null = null,
): Promise<AuditPage> {
  requirePermission(ctx, 'audit:read');
  const found = await withSql(ctx, 'read', (sql) =>
    auditEntries(sql, ctx.workspaceId, query, { before, limit: PAGE + 1 }),
  );
  const events = found.slice(0, PAGE);
  return { events, next: found.length > PAGE ? (events.at(-1)?.seq ?? null) : null };
}

export interface AuditPerson {
  readonly id: string;
  readonly name: string;
}

/** Members, to choose one from. */
export async function listAuditPeople(ctx: Ctx): Promise<AuditPerson[]> {
  requirePermission(ctx, 'audit:read');
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<AuditPerson>(
      `select u.id, u.name from membership m join app_user u on u.id = m.user_id
       where m.workspace_id = $1 order by lower(u.name), u.id limit 1000`,
      [ctx.workspaceId],
    );
    return rows;
  });
}
