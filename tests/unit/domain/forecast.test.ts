import { describe, expect, it } from 'vitest';
import { seasonalForecast } from '@/domain/forecast';
import { addDays, daysOf } from '@/domain/period';

const weekday = (day: string) => new Date(day).getUTCDay();
const history = (today: string, days: number, amount: (day: string) => string) =>
  new Map(daysOf({ start: addDays(today, -days), end: today }).map((day) => [day, amount(day)]));

describe('seasonalForecast', () => {
  it.each(['2026-11-24', '2026-11-02', '2028-02-29', '2026-12-31'])(
    'goes on as it went where every day is alike (%s)',
    (today) => {
      const days = { '2026-11-24': 30, '2026-11-02': 30, '2028-02-29': 29, '2026-12-31': 31 }[today];
      const whole = ((days ?? 0) * 10).toFixed(2);
      expect(
        seasonalForecast(
          history(today, 60, () => '10'),
          today,
        ),
      ).toEqual({ mean: whole, low: whole, high: whole });
    },
  );

  it('knows weekends from working days', () => {
    const amount = (day: string) => ([0, 6].includes(weekday(day)) ? '1' : '100');
    const today = '2026-11-24';
    const exact = daysOf({ start: '2026-11-01', end: '2026-12-01' }).reduce(
      (sum, day) => sum + Number(amount(day)),
      0,
    );
    expect(seasonalForecast(history(today, 28, amount), today)?.mean).toBe(exact.toFixed(2));
  });

  it('has a band around the mean that is wider where days stray, and never below what is billed', () => {
    const today = '2026-11-24';
    const steady = seasonalForecast(
      history(today, 28, (day) => (Number(day.slice(8)) % 2 ? '99' : '101')),
      today,
    );
    const wild = seasonalForecast(
      history(today, 28, (day) => (Number(day.slice(8)) % 2 ? '10' : '190')),
      today,
    );
    const width = (of: typeof wild) => Number(of?.high) - Number(of?.low);
    expect(width(wild)).toBeGreaterThan(width(steady));
    expect(Number(wild?.low)).toBeLessThan(Number(wild?.mean));
    const billed = history(today, 23, (day) => (Number(day.slice(8)) % 2 ? '10' : '190'));
    const sum = [...billed.values()].reduce((total, one) => total + Number(one), 0);
    expect(Number(wild?.low)).toBeGreaterThanOrEqual(sum);
  });

  it('says nothing from less than two weeks of days', () => {
    expect(
      seasonalForecast(
        history('2026-11-24', 13, () => '10'),
        '2026-11-24',
      ),
    ).toBeNull();
    expect(
      seasonalForecast(
        history('2026-11-24', 14, () => '10'),
        '2026-11-24',
      ),
    ).not.toBeNull();
    expect(seasonalForecast(new Map(), '2026-11-24')).toBeNull();
  });

  it('is of the new month on its first day, when nothing of it is billed', () => {
    expect(
      seasonalForecast(
        history('2026-12-01', 28, () => '3'),
        '2026-12-01',
      )?.mean,
    ).toBe('93.00');
  });
});
