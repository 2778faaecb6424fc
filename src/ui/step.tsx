import type { ReactNode } from 'react';
import styles from './step.module.css';

interface Props {
  readonly number: number;
  readonly state: 'done' | 'now' | 'later';
  readonly children: ReactNode;
}

/** One of several that follow each other in a panel; what is done stays visible. */
export function Step({ number, state, children }: Props) {
  return (
    <div className={styles.step} data-state={state}>
      <span className={styles.mark} aria-hidden="true">
        {state === 'done' ? '✓' : number}
      </span>
      <div className={styles.body}>{children}</div>
    </div>
  );
}
