'use client';

import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { Audience } from '../schemas';
import type { ShareAction, SharePerson } from './share-dialog';
import styles from './view-table.module.css';

const ShareDialog = dynamic(() => import('./share-dialog').then((module) => module.ShareDialog), {
  ssr: false,
});

export interface ViewLine {
  readonly id: string;
  readonly name: string;
  readonly what: string;
  readonly changed: string;
  readonly audience: Audience;
  readonly chosen: readonly string[];
  readonly createdBy: string;
  /** Who sees it, in words; in full where that is long. */
  readonly seenBy: { readonly short: string; readonly full: string };
  readonly canShare: boolean;
}

interface Props {
  readonly views: readonly ViewLine[];
  readonly people: readonly SharePerson[];
  readonly canWrite: boolean;
  readonly rename: (input: { viewId: string; name: string }) => Promise<ActionResult<{ id: string }>>;
  readonly remove: (input: { viewId: string }) => Promise<ActionResult<void>>;
  readonly share: ShareAction;
}

type Mode = 'rename' | 'delete' | 'share' | null;

interface RenameProps {
  readonly view: ViewLine;
  readonly message: string | null;
  readonly isPending: boolean;
  readonly onRename: (name: string) => void;
  readonly onCancel: () => void;
}

function RenameRow({ view, message, isPending, onRename, onCancel }: RenameProps) {
  const [name, setName] = useState(view.name);
  return (
    <tr>
      <td colSpan={5}>
        <form
          className={styles.edit}
          onSubmit={(event) => {
            event.preventDefault();
            onRename(name);
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
          <button type="button" className={ui.button} onClick={onCancel}>
            Cancel
          </button>
          {message && <span role="alert">{message}</span>}
        </form>
      </td>
    </tr>
  );
}

function Row({ view, people, canWrite, rename, remove, share }: Omit<Props, 'views'> & { view: ViewLine }) {
  const router = useRouter();
  const [mode, setMode] = useState<Mode>(null);
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
      <RenameRow
        view={view}
        message={message}
        isPending={isPending}
        onRename={(name) => start(async () => settle(await rename({ viewId: view.id, name })))}
        onCancel={() => setMode(null)}
      />
    );
  }
  const button = (label: string, next: Mode) => (
    <button type="button" className={ui.button} data-kind="plain" onClick={() => setMode(next)}>
      {label}
    </button>
  );
  return (
    <tr>
      <th scope="row">
        <Link className={ui.link} href={`/views/${view.id}`} prefetch={false}>
          {view.name}
        </Link>
      </th>
      <td className={ui.muted}>{view.what}</td>
      <td className={ui.muted} title={view.seenBy.full}>
        {view.seenBy.short}
      </td>
      <td className={ui.muted}>{view.changed}</td>
      <td className={ui.num}>
        {mode !== 'delete' && (
          <>
            {view.canShare && button('Share', 'share')}
            {canWrite && button('Rename', 'rename')}
            {canWrite && button('Delete', 'delete')}
          </>
        )}
        {mode === 'share' && (
          <ShareDialog view={view} people={people} share={share} close={() => setMode(null)} />
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
        { label: 'Seen by' },
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
