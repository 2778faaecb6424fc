import { describe, expect, it } from 'vitest';
import { addDays, addMonths, dayOf, monthOf } from '@/domain/period';
import {
  estimateDailyRequests,
  estimateFirstLoadRequests,
  firstLoadWindows,
  HISTORY_MONTHS,
  monthsOf,
  requestsWithin,
  RESTATED_DAYS,
  restatedWindows,
} from '@/domain/sync-plan';

const at = (day: string) => new Date(`${day}T09:30:00Z`);
const everyDay = Array.from({ length: 800 }, (_, index) => addDays('2026-11-01', index));

describe('firstLoadWindows', () => {
  it('begins with the open month and goes back to thirteen months before it', () => {
    expect(firstLoadWindows(at('2026-11-24'))).toEqual([
      { start: '2026-11-01', end: '2026-11-24' },
      { start: '2026-10-01', end: '2026-11-01' },
      { start: '2026-07-01', end: '2026-10-01' },
      { start: '2025-10-01', end: '2026-07-01' },
    ]);
  });

  it('has no open month on the first of one', () => {
    expect(firstLoadWindows(at('2027-01-01'))[0]).toEqual({ start: '2026-12-01', end: '2027-01-01' });
  });

  it('holds every day once, on whatever day it is planned', () => {
    for (const today of everyDay) {
      const windows = firstLoadWindows(at(today));
      for (const [index, window] of windows.entries()) {
        expect(window.start < window.end).toBe(true);
        const older = windows[index + 1];
        if (older) expect(older.end).toBe(window.start);
      }
      expect(windows[0]?.end).toBe(today);
      expect(windows.at(-1)?.start).toBe(addMonths(monthOf(today), -HISTORY_MONTHS));
    }
  });
});

describe('restatedWindows', () => {
  it('are one window, from the first of the month 35 days ago on, where every day since is loaded', () => {
    for (const today of everyDay) {
      const restated = { start: monthOf(addDays(today, -RESTATED_DAYS)), end: today };
      for (const loadedUntil of [today, addDays(today, -1), addDays(today, -RESTATED_DAYS)]) {
        expect(restatedWindows(at(today), loadedUntil), today).toEqual([restated]);
      }
      expect(restatedWindows(at(today), null), today).toEqual([restated]);
    }
  });

  it('reach back to the month of the last loaded day after a long pause, newest window first', () => {
    expect(restatedWindows(at('2027-07-18'), '2027-03-18')).toEqual([
      { start: '2027-06-01', end: '2027-07-18' },
      { start: '2027-03-01', end: '2027-06-01' },
    ]);
    // The last loaded day itself is the one before.
    expect(restatedWindows(at('2027-07-18'), '2027-04-01').at(-1)?.start).toBe('2027-04-01');
  });

  it('leave no day out and hold none twice, however long the pause was', () => {
    for (const today of everyDay.slice(400)) {
      for (const pause of [1, 34, 35, 36, 70, 123, 200, 380, 700]) {
        const loadedUntil = addDays(today, -pause);
        const windows = restatedWindows(at(today), loadedUntil);
        const oldest = addMonths(monthOf(today), -HISTORY_MONTHS);
        expect(windows[0]?.end).toBe(today);
        const start = windows.at(-1)?.start ?? today;
        expect(start <= loadedUntil || start === oldest, `${today} ${pause}`).toBe(true);
        expect(start >= oldest, `${today} ${pause}`).toBe(true);
        for (const [index, window] of windows.entries()) {
          expect(window.start).toBe(monthOf(window.start));
          expect(window.start < window.end && window.end <= addMonths(window.start, 3)).toBe(true);
          const older = windows[index + 1];
          if (older) expect(older.end).toBe(window.start);
        }
      }
    }
  });
});

describe('requestsWithin', () => {
  it.each([
    ['2', 200],
    ['0.05', 5],
    ['0.29', 29],
    ['0.57', 57],
    ['1.15', 115],
    ['4.35', 435],
    ['9999.99', 999_999],
    ['0.059', 5],
    ['0', 0],
  ])('$%s pays for %i requests, to the last one', (usd, requests) => {
    expect(requestsWithin(usd)).toBe(requests);
  });

  it('loses none to a fraction that a computer cannot hold', () => {
    for (let cents = 0; cents <= 2_000; cents += 1) {
      expect(requestsWithin((cents / 100).toFixed(2))).toBe(cents);
    }
  });
});

describe('monthsOf', () => {
  it('lists each month of the windows once, newest first', () => {
    expect(monthsOf(firstLoadWindows(at('2026-11-24')))).toHaveLength(14);
    expect(monthsOf([{ start: '2026-10-20', end: '2026-11-24' }])).toEqual(['2026-11-01', '2026-10-01']);
    expect(monthsOf([{ start: '2026-10-01', end: '2026-11-01' }])).toEqual(['2026-10-01']);
    expect(monthsOf([])).toEqual([]);
  });
});

describe('estimates', () => {
  it('grow with the accounts, by the same for each', () => {
    const now = at('2026-11-24');
    const one = estimateFirstLoadRequests(1, now);
    const two = estimateFirstLoadRequests(2, now);
    expect(estimateFirstLoadRequests(0, now)).toBe(4);
    expect(estimateFirstLoadRequests(12, now)).toBe(4 + 12 * (two - one));
    expect([0, 1, 12].map(estimateDailyRequests)).toEqual([4, 6, 28]);
  });

  it('stay in proportion on every day', () => {
    for (const today of everyDay) {
      const estimate = estimateFirstLoadRequests(1, new Date(dayOf(at(today))));
      expect(estimate).toBeGreaterThan(10);
      expect(estimate).toBeLessThan(20);
    }
  });
});
