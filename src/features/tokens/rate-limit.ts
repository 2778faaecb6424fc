import type { Services } from '@/context';
import { LimitReached } from '@/errors';

const WINDOW_SECONDS = 60;

interface Count {
  readonly requests: number;
  /** Seconds until the window is over. */
  readonly left: number;
}

/** One more in the current minute of `key`. The table holds keyed digests: no address of a machine stands in it. */
async function count(services: Services, key: string): Promise<Count> {
  const { rows } = await services.db.pool.query<Count>(
    `insert into rate_count as t (key, started_at, requests) values ($1, $2, 1)
     on conflict (key) do update set
       requests = case when t.started_at <= $2::timestamptz - make_interval(secs => $3) then 1 else t.requests + 1 end,
       started_at = case when t.started_at <= $2::timestamptz - make_interval(secs => $3) then $2 else t.started_at end
     returning requests, ceil($3 - extract(epoch from $2::timestamptz - started_at))::integer as left`,
    [services.sealer.digest(key), services.now(), WINDOW_SECONDS],
  );
  const row = rows[0];
  if (!row) throw new Error('A count was not returned.');
  return row;
}

/**
 * Counts a request; `key` is a token or an address. Throws LimitReached beyond `perMinute`, with the seconds until the
 * minute is over.
 */
export async function countRequest(services: Services, key: string, perMinute: number): Promise<void> {
  const { requests, left } = await count(services, key);
  if (requests > perMinute) {
    const seconds = Math.max(1, left);
    throw new LimitReached(
      `Too many requests: ${perMinute} a minute are taken. Try again in ${seconds} s.`,
      seconds,
    );
  }
}

/** True once a minute for each key. */
export async function isFirstThisMinute(services: Services, key: string): Promise<boolean> {
  return (await count(services, key)).requests === 1;
}

/** Counts whose minute is over. */
export async function forgetOldRequests(services: Services): Promise<void> {
  await services.db.pool.query(
    'delete from rate_count where started_at <= $1::timestamptz - make_interval(secs => $2)',
    [services.now(), WINDOW_SECONDS],
  );
}
