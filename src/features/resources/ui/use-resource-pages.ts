'use client';

import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ResourceLine, ResourceList } from '../resources';
import { fetchPage, isSameMoment, nearest, PAGE_LINES, pageOfLine, PAGES_KEPT } from './resource-pages';

/** Pages that only fly by under the scroll bar are never asked for. */
const SETTLE_MS = 100;

export interface ResourcePages {
  lineAt(index: number): ResourceLine | undefined;
  /** Why the page of a line did not come; undefined while it may still. */
  failureAt(index: number): string | undefined;
  retry(index: number): void;
}

/**
 * The lines of a list of which the server has sent the first page. Pages that are wanted are asked for once scrolling
 * settles, and called off where they are wanted no more. Where the data has changed meanwhile, the whole page is drawn anew.
 */
export function useResourcePages(
  queryText: string,
  first: ResourceList,
  wanted: readonly number[],
): ResourcePages {
  const router = useRouter();
  const [pages, setPages] = useState<ReadonlyMap<number, readonly ResourceLine[]>>(new Map());
  const [failures, setFailures] = useState<ReadonlyMap<number, string>>(new Map());
  const flying = useRef(new Map<number, AbortController>());
  const hasRefreshed = useRef(false);

  const load = useCallback(
    async (page: number) => {
      const controller = new AbortController();
      flying.current.set(page, controller);
      try {
        const answer = await fetchPage(queryText, page, controller.signal);
        if (controller.signal.aborted) return;
        if ('failure' in answer) {
          setFailures((now) => new Map(now).set(page, answer.failure));
        } else if (answer.list && isSameMoment(answer.list, first)) {
          const { lines } = answer.list;
          setPages((now) => nearest(new Map(now).set(page, lines), page, PAGES_KEPT));
        } else if (hasRefreshed.current) {
          setFailures((now) => new Map(now).set(page, 'The list is changing right now.'));
        } else {
          hasRefreshed.current = true;
          router.refresh();
        }
      } catch (error) {
        if (!controller.signal.aborted) throw error;
      } finally {
        if (flying.current.get(page) === controller) flying.current.delete(page);
      }
    },
    [queryText, first, router],
  );

  const missing = wanted.filter((page) => page > 0 && !pages.has(page) && !failures.has(page)).join(' ');
  useEffect(() => {
    const numbers = missing === '' ? [] : missing.split(' ').map(Number);
    for (const [page, controller] of flying.current) {
      if (numbers.includes(page)) continue;
      controller.abort();
      flying.current.delete(page);
    }
    const timer = setTimeout(() => {
      for (const page of numbers) if (!flying.current.has(page)) void load(page);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [missing, load]);

  useEffect(() => {
    const all = flying.current;
    return () => {
      for (const controller of all.values()) controller.abort();
      all.clear();
    };
  }, []);

  const retry = useCallback((index: number) => {
    setFailures((now) => new Map([...now].filter(([page]) => page !== pageOfLine(index))));
  }, []);

  return {
    lineAt: (index) =>
      index < PAGE_LINES ? first.lines[index] : pages.get(pageOfLine(index))?.[index % PAGE_LINES],
    failureAt: (index) => failures.get(pageOfLine(index)),
    retry,
  };
}
