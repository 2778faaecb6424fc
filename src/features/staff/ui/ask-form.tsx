'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import ui from '@/ui/ui.module.css';
import { MINUTES_MAX, MINUTES_MIN, REASON_MAX, REASON_MIN } from '../access-state';
import styles from './staff.module.css';

interface Props {
  readonly workspaceId: string;
  readonly ask: (input: {
    workspaceId: string;
    reason: string;
    minutes: number;
  }) => Promise<ActionResult<unknown>>;
}

export function AskForm({ workspaceId, ask }: Props) {
  const router = useRouter();
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState('60');
  const [fields, setFields] = useState<Record<string, string>>({});
  const [isPending, start] = useTransition();
  const error = (name: string) =>
    fields[name] && (
      <div role="alert" className={styles.error}>
        {fields[name]}
      </div>
    );
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        start(async () => {
          const result = await ask({ workspaceId, reason, minutes: Number(minutes) });
          if (!result.ok) return setFields(result.error.fields ?? { form: result.error.message });
          router.push('/staff');
          router.refresh();
        });
      }}
    >
      <div className={styles.field}>
        <label htmlFor="reason">Reason</label>
        <textarea
          id="reason"
          rows={3}
          value={reason}
          maxLength={REASON_MAX}
          aria-invalid={Boolean(fields['reason'])}
          aria-describedby="reason-note"
          onChange={(event) => setReason(event.target.value)}
        />
        {error('reason')}
        <span id="reason-note" className={`${ui.small} ${ui.muted}`}>
          At least {REASON_MIN} characters. The owners read it, and it stays in their audit trail. No account
          numbers.
        </span>
      </div>
      <div className={styles.field}>
        <label htmlFor="minutes">
          Minutes, {MINUTES_MIN} to {MINUTES_MAX}
        </label>
        <input
          id="minutes"
          type="number"
          min={MINUTES_MIN}
          max={MINUTES_MAX}
          step={1}
          value={minutes}
          aria-invalid={Boolean(fields['minutes'])}
          onChange={(event) => setMinutes(event.target.value)}
        />
        {error('minutes')}
      </div>
      {error('workspaceId')}
      {error('form')}
      <div className={styles.buttons}>
        <button className={ui.button} data-kind="primary" disabled={isPending}>
          {isPending ? 'Asking' : 'Ask for access'}
        </button>
        <button type="button" className={ui.button} onClick={() => router.push('/staff')}>
          Cancel
        </button>
      </div>
    </form>
  );
}
