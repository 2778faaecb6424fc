import { times } from '@/domain/money';
import { REQUEST_PRICE_USD } from '@/domain/sync-plan';
import { formatCount, formatMoney } from '@/ui/format';

/** What AWS bills for so many requests to Cost Explorer, in dollars. */
export const priceOf = (requests: number): string => formatMoney(times(REQUEST_PRICE_USD, requests), 'USD');

export const counted = (count: number, one: string, several: string): string =>
  `${formatCount(count)} ${count === 1 ? one : several}`;
