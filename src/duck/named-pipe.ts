import { execFile } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TRIED_AGAIN_MS = 10;

/** Makes a named pipe: what is written to it, whoever reads the path gets, and nothing of it lies on the disk. */
export async function makeNamedPipe(path: string): Promise<void> {
  await run('mkfifo', ['-m', '600', path]);
}

function tryOpen(path: string): number | null {
  try {
    // Waiting for a reader would hold a thread of this process for as long.
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') return null;
    throw error;
  }
}

/**
 * The writing end, once somebody reads: what is written before and closed would be lost. Aborting the signal, as where the reader
 * fails, ends the waiting; throws its reason.
 */
export async function openNamedPipe(path: string, signal: AbortSignal): Promise<Writable> {
  for (;;) {
    signal.throwIfAborted();
    const fd = tryOpen(path);
    if (fd !== null) return new Socket({ fd, readable: false, writable: true });
    await sleep(TRIED_AGAIN_MS);
  }
}
