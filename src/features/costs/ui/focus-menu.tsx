'use client';

import { MenuButton } from '@/ui/menu-button';
import styles from './overview.module.css';

interface Props {
  /** Addresses of the files, of what the page shows. */
  readonly hrefs: { readonly csv: string; readonly parquet: string };
}

/** The charges behind the page for other tools. */
export function FocusMenu({ hrefs }: Props) {
  const formats = [
    { href: hrefs.csv, label: 'FOCUS CSV', hint: 'every charge' },
    { href: hrefs.parquet, label: 'FOCUS Parquet', hint: 'with types' },
  ];
  return (
    <MenuButton name="FOCUS file" label="FOCUS">
      {(close) => (
        <div className={styles.menu}>
          {formats.map(({ href, label, hint }) => (
            <a key={label} href={href} download="" onClick={close}>
              {label}
              <span className={styles.hint}>{hint}</span>
            </a>
          ))}
        </div>
      )}
    </MenuButton>
  );
}
