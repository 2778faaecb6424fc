'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import styles from './settings-tabs.module.css';

const tabs = [
  { href: '/settings', label: 'You' },
  { href: '/settings/connections', label: 'Connections' },
  { href: '/settings/delete', label: 'Delete account' },
] as const;

export function SettingsTabs() {
  const pathname = usePathname();
  return (
    <nav className={styles.tabs} aria-label="Settings">
      {tabs.map(({ href, label }) => {
        const isCurrent = href === '/settings' ? pathname === href : pathname.startsWith(href);
        return (
          <Link key={href} href={href} {...(isCurrent ? { 'aria-current': 'page' as const } : {})}>
            {label}
          </Link>
        );
      })}
    </nav>
  );
}
