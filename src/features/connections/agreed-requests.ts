import { times } from '@/domain/money';
import { REQUEST_PRICE_USD } from '@/domain/sync-plan';
import { PreconditionFailed } from '@/errors';

/**
 * Nobody pays for more requests to Cost Explorer than they have seen. Throws PreconditionFailed where there is nothing to ask
 * for, or where it takes more requests by now than `agreed`.
 */
export function requireAgreed(
  found: { readonly accounts: number; readonly requests: number },
  agreed: number,
  { what, each }: { what: 'resources' | 'tags'; each: 'day' | 'week' },
): void {
  if (found.accounts === 0) {
    throw new PreconditionFailed(
      `There is nothing to ask for: a billing export tells the ${what} of every account that has cost, or none has any yet.`,
    );
  }
  if (found.requests > agreed) {
    const price = times(REQUEST_PRICE_USD, found.requests);
    throw new PreconditionFailed(
      `By now it takes about ${found.requests} requests a ${each} ($${price}). Look at the price and ask again.`,
    );
  }
}
