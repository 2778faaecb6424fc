'use client';

import { useEffect, useTransition } from 'react';
import { formatTime } from '@/ui/format';
import ui from '@/ui/ui.module.css';
import styles from './staff.module.css';

interface Props {
  readonly reason: string;
  /** When the access ends by itself, ISO 8601. */
  readonly expiresAt: string;
  readonly end: () => Promise<void>;
}

/** Above every page of a workspace while staff look in. What they have on the screen goes when their time is over. */
export function StaffBanner({ reason, expiresAt, end }: Props) {
  const [isPending, start] = useTransition();
  useEffect(() => {
    const left = Math.max(0, Date.parse(expiresAt) - Date.now());
    const timer = setTimeout(() => window.location.replace('/staff'), left);
    return () => clearTimeout(timer);
  }, [expiresAt]);
  return (
    <aside className={styles.banner} aria-label="Staff access">
      <p>
        You look into this workspace as staff, read-only, until{' '}
        <time dateTime={expiresAt}>{formatTime(expiresAt)} UTC</time>. Each page is recorded. Reason: {reason}
      </p>
      <button type="button" className={ui.button} disabled={isPending} onClick={() => start(() => end())}>
        End
      </button>
    </aside>
  );
}
