'use client';

import { useEffect, useRef, useState } from 'react';
import styles from './contents.module.css';

export interface Entry {
  readonly id: string;
  readonly title: string;
}

/** The last section whose head has passed the top of the window; the first before that. */
function sectionAt(entries: readonly Entry[]): string {
  const passed = entries.filter(({ id }) => {
    const section = document.getElementById(id);
    return section !== null && section.getBoundingClientRect().top < 140;
  });
  const isAtEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
  return (isAtEnd ? entries.at(-1) : passed.at(-1))?.id ?? entries[0]?.id ?? '';
}

/** A column beside the page; on a narrow screen a strip above it that stays in sight. Without script it is a list of links. */
export function Contents({ entries }: { entries: readonly Entry[] }) {
  const list = useRef<HTMLUListElement>(null);
  const [current, setCurrent] = useState('');

  useEffect(() => {
    let frame = 0;
    const look = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setCurrent(sectionAt(entries)));
    };
    look();
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [entries]);

  // Only sideways and only the strip: scrollIntoView would move the page as well.
  useEffect(() => {
    const link = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (link && list.current) list.current.scrollLeft = link.offsetLeft - 24;
  }, [current]);

  return (
    <nav className={styles.contents} aria-label="On this page">
      <ul ref={list}>
        {entries.map(({ id, title }) => (
          <li key={id}>
            <a href={`#${id}`} {...(current === id ? { 'aria-current': 'location' as const } : {})}>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
