'use client';

import { useEffect, useId, useRef, type ReactNode } from 'react';
import styles from './confirm-dialog.module.css';
import ui from './ui.module.css';

export interface Confirmation {
  readonly title: string;
  readonly children: ReactNode;
  readonly confirm: string;
  readonly isDanger?: boolean;
  readonly onConfirm: () => void;
}

/** Says what will happen before it does. It is closed before the action runs, which may have something to ask itself. */
export function ConfirmDialog({
  title,
  children,
  confirm,
  isDanger,
  onConfirm,
  onClose,
}: Confirmation & { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId}>{title}</h2>
      <div className={styles.body}>{children}</div>
      <div className={styles.foot}>
        <button type="button" className={ui.button} autoFocus onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          className={ui.button}
          data-kind={isDanger ? 'danger' : 'primary'}
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {confirm}
        </button>
      </div>
    </dialog>
  );
}
