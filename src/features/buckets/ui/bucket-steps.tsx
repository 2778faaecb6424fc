'use client';

import connect from '@/features/connections/ui/connect.module.css';
import { CopyButton } from '@/ui/copy-button';
import { Step } from '@/ui/step';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { BucketLaunch } from '../bucket-launch';
import type { BucketSummary } from '../read-bucket';
import styles from './bucket.module.css';
import { CheckAccess, type CheckBucket } from './check-access';

interface Props {
  readonly connectionId: string;
  readonly bucket: BucketSummary;
  /** Null for whoever may not connect. */
  readonly launch: BucketLaunch | null;
  readonly check: CheckBucket;
}

function Launch({ launch }: { launch: BucketLaunch }) {
  return (
    <div className={styles.launch}>
      <div className={connect.snippet}>
        <pre tabIndex={0}>{launch.command}</pre>
        <CopyButton text={launch.command} label="Copy command" />
      </div>
      <p className={ui.small}>
        Or save{' '}
        <a className={ui.link} href="/bucket-template.yaml" target="_blank" rel="noopener noreferrer">
          the template
        </a>
        , choose Create stack and Upload a template file in CloudFormation, and give it these parameters.
      </p>
      <Table label="Parameters of the stack" columns={[{ label: 'Parameter' }, { label: 'Value' }]}>
        {launch.parameters.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className={styles.message}>
              <code className={ui.code}>{value || '(empty)'}</code>
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

/** From the name of a bucket to a role that reads it. */
export function BucketSteps({ connectionId, bucket, launch, check }: Props) {
  return (
    <div className={ui.panel}>
      <Step number={1} state="done">
        <h2>Which bucket?</h2>
        <p className={styles.place}>
          <code className={ui.code}>{`s3://${bucket.bucket}/${bucket.prefix}`}</code>
        </p>
      </Step>
      <Step number={2} state="now">
        <h2>Launch the stack</h2>
        <p>
          In the account that owns the bucket. It makes one role, which can list this{' '}
          {bucket.prefix ? 'folder' : 'bucket'} and read the files in it, and nothing else. It opens for
          Belvedere alone, and only with the ExternalId that was made for this source.
        </p>
        {launch && <Launch launch={launch} />}
      </Step>
      <Step number={3} state="now">
        <h2>Check access</h2>
        <p>
          Belvedere tries the role with the ExternalId, without it and with a wrong one, and then the folder.
          Files are looked for as soon as all of that is right.
        </p>
        {launch ? (
          <CheckAccess connectionId={connectionId} bucket={bucket} launch={launch} check={check} />
        ) : (
          <p>An owner or an administrator can do this.</p>
        )}
      </Step>
    </div>
  );
}
