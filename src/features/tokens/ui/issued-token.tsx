'use client';

import { CopyButton } from '@/ui/copy-button';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import styles from './tokens.module.css';

interface Props {
  readonly text: string;
  /** A first request to try it with; $TOKEN stands for the token. */
  readonly example?: string;
  readonly onDone: () => void;
}

/** The one time that a token is shown. */
export function IssuedToken({ text, example, onDone }: Props) {
  return (
    <Panel title="Your new token" note="shown this once" padded>
      <div className={styles.issued} role="status">
        <p className={ui.small}>Copy it now. Only a digest of it is stored, so nobody can show it again.</p>
        <div className={styles.secret}>
          <code className={ui.code} data-testid="token-text">
            {text}
          </code>
          <CopyButton text={text} label="Copy token" />
        </div>
        {example && (
          <>
            <p className={ui.small}>Try it, with the token in the variable TOKEN:</p>
            <pre className={styles.snippet} tabIndex={0} aria-label="Example">
              {example}
            </pre>
          </>
        )}
        <div className={styles.buttons}>
          <button type="button" className={ui.button} data-kind="primary" onClick={onDone}>
            I have copied it
          </button>
          {example && <CopyButton text={example} label="Copy example" />}
        </div>
      </div>
    </Panel>
  );
}
