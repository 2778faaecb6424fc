import type { ReceiptSigner } from '@/context';
import type { RowCount } from './erased-tables';

export interface ErasedRows {
  readonly table: string;
  readonly label: string;
  readonly before: number;
  readonly after: number;
}

export interface ReceiptBody {
  readonly kind: 'belvedere-erasure-receipt';
  readonly version: 1;
  readonly subject: { readonly connection: string } | { readonly workspace: string };
  /** ISO 8601, UTC. */
  readonly accessEndedAt: string;
  /** From the request to the moment that no answer had the data any more; null where that was not measured. */
  readonly outOfEveryAnswerAfterMs: number | null;
  readonly rowsGoneAfterMs: number;
  readonly rows: readonly ErasedRows[];
  readonly stays: string;
  readonly keyId: string;
}

export interface SignedReceipt {
  /** The exact text that was signed. */
  readonly body: string;
  readonly signature: string;
}

export function mergeCounts(before: readonly RowCount[], after: readonly RowCount[]): ErasedRows[] {
  const afterOf = new Map(after.map((count) => [count.table, count.rows]));
  return before.map(({ table, label, rows }) => ({
    table,
    label,
    before: rows,
    after: afterOf.get(table) ?? 0,
  }));
}

/** The rows of several erasures, table by table. */
export function sumReceipts(receipts: readonly ReceiptBody[]): ErasedRows[] {
  const sums = new Map<string, ErasedRows>();
  for (const row of receipts.flatMap((receipt) => receipt.rows)) {
    const sum = sums.get(row.table);
    sums.set(row.table, {
      ...row,
      before: row.before + (sum?.before ?? 0),
      after: row.after + (sum?.after ?? 0),
    });
  }
  return [...sums.values()];
}

export function signReceipt(
  signer: ReceiptSigner,
  body: Omit<ReceiptBody, 'kind' | 'version' | 'keyId'>,
): SignedReceipt {
  const whole: ReceiptBody = { kind: 'belvedere-erasure-receipt', version: 1, ...body, keyId: signer.keyId };
  const text = JSON.stringify(whole);
  return { body: text, signature: signer.sign(text) };
}
