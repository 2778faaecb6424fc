import { requirePermission, withSql, withTransaction, type Ctx } from '@/context';
import { Unauthenticated } from '@/errors';
import { FORMAT, type ExportedEvent, type ExportEnd } from './export-line';
import { auditEntries, type AuditEntry } from './read-audit';
import { recordAudit } from './record-audit';
import { auditParams, type AuditQuery } from './schemas';

const PAGE = 1_000;
const ASKED_AGAIN_MS = 15_000;

interface Options {
  readonly format: 'csv' | 'jsonl';
  /** Asked again while a long export goes on; without it, it goes on to its end. */
  readonly isStillSignedIn?: () => Promise<boolean>;
  readonly askAgainMs?: number;
}

export interface Export {
  /** Newest first, none that came after the export began. */
  readonly pages: AsyncGenerator<AuditEntry[]>;
  /** Read it after the last page. */
  end(): ExportEnd;
}

interface Ends {
  readonly seq: string;
  readonly hash: string;
  readonly pruned_seq: string;
  readonly pruned_hash: string;
}

function readEnds(ctx: Ctx): Promise<Ends> {
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<Ends>(
      `select seq, encode(hash, 'hex') as hash, pruned_seq, encode(pruned_hash, 'hex') as pruned_hash
       from audit_head where workspace_id = $1`,
      [ctx.workspaceId],
    );
    const [ends] = rows;
    if (!ends) throw new Error('An export leaves an event, so there is a head.');
    return ends;
  });
}

/**
 * Everything that the filter lets through, a page at a time, so that no length of it is held at once. That it was exported is
 * written down before the first page. Throws Forbidden.
 */
export async function exportAudit(ctx: Ctx, query: AuditQuery, options: Options): Promise<Export> {
  const { format, isStillSignedIn, askAgainMs = ASKED_AGAIN_MS } = options;
  requirePermission(ctx, 'audit:read');
  const filter = auditParams(query).toString();
  await withTransaction(ctx, async (tx) =>
    recordAudit(tx, ctx, 'export.audit', null, { detail: { format, filter } }),
  );
  const newest = await readEnds(ctx);
  let begins = newest;
  let events = 0;
  async function* pages() {
    let before: number | null = Number(newest.seq) + 1;
    let askedAt = performance.now();
    while (before !== null) {
      if (isStillSignedIn && performance.now() - askedAt > askAgainMs) {
        if (!(await isStillSignedIn())) throw new Unauthenticated();
        askedAt = performance.now();
      }
      const page: AuditEntry[] = await withSql(ctx, 'read', (sql) =>
        auditEntries(sql, ctx.workspaceId, query, { before, limit: PAGE }),
      );
      if (page.length > 0) yield page;
      events += page.length;
      before = page.length < PAGE ? null : (page.at(-1)?.seq ?? null);
    }
    begins = await readEnds(ctx);
  }
  const end = () => ({
    end: {
      ...({
        format: FORMAT,
        workspaceId: ctx.workspaceId,
        exportedAt: ctx.now().toISOString(),
        filter,
        events,
      } as const),
      newest: { seq: Number(newest.seq), hash: newest.hash },
      begins: { seq: Number(begins.pruned_seq), hash: begins.pruned_hash },
    },
  });
  return { pages: pages(), end };
}

export function exportLine(entry: AuditEntry): ExportedEvent {
  const { seq, at, actor, action, what, subject, address, detail, before, after, prevHash, hash, body } =
    entry;
  return {
    ...{ seq, at, actor: { kind: actor.kind, id: actor.id, name: actor.name }, action, what },
    ...{ subject: subject?.id ?? null, address, prevHash, hash, body },
    ...({ detail, before, after } as Pick<ExportedEvent, 'detail' | 'before' | 'after'>),
  };
}

/** Lines of JSON, the last of which is the end. */
export async function* jsonLines({ pages, end }: Export): AsyncGenerator<string> {
  for await (const page of pages) {
    yield page.map((entry) => `${JSON.stringify(exportLine(entry))}\n`).join('');
  }
  yield `${JSON.stringify(end())}\n`;
}

export const CSV_HEADER = [
  ...['number', 'time', 'who', 'actor_kind', 'actor_id', 'action', 'what', 'subject', 'address'],
  ...['detail', 'before', 'after', 'hash'],
];

const json = (value: unknown) => (value === null ? '' : JSON.stringify(value));

export const csvRow = (entry: AuditEntry): (string | number)[] => [
  ...[entry.seq, entry.at, entry.actor.name, entry.actor.kind, entry.actor.id ?? '', entry.action],
  ...[`${entry.actor.name} ${entry.what}`, entry.subject?.id ?? '', entry.address ?? ''],
  ...[json(entry.detail), json(entry.before), json(entry.after), entry.hash],
];
