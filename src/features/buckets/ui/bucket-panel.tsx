'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { formatAccountId, formatCount, formatDateTime } from '@/ui/format';
import { Badge, Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import type { BucketLaunch } from '../bucket-launch';
import type { BucketSummary } from '../read-bucket';
import styles from './bucket.module.css';
import { BucketSteps } from './bucket-steps';
import { CheckAccess, type CheckBucket } from './check-access';

interface Props {
  readonly connectionId: string;
  readonly bucket: BucketSummary;
  /** Null for whoever may not connect. */
  readonly launch: BucketLaunch | null;
  readonly canLook: boolean;
  readonly check: CheckBucket;
  readonly look: (input: { connectionId: string }) => Promise<ActionResult<unknown>>;
}

const LOOK_AGAIN_MS = 2_000;

const factsOf = (bucket: BucketSummary): [string, string][] => [
  ['Account', formatAccountId(bucket.awsAccountId)],
  ['Region', bucket.region ?? 'not known yet'],
  ['Last look', bucket.lookedAt ? formatDateTime(bucket.lookedAt) : 'not yet'],
  ['Next look', bucket.isDue ? 'now' : bucket.nextLookAt ? formatDateTime(bucket.nextLookAt) : 'not planned'],
  ['Billing files found', formatCount(bucket.found)],
  ['Loaded', formatCount(bucket.loaded)],
  ['Loaded, and no longer in the bucket', formatCount(bucket.gone)],
  ['Other objects, passed over', formatCount(bucket.passedOver)],
];

function Notes({ bucket }: { bucket: BucketSummary }) {
  const more = bucket.noteCount - bucket.notes.length;
  return (
    <Panel title="Objects that are not loaded" note={formatCount(bucket.noteCount)}>
      <Table label="Why objects are not loaded" columns={[{ label: 'Object' }, { label: 'Why' }]}>
        {bucket.notes.map((one) => (
          <tr key={one.key}>
            <th scope="row" className={styles.message}>
              {one.key.slice(bucket.prefix.length)}
            </th>
            <td className={styles.message}>{one.message}</td>
          </tr>
        ))}
      </Table>
      {more > 0 && <p className={styles.more}>And {formatCount(more)} more.</p>}
    </Panel>
  );
}

/** The bucket of a source: how it is connected, or what the last look found. */
export function BucketPanel({ connectionId, bucket, launch, canLook, check, look }: Props) {
  const router = useRouter();
  const { run, isPending, refusal } = useVerb();
  useEffect(() => {
    if (!bucket.isDue) return;
    const timer = setInterval(() => router.refresh(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [bucket.isDue, router]);
  if (!bucket.isProven) {
    return <BucketSteps connectionId={connectionId} bucket={bucket} launch={launch} check={check} />;
  }
  return (
    <div className={ui.stack}>
      <Panel
        title="Bucket"
        note={
          <span className={styles.head}>
            {bucket.isDue && <Badge tone="accent">looking</Badge>}
            {canLook && (
              <button
                type="button"
                className={ui.button}
                disabled={isPending || bucket.isDue}
                onClick={() => run(() => look({ connectionId }), { done: () => router.refresh() })}
              >
                Look now
              </button>
            )}
          </span>
        }
        padded
      >
        {(bucket.failure ?? refusal) && (
          <div className={`${ui.notice} ${styles.notice}`} data-tone="warning" role="alert">
            {refusal ?? bucket.failure?.message}
          </div>
        )}
        <p className={styles.place}>
          <code className={ui.code}>{`s3://${bucket.bucket}/${bucket.prefix}`}</code>
        </p>
        <dl className={ui.facts}>
          {factsOf(bucket).map(([label, text]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
          <div>
            <dt>Role</dt>
            <dd>
              <code className={ui.code}>{bucket.roleName}</code>
            </dd>
          </div>
        </dl>
      </Panel>
      {bucket.noteCount > 0 && <Notes bucket={bucket} />}
      {launch && (
        <Panel
          title="Access"
          note={bucket.checkedAt ? `checked ${formatDateTime(bucket.checkedAt)}` : undefined}
          padded
        >
          <CheckAccess connectionId={connectionId} bucket={bucket} launch={launch} check={check} />
        </Panel>
      )}
    </div>
  );
}
