import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const PART_BYTES = 256 * 1024;
const LOOKED_AGAIN_MS = 50;

/**
 * The bytes of a file that is written from its beginning to its end, as they come. `written` settles when it is whole; where it
 * fails, so does this, and at once where the signal is aborted. The file is made before.
 */
export async function* followFile(
  path: string,
  written: Promise<unknown>,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  let isWhole = false;
  const end = written.then(() => void (isWhole = true));
  end.catch(() => undefined);
  const file = await open(path, 'r');
  try {
    for (;;) {
      // Asked before: what was written until then is read.
      const isLast = isWhole;
      const part = Buffer.allocUnsafe(PART_BYTES);
      const { bytesRead } = await file.read(part, 0, PART_BYTES);
      if (bytesRead > 0) yield part.subarray(0, bytesRead);
      else if (isLast) return;
      else await Promise.race([end, sleep(LOOKED_AGAIN_MS, undefined, { signal })]);
    }
  } finally {
    await file.close();
  }
}
