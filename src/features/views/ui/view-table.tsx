'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import styles from './view-table.module.css';

export interface ViewLine {
  readonly id: string;
  readonly name: string;
  readonly what: string;
  readonly changed: string;
}

interface Props {
  readonly views: readonly ViewLine[];
  readonly canWrite: boolean;
  readonly rename: (input: { viewId: string; name: string }) => Promise<ActionResult<{ id: string }>>;
  readonly remove: (input: { viewId: string }) => Promise<ActionResult<void>>;
}

type Mode = { readonly id: string; readonly kind: 'rename' | 'delete' };

function Row({ view, canWrite, rename, remove }: Omit<Props, 'views'> & { view: ViewLine }) {
  const router = useRouter();
  const [mode, setMode] = useState<Mode['kind'] | null>(null);
  const [name, setName] = useState(view.name);
  const [message, setMessage] = useState<string | null>(null);
  const [isPending, start] = useTransition();
  const settle = (result: ActionResult<unknown>) => {
    if (!result.ok) return setMessage(result.error.fields?.['name'] ?? result.error.message);
    setMode(null);
    setMessage(null);
    router.refresh();
  };
  if (mode === 'rename') {
    return (
      <tr>
        <td colSpan={4}>
          <form
            className={styles.edit}
            onSubmit={(event) => {
              event.preventDefault();
              start(async () => settle(await rename({ viewId: view.id, name })));
            }}
          >
            <input
              aria-label={`New name of ${view.name}`}
              value={name}
              maxLength={80}
              autoFocus
              onChange={(event) => setName(event.target.value)}
            />
            <button className={ui.button} data-kind="primary" disabled={isPending}>
              Rename
            </button>
            <button type="button" className={ui.button} onClick={() => setMode(null)}>
              Cancel
            </button>
            {message && <span role="alert">{message}</span>}
          </form>
        </td>
      </tr>
    );
  }
  return (
    <tr>
      <th scope="row">
        <Link className={ui.link} href={`/views/${view.id}`}>
          {view.name}
        </Link>
      </th>
      <td className={ui.muted}>{view.what}</td>
      <td className={ui.muted}>{view.changed}</td>
      <td className={ui.num}>
        {canWrite && mode === null && (
          <>
            <button type="button" className={ui.button} data-kind="plain" onClick={() => setMode('rename')}>
              Rename
            </button>
            <button type="button" className={ui.button} data-kind="plain" onClick={() => setMode('delete')}>
              Delete
            </button>
          </>
        )}
        {mode === 'delete' && (
          <>
            <button
              type="button"
              className={ui.button}
              data-kind="danger"
              disabled={isPending}
              onClick={() => start(async () => settle(await remove({ viewId: view.id })))}
            >
              Delete for everyone
            </button>{' '}
            <button type="button" className={ui.button} onClick={() => setMode(null)}>
              Keep
            </button>
            {message && <span role="alert">{message}</span>}
          </>
        )}
      </td>
    </tr>
  );
}

export function ViewTable({ views, ...rest }: Props) {
  return (
    <Table
      columns={[
        { label: 'View' },
        { label: 'Shows' },
        { label: 'Changed' },
        { label: 'Actions', isHidden: true },
      ]}
    >
      {views.map((view) => (
        <Row key={view.id} view={view} {...rest} />
      ))}
    </Table>
  );
}
