import type { Readable } from 'node:stream';
import { Unauthenticated } from '@/errors';

/** Whoever takes nothing for so long does not come back, and does not close the connection either. */
const IDLE_MS = 60_000;
const ASKED_AGAIN_MS = 15_000;

interface Options {
  readonly name: string;
  readonly type: string;
  /** Asked again while a long file goes out; false breaks it off. */
  readonly isStillSignedIn: () => Promise<boolean>;
  readonly idleMs?: number;
  readonly askAgainMs?: number;
}

const headersOf = ({ name, type }: Pick<Options, 'name' | 'type'>) => ({
  'content-type': type,
  'content-disposition': `attachment; filename="${name}"`,
  'cache-control': 'no-store',
});

/** A file as it is made: read as fast as the client takes it, and destroyed when the client goes away or stops taking it. */
export function fileStream(file: Readable, options: Options): Response {
  const { name, type, isStillSignedIn, idleMs = IDLE_MS, askAgainMs = ASKED_AGAIN_MS } = options;
  const chunks = file[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  // Counted only while it is the client that we wait for: a file may have nothing to give for longer.
  let idle: NodeJS.Timeout | undefined;
  const waitForClient = () => {
    clearTimeout(idle);
    if (!file.destroyed) idle = setTimeout(() => file.destroy(), idleMs).unref();
  };
  waitForClient();
  file.once('close', () => clearTimeout(idle));
  let askedAt = performance.now();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        if (performance.now() - askedAt > askAgainMs) {
          askedAt = performance.now();
          if (!(await isStillSignedIn())) file.destroy(new Unauthenticated());
        }
        clearTimeout(idle);
        const { done, value } = await chunks.next();
        if (done) return controller.close();
        controller.enqueue(value);
        waitForClient();
      } catch (error) {
        // Nobody is told that a stream is over that has failed.
        file.destroy(error as Error);
        throw error;
      }
    },
    cancel() {
      file.destroy();
    },
  });
  return new Response(body, { headers: headersOf({ name, type }) });
}

/** What a HEAD is told of the file, which nobody has to make for it. */
export function fileHead(file: Pick<Options, 'name' | 'type'>): Response {
  return new Response(null, { headers: headersOf(file) });
}
