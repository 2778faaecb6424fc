import type { Services } from '@/context';

const running = new Set<Promise<void>>();

/**
 * Begins what an answer must not wait for, since the time it takes would tell whether there is such a person. What goes
 * wrong is logged under `failure`.
 */
export function beginUnseen(services: Services, failure: string, work: () => Promise<unknown>): void {
  const one = work()
    .then(() => undefined)
    .catch((error: unknown) => services.log.error({ err: error }, failure))
    .finally(() => running.delete(one));
  running.add(one);
}

/** Waits for all that was begun, as a process does before it ends. */
export async function settleUnseen(): Promise<void> {
  while (running.size > 0) await Promise.all(running);
}
