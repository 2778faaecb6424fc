'use client';

import dynamic from 'next/dynamic';
import Link from 'next/link';
import { usePathname, useSearchParams } from 'next/navigation';
import { useEffect, useState, type ReactNode } from 'react';
import { NavIcon, type NavIconName } from './nav-icon';
import styles from './shell.module.css';

export interface ShellView {
  readonly id: string;
  readonly name: string;
}

interface Props {
  readonly workspace: string;
  readonly person: string;
  readonly views: readonly ShellView[];
  readonly signOut: () => Promise<void>;
  readonly children: ReactNode;
}

const Palette = dynamic(() => import('./palette').then((module) => module.Palette), { ssr: false });

const places: readonly { href: string; label: string; icon: NavIconName }[] = [
  { href: '/overview', label: 'Overview', icon: 'overview' },
  { href: '/views', label: 'Views', icon: 'views' },
];

const workspacePlaces: readonly { href: string; label: string; icon: NavIconName }[] = [
  { href: '/connections', label: 'Connections', icon: 'connections' },
  { href: '/settings', label: 'Settings', icon: 'settings' },
];

function usePaletteKey(open: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        open();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [open]);
}

export function Shell({ workspace, person, views, signOut, children }: Props) {
  const pathname = usePathname();
  const openView = useSearchParams().get('view');
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [hasPalette, setPalette] = useState(false);
  usePaletteKey(() => setPalette(true));
  useEffect(() => setMenuOpen(false), [pathname]);

  const item = ({ href, label, icon }: (typeof places)[number]) => {
    const isCurrent = pathname.startsWith(href) && !(href === '/overview' && openView);
    return (
      <Link
        key={href}
        href={href}
        className={styles.link}
        {...(isCurrent ? { 'aria-current': 'page' as const } : {})}
      >
        <NavIcon name={icon} />
        <span>{label}</span>
      </Link>
    );
  };

  return (
    <div className={styles.frame} data-open={isMenuOpen}>
      <a className={styles.skip} href="#content">
        Skip to the page
      </a>
      <div className={styles.bar}>
        <span className={styles.workspace}>
          <span className={styles.mark}>B</span>
          <span>{workspace}</span>
        </span>
        <button
          type="button"
          className={styles.signOut}
          aria-expanded={isMenuOpen}
          onClick={() => setMenuOpen(!isMenuOpen)}
        >
          {isMenuOpen ? 'Close' : 'Menu'}
        </button>
      </div>
      <nav className={styles.side} aria-label="Main">
        <span className={styles.workspace}>
          <span className={styles.mark}>B</span>
          <span>{workspace}</span>
        </span>
        <button type="button" className={styles.search} onClick={() => setPalette(true)}>
          Search or jump to
          <kbd>⌘K</kbd>
        </button>
        {places.map(item)}
        {views.length > 0 && <div className={styles.label}>Saved views</div>}
        {views.map((view) => (
          <Link
            key={view.id}
            href={`/views/${view.id}`}
            className={styles.link}
            {...(openView === view.id ? { 'aria-current': 'page' as const } : {})}
          >
            <span>{view.name}</span>
          </Link>
        ))}
        <div className={styles.label}>Workspace</div>
        {workspacePlaces.map(item)}
        <div className={styles.foot}>
          <div className={styles.person}>
            <span>
              <span className={styles.mark} data-kind="person">
                {person.slice(0, 1).toUpperCase()}
              </span>
              {person}
            </span>
            <form action={signOut}>
              <button type="submit" className={styles.signOut}>
                Sign out
              </button>
            </form>
          </div>
        </div>
      </nav>
      <main className={styles.main} id="content">
        <div className={styles.page}>{children}</div>
      </main>
      {hasPalette && <Palette views={views} onClose={() => setPalette(false)} />}
    </div>
  );
}
