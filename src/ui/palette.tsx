'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ShellView } from './shell';
import styles from './palette.module.css';

interface Target {
  readonly label: string;
  readonly kind: string;
  readonly href: string;
}

const PLACES: readonly Target[] = [
  { label: 'Overview', kind: 'Page', href: '/overview' },
  { label: 'Overview by account', kind: 'Page', href: '/overview?by=account' },
  { label: 'Overview by region', kind: 'Page', href: '/overview?by=region' },
  { label: 'Last month', kind: 'Dates', href: '/overview?dates=last-month' },
  { label: 'Last 30 days', kind: 'Dates', href: '/overview?dates=last-30' },
  { label: 'Last 12 months', kind: 'Dates', href: '/overview?dates=last-12-months' },
  { label: 'Views', kind: 'Page', href: '/views' },
  { label: 'Connections', kind: 'Page', href: '/connections' },
  { label: 'Connect an AWS account', kind: 'Action', href: '/connections/new' },
  { label: 'Settings', kind: 'Page', href: '/settings' },
  { label: 'Revoke a connection', kind: 'Action', href: '/settings/connections' },
];

/** ⌘K: pages and views by a few letters of their names. */
export function Palette({ views, onClose }: { views: readonly ShellView[]; onClose: () => void }) {
  const router = useRouter();
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  useEffect(() => dialog.current?.showModal(), []);

  const found = useMemo(() => {
    const targets = [
      ...PLACES,
      ...views.map((view) => ({ label: view.name, kind: 'View', href: `/views/${view.id}` })),
    ];
    const wanted = text.trim().toLowerCase();
    return targets.filter((target) => target.label.toLowerCase().includes(wanted));
  }, [text, views]);

  const go = (target: Target | undefined) => {
    if (!target) return;
    onClose();
    router.push(target.href);
  };

  return (
    <dialog ref={dialog} className={styles.dialog} aria-label="Search or jump to" onClose={onClose}>
      <input
        className={styles.input}
        aria-label="Search or jump to"
        placeholder="Search or jump to"
        autoFocus
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setActive(Math.min(active + 1, found.length - 1));
          else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0));
          else if (event.key === 'Enter') go(found[active]);
          else return;
          event.preventDefault();
        }}
      />
      <ul className={styles.list}>
        {found.length === 0 && <li>Nothing has this name.</li>}
        {found.map((target, index) => (
          <li key={target.href + target.label}>
            <button
              type="button"
              data-active={index === active}
              onMouseMove={() => setActive(index)}
              onClick={() => go(target)}
            >
              {target.label}
              <span>{target.kind}</span>
            </button>
          </li>
        ))}
      </ul>
    </dialog>
  );
}
