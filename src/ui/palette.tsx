'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Place } from './places';
import type { ShellView } from './shell';
import styles from './palette.module.css';

interface Props {
  readonly places: readonly Place[];
  readonly views: readonly ShellView[];
  readonly onClose: () => void;
}

/** ⌘K: pages and views by a few letters of their names. */
export function Palette({ places, views, onClose }: Props) {
  const router = useRouter();
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  useEffect(() => dialog.current?.showModal(), []);

  const found = useMemo(() => {
    const targets = [
      ...places,
      ...views.map((view) => ({ label: view.name, kind: 'View', href: `/views/${view.id}` })),
    ];
    const wanted = text.trim().toLowerCase();
    return targets.filter((target) => target.label.toLowerCase().includes(wanted));
  }, [text, places, views]);

  const go = (target: Place | undefined) => {
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
