import { LimitReached } from '@/errors';
import { processWide } from '@/process-wide';

// Each holds a connection to the database for as long as somebody reads, and a Parquet file a process besides.
const OF_WORKSPACE = 2;
const OF_ALL = 6;

const running = processWide('exports-running', () => new Map<string, number>());

/** Takes one of the places for exports that run at once in this process; throws LimitReached where none is free. */
export function takePlace(workspaceId: string): () => void {
  const own = running.get(workspaceId) ?? 0;
  const all = [...running.values()].reduce((sum, one) => sum + one, 0);
  if (own >= OF_WORKSPACE || all >= OF_ALL) {
    throw new LimitReached('Other exports are still running. Wait until one is done, and try again.', 30);
  }
  running.set(workspaceId, own + 1);
  return () => {
    const left = (running.get(workspaceId) ?? 1) - 1;
    if (left > 0) running.set(workspaceId, left);
    else running.delete(workspaceId);
  };
}
