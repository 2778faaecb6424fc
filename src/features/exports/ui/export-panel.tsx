'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { CopyButton } from '@/ui/copy-button';
import { formatBytes, formatCount, formatDateTime } from '@/ui/format';
import { Badge, Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import type { ConnectionExports, ExportPeriod, ExportSummary } from '../read-exports';
import styles from './export-panel.module.css';

interface Props {
  readonly connectionId: string;
  readonly found: ConnectionExports;
  /** Of each export that the role cannot read yet, how it is granted. */
  readonly grants: Readonly<Record<string, string>>;
  readonly canWrite: boolean;
  readonly choose: (input: { connectionId: string; exportId: string }) => Promise<ActionResult<unknown>>;
  readonly leave: (input: { connectionId: string }) => Promise<ActionResult<unknown>>;
}

const monthOf = (period: string) =>
  new Date(`${period}T00:00:00Z`).toLocaleDateString('en', {
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });

function Grant({ command }: { command: string }) {
  return (
    <div className={styles.grant}>
      <p>
        The role may read one bucket and prefix, those that you name to the stack. Update the stack with these
        three parameters in CloudFormation, or run this:
      </p>
      <pre className={styles.command}>{command}</pre>
      <CopyButton text={command} label="Copy command" />
    </div>
  );
}

function Periods({ periods }: { periods: readonly ExportPeriod[] }) {
  if (periods.length === 0) return null;
  return (
    <div className={styles.periods}>
      <Table
        label="Months of the billing export"
        columns={[
          { label: 'Month' },
          { label: 'Accounts', isNumeric: true },
          { label: 'Line items', isNumeric: true },
          { label: 'Files', isNumeric: true },
          { label: 'To' },
          { label: 'Loaded' },
        ]}
      >
        {periods.map((period) => (
          <tr key={period.period}>
            <th scope="row">{monthOf(period.period)}</th>
            <td className={ui.num}>{period.loadedAt ? formatCount(period.accounts) : '–'}</td>
            <td className={ui.num}>{period.loadedAt ? formatCount(period.lineItems) : '–'}</td>
            <td className={ui.num} title={period.loadedAt ? formatBytes(period.bytes) : undefined}>
              {period.loadedAt ? formatCount(period.files) : '–'}
            </td>
            <td>{period.lastDate ?? '–'}</td>
            <td>
              {period.failure ? (
                <span title={period.failure.message}>
                  <Badge tone="warning">{period.loadedAt ? 'Newer files not loaded' : 'Not loaded'}</Badge>
                  <span className={styles.reason}>{period.failure.message}</span>
                </span>
              ) : (
                period.loadedAt && formatDateTime(period.loadedAt)
              )}
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function ExportRow({
  one,
  canWrite,
  isPending,
  onUse,
  onLeave,
}: {
  one: ExportSummary;
  canWrite: boolean;
  isPending: boolean;
  onUse: () => void;
  onLeave: () => void;
}) {
  return (
    <tr>
      <th scope="row">
        {one.name} {one.isChosen && <Badge tone="good">In use</Badge>}
        {one.isGone && <Badge tone="bad">Gone in AWS</Badge>}
        {one.problem && <span className={styles.reason}>{one.problem}</span>}
      </th>
      <td>{one.formatLabel}</td>
      <td>
        <code className={ui.code}>{`s3://${one.bucket}/${one.prefix}`}</code>{' '}
        <span className={ui.note}>{one.region}</span>
      </td>
      <td className={ui.num}>
        {canWrite &&
          (one.isChosen ? (
            <button type="button" className={ui.button} disabled={isPending} onClick={onLeave}>
              Stop using
            </button>
          ) : (
            !one.isGone && (
              <button
                type="button"
                className={ui.button}
                data-kind="primary"
                disabled={isPending}
                onClick={onUse}
              >
                Use
              </button>
            )
          ))}
      </td>
    </tr>
  );
}

/** Which billing exports the account has, which one counts, and what is loaded of it. */
export function ExportPanel({ connectionId, found, grants, canWrite, choose, leave }: Props) {
  const router = useRouter();
  const { run, isPending, refusal } = useVerb();
  const [isLeaving, setLeaving] = useState(false);
  const chosen = found.exports.find((one) => one.isChosen);
  const refresh = { done: () => router.refresh() };
  const grant = chosen?.failure?.kind === 'permission-missing' ? grants[chosen.id] : undefined;
  return (
    <Panel
      title="Billing export"
      note={
        chosen?.checkedAt
          ? `checked ${formatDateTime(chosen.checkedAt)}`
          : 'every line item, with resources and tags'
      }
    >
      {chosen?.failure && (
        <div className={styles.body}>
          <div className={ui.notice} data-tone="warning" role="alert">
            {chosen.failure.message}
          </div>
          {grant && <Grant command={grant} />}
        </div>
      )}
      {refusal && (
        <div className={styles.body}>
          <div className={ui.notice} data-tone="bad" role="alert">
            {refusal}
          </div>
        </div>
      )}
      {found.exports.length === 0 ? (
        <div className={styles.body}>
          <p>
            This account has no billing export that Belvedere can read, so cost is known by service, account
            and region from Cost Explorer, and not by resource.{' '}
            <a href="/export-template.yaml" className={ui.link}>
              This template
            </a>{' '}
            makes one: a private bucket of your own, and a daily FOCUS export into it.
          </p>
        </div>
      ) : (
        <Table
          label="Billing exports"
          isWhole
          columns={[
            { label: 'Name' },
            { label: 'Format' },
            { label: 'Where' },
            { label: 'Use it', isHidden: true },
          ]}
        >
          {found.exports.map((one) => (
            <ExportRow
              key={one.id}
              one={one}
              canWrite={canWrite}
              isPending={isPending}
              onUse={() => run(() => choose({ connectionId, exportId: one.id }), refresh)}
              onLeave={() => setLeaving(true)}
            />
          ))}
        </Table>
      )}
      <Periods periods={found.periods} />
      {found.periods.some((period) => period.loadedAt) && (
        <p className={styles.body}>
          Cost of these accounts and months comes from the export. Everything else still comes from Cost
          Explorer, and both are held against AWS’s own totals.
        </p>
      )}
      {isLeaving && (
        <ConfirmDialog
          title="Stop using this export?"
          confirm="Stop using it"
          isDanger
          onConfirm={() => run(() => leave({ connectionId }), refresh)}
          onClose={() => setLeaving(false)}
        >
          Its line items are erased and cost comes from Cost Explorer again, whose requests are paid for.
          Resources keep their names and lose their costs.
        </ConfirmDialog>
      )}
    </Panel>
  );
}
