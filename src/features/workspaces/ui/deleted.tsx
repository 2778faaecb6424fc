'use client';

import { useEffect, useState } from 'react';
import type { ReceiptBody } from '@/features/erasure/receipt';
import { ReceiptFacts } from '@/features/erasure/ui/receipt-view';
import ui from '@/ui/ui.module.css';
import { keptReceipt, type Receipt } from './kept-receipt';

function download(receipt: Receipt): void {
  const url = URL.createObjectURL(
    new Blob([`${JSON.stringify(receipt, null, 2)}\n`], { type: 'application/json' }),
  );
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = 'erasure-receipt-account.json';
  anchor.click();
  URL.revokeObjectURL(url);
}

/** What is left of a deleted workspace: this page, until its tab is closed. */
export function Deleted() {
  const [receipt, setReceipt] = useState<Receipt | null | undefined>(undefined);
  useEffect(() => setReceipt(keptReceipt()), []);
  if (receipt === undefined) return null;
  if (receipt === null) {
    return (
      <div className={ui.notice}>No workspace was deleted in this tab, so there is no receipt to show.</div>
    );
  }
  return (
    <div className={ui.stack} data-testid="deleted">
      <div className={ui.notice}>
        The workspace is deleted. This receipt is stored nowhere: download it now if you want to keep it.
        <button type="button" className={ui.button} onClick={() => download(receipt)}>
          Download receipt
        </button>
      </div>
      <ReceiptFacts receipt={JSON.parse(receipt.body) as ReceiptBody} isVerified />
      <p className={`${ui.small} ${ui.muted}`}>
        One tombstone stays, with a random id, a time and counts, and a digest of each ExternalId. Delete the
        stack in AWS to remove the role as well.
      </p>
    </div>
  );
}
