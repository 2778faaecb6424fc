import { createHash } from 'node:crypto';
import type { Services } from '@/context';
import { LimitReached } from '@/errors';

const WINDOW_SECONDS = 15 * 60;
const LIMITS = { account: 10, address: 60 } as const;

// Digests, so that the table holds no address of a person and none of a machine.
export function throttleKey(kind: keyof typeof LIMITS, value: string): string {
  return `${kind}:${createHash('sha256').update(value).digest('hex')}`;
}

/**
 * Counts an attempt before it is checked, so that parallel guesses count as well. Throws LimitReached beyond the limit,
 * in the same words whether the account exists or not.
 */
export async function countAttempt(services: Services, email: string, address: string): Promise<void> {
  const { rows } = await services.db.pool.query<{ key: string; failures: number; age: number }>(
    `insert into login_throttle as t (key, failures, started_at)
     select k, 1, $2 from unnest($1::text[]) as k order by k
     on conflict (key) do update set
       failures = case when t.started_at < $2::timestamptz - make_interval(secs => $3) then 1 else t.failures + 1 end,
       started_at = case when t.started_at < $2::timestamptz - make_interval(secs => $3) then $2 else t.started_at end
     returning key, failures, extract(epoch from $2::timestamptz - started_at)::integer as age`,
    [[throttleKey('account', email), throttleKey('address', address)], services.now(), WINDOW_SECONDS],
  );
  for (const row of rows) {
    const limit = row.key.startsWith('account:') ? LIMITS.account : LIMITS.address;
    if (row.failures > limit) {
      const seconds = Math.max(1, WINDOW_SECONDS - row.age);
      throw new LimitReached(`Too many attempts. Try again in ${Math.ceil(seconds / 60)} minutes.`, seconds);
    }
  }
}

export async function forgetAttempts(services: Services, email: string, address: string): Promise<void> {
  await services.db.pool.query('delete from login_throttle where key = $1', [throttleKey('account', email)]);
  await services.db.pool.query(
    'update login_throttle set failures = greatest(0, failures - 1) where key = $1',
    [throttleKey('address', address)],
  );
}
