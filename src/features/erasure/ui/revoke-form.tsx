'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { useConfirmed } from '@/ui/step-up';
import connect from '@/features/connections/ui/connect.module.css';
import ui from '@/ui/ui.module.css';
import { holdTicket } from './role-ticket';

interface Props {
  readonly connectionId: string;
  readonly name: string;
  readonly revoke: (input: {
    connectionId: string;
    confirmation: string;
  }) => Promise<ActionResult<{ connectionId: string; ticket: string }>>;
}

export function RevokeForm({ connectionId, name, revoke }: Props) {
  const router = useRouter();
  const confirmed = useConfirmed();
  const [confirmation, setConfirmation] = useState('');
  const [message, setMessage] = useState<string | null>(null);
  const [isPending, start] = useTransition();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start(async () => {
          const result = await confirmed(() => revoke({ connectionId, confirmation }));
          if (!result.ok) {
            setMessage(result.error.fields?.['confirmation'] ?? result.error.message);
            return;
          }
          holdTicket(connectionId, result.data.ticket);
          router.push(`/receipts/${connectionId}`);
        });
      }}
    >
      <label htmlFor="confirmation" className={ui.small}>
        Type <b>{name}</b> to confirm
      </label>
      <div className={connect.actions} style={{ marginTop: 4 }}>
        <input
          id="confirmation"
          className={connect.account}
          style={{ margin: 0, height: 30 }}
          autoComplete="off"
          value={confirmation}
          aria-invalid={message !== null}
          onChange={(event) => setConfirmation(event.target.value)}
        />
        <button className={ui.button} data-kind="danger" disabled={isPending || confirmation.trim() !== name}>
          {isPending ? 'Erasing' : 'Revoke and erase'}
        </button>
      </div>
      {message && (
        <div role="alert" className={connect.error}>
          {message}
        </div>
      )}
    </form>
  );
}
