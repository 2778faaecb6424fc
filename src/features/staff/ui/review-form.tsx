'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import ui from '@/ui/ui.module.css';
import styles from './staff.module.css';

interface Props {
  readonly quarter: string;
  readonly seen: string;
  readonly sign: (input: { quarter: string; seen: string; note: string }) => Promise<ActionResult<unknown>>;
}

export function ReviewForm({ quarter, seen, sign }: Props) {
  const router = useRouter();
  const [note, setNote] = useState('');
  const [message, setMessage] = useState<string | null>(null);
  const [isPending, start] = useTransition();
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        start(async () => {
          const result = await sign({ quarter, seen, note });
          setMessage(result.ok ? null : (result.error.fields?.['note'] ?? result.error.message));
          router.refresh();
        });
      }}
    >
      <div className={styles.field}>
        <label htmlFor="note">What you found</label>
        <textarea
          id="note"
          rows={3}
          maxLength={1_000}
          value={note}
          aria-invalid={message !== null}
          onChange={(event) => setNote(event.target.value)}
        />
        {message && (
          <div role="alert" className={styles.error}>
            {message}
          </div>
        )}
      </div>
      <div>
        <button className={ui.button} data-kind="primary" disabled={isPending}>
          {isPending ? 'Signing' : `Sign the list of ${quarter}`}
        </button>
      </div>
    </form>
  );
}
