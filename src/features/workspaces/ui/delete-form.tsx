'use client';

import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { useConfirmed } from '@/ui/step-up';
import { Panel } from '@/ui/panel';
import { TextField } from '@/ui/text-field';
import ui from '@/ui/ui.module.css';
import { keepReceipt, type Receipt } from './kept-receipt';

interface Props {
  readonly name: string;
  readonly connections: number;
  readonly views: number;
  readonly remove: (input: { confirmation: string }) => Promise<ActionResult<Receipt>>;
}

export function DeleteForm({ name, connections, views, remove }: Props) {
  const confirmed = useConfirmed();
  const [confirmation, setConfirmation] = useState('');
  const [fields, setFields] = useState<Record<string, string>>({});
  const [isPending, start] = useTransition();
  return (
    <form
      className={ui.stack}
      onSubmit={(event) => {
        event.preventDefault();
        start(async () => {
          const result = await confirmed(() => remove({ confirmation }));
          if (!result.ok) {
            setFields(result.error.fields ?? { confirmation: result.error.message });
            return;
          }
          // A page that is loaded anew: this one is the workspace's still, and the router may find at any moment that it is gone.
          keepReceipt(result.data);
          window.location.replace('/deleted');
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
          <TextField
            id="confirmation"
            label={`Type ${name} to confirm`}
            autoComplete="off"
            value={confirmation}
            error={fields['confirmation']}
            onChange={setConfirmation}
          />
          <div>
            <button
              className={ui.button}
              data-kind="danger"
              disabled={isPending || confirmation.trim() !== name}
            >
              {isPending ? 'Deleting' : 'Delete everything'}
            </button>
          </div>
        </div>
      </Panel>
    </form>
  );
}
