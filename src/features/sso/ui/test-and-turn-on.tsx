'use client';

import { useVerb } from '@/ui/use-verb';
import { Badge } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { ConnectionFacts } from '../read-sso';
import styles from './sso.module.css';
import { TestResult } from './test-result';
import type { SsoActions } from './types';

interface Props {
  readonly connection: ConnectionFacts;
  readonly hasDomain: boolean;
  /** The connection that is on, if it is another one. */
  readonly other: string | null;
  readonly testUrl: string;
  readonly mayWrite: boolean;
  readonly actions: Pick<SsoActions, 'activate'>;
}

function Check({ isDone, children, todo }: { isDone: boolean; children: string; todo: string }) {
  return (
    <li>
      <span>{children}</span>
      <Badge tone={isDone ? 'good' : 'neutral'}>{isDone ? '✓ Done' : todo}</Badge>
    </li>
  );
}

/** Step 3: nobody signs in by a connection that was not tried. */
export function TestAndTurnOn({ connection, hasDomain, other, testUrl, mayWrite, actions }: Props) {
  const { run, isPending, refusal } = useVerb();
  const { isSetUp, isTested, status, lastTest } = connection;
  const isOn = status === 'active';
  const isReady = isSetUp && isTested && hasDomain && other === null;
  return (
    <div className={styles.stepBody}>
      <div>
        <h2>Test and turn on</h2>
        <p className={styles.lead}>
          A test login opens in a second tab. It signs nobody in and changes no member; it shows what your
          provider sends and what Belvedere makes of it.
        </p>
      </div>
      <ul className={styles.checks}>
        <Check isDone={isTested} todo="Open">
          A test login with these settings passed
        </Check>
        <Check isDone={hasDomain} todo="See Domains below">
          A domain is verified
        </Check>
        {other !== null && !isOn && (
          <Check isDone={false} todo="Open">{`${other} is turned off: one connection is on at a time`}</Check>
        )}
      </ul>
      {mayWrite && isSetUp && (
        <div className={styles.row}>
          <a
            className={ui.button}
            {...(isTested ? {} : { 'data-kind': 'primary' })}
            href={testUrl}
            target="_blank"
            rel="noopener"
          >
            Try a test login <span aria-hidden="true">↗</span>
          </a>
          {!isOn && (
            <button
              type="button"
              className={ui.button}
              {...(isReady ? { 'data-kind': 'primary' } : {})}
              disabled={!isReady || isPending}
              onClick={() => run(() => actions.activate({ connectionId: connection.id }))}
            >
              {isPending ? 'One moment' : 'Turn on'}
            </button>
          )}
        </div>
      )}
      {refusal && (
        <p role="alert" className={styles.error}>
          {refusal}
        </p>
      )}
      {lastTest && <TestResult test={lastTest} />}
    </div>
  );
}
