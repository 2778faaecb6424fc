'use client';

import { useState } from 'react';
import { CopyButton } from '@/ui/copy-button';
import ui from '@/ui/ui.module.css';
import type { LaunchOptions } from '../launch-options';
import styles from './connect.module.css';

export function LaunchStep({ launch }: { launch: LaunchOptions }) {
  const [shown, setShown] = useState<'cli' | 'terraform' | null>(null);
  const text = shown === 'cli' ? launch.cli : launch.terraform;
  return (
    <>
      <div className={styles.actions}>
        <a
          className={ui.button}
          data-kind="primary"
          href={launch.stackUrl}
          target="_blank"
          rel="noopener noreferrer"
        >
          Launch stack in AWS <span aria-hidden="true">↗</span>
        </a>
        <button
          type="button"
          className={ui.button}
          aria-pressed={shown === 'cli'}
          onClick={() => setShown(shown === 'cli' ? null : 'cli')}
        >
          CLI
        </button>
        <button
          type="button"
          className={ui.button}
          aria-pressed={shown === 'terraform'}
          onClick={() => setShown(shown === 'terraform' ? null : 'terraform')}
        >
          Terraform
        </button>
      </div>
      {shown && (
        <div className={styles.snippet}>
          <pre tabIndex={0}>{text}</pre>
          <CopyButton text={text} />
        </div>
      )}
    </>
  );
}
