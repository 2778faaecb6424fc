'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';
import type { SettingsPlace } from './places';
import styles from './settings-tabs.module.css';

interface Props {
  readonly groups: readonly { readonly label: string; readonly places: readonly SettingsPlace[] }[];
}

/** What belongs to the person, and what to the workspace. A row that scrolls on a narrow screen. */
export function SettingsTabs({ groups }: Props) {
  const pathname = usePathname();
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen the row scrolls, and the current one may lie out of sight.
  useEffect(() => {
    nav.current?.querySelector('[aria-current=page]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [pathname]);
  return (
    <nav ref={nav} className={styles.nav} aria-label="Settings" tabIndex={-1}>
      {groups.map((group) => (
        <div key={group.label} className={styles.group}>
          <div className={styles.label}>{group.label}</div>
          {group.places.map(({ href, label }) => {
            const isCurrent = href === '/settings' ? pathname === href : pathname.startsWith(href);
            return (
              <Link key={href} href={href} {...(isCurrent ? { 'aria-current': 'page' as const } : {})}>
                {label}
              </Link>
            );
          })}
        </div>
      ))}
    </nav>
  );
}
