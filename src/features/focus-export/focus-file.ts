import type { Readable } from 'node:stream';
import type { Ctx } from '@/context';
import { takePlace } from './at-once';
import { NobodyReads } from './copy-charges';

/** A file on its way. Whoever does not read `body` to its end destroys it: everything behind it ends with it. */
export interface FocusFile {
  readonly name: string;
  readonly body: Readable;
}

/**
 * Begins work that goes on for as long as the file is read, and answers once `begin` was called with the file; what fails before
 * is thrown, what fails later breaks the file off.
 */
export function openFile(
  ctx: Ctx,
  work: (begin: (file: FocusFile) => void) => Promise<void>,
): Promise<FocusFile> {
  const giveBack = takePlace(ctx.workspaceId);
  return new Promise((resolve, reject) => {
    let begun: FocusFile | undefined;
    work((file) => {
      begun = file;
      // Whoever reads hears of it; where nobody does any more, it is no fault of the process.
      file.body.on('error', () => undefined);
      resolve(file);
    })
      .catch((error: unknown) => {
        if (!begun) return reject(error as Error);
        begun.body.destroy(error as Error);
        if (!(error instanceof NobodyReads)) ctx.log.error({ err: error }, 'an export broke off');
      })
      .finally(giveBack);
  });
}
