'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { formatCount } from '@/ui/format';
import { Badge, type Tone } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { Progress } from '../progress';
import styles from './connect.module.css';

/** The page's own figures, kept up to date by server-sent events; a change of state draws the page anew. */
export function useProgress(connectionId: string, initial: Progress): Progress {
  const router = useRouter();
  const [progress, setProgress] = useState(initial);
  const shown = useRef(`${initial.status} ${initial.sync?.status}`);
  useEffect(() => {
    const events = new EventSource(`/api/connections/${connectionId}/progress`);
    events.onmessage = (event) => {
      const next = JSON.parse(String(event.data)) as Progress;
      setProgress(next);
      const state = `${next.status} ${next.sync?.status}`;
      if (state !== shown.current) {
        shown.current = state;
        router.refresh();
      }
    };
    events.addEventListener('gone', () => {
      events.close();
      router.push('/connections');
    });
    return () => events.close();
  }, [connectionId, router]);
  return progress;
}

type Check = { readonly label: string; readonly text: string; readonly tone: Tone };

/** What the checks of a role are drawn from. */
export type RoleProgress = Pick<Progress, 'probes' | 'status'>;

function checksOf(progress: RoleProgress): Check[] {
  const { probes } = progress;
  const refusal = (outcome: string | null): Pick<Check, 'text' | 'tone'> =>
    outcome === 'denied'
      ? { text: '✓ refused', tone: 'good' }
      : outcome === 'allowed'
        ? { text: '✗ opened', tone: 'bad' }
        : outcome === 'inconclusive'
          ? { text: 'no clear answer, tried again', tone: 'warning' }
          : { text: 'waiting', tone: 'neutral' };
  const right: Pick<Check, 'text' | 'tone'> =
    probes?.right === 'allowed'
      ? probes.accountMatches === false
        ? { text: '✗ another account', tone: 'bad' }
        : { text: '✓ opened · account matches', tone: 'good' }
      : {
          text: progress.status === 'attention' ? '✗ refused' : 'looking for the role',
          tone: progress.status === 'attention' ? 'bad' : 'neutral',
        };
  return [
    { label: 'Without an ExternalId', ...refusal(probes?.without ?? null) },
    { label: 'With a wrong ExternalId', ...refusal(probes?.wrong ?? null) },
    { label: 'With yours', ...right },
  ];
}

export function RoleChecks({ progress }: { progress: RoleProgress }) {
  return (
    <ul className={styles.checks}>
      {checksOf(progress).map((check) => (
        <li key={check.label}>
          {check.label}
          <Badge tone={check.tone}>{check.text}</Badge>
        </li>
      ))}
    </ul>
  );
}

function syncWords(sync: NonNullable<Progress['sync']>): { text: string; tone: Tone } {
  switch (sync.status) {
    case 'done':
      return { text: 'done', tone: 'good' };
    case 'failed':
      return { text: 'failed', tone: 'bad' };
    case 'paused':
      return {
        text: sync.failure?.kind === 'daily-cap' ? 'daily limit reached' : 'goes on by itself',
        tone: 'warning',
      };
    case 'queued':
      return { text: 'about to start', tone: 'accent' };
    default:
      return { text: 'running', tone: 'accent' };
  }
}

export function SyncProgress({ progress }: { progress: Progress }) {
  const { sync } = progress;
  if (!sync) return <p className={ui.muted}>Starts by itself as soon as the role is found.</p>;
  const words = syncWords(sync);
  const part = sync.monthsTotal === 0 ? 0 : sync.monthsDone / sync.monthsTotal;
  return (
    <div aria-live="polite" data-testid="sync" data-status={sync.status}>
      <div
        className={styles.progress}
        role="progressbar"
        aria-label="Months loaded"
        aria-valuemin={0}
        aria-valuemax={sync.monthsTotal}
        aria-valuenow={sync.monthsDone}
      >
        <i style={{ width: `${sync.status === 'done' ? 100 : part * 100}%` }} />
      </div>
      <dl className={ui.facts}>
        <div>
          <dt>State</dt>
          <dd>
            <Badge tone={words.tone}>{words.text}</Badge>
          </dd>
        </div>
        <div>
          <dt>Months</dt>
          <dd>
            {sync.monthsDone} of {sync.monthsTotal}
          </dd>
        </div>
        <div>
          <dt>Rows</dt>
          <dd>{formatCount(Number(sync.rows))}</dd>
        </div>
        <div>
          <dt>Requests</dt>
          <dd>
            {formatCount(sync.requests)}
            {sync.estimate !== null &&
              sync.estimate >= sync.requests &&
              ` of about ${formatCount(sync.estimate)}`}
          </dd>
        </div>
        <div>
          <dt>Seconds</dt>
          <dd>{Number(sync.seconds).toFixed(1)}</dd>
        </div>
      </dl>
      {sync.failure && (sync.status === 'failed' || sync.status === 'paused') && (
        <p
          className={ui.small}
          style={{ marginTop: 10, color: sync.status === 'failed' ? 'var(--up)' : 'var(--warning)' }}
        >
          {sync.failure.message}
        </p>
      )}
    </div>
  );
}
