'use client';

import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { columnsText, parseColumns, type ColumnId } from './columns';

const KEY = 'resource-columns';
const CHANGED = 'resource-columns-changed';

function subscribe(listener: () => void): () => void {
  window.addEventListener('storage', listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener('storage', listener);
    window.removeEventListener(CHANGED, listener);
  };
}

/** A browser may refuse to keep anything; then the columns are the usual ones. */
function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(text: string): void {
  try {
    localStorage.setItem(KEY, text);
  } catch {
    return;
  }
  window.dispatchEvent(new Event(CHANGED));
}

/** The columns that this browser shows; kept in it, and told to nobody. */
export function useColumns(): {
  chosen: readonly ColumnId[];
  choose: (chosen: readonly ColumnId[]) => void;
} {
  const text = useSyncExternalStore(subscribe, stored, () => null);
  const chosen = useMemo(() => parseColumns(text), [text]);
  const choose = useCallback((next: readonly ColumnId[]) => store(columnsText(next)), []);
  return { chosen, choose };
}
