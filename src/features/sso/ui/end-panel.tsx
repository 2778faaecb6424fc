'use client';

import { useState } from 'react';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { useVerb } from '@/ui/use-verb';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { ConnectionFacts } from '../read-sso';
import styles from './sso.module.css';
import type { SsoActions } from './types';

interface Props {
  readonly connection: ConnectionFacts;
  readonly isEnforced: boolean;
  readonly actions: Pick<SsoActions, 'deactivate' | 'remove'>;
}

const sessions = (count: number) => (count === 1 ? '1 session' : `${count} sessions`);

/** Off, or gone. */
export function EndPanel({ connection, isEnforced, actions }: Props) {
  const [asked, setAsked] = useState<'off' | 'delete' | null>(null);
  const { run, isPending, refusal } = useVerb();
  const { id, name, status } = connection;
  const isOn = status === 'active';
  const isHeld = isOn && isEnforced;
  const goes = `Goes, at once: signing in by ${name}, and ${sessions(connection.sessions)} that it opened.`;
  return (
    <Panel title={isOn ? 'Turn off or delete' : 'Delete'} padded>
      <div className={styles.split}>
        <p className={ui.muted}>
          {isHeld
            ? 'Single sign-on is required. Stop requiring it first.'
            : 'People and their roles stay either way. Turned off, all settings stay as well.'}
        </p>
        <div className={styles.row}>
          {isOn && (
            <button
              type="button"
              className={ui.button}
              disabled={isPending || isHeld}
              onClick={() => setAsked('off')}
            >
              Turn off
            </button>
          )}
          <button
            type="button"
            className={ui.button}
            data-kind="danger"
            disabled={isPending || isHeld}
            onClick={() => setAsked('delete')}
          >
            Delete connection
          </button>
        </div>
      </div>
      {refusal && (
        <p role="alert" className={styles.error}>
          {refusal}
        </p>
      )}
      {asked === 'off' && (
        <ConfirmDialog
          title={`Turn ${name} off?`}
          confirm="Turn off"
          isDanger
          onClose={() => setAsked(null)}
          onConfirm={() => run(() => actions.deactivate({ connectionId: id }))}
        >
          <p>{goes}</p>
          <p>
            Stays: people, their roles, and all settings. People without a password can set one by “Forgot the
            password?”.
          </p>
        </ConfirmDialog>
      )}
      {asked === 'delete' && (
        <ConfirmDialog
          title={`Delete ${name}?`}
          confirm="Delete"
          isDanger
          onClose={() => setAsked(null)}
          onConfirm={() => run(() => actions.remove({ connectionId: id }))}
        >
          <p>{goes} All settings of this connection go as well.</p>
          <p>Stays: people, their roles, your domains, our keys, and the audit trail.</p>
        </ConfirmDialog>
      )}
    </Panel>
  );
}
