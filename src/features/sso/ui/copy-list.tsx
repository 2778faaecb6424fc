'use client';

import { CopyButton } from '@/ui/copy-button';
import styles from './sso.module.css';

/** Values to take elsewhere, each with its button. */
export function CopyList({ values }: { values: readonly { label: string; value: string }[] }) {
  return (
    <dl className={styles.copies}>
      {values.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <code>{value}</code>
            <CopyButton text={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
