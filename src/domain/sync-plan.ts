import Big from 'big.js';
import { addDays, addMonths, dayOf, daysBetween, monthOf, type DayRange } from './period';

/** AWS keeps daily cost for 14 months: the open one and thirteen before it. */
export const HISTORY_MONTHS = 13;
/** AWS restates closed days for about a month; 35 days cover the longest month and a weekend. */
export const RESTATED_DAYS = 35;
/** US dollars for one Cost Explorer request; each page is one. https://aws.amazon.com/aws-cost-management/pricing/ */
export const REQUEST_PRICE_USD = '0.01';

/** Requests that an amount of US dollars pays for. */
export function requestsWithin(usd: string): number {
  return Number(new Big(usd).div(REQUEST_PRICE_USD).round(0, Big.roundDown).toFixed());
}

/** Groups that fit one page of an answer, as far as AWS has ever shown. */
const DAYS_PER_PAGE = 90;

/** The whole of a first load, newest part first, so that the open month is there within seconds. */
export function firstLoadWindows(now: Date): DayRange[] {
  const open = monthOf(dayOf(now));
  const end = dayOf(now);
  const windows: DayRange[] = [];
  // On the first of a month nothing of it is billed yet.
  if (end > open) windows.push({ start: open, end });
  let newest = open;
  for (const months of [1, 3, 9]) {
    const start = addMonths(newest, -months);
    windows.push({ start, end: newest });
    newest = start;
  }
  return windows;
}

/** The first day that AWS still tells day by day. */
export function oldestDay(now: Date): string {
  return addMonths(monthOf(dayOf(now)), -HISTORY_MONTHS);
}

/** Months that one window of a later sync spans at the most, so that no transaction grows with a long pause. */
const WINDOW_MONTHS = 3;

/**
 * What a later sync looks at again, newest window first: the days that AWS still restates and all that came since the
 * last loaded day, from the first of a month on, since tax and fees stand there.
 */
export function restatedWindows(now: Date, loadedUntil: string | null): DayRange[] {
  const end = dayOf(now);
  const oldest = oldestDay(now);
  const restated = addDays(end, -RESTATED_DAYS);
  const since = loadedUntil !== null && loadedUntil < restated ? loadedUntil : restated;
  const first = monthOf(since) < oldest ? oldest : monthOf(since);
  const windows: DayRange[] = [];
  for (let start = first; start < end;) {
    const next = addMonths(start, WINDOW_MONTHS);
    windows.unshift({ start, end: next < end ? next : end });
    start = next;
  }
  return windows;
}

export function monthsOf(windows: readonly DayRange[]): string[] {
  const months = new Set<string>();
  for (const window of windows) {
    for (let month = monthOf(window.start); month < window.end; month = addMonths(month, 1))
      months.add(month);
  }
  return [...months].sort().reverse();
}

/** Requests of a first load: two totals, two per account and window, one more for each further page, two forecasts. */
export function estimateFirstLoadRequests(accounts: number, now: Date): number {
  const perAccount = firstLoadWindows(now).reduce((sum, window) => {
    return sum + 1 + Math.ceil(daysBetween(window.start, window.end) / DAYS_PER_PAGE);
  }, 0);
  return 2 + accounts * perAccount + 2;
}

/** Requests of a day's sync: two totals, usage and the rest of each account, two forecasts. */
export function estimateDailyRequests(accounts: number): number {
  return 2 + accounts * 2 + 2;
}
