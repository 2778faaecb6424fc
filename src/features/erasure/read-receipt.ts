import { requirePermission, withTransaction, type Ctx } from '@/context';
import { NotFound } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import type { ReceiptBody, SignedReceipt } from './receipt';

export interface StoredReceipt extends SignedReceipt {
  readonly content: ReceiptBody;
}

export async function readReceipt(ctx: Ctx, connectionId: string): Promise<StoredReceipt> {
  requirePermission(ctx, 'connection:read');
  const found = await withTransaction(ctx, (tx) =>
    tx.erasureReceipt.findFirst({
      where: { workspaceId: ctx.workspaceId, connectionId },
      select: { body: true, signature: true },
    }),
  );
  if (!found) throw new NotFound('receipt');
  return { ...found, content: JSON.parse(found.body) as ReceiptBody };
}

/** The same, to be taken away as a file: the audit trail has it before anybody has the file. */
export async function exportReceipt(ctx: Ctx, connectionId: string): Promise<StoredReceipt> {
  requirePermission(ctx, 'connection:read');
  const receipt = await readReceipt(ctx, connectionId);
  await withTransaction(ctx, async (tx) =>
    recordAudit(tx, ctx, 'export.downloaded', connectionId, { detail: { part: 'receipt' } }),
  );
  return receipt;
}

export interface ReceiptLine {
  readonly connectionId: string;
  readonly erasedAt: Date;
}

export async function listReceipts(ctx: Ctx): Promise<ReceiptLine[]> {
  requirePermission(ctx, 'connection:read');
  const rows = await withTransaction(ctx, (tx) =>
    tx.erasureReceipt.findMany({
      where: { workspaceId: ctx.workspaceId },
      select: { connectionId: true, createdAt: true },
      orderBy: { createdAt: 'desc' },
      take: 100,
    }),
  );
  return rows.map((row) => ({ connectionId: row.connectionId, erasedAt: row.createdAt }));
}
