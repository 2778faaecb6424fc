import { expect } from '@playwright/test';
import { database, query } from './database';
import { stack } from './stack';

/** Steers the simulated AWS through its control API, as an administrator of a customer's account would by hand. */
export async function simulator<T>(method: string, path: string, body?: unknown): Promise<T> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(`${stack().simulatedAwsUrl}/_sim${path}`, {
    method,
    ...(text === undefined ? {} : { body: text }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

interface StackOfAccount {
  readonly name: string;
  readonly region: string;
  readonly status: string;
}

export function stacksOf(account: string): Promise<{ stacks: StackOfAccount[] }> {
  return simulator('GET', `/accounts/${account}/stacks`);
}

/** Takes an account out of every workspace, as a revocation does, and deletes its stacks. */
async function release(account: string): Promise<void> {
  await query(
    `update connection set status = 'revoked', revoked_at = now(), epoch = epoch + 1, next_action_at = null
     where aws_account_id = $1 and revoked_at is null`,
    [account],
  );
  const { stacks } = await stacksOf(account);
  for (const one of stacks.filter(({ status }) => !status.startsWith('DELETE')))
    await simulator('DELETE', `/accounts/${account}/stacks/${one.name}?region=${one.region}`);
  // The worker erases it.
  await expect
    .poll(() => query('select from connection where aws_account_id = $1', [account]), { timeout: 20_000 })
    .toHaveLength(0);
}

/** Holds an account for one test, also against other workers; a disconnected account before and after. */
export async function withAccount(account: string, use: () => Promise<void>): Promise<void> {
  const lock = await database().connect();
  try {
    await lock.query('select pg_advisory_lock(hashtextextended($1, 77))', [account]);
    await release(account);
    await use();
    await release(account);
  } finally {
    await lock.query('select pg_advisory_unlock(hashtextextended($1, 77))', [account]);
    lock.release();
  }
}
