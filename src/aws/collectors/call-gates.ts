import { setTimeout as sleep } from 'node:timers/promises';

export interface CallLimits {
  /** Calls of one service in one region at the same time. */
  readonly perServiceAndRegion: number;
  /** Milliseconds that a service rests in a region after its first, second, … throttle in a row. */
  readonly restsMs: readonly number[];
}

/** Lets few calls through at once, and none for a while after AWS asked to slow down. */
export interface CallGate {
  through<T>(call: () => Promise<T>): Promise<T>;
  /** AWS asked to slow down: the next calls wait, longer each time. */
  slowDown(): void;
}

function createGate(limits: CallLimits, signal: AbortSignal): CallGate {
  let running = 0;
  let throttles = 0;
  let restsUntil = 0;
  const waiting: (() => void)[] = [];

  async function enter(): Promise<void> {
    if (running < limits.perServiceAndRegion) running += 1;
    // Whoever leaves hands its place over, so nobody slips in between.
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  return {
    async through(call) {
      await enter();
      try {
        for (let left = restsUntil - Date.now(); left > 0; left = restsUntil - Date.now()) {
          await sleep(left, undefined, { signal });
        }
        signal.throwIfAborted();
        const answer = await call();
        throttles = 0;
        return answer;
      } finally {
        leave();
      }
    },
    slowDown() {
      const rest = limits.restsMs[Math.min(throttles, limits.restsMs.length - 1)] ?? 0;
      throttles += 1;
      restsUntil = Math.max(restsUntil, Date.now() + rest);
    },
  };
}

/** One gate for each service and region: AWS counts calls there, so one that is busy holds up no other. */
export function createGates(limits: CallLimits, signal: AbortSignal) {
  const gates = new Map<string, CallGate>();
  return (service: string, region: string): CallGate => {
    const key = `${service} ${region}`;
    const gate = gates.get(key) ?? createGate(limits, signal);
    gates.set(key, gate);
    return gate;
  };
}
