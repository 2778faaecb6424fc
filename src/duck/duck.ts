import { fork as forkProcess, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DuckClose, DuckOptions, DuckReply, DuckRequest } from './messages';

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
  /** Gives the memory back, and with `withDuck` ends the process; the directory stays until the work is over. */
  end(): void;
}

/** A process for many pieces of work, one after the other: to start one costs as much as to read a hundred thousand rows. */
export interface Ducks {
  /** As `withDuck`, in a process that has served others before. */
  lend<T>(work: (duck: Duck) => Promise<T>): Promise<T>;
}

const MEMORY_MB = 256;
const THREADS = 2;

interface Waiting {
  resolve(reply: DuckReply): void;
  reject(error: Error): void;
}

// Where the source is, from wherever the server or the worker was started: a bundle has no file beside itself to run.
const CHILD = path.join(/* turbopackIgnore: true */ process.cwd(), 'src', 'duck', 'child.ts');

interface Child extends Pick<Duck, 'run' | 'rows'> {
  tell(message: DuckOptions | DuckClose): void;
  kill(): void;
  isAlive(): boolean;
}

function fork(signal: AbortSignal): ChildProcess {
  return forkProcess(CHILD, [], {
    execArgv: ['--import', 'tsx'],
    // Nothing of our environment: it holds secrets.
    env: { NODE_ENV: 'production', TMPDIR: tmpdir() },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    signal,
    killSignal: 'SIGKILL',
  });
}

function startChild(signal: AbortSignal): Child {
  const child = fork(signal);
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
    tell: (message) => void (child.connected && child.send(message, () => undefined)),
    kill: () => void child.kill('SIGKILL'),
    isAlive: () => child.connected,
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

interface Lending {
  readonly signal: AbortSignal;
  take(): Child;
  /** What becomes of a process whose work is over. */
  giveBack(child: Child): void;
}

async function lend<T>(lending: Lending, work: (duck: Duck) => Promise<T>): Promise<T> {
  lending.signal.throwIfAborted();
  return withScratch(async ({ directory }) => {
    const child = lending.take();
    child.tell({ directory, memoryMb: MEMORY_MB, threads: THREADS });
    let isLent = true;
    const end = () => {
      if (isLent) lending.giveBack(child);
      isLent = false;
    };
    // Afterwards the process may be at work for somebody else.
    const mine = () => {
      if (!isLent) throw new DuckGone();
      return child;
    };
    try {
      return await work({
        directory,
        end,
        run: async (sql) => mine().run(sql),
        rows: async <Row extends object>(sql: string) => mine().rows<Row>(sql),
      });
    } catch (error) {
      // A statement may still be at work, or what is wrong is wrong with the process.
      if (isLent) child.kill();
      isLent = false;
      throw error;
    } finally {
      end();
    }
  });
}

/**
 * Lends a DuckDB in a process and a directory of its own, for as long as the work takes. Aborting the signal kills it.
 * Throws DuckError for a statement that fails, DuckGone where the process does.
 */
export const withDuck = <T>(signal: AbortSignal, work: (duck: Duck) => Promise<T>): Promise<T> =>
  lend({ signal, take: () => startChild(signal), giveBack: (child) => child.kill() }, work);

/** The same for many pieces of work on files of one origin; each has a database and a directory of its own. */
export async function withDucks<T>(signal: AbortSignal, work: (ducks: Ducks) => Promise<T>): Promise<T> {
  const idle: Child[] = [];
  const take = () => {
    const child = idle.pop();
    return child?.isAlive() ? child : startChild(signal);
  };
  const giveBack = (child: Child) => {
    child.tell({ close: true });
    idle.push(child);
  };
  try {
    return await work({ lend: (one) => lend({ signal, take, giveBack }, one) });
  } finally {
    for (const child of idle) child.kill();
  }
}
