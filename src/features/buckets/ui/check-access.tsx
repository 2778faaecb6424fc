'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import connect from '@/features/connections/ui/connect.module.css';
import { RoleChecks } from '@/features/connections/ui/live-connection';
import type { ActionResult } from '@/ui/action-result';
import { CopyButton } from '@/ui/copy-button';
import { TextField } from '@/ui/text-field';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import type { BucketLaunch } from '../bucket-launch';
import type { BucketSummary } from '../read-bucket';
import styles from './bucket.module.css';

export type CheckBucket = (input: {
  connectionId: string;
  account: string;
}) => Promise<ActionResult<unknown>>;

interface Props {
  readonly connectionId: string;
  readonly bucket: BucketSummary;
  readonly launch: BucketLaunch;
  readonly check: CheckBucket;
}

/** Whose bucket it is, and what the role did when it was tried. */
export function CheckAccess({ connectionId, bucket, launch, check }: Props) {
  const router = useRouter();
  const { run, isPending, refusal } = useVerb();
  const [account, setAccount] = useState(bucket.account);
  const { failure } = bucket;
  const isTrustAtFault = failure?.kind.startsWith('opens-') ?? false;
  return (
    <>
      <form
        className={styles.check}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          run(() => check({ connectionId, account }), { done: () => router.refresh() });
        }}
      >
        <TextField
          id="bucket-account"
          label="AWS account of the bucket, or the ARN of its role"
          value={account}
          error={refusal ?? undefined}
          onChange={setAccount}
        />
        <button
          type="submit"
          className={ui.button}
          {...(bucket.isProven ? {} : { 'data-kind': 'primary' })}
          disabled={isPending}
        >
          {isPending ? 'Checking' : 'Check access'}
        </button>
      </form>
      <RoleChecks
        progress={{
          probes: bucket.probes,
          status: bucket.lookedAt && failure?.kind === 'cannot-assume-role' ? 'attention' : 'pending',
        }}
      />
      {!bucket.isProven && failure && (
        <p role="alert" className={styles.failure}>
          {failure.message}
          {isTrustAtFault && ' Put this trust policy on the role, and check again.'}
        </p>
      )}
      {isTrustAtFault && (
        <div className={connect.snippet}>
          <pre tabIndex={0}>{launch.trustPolicy}</pre>
          <CopyButton text={launch.trustPolicy} />
        </div>
      )}
    </>
  );
}
