import Big from 'big.js';
import { addDays, addMonths, daysOf, monthOf, type Day } from './period';
import type { Amount } from './money';

export interface MonthForecast {
  readonly mean: Amount;
  readonly low: Amount;
  readonly high: Amount;
}

/** z of a two-sided 80% interval. */
const Z80 = '1.2816';
const HISTORY_DAYS = 28;

const weekday = (day: Day) => new Date(Date.parse(day)).getUTCDay();

/**
 * A seasonal estimate of the whole month: what is billed so far, and for each day left the mean of the same weekdays of
 * the last four weeks. The band is 80%, from how far those four weeks strayed from their own weekday means.
 * Null with fewer than two weeks of days.
 */
export function seasonalForecast(daily: ReadonlyMap<Day, Amount>, today: Day): MonthForecast | null {
  const history = daysOf({ start: addDays(today, -HISTORY_DAYS), end: today }).flatMap((day) => {
    const amount = daily.get(day);
    return amount === undefined ? [] : [{ weekday: weekday(day), amount: new Big(amount) }];
  });
  if (history.length < 14) return null;
  const means = new Map<number, Big>();
  for (let index = 0; index < 7; index += 1) {
    const same = history.filter((entry) => entry.weekday === index);
    if (same.length > 0)
      means.set(index, same.reduce((sum, entry) => sum.plus(entry.amount), new Big(0)).div(same.length));
  }
  const squares = history.reduce(
    (sum, entry) => sum.plus(entry.amount.minus(means.get(entry.weekday) ?? 0).pow(2)),
    new Big(0),
  );
  const deviation = squares.div(Math.max(1, history.length - means.size)).sqrt();

  const month = monthOf(today);
  const billed = daysOf({ start: month, end: today }).reduce(
    (sum, day) => sum.plus(daily.get(day) ?? 0),
    new Big(0),
  );
  const left = daysOf({ start: today, end: addMonths(month, 1) });
  const mean = left.reduce((sum, day) => sum.plus(means.get(weekday(day)) ?? 0), billed);
  const half = deviation.times(Z80).times(new Big(left.length).sqrt());
  const low = mean.minus(half);
  return {
    mean: mean.toFixed(2),
    low: (low.lt(billed) ? billed : low).toFixed(2),
    high: mean.plus(half).toFixed(2),
  };
}
