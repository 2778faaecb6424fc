import { addDays, addMonths, dayOf, monthOf, type DayRange } from './period';

/** AWS keeps daily cost for 14 months: the open one and thirteen before it. */
export const HISTORY_MONTHS = 13;
/** AWS restates closed days for about a month; 35 days cover the longest month and a weekend. */
export const RESTATED_DAYS = 35;
/** US dollars for one Cost Explorer request; each page is one. https://aws.amazon.com/aws-cost-management/pricing/ */
export const REQUEST_PRICE_USD = '0.01';

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

/** The days that a daily sync looks at again. */
export function restatedWindow(now: Date): DayRange {
  const end = dayOf(now);
  const start = addDays(end, -RESTATED_DAYS);
  const oldest = addMonths(monthOf(end), -HISTORY_MONTHS);
  return { start: start < oldest ? oldest : start, end };
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
    const days = (Date.parse(window.end) - Date.parse(window.start)) / 86_400_000;
    return sum + 1 + Math.ceil(days / DAYS_PER_PAGE);
  }, 0);
  return 2 + accounts * perAccount + 2;
}

/** Requests of a day's sync: two totals, two per account that moved, two forecasts. */
export function estimateDailyRequests(accounts: number): number {
  return 2 + accounts + 2;
}
