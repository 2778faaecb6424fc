'use client';

import { useEffect, useRef, useState } from 'react';
import ui from '@/ui/ui.module.css';
import { foundText, isFound } from './search';
import styles from './security.module.css';

interface Props {
  readonly query: string;
  readonly found: number;
  readonly total: number;
}

/** Shows the rows that the server has written and that hold every word; returns how many those are. */
function showRows(query: string): number {
  let found = 0;
  for (const group of document.querySelectorAll<HTMLElement>('[data-group]')) {
    let inGroup = 0;
    for (const row of group.querySelectorAll<HTMLElement>('[data-row]')) {
      const cells = [...row.children].map((cell) => cell.textContent);
      row.hidden = !isFound([group.dataset['group'], ...cells].join(' '), query);
      if (!row.hidden) inGroup += 1;
    }
    group.hidden = inGroup === 0;
    found += inGroup;
  }
  return found;
}

export function ActionFilter({ query, found, total }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [shown, setShown] = useState({ query, found });

  function filter(text: string): void {
    setShown({ query: text, found: showRows(text) });
    const url = new URL(window.location.href);
    if (text.trim() === '') url.searchParams.delete('q');
    else url.searchParams.set('q', text.trim());
    window.history.replaceState(null, '', url);
  }

  // Words typed before this script ran, or put back by the browser.
  useEffect(() => {
    const text = input.current?.value ?? '';
    if (text !== query) filter(text);
  }, [query]);

  return (
    <form
      role="search"
      className={styles.search}
      action="/security"
      onSubmit={(event) => event.preventDefault()}
    >
      <label htmlFor="q">Find an action</label>
      <input
        ref={input}
        id="q"
        name="q"
        type="search"
        defaultValue={query}
        placeholder="ec2, snapshot, password"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => filter(event.currentTarget.value)}
      />
      <noscript>
        <button type="submit" className={ui.button}>
          Find
        </button>
      </noscript>
      <p role="status" aria-live="polite">
        {foundText(shown.found, total, shown.query)}
      </p>
    </form>
  );
}
