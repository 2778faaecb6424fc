'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import ui from '@/ui/ui.module.css';
import type { ConnectionFacts } from '../read-sso';
import { KnowProvider } from './know-provider';
import styles from './sso.module.css';
import { TellProvider } from './tell-provider';
import { TestAndTurnOn } from './test-and-turn-on';
import type { SsoActions } from './types';

interface Props {
  readonly connection: ConnectionFacts;
  readonly hasDomain: boolean;
  readonly other: string | null;
  readonly testUrl: string;
  readonly mayWrite: boolean;
  readonly actions: SsoActions;
}

/** A test login ends in another tab; coming back shows what it said. */
function useFreshOnReturn(): void {
  const router = useRouter();
  useEffect(() => {
    const refresh = () => document.visibilityState === 'visible' && router.refresh();
    document.addEventListener('visibilitychange', refresh);
    return () => document.removeEventListener('visibilitychange', refresh);
  }, [router]);
}

const mark = (state: string, number: number) => (state === 'done' ? '✓' : number);

/** The way from nothing to a connection that is on; what is done stays visible. */
export function Steps({ connection, hasDomain, other, testUrl, mayWrite, actions }: Props) {
  useFreshOnReturn();
  const { isSetUp, status } = connection;
  const provider = isSetUp ? 'done' : 'now';
  const tested = status === 'active' ? 'done' : isSetUp ? 'now' : 'next';
  return (
    <section className={ui.panel} aria-label="Set up">
      <div className={styles.step} data-state={provider}>
        <span className={styles.mark} aria-hidden="true">
          {mark(provider, 1)}
        </span>
        <TellProvider us={connection.us} />
      </div>
      <div className={styles.step} data-state={provider}>
        <span className={styles.mark} aria-hidden="true">
          {mark(provider, 2)}
        </span>
        <KnowProvider connection={connection} mayWrite={mayWrite} actions={actions} />
      </div>
      <div className={styles.step} data-state={tested}>
        <span className={styles.mark} aria-hidden="true">
          {mark(tested, 3)}
        </span>
        <TestAndTurnOn {...{ connection, hasDomain, other, testUrl, mayWrite, actions }} />
      </div>
    </section>
  );
}
