'use client';

import Link from 'next/link';
import { MenuButton } from '@/ui/menu-button';
import styles from './overview.module.css';
import type { ToggleLink } from './toolbar';

/** What else the page can be grouped by: the customer's groups of accounts, and tags. */
export function GroupMenu({ label, links }: { label: string; links: readonly ToggleLink[] }) {
  return (
    <MenuButton name="Group by" label={label}>
      {(close) => (
        <div className={styles.menu} style={{ minWidth: 200 }}>
          <div className={styles.scroll}>
            <div className={styles.menu}>
              {links.map((link) => (
                <Link
                  key={link.href}
                  href={link.href}
                  scroll={false}
                  prefetch={false}
                  onClick={close}
                  {...(link.isOn ? { 'aria-current': 'true' as const } : {})}
                >
                  {link.label}
                  <span className={styles.hint}>{link.isOn ? '✓' : ''}</span>
                </Link>
              ))}
            </div>
          </div>
        </div>
      )}
    </MenuButton>
  );
}
