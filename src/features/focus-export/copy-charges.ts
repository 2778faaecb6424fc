import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { to as copyTo } from 'pg-copy-streams';
import type { Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { AppError } from '@/errors';

/** Whoever asked for the file is gone: nothing is broken, and nobody hears of it. */
export class NobodyReads extends AppError {
  constructor() {
    super('precondition', 'The file was not read to its end.');
  }
}

const becomesWritable = (out: Writable) =>
  new Promise<void>((resolve) => {
    const go = () => {
      out.off('drain', go).off('close', go);
      resolve();
    };
    out.on('drain', go).on('close', go);
  });

const ASKED_AGAIN_MS = 250;

/** Ends what a backend does, asked again until it is over: a statement that is only on its way there is not ended by the first. */
async function endQuery(ctx: Ctx, pid: number | undefined, isOver: () => boolean): Promise<void> {
  try {
    while (!isOver()) {
      await ctx.db.pool.query('select pg_cancel_backend($1)', [pid]);
      if (!isOver()) await sleep(ASKED_AGAIN_MS);
    }
  } catch (err) {
    ctx.log.error({ err }, 'a query that nobody reads could not be ended');
  }
}

/**
 * Writes the rows of a statement to `out` as CSV, as fast as that takes them, and does not end it. Throws what `out` was destroyed
 * with, or NobodyReads where it was only closed: the query is ended then, and what it still sends is dropped, so that its
 * connection can go back. (To destroy the stream of a COPY would leave its rows unread on the connection for good.)
 */
export async function copyCharges(ctx: Ctx, sql: Sql, text: string, out: Writable): Promise<void> {
  let failure: Error = new NobodyReads();
  out.once('error', (error) => (failure = error));
  const { rows } = await sql.query<{ pid: number }>('select pg_backend_pid() as pid');
  if (out.destroyed) throw failure;
  let isOver = false;
  let ending: Promise<void> | undefined;
  const end = () => {
    ending = endQuery(ctx, rows[0]?.pid, () => isOver);
  };
  out.once('close', end);
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (out.destroyed || out.write(chunk)) done();
      else void becomesWritable(out).then(() => done());
    },
  });
  try {
    await pipeline(sql.query(copyTo(`copy (${text}) to stdout (format csv, header true)`)), sink);
  } catch (error) {
    throw out.destroyed ? failure : error;
  } finally {
    isOver = true;
    out.off('close', end);
    // Not waited for, it could end what the connection does next.
    await ending;
  }
  if (out.destroyed) throw failure;
}
