import { isObject } from '../http/aws-request';
import { DAY_MS, epochDay, isoDay } from '../world/clock';
import { validationException } from './dimensions';

export type Granularity = 'DAILY' | 'MONTHLY';

export interface Period {
  /** Days since 1970; the end is exclusive. */
  start: number;
  end: number;
}

function parseDay(text: unknown, name: string): number {
  const valid = typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text);
  const time = valid ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || isoDay(time / DAY_MS) !== text) {
    throw validationException(`${name} time ${String(text)} is invalid. Valid format is: yyyy-MM-dd.`);
  }
  return time / DAY_MS;
}

export function firstOfMonth(day: number, offset = 0): number {
  const date = new Date(day * DAY_MS);
  return epochDay(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1)));
}

export function readGranularity(value: unknown): Granularity {
  if (value === 'DAILY' || value === 'MONTHLY') return value;
  if (value === 'HOURLY') throw validationException('Hourly data is not enabled for this account.');
  throw validationException(
    `Value '${String(value)}' at 'granularity' failed to satisfy constraint: Member must satisfy enum value set: [DAILY, HOURLY, MONTHLY]`,
  );
}

export function readDays(timePeriod: unknown): Period {
  if (!isObject(timePeriod)) throw validationException('TimePeriod is required');
  const start = parseDay(timePeriod.Start, 'Start');
  const end = parseDay(timePeriod.End, 'End');
  if (start >= end) {
    throw validationException('Start date (and hour) should be before end date (and hour)');
  }
  return { start, end };
}

/** Cost data reaches back thirteen whole months and not beyond tomorrow (or this month's end). */
export function checkHistory({ start, end }: Period, granularity: Granularity, now: Date): void {
  const today = epochDay(now);
  if (start < firstOfMonth(today, -13)) {
    throw validationException(
      "You haven't enabled historical data beyond 14 months. Please change the time range to be within the last 14 months.",
    );
  }
  const latest = granularity === 'DAILY' ? today + 1 : firstOfMonth(today, 1);
  if (end > latest)
    throw validationException(
      `End date past the beginning of next ${granularity === 'DAILY' ? 'day' : 'month'}`,
    );
}

export function splitPeriods({ start, end }: Period, granularity: Granularity): Period[] {
  const periods: Period[] = [];
  for (let at = start; at < end;) {
    const next = Math.min(end, granularity === 'DAILY' ? at + 1 : firstOfMonth(at, 1));
    periods.push({ start: at, end: next });
    at = next;
  }
  return periods;
}
