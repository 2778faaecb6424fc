'use client';

import { useEffect, type RefObject } from 'react';

const KEY = 'resources-place';

/** Back from a resource, the list stands where it was left. `place` names the list; `keep` is called on leaving it. */
export function useKeptPlace(scroller: RefObject<HTMLElement | null>, place: string): { keep: () => void } {
  useEffect(() => {
    let frame = 0;
    try {
      const [kept, offset] = (sessionStorage.getItem(KEY) ?? '').split(' ');
      if (kept === place && offset) {
        // The list gets its whole height in the render after this one.
        frame = requestAnimationFrame(() => {
          sessionStorage.removeItem(KEY);
          scroller.current?.scrollTo({ top: Number(offset) });
        });
      }
    } catch {
      return;
    }
    return () => cancelAnimationFrame(frame);
  }, [scroller, place]);

  return {
    keep: () => {
      try {
        sessionStorage.setItem(KEY, `${place} ${scroller.current?.scrollTop ?? 0}`);
      } catch {
        return;
      }
    },
  };
}
