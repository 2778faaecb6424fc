/**
 * Runs the tasks in order, `atOnce` at the same time, and yields each result as it comes. After a failure, or
 * when nobody asks for more, `stop` tells those that run to end, and they are waited for.
 */
export async function* runPool<T>(
  tasks: readonly (() => Promise<T>)[],
  atOnce: number,
  stop: AbortController,
): AsyncGenerator<T> {
  const running = new Set<Promise<{ result: T; done: () => void }>>();
  const waiting = [...tasks];
  try {
    while (waiting.length > 0 || running.size > 0) {
      while (running.size < atOnce) {
        const task = waiting.shift();
        if (!task) break;
        const started = task().then((result) => ({ result, done: () => running.delete(started) }));
        running.add(started);
      }
      const { result, done } = await Promise.race(running);
      done();
      yield result;
    }
  } finally {
    if (running.size > 0) stop.abort();
    await Promise.allSettled(running);
  }
}
