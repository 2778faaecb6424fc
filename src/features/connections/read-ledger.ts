import { z } from 'zod';
import type { AwsCall } from '@/aws/port';
import { requirePermission, withTransaction, type Ctx } from '@/context';
import { recordAudit } from '@/features/audit/record-audit';
import { getConnection } from './queries';

export interface LedgerEntry extends AwsCall {
  readonly id: string;
}

/** What the calls are read by; each null where it does not matter. */
export interface LedgerFilter {
  readonly service: string | null;
  readonly action: string | null;
  readonly outcome: string | null;
}

/** The entry that a page begins after. */
export type LedgerPlace = Pick<LedgerEntry, 'at' | 'id'>;

export const everyCall: LedgerFilter = { service: null, action: null, outcome: null };

const word = z.string().min(1).max(120);
const place = z.tuple([z.iso.datetime(), z.uuid()]);

/** From the address of a page: what is not understood there is left out, and all calls are shown. */
export function parseLedgerSearch(params: URLSearchParams): {
  filter: LedgerFilter;
  after: LedgerPlace | null;
} {
  const read = (name: string) => word.safeParse(params.get(name)).data ?? null;
  const [, at, id] = /^(.+Z)_(.+)$/.exec(params.get('after') ?? '') ?? [];
  const after = place.safeParse([at, id]);
  return {
    filter: { service: read('service'), action: read('action'), outcome: read('outcome') },
    after: after.success ? { at: new Date(after.data[0]), id: after.data[1] } : null,
  };
}

/** The address that `parseLedgerSearch` reads, without the path. */
export function ledgerSearch(filter: LedgerFilter, after: LedgerPlace | null = null): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filter) as [string, string | null][])
    if (value) params.set(name, value);
  if (after) params.set('after', `${after.at.toISOString()}_${after.id}`);
  return params.size > 0 ? `?${params.toString()}` : '';
}

const LEDGER_PAGE = 5_000;

/** Entries of the access ledger, newest first. Throws NotFound. */
export async function readLedger(
  ctx: Ctx,
  connectionId: string,
  limit: number,
  { filter = everyCall, after = null }: { filter?: LedgerFilter; after?: LedgerPlace | null } = {},
): Promise<LedgerEntry[]> {
  requirePermission(ctx, 'ledger:read');
  return withTransaction(ctx, async (tx) => {
    await getConnection(tx, ctx.workspaceId, connectionId);
    return tx.accessLedger.findMany({
      where: {
        workspaceId: ctx.workspaceId,
        connectionId,
        ...(filter.service ? { service: filter.service } : {}),
        ...(filter.action ? { action: filter.action } : {}),
        ...(filter.outcome ? { outcome: filter.outcome } : {}),
        ...(after ? { OR: [{ at: { lt: after.at } }, { at: after.at, id: { lt: after.id } }] } : {}),
      },
      orderBy: [{ at: 'desc' }, { id: 'desc' }],
      take: limit,
      omit: { workspaceId: true, connectionId: true },
    });
  });
}

export interface LedgerKind {
  readonly service: string;
  readonly action: string;
  readonly outcome: string;
  readonly calls: number;
  readonly last: Date;
}

/** What was called, how often and when last, by action and outcome: the whole ledger at a glance. */
export async function summariseLedger(ctx: Ctx, connectionId: string): Promise<LedgerKind[]> {
  requirePermission(ctx, 'ledger:read');
  const kinds = await withTransaction(ctx, (tx) =>
    tx.accessLedger.groupBy({
      by: ['service', 'action', 'outcome'],
      where: { workspaceId: ctx.workspaceId, connectionId },
      _count: { _all: true },
      _max: { at: true },
      orderBy: [{ service: 'asc' }, { action: 'asc' }, { outcome: 'asc' }],
    }),
  );
  return kinds.flatMap(({ service, action, outcome, _count, _max }) =>
    _max.at ? [{ service, action, outcome, calls: _count._all, last: _max.at }] : [],
  );
}

/** Before the ledger goes out as a file: the audit trail has it before anybody has the file. Throws NotFound. */
export async function beginLedgerExport(ctx: Ctx, connectionId: string): Promise<void> {
  requirePermission(ctx, 'ledger:read');
  await withTransaction(ctx, async (tx) => {
    await getConnection(tx, ctx.workspaceId, connectionId);
    recordAudit(tx, ctx, 'export.downloaded', connectionId, { detail: { part: 'access ledger' } });
  });
}

/** The whole access ledger, newest first, a page at a time. */
export async function* streamLedger(ctx: Ctx, connectionId: string): AsyncGenerator<LedgerEntry[]> {
  let after: LedgerPlace | null = null;
  for (;;) {
    const page = await readLedger(ctx, connectionId, LEDGER_PAGE, { after });
    if (page.length > 0) yield page;
    after = page.at(-1) ?? null;
    if (page.length < LEDGER_PAGE) return;
  }
}
