'use client';

import { useState, useTransition } from 'react';
import type { ReceiptBody } from '@/features/erasure/receipt';
import { ReceiptFacts } from '@/features/erasure/ui/receipt-view';
import type { ActionResult } from '@/ui/action-result';
import { Panel } from '@/ui/panel';
import { TextField } from '@/ui/text-field';
import ui from '@/ui/ui.module.css';

interface Receipt {
  readonly body: string;
  readonly signature: string;
  readonly publicKey: string;
}

interface Props {
  readonly name: string;
  readonly connections: number;
  readonly views: number;
  readonly remove: (input: { confirmation: string; password: string }) => Promise<ActionResult<Receipt>>;
}

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

/** What is left of a deleted account: this page, until it is closed. */
function Deleted({ receipt }: { receipt: Receipt }) {
  return (
    <div className={ui.stack} data-testid="deleted">
      <div className={ui.notice}>
        The account is deleted. This receipt is stored nowhere: download it now if you want to keep it.
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

export function DeleteForm({ name, connections, views, remove }: Props) {
  const [values, setValues] = useState({ confirmation: '', password: '' });
  const [fields, setFields] = useState<Record<string, string>>({});
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const [isPending, start] = useTransition();
  if (receipt) return <Deleted receipt={receipt} />;
  const input = (
    field: 'confirmation' | 'password',
    label: string,
    type: 'text' | 'password',
    autoComplete: string,
  ) => (
    <TextField
      id={field}
      label={label}
      type={type}
      autoComplete={autoComplete}
      value={values[field]}
      error={fields[field]}
      onChange={(value) => setValues({ ...values, [field]: value })}
    />
  );
  return (
    <form
      className={ui.stack}
      onSubmit={(event) => {
        event.preventDefault();
        start(async () => {
          const result = await remove(values);
          if (result.ok) setReceipt(result.data);
          else setFields(result.error.fields ?? { confirmation: result.error.message });
        });
      }}
    >
      <Panel title={`Delete ${name}`} padded>
        <p className={ui.small}>
          Goes: the workspace, {connections === 1 ? 'its connection' : `its ${connections} connections`} with
          every synced row, {views} saved {views === 1 ? 'view' : 'views'}, the audit trail, earlier receipts,
          and every person who belongs to no other workspace, you included.
        </p>
        <p className={ui.small} style={{ marginTop: 6 }}>
          Stays: one tombstone with a random id, a time and counts, and a digest of each ExternalId, so that
          none is issued again. This cannot be undone.
        </p>
      </Panel>
      <Panel padded>
        <div className={ui.stack} style={{ gap: 12 }}>
          {input('confirmation', `Type ${name} to confirm`, 'text', 'off')}
          {input('password', 'Your password', 'password', 'current-password')}
          <div>
            <button
              className={ui.button}
              data-kind="danger"
              disabled={isPending || values.confirmation.trim() !== name}
            >
              {isPending ? 'Deleting' : 'Delete everything'}
            </button>
          </div>
        </div>
      </Panel>
    </form>
  );
}
