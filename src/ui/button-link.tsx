import Link from 'next/link';
import type { ReactNode } from 'react';
import styles from './ui.module.css';

interface Props {
  readonly href: string;
  readonly kind?: 'primary' | 'danger' | 'plain';
  /** Leaves the app, in a tab of its own. */
  readonly external?: boolean;
  readonly download?: boolean;
  readonly children: ReactNode;
}

export function ButtonLink({ href, kind, external, download, children }: Props) {
  if (external || download) {
    return (
      <a
        className={styles.button}
        data-kind={kind}
        href={href}
        {...(external ? { target: '_blank', rel: 'noopener noreferrer' } : {})}
        {...(download ? { download: '' } : {})}
      >
        {children}
        {external && <span aria-hidden="true">↗</span>}
      </a>
    );
  }
  return (
    <Link className={styles.button} data-kind={kind} href={href}>
      {children}
    </Link>
  );
}
