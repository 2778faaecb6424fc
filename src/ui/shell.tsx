'use client';

import dynamic from 'next/dynamic';
import Link from 'next/link';
import { usePathname, useSearchParams } from 'next/navigation';
import { useEffect, useState, type ReactNode } from 'react';
import type { ActionResult } from './action-result';
import { NavIcon, type NavIconName } from './nav-icon';
import type { Place } from './places';
import styles from './shell.module.css';
import { SignOutButton } from './sign-out';
import { WorkspaceSwitcher, type ShellWorkspace } from './workspace-switcher';

export interface ShellView {
  readonly id: string;
  readonly name: string;
}

interface Props {
  readonly workspace: ShellWorkspace;
  /** All that the person belongs to; none for a member of staff. */
  readonly workspaces: readonly ShellWorkspace[];
  readonly person: string | null;
  readonly views: readonly ShellView[];
  /** Where the palette jumps to. */
  readonly jumps: readonly Place[];
  readonly hasConnections: boolean;
  readonly switchTo: (input: { workspaceId: string }) => Promise<ActionResult<unknown>>;
  readonly signOut: () => Promise<void>;
  readonly children: ReactNode;
}

const Palette = dynamic(() => import('./palette').then((module) => module.Palette), { ssr: false });

const places: readonly { href: string; label: string; icon: NavIconName }[] = [
  { href: '/overview', label: 'Overview', icon: 'overview' },
  { href: '/resources', label: 'Resources', icon: 'resources' },
  { href: '/views', label: 'Views', icon: 'views' },
];

const connections = { href: '/connections', label: 'Connections', icon: 'connections' } as const;
const settings = { href: '/settings', label: 'Settings', icon: 'settings' } as const;

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

export function Shell(props: Props) {
  const { workspace, workspaces, person, views, jumps, hasConnections, switchTo, signOut, children } = props;
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
      <header className={styles.bar}>
        <span className={styles.workspace}>
          <span className={styles.mark}>B</span>
          <span>{workspace.name}</span>
        </span>
        <button
          type="button"
          className={styles.signOut}
          aria-expanded={isMenuOpen}
          onClick={() => setMenuOpen(!isMenuOpen)}
        >
          {isMenuOpen ? 'Close' : 'Menu'}
        </button>
      </header>
      <nav className={styles.side} aria-label="Main">
        <WorkspaceSwitcher current={workspace} workspaces={workspaces} switchTo={switchTo} />
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
            // Opening a view is recorded; looking at its link is not.
            prefetch={false}
            className={styles.link}
            {...(openView === view.id ? { 'aria-current': 'page' as const } : {})}
          >
            <span>{view.name}</span>
          </Link>
        ))}
        <div className={styles.label}>Workspace</div>
        {hasConnections && item(connections)}
        {person !== null && item(settings)}
        {person !== null && (
          <div className={styles.foot}>
            <div className={styles.person}>
              <span>
                <span className={styles.mark} data-kind="person">
                  {person.slice(0, 1).toUpperCase()}
                </span>
                {person}
              </span>
              <form action={signOut}>
                <SignOutButton label="Sign out" className={styles.signOut} />
              </form>
            </div>
          </div>
        )}
      </nav>
      <main className={styles.main} id="content">
        <div className={styles.page}>{children}</div>
      </main>
      {hasPalette && <Palette places={jumps} views={views} onClose={() => setPalette(false)} />}
    </div>
  );
}
