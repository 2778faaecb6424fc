'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { formatDateTime } from '@/ui/format';
import { Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import { TextField } from '@/ui/text-field';
import ui from '@/ui/ui.module.css';
import type { Progress } from '../progress';
import { RoleChecks, SyncProgress, useProgress } from './live-connection';
import styles from './connect.module.css';

interface Props {
  readonly connectionId: string;
  readonly name: string;
  readonly dailyCapUsd: string;
  readonly canWrite: boolean;
  readonly initial: Progress;
  readonly sync: (input: { connectionId: string }) => Promise<ActionResult<unknown>>;
  readonly check: (input: { connectionId: string }) => Promise<ActionResult<unknown>>;
  readonly update: (input: {
    connectionId: string;
    name: string;
    dailyCapUsd: string;
  }) => Promise<ActionResult<unknown>>;
}

function Denied({ denied }: { denied: Progress['denied'] }) {
  if (denied.length === 0) return null;
  return (
    <Panel title="Not granted" note="shown as not granted, never as zero">
      <Table
        columns={[{ label: 'Action' }, { label: 'Group' }, { label: 'What is missing' }]}
        label="Actions that are not granted"
        isWhole
      >
        {denied.map((one) => (
          <tr key={one.action}>
            <th scope="row">
              <code className={ui.code}>{one.action}</code>
            </th>
            <td>{one.group}</td>
            <td>{one.withoutIt}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

function Limits({
  connectionId,
  name,
  dailyCapUsd,
  update,
}: Pick<Props, 'connectionId' | 'name' | 'dailyCapUsd' | 'update'>) {
  const router = useRouter();
  const [values, setValues] = useState({ name, dailyCapUsd });
  const [fields, setFields] = useState<Record<string, string>>({});
  const [isPending, start] = useTransition();
  const save = () =>
    start(async () => {
      const result = await update({ connectionId, ...values });
      setFields(result.ok ? {} : (result.error.fields ?? { name: result.error.message }));
      if (result.ok) router.refresh();
    });
  const input = (field: 'name' | 'dailyCapUsd', label: string) => (
    <TextField
      id={field}
      label={label}
      value={values[field]}
      error={fields[field]}
      onChange={(value) => setValues({ ...values, [field]: value })}
    />
  );
  return (
    <form
      className={ui.stack}
      style={{ gap: 12 }}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {input('name', 'Name')}
      {input('dailyCapUsd', 'Daily limit for Cost Explorer requests, US dollars')}
      <div>
        <button className={ui.button} disabled={isPending}>
          Save
        </button>
      </div>
    </form>
  );
}

export function ActiveConnection(props: Props) {
  const progress = useProgress(props.connectionId, props.initial);
  const [message, setMessage] = useState<string | null>(null);
  const [isPending, start] = useTransition();
  const ask = (action: Props['sync']) =>
    start(async () => {
      const result = await action({ connectionId: props.connectionId });
      setMessage(result.ok ? null : result.error.message);
    });
  const isSyncing = progress.sync?.status === 'running' || progress.sync?.status === 'queued';
  return (
    <div className={ui.stack}>
      {progress.failure && (
        <div className={ui.notice} data-tone={progress.status === 'refused' ? 'bad' : 'warning'} role="alert">
          {progress.failure.message}
        </div>
      )}
      <Panel
        title="Sync"
        note={
          props.canWrite && (
            <button
              type="button"
              className={ui.button}
              disabled={isPending || isSyncing}
              onClick={() => ask(props.sync)}
            >
              Sync now
            </button>
          )
        }
        padded
      >
        <SyncProgress progress={progress} />
        {message && (
          <p role="alert" className={styles.error}>
            {message}
          </p>
        )}
      </Panel>
      <Denied denied={progress.denied} />
      <Panel
        title="Role"
        note={
          <span className={styles.checked}>
            {progress.probedAt && `checked ${formatDateTime(progress.probedAt)}`}
            {props.canWrite && (
              <button
                type="button"
                className={ui.button}
                disabled={isPending}
                onClick={() => ask(props.check)}
              >
                Check now
              </button>
            )}
          </span>
        }
        padded
      >
        <RoleChecks progress={progress} />
      </Panel>
      {props.canWrite && (
        <Panel title="Name and limit" padded>
          <Limits
            connectionId={props.connectionId}
            name={props.name}
            dailyCapUsd={props.dailyCapUsd}
            update={props.update}
          />
        </Panel>
      )}
    </div>
  );
}
