import { randomUUID } from 'node:crypto';
import { withTransaction, type Ctx } from '@/context';
import { exportAudit, jsonLines } from '@/features/audit/export-audit';
import { recordAudit, type AuditAction, type AuditFacts } from '@/features/audit/record-audit';
import { parseAuditQuery, type AuditQuery } from '@/features/audit/schemas';
import { verifyFile } from '@/features/audit/verify-file';
import type { Workbench } from '../../support/workbench';

export interface StoredEvent {
  readonly seq: number;
  readonly id: string;
  readonly at: Date;
  readonly action: string;
  readonly subject_id: string | null;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly address: string | null;
  readonly detail: Record<string, unknown>;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
  readonly hash: string;
}

export async function stored(bench: Workbench, ctx: Ctx): Promise<StoredEvent[]> {
  const { rows } = await bench.database.owner.query<StoredEvent>(
    `select seq::integer, id, at, action, subject_id, actor_kind, actor_id, address, detail, before, after, encode(hash, 'hex') as hash
     from audit_event where workspace_id = $1 order by seq`,
    [ctx.workspaceId],
  );
  return rows;
}

export const record = (
  ctx: Ctx,
  action: AuditAction,
  subject: string | null = null,
  facts: AuditFacts = {},
) => withTransaction(ctx, async (tx) => recordAudit(tx, ctx, action, subject, facts));

/** Ten events of ten minutes. */
export async function tenEvents(bench: Workbench, ctx: Ctx): Promise<void> {
  for (let number = 1; number <= 10; number += 1) {
    bench.clock.set(`2027-03-18T09:${String(number).padStart(2, '0')}:00.000Z`);
    await record(ctx, number % 2 === 0 ? 'view.created' : 'sync.requested', randomUUID(), {
      detail: { number },
      before: { name: `before ${number}` },
      after: { name: `after ${number}` },
    });
  }
}

export function queryOf(address: string): AuditQuery {
  const parsed = parseAuditQuery(new URLSearchParams(address));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fields));
  return parsed.query;
}

export async function exportText(ctx: Ctx, address = ''): Promise<string> {
  let text = '';
  for await (const part of jsonLines(await exportAudit(ctx, queryOf(address), { format: 'jsonl' })))
    text += part;
  return text;
}

async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.split('\n');
}

export const verifyText = (text: string) => verifyFile(linesOf(text));

/** What the owner of the tables can do, whom nothing stops. */
export async function asOwner(bench: Workbench, ctx: Ctx, ...statements: string[]): Promise<void> {
  for (const statement of statements) {
    await bench.database.owner.query(statement.replaceAll('$workspace', `'${ctx.workspaceId}'`));
  }
}
