import { readFileSync, readdirSync } from 'node:fs';

const statusOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
};
const field = (status: string, name: string) =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

/** The processes that read files; what else the benchmark has started, such as the simulated AWS, no worker has. */
function readersOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => field(statusOf(one), 'PPid') === pid && commandOf(one).includes('duck/child'));
}

export interface PeakMemory {
  /** Resident bytes of the process at its highest. */
  readonly own: number;
  /** Of the process and those that read files for it, together. */
  readonly together: number;
}

const SAMPLED_MS = 200;
/** To look through all processes takes longer than to ask a few, and the work has the same processors. */
const LOOKED_MS = 1_000;

/** Samples resident memory five times a second while the work runs. Linux alone tells it; elsewhere both are 0. */
export async function peakMemory<T>(
  work: () => Promise<T>,
  pid = process.pid,
): Promise<{ result: T; peak: PeakMemory }> {
  const peak = { own: 0, together: 0 };
  let readers: number[] = [];
  let lookedAt = -Infinity;
  const sample = () => {
    if (performance.now() - lookedAt > LOOKED_MS) {
      readers = readersOf(pid);
      lookedAt = performance.now();
    }
    const own = field(statusOf(pid), 'VmRSS') * 1024;
    const rest = readers.reduce((sum, one) => sum + field(statusOf(one), 'VmRSS') * 1024, 0);
    peak.own = Math.max(peak.own, own);
    peak.together = Math.max(peak.together, own + rest);
  };
  const timer = setInterval(sample, SAMPLED_MS);
  try {
    return { result: await work(), peak };
  } finally {
    clearInterval(timer);
  }
}
