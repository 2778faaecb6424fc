import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DuckOptions, DuckReply, DuckRequest } from './messages';

/** DuckDB refused a statement: of a file, that it is damaged or not what it says. */
export class DuckError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DuckError';
  }
}

/** The process that reads files ended by itself, or has no more memory: nothing is said of the file, which may be whole. */
export class DuckGone extends Error {
  constructor(message = 'The process that reads billing files ended before it was done.') {
    super(message);
    this.name = 'DuckGone';
  }
}

export interface Duck {
  /** A private directory, gone when the work is over; the only one that statements may name. */
  readonly directory: string;
  run(sql: string): Promise<void>;
  rows<T extends object>(sql: string): Promise<T[]>;
  /** Ends the process and gives its memory back; the directory stays until the work is over. */
  end(): void;
}

const MEMORY_MB = 256;
const THREADS = 2;

interface Waiting {
  resolve(reply: DuckReply): void;
  reject(error: Error): void;
}

// Where the source is, from wherever the server or the worker was started: a bundle has no file beside itself to run.
const CHILD = path.join(/* turbopackIgnore: true */ process.cwd(), 'src', 'duck', 'child.ts');

function startChild(options: DuckOptions, signal: AbortSignal): ChildProcess {
  const child = fork(CHILD, [], {
    execArgv: ['--import', 'tsx'],
    // Nothing of our environment: it holds secrets.
    env: { NODE_ENV: 'production', TMPDIR: tmpdir() },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    signal,
    killSignal: 'SIGKILL',
  });
  child.send(options);
  return child;
}

function clientOf(child: ChildProcess): Pick<Duck, 'run' | 'rows'> {
  const waiting = new Map<number, Waiting>();
  let number = 0;
  const fail = (error: Error) => {
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
  };
  child.on('message', (reply: DuckReply) => {
    const one = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.error === undefined) one?.resolve(reply);
    else if (/^out of memory/i.test(reply.error)) one?.reject(new DuckGone(reply.error));
    else one?.reject(new DuckError(reply.error));
  });
  child.on('error', fail);
  child.on('exit', () => fail(new DuckGone()));
  const ask = (sql: string, wantsRows: boolean) =>
    new Promise<DuckReply>((resolve, reject) => {
      if (!child.connected) return reject(new DuckGone());
      number += 1;
      const request: DuckRequest = { id: number, sql, wantsRows };
      waiting.set(number, { resolve, reject });
      child.send(request, (error) => {
        if (!error) return;
        waiting.delete(request.id);
        reject(new DuckGone());
      });
    });
  return {
    run: async (sql) => void (await ask(sql, false)),
    rows: async <T extends object>(sql: string) => ((await ask(sql, true)).rows ?? []) as T[],
  };
}

/** Lends a private directory for as long as the work takes. */
export async function withScratch<T>(work: (scratch: { directory: string }) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(path.join(tmpdir(), 'belvedere-'));
  try {
    return await work({ directory });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Lends a DuckDB in a process and a directory of its own, for as long as the work takes. Aborting the signal kills it.
 * Throws DuckError for a statement that fails, DuckGone where the process does.
 */
export async function withDuck<T>(signal: AbortSignal, work: (duck: Duck) => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return withScratch(async ({ directory }) => {
    const child = startChild({ directory, memoryMb: MEMORY_MB, threads: THREADS }, signal);
    const end = () => void child.kill('SIGKILL');
    try {
      return await work({ directory, end, ...clientOf(child) });
    } finally {
      end();
    }
  });
}
