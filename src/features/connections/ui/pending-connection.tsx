'use client';

import { CopyButton } from '@/ui/copy-button';
import { formatAccountId } from '@/ui/format';
import { Step } from '@/ui/step';
import ui from '@/ui/ui.module.css';
import type { LaunchOptions } from '../launch-options';
import type { Progress } from '../progress';
import styles from './connect.module.css';
import { LaunchStep } from './launch-step';
import { RoleChecks, SyncProgress, useProgress } from './live-connection';

interface Props {
  readonly connectionId: string;
  readonly awsAccountId: string;
  readonly roleName: string;
  readonly groups: string;
  readonly launch: LaunchOptions | null;
  readonly initial: Progress;
  readonly check: ((input: { connectionId: string }) => Promise<unknown>) | null;
}

function isTrustAtFault(progress: Progress): boolean {
  return progress.failure?.kind.startsWith('opens-') ?? false;
}

/** From the launched stack to the first month of cost; it moves on by itself. */
export function PendingConnection({
  connectionId,
  awsAccountId,
  roleName,
  groups,
  launch,
  initial,
  check,
}: Props) {
  const progress = useProgress(connectionId, initial);
  const isFound = progress.isActive;
  return (
    <div className={ui.panel}>
      <Step number={1} state="done">
        <h2>Which account?</h2>
        <p className={ui.num}>{formatAccountId(awsAccountId)}</p>
      </Step>
      <Step number={2} state="done">
        <h2>What may Belvedere read?</h2>
        <p>{groups}</p>
      </Step>
      <Step number={3} state={isFound ? 'done' : 'now'}>
        <h2>Launch the stack</h2>
        <p>
          Opens CloudFormation with everything filled in. Tick the acknowledgement and press Create. Come back
          here, no need to copy anything.
        </p>
        {launch && !isFound && <LaunchStep launch={launch} />}
      </Step>
      <Step number={4} state={isFound ? 'done' : 'now'}>
        <h2>Checking the role</h2>
        <p>
          {isFound ? 'Found ' : 'Looking for '}
          <code className={ui.code}>role/{roleName}</code>
          {isFound ? '.' : progress.isPolling ? ', by itself.' : ' is over after a day. '}
          {!isFound && !progress.isPolling && check && (
            <button type="button" className={ui.button} onClick={() => void check({ connectionId })}>
              Look again
            </button>
          )}
        </p>
        <RoleChecks progress={progress} />
        {progress.status === 'refused' && (
          <p role="alert" className={styles.error}>
            {progress.failure?.message}
            {isTrustAtFault(progress) && ' Put this trust policy on the role, and we find it by ourselves.'}
          </p>
        )}
        {progress.status === 'refused' && launch && isTrustAtFault(progress) && (
          <div className={styles.snippet}>
            <pre tabIndex={0}>{launch.trustPolicy}</pre>
            <CopyButton text={launch.trustPolicy} />
          </div>
        )}
        {progress.status === 'pending' &&
          progress.failure &&
          progress.failure.kind !== 'cannot-assume-role' && (
            <p role="alert" className={styles.error}>
              {progress.failure.message}
            </p>
          )}
      </Step>
      <Step number={5} state={progress.sync?.status === 'done' ? 'done' : isFound ? 'now' : 'later'}>
        <h2>Thirteen months of cost</h2>
        <SyncProgress progress={progress} />
      </Step>
    </div>
  );
}
