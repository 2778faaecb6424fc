'use client';

import { useState } from 'react';
import ui from '@/ui/ui.module.css';
import { AccountPicker } from './account-picker';
import styles from './people.module.css';
import type { AccountChoice } from './types';

interface Props {
  readonly name: string;
  readonly accounts: readonly AccountChoice[];
  readonly current: readonly string[] | null;
  readonly isPending: boolean;
  readonly message: string | null;
  readonly onSave: (accounts: readonly string[] | null) => void;
  readonly onClose: () => void;
}

export function LimitEditor({ name, accounts, current, isPending, message, onSave, onClose }: Props) {
  const [chosen, setChosen] = useState<string[]>([...(current ?? [])]);
  return (
    <div className={styles.limit}>
      <p className={ui.small}>
        {name} sees the costs, reports and views of these accounts alone, and no connection, receipt or
        ledger.
      </p>
      <AccountPicker accounts={accounts} chosen={chosen} onChange={setChosen} />
      {message && (
        <p role="alert" className={styles.error}>
          {message}
        </p>
      )}
      <div className={styles.buttons}>
        <button
          type="button"
          className={ui.button}
          data-kind="primary"
          disabled={isPending || chosen.length === 0}
          onClick={() => onSave(chosen)}
        >
          {isPending ? 'Saving' : 'Limit to these'}
        </button>
        {current && (
          <button type="button" className={ui.button} disabled={isPending} onClick={() => onSave(null)}>
            Let them see all accounts
          </button>
        )}
        <button type="button" className={ui.button} onClick={onClose}>
          Cancel
        </button>
      </div>
    </div>
  );
}
