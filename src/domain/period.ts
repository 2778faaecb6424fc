/** Days are `YYYY-MM-DD` in UTC, as AWS bills; ranges are half-open: `[start, end)`. */
export type Day = string;

export interface DayRange {
  readonly start: Day;
  readonly end: Day;
}

const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(text)) && dayOf(new Date(Date.parse(text))) === text;
}

export function dayOf(time: Date): Day {
  return time.toISOString().slice(0, 10);
}

export function addDays(day: Day, days: number): Day {
  return dayOf(new Date(Date.parse(day) + days * DAY_MS));
}

export function daysBetween(start: Day, end: Day): number {
  return Math.round((Date.parse(end) - Date.parse(start)) / DAY_MS);
}

export function daysOf(range: DayRange): Day[] {
  return Array.from({ length: Math.max(0, daysBetween(range.start, range.end)) }, (_, index) =>
    addDays(range.start, index),
  );
}

export function monthOf(day: Day): Day {
  return `${day.slice(0, 7)}-01`;
}

export function addMonths(day: Day, months: number): Day {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7)) - 1 + months;
  const first = new Date(Date.UTC(year, month, 1));
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(Number(day.slice(8, 10)), lastDay));
  return dayOf(first);
}

export function daysInMonth(day: Day): number {
  return daysBetween(monthOf(day), addMonths(monthOf(day), 1));
}

/**
 * What a range is held against: month to date against the same days of the month before, whole months against as many
 * months before, anything else against the same number of days right before it.
 */
export function comparisonRange(range: DayRange): DayRange {
  const startsMonth = range.start === monthOf(range.start);
  if (startsMonth && range.end === monthOf(range.end)) {
    const months =
      (Number(range.end.slice(0, 4)) - Number(range.start.slice(0, 4))) * 12 +
      Number(range.end.slice(5, 7)) -
      Number(range.start.slice(5, 7));
    return { start: addMonths(range.start, -months), end: range.start };
  }
  if (startsMonth && daysBetween(range.start, range.end) < daysInMonth(range.start)) {
    const start = addMonths(range.start, -1);
    const sameDays = addDays(start, daysBetween(range.start, range.end));
    return { start, end: sameDays < range.start ? sameDays : range.start };
  }
  return { start: addDays(range.start, -daysBetween(range.start, range.end)), end: range.start };
}

export type Grain = 'day' | 'month';

/** From so many days on a chart by day is a blur, and months are shown. */
const DAYS_UNTIL_MONTHS = 120;

export function grainOf(range: DayRange): Grain {
  return daysBetween(range.start, range.end) > DAYS_UNTIL_MONTHS ? 'month' : 'day';
}

/** The first day of each bar of a chart; the first and the last month may be cut by the range. */
export function barsOf(range: DayRange, grain: Grain): Day[] {
  if (grain === 'day') return daysOf(range);
  const bars: Day[] = [];
  for (let month = monthOf(range.start); month < range.end; month = addMonths(month, 1)) bars.push(month);
  return bars;
}

/** A range as whole months, which have figures of their own, and the days that are left at either end. */
export function partsOf(range: DayRange): { readonly isWhole: boolean; readonly range: DayRange }[] {
  const firstMonth = range.start === monthOf(range.start) ? range.start : addMonths(monthOf(range.start), 1);
  const lastMonth = monthOf(range.end);
  const parts =
    firstMonth < lastMonth
      ? [
          { isWhole: false, range: { start: range.start, end: firstMonth } },
          { isWhole: true, range: { start: firstMonth, end: lastMonth } },
          { isWhole: false, range: { start: lastMonth, end: range.end } },
        ]
      : [{ isWhole: false, range }];
  return parts.filter((part) => part.range.start < part.range.end);
}
