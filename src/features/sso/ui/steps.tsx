'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { Step } from '@/ui/step';
import ui from '@/ui/ui.module.css';
import type { ConnectionFacts } from '../read-sso';
import { KnowProvider } from './know-provider';
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

/** The way from nothing to a connection that is on; what is done stays visible. */
export function Steps({ connection, hasDomain, other, testUrl, mayWrite, actions }: Props) {
  useFreshOnReturn();
  const { isSetUp, status } = connection;
  const provider = isSetUp ? 'done' : 'now';
  const tested = status === 'active' ? 'done' : isSetUp ? 'now' : 'later';
  return (
    <section className={ui.panel} aria-label="Set up">
      <Step number={1} state={provider}>
        <TellProvider us={connection.us} />
      </Step>
      <Step number={2} state={provider}>
        <KnowProvider connection={connection} mayWrite={mayWrite} actions={actions} />
      </Step>
      <Step number={3} state={tested}>
        <TestAndTurnOn {...{ connection, hasDomain, other, testUrl, mayWrite, actions }} />
      </Step>
    </section>
  );
}
