'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { useConfirmed } from '@/ui/step-up';
import ui from '@/ui/ui.module.css';
import { MAX_RETENTION_DAYS, MIN_RETENTION_DAYS } from '../retention-bounds';
import type { RetentionInput } from '../schemas';
import styles from './audit.module.css';

interface Props {
  /** Null: for ever. */
  readonly days: number | null;
  readonly canWrite: boolean;
  readonly save: (input: RetentionInput) => Promise<ActionResult<{ days: number | null }>>;
}

const inWords = (days: number | null) => (days === null ? 'for ever' : `for ${days} days`);

export function RetentionForm({ days, canWrite, save }: Props) {
  const router = useRouter();
  const confirmed = useConfirmed();
  const [isForever, setForever] = useState(days === null);
  const [text, setText] = useState(String(days ?? 365));
  const [answer, setAnswer] = useState<{ isError: boolean; words: string } | null>(null);
  const [isPending, start] = useTransition();
  if (!canWrite) {
    return <p className={styles.retention}>Events are kept {inWords(days)}. Owners can change it.</p>;
  }
  const submit = () =>
    start(async () => {
      const result = await confirmed(() => save({ days: isForever ? null : Number(text) }));
      if (!result.ok) {
        return setAnswer({ isError: true, words: result.error.fields?.['days'] ?? result.error.message });
      }
      setAnswer({ isError: false, words: `Saved: events are kept ${inWords(result.data.days)}.` });
      router.refresh();
    });
  return (
    <form
      className={styles.retention}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <fieldset>
        <legend className={ui.visuallyHidden}>How long events are kept</legend>
        <label>
          <input type="radio" name="retention" checked={isForever} onChange={() => setForever(true)} />
          For ever
        </label>
        <label>
          <input type="radio" name="retention" checked={!isForever} onChange={() => setForever(false)} />
          For
          <input
            type="number"
            aria-label="Days"
            min={MIN_RETENTION_DAYS}
            max={MAX_RETENTION_DAYS}
            value={text}
            disabled={isForever}
            aria-invalid={answer?.isError ?? false}
            onChange={(event) => setText(event.target.value)}
          />
          days, at least {MIN_RETENTION_DAYS}
        </label>
      </fieldset>
      <p className={ui.muted}>
        {isForever
          ? 'Nothing is deleted.'
          : 'Once an hour, whole days that are older are deleted from the beginning of the trail and cannot be brought back: export them first. An event says how many went, and what is left still verifies.'}
      </p>
      <div className={styles.headRight}>
        <button className={ui.button} data-kind="primary" disabled={isPending}>
          Save
        </button>
        {answer && (
          <span
            role={answer.isError ? 'alert' : 'status'}
            className={answer.isError ? styles.error : ui.muted}
          >
            {answer.words}
          </span>
        )}
      </div>
    </form>
  );
}
