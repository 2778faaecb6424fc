import { setTimeout as sleep } from 'node:timers/promises';

/** Looks until it is so; a test that waits in vain ends by its own time limit. */
export async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
