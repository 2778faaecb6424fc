import type { Services } from '@/context';
import { LimitReached } from '@/errors';

const WINDOW_SECONDS = 15 * 60;
/** Few from one machine for one account, so that nobody else can lock an owner out; more for each alone. */
const LIMITS = { pair: 10, account: 60, address: 60 } as const;
/** Few from wherever, where only whoever knows the password comes to the question and a right answer has six digits. */
export const FACTOR_ATTEMPTS = 10;
type Kind = keyof typeof LIMITS;

// Keyed digests: the table holds no address of a person and none of a machine.
function throttleKey(services: Services, kind: Kind, value: string): string {
  return `${kind}:${services.sealer.digest(value)}`;
}

function keysOf(services: Services, account: string, address: string): string[] {
  return [
    throttleKey(services, 'pair', `${account} ${address}`),
    throttleKey(services, 'account', account),
    throttleKey(services, 'address', address),
  ];
}

/**
 * Counts an attempt before it is checked, so that parallel guesses count as well. Throws LimitReached beyond the limit,
 * in the same words whether the account exists or not. `ofAccount` is how many an account has within a quarter of an hour,
 * from all machines together.
 */
export async function countAttempt(
  services: Services,
  account: string,
  address: string,
  ofAccount: number = LIMITS.account,
): Promise<void> {
  const { rows } = await services.db.pool.query<{ key: string; failures: number; age: number }>(
    `insert into login_throttle as t (key, failures, started_at)
     select k, 1, $2 from unnest($1::text[]) as k order by k
     on conflict (key) do update set
       failures = case when t.started_at < $2::timestamptz - make_interval(secs => $3) then 1 else t.failures + 1 end,
       started_at = case when t.started_at < $2::timestamptz - make_interval(secs => $3) then $2 else t.started_at end
     returning key, failures, extract(epoch from $2::timestamptz - started_at)::integer as age`,
    [keysOf(services, account, address), services.now(), WINDOW_SECONDS],
  );
  for (const row of rows) {
    const kind = row.key.split(':')[0] as Kind;
    if (row.failures > (kind === 'account' ? ofAccount : LIMITS[kind])) {
      const seconds = Math.max(1, WINDOW_SECONDS - row.age);
      throw new LimitReached(`Too many attempts. Try again in ${Math.ceil(seconds / 60)} minutes.`, seconds);
    }
  }
}

/** After a success: what was counted for the account is forgotten, the machine's count goes back by one. */
export async function forgetAttempts(services: Services, account: string, address: string): Promise<void> {
  const [pair, ofAccount, ofAddress] = keysOf(services, account, address);
  await services.db.pool.query('delete from login_throttle where key = any($1)', [[pair, ofAccount]]);
  await services.db.pool.query(
    'update login_throttle set failures = greatest(0, failures - 1) where key = $1',
    [ofAddress],
  );
}

/** Counts whose time is over and sessions that have ended say nothing any more. */
export async function forgetOldAttempts(services: Services): Promise<void> {
  await services.db.pool.query(
    'delete from login_throttle where started_at < $1::timestamptz - make_interval(secs => $2)',
    [services.now(), WINDOW_SECONDS],
  );
  for (const table of ['auth_session', 'user_token', 'webauthn_challenge']) {
    await services.db.pool.query(`delete from ${table} where expires_at < $1`, [services.now()]);
  }
}
