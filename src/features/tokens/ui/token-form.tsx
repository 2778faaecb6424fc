import type { ReactNode } from 'react';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { useVerb } from '@/ui/use-verb';
import styles from './tokens.module.css';

interface Props {
  readonly title: string;
  readonly verb: Pick<ReturnType<typeof useVerb>, 'isPending' | 'refusal' | 'fields'>;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The frame of every form that makes a token. What is wrong with a field stands beside it, the rest below. */
export function TokenForm({ title, verb, onSubmit, onClose, children }: Props) {
  const { isPending, refusal, fields } = verb;
  return (
    <Panel title={title} padded>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        {refusal && Object.keys(fields).length === 0 && (
          <div role="alert" className={styles.error}>
            {refusal}
          </div>
        )}
        <div className={styles.buttons}>
          <button className={ui.button} data-kind="primary" disabled={isPending}>
            {isPending ? 'One moment' : 'Create token'}
          </button>
          <button type="button" className={ui.button} onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Panel>
  );
}
