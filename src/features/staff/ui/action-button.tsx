'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition, type ReactNode } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { useConfirmed } from '@/ui/step-up';
import ui from '@/ui/ui.module.css';
import styles from './staff.module.css';

interface Props {
  readonly accessId: string;
  readonly action: (input: { accessId: string }) => Promise<ActionResult<unknown>>;
  /** The verb may ask who is there. */
  readonly isConfirmed?: boolean;
  readonly kind?: 'primary';
  /** What a screen reader hears, where the word alone does not say for whom. */
  readonly label: string;
  readonly children: ReactNode;
}

/** One access, one thing to do with it. */
export function ActionButton({ accessId, action, isConfirmed, kind, label, children }: Props) {
  const router = useRouter();
  const confirmed = useConfirmed();
  const [message, setMessage] = useState<string | null>(null);
  const [isPending, start] = useTransition();
  const call = () => action({ accessId });
  return (
    <>
      <button
        type="button"
        className={ui.button}
        {...(kind ? { 'data-kind': kind } : {})}
        aria-label={label}
        disabled={isPending}
        onClick={() =>
          start(async () => {
            const result = await (isConfirmed ? confirmed(call) : call());
            setMessage(result.ok ? null : result.error.message);
            router.refresh();
          })
        }
      >
        {children}
      </button>
      {message && (
        <span role="alert" className={styles.error}>
          {message}
        </span>
      )}
    </>
  );
}
