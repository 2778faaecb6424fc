import { describe, expect, it } from 'vitest';
import { addDays, addMonths, dayOf, daysBetween, monthOf } from '@/domain/period';
import {
  estimateDailyRequests,
  estimateFirstLoadRequests,
  firstLoadWindows,
  HISTORY_MONTHS,
  monthsOf,
  RESTATED_DAYS,
  restatedWindow,
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

describe('restatedWindow', () => {
  it('is the last 35 days, the whole of the last month among them while AWS corrects it', () => {
    for (const today of everyDay) {
      const { start, end } = restatedWindow(at(today));
      expect(end).toBe(today);
      expect(daysBetween(start, end)).toBe(RESTATED_DAYS);
      if (Number(today.slice(8)) <= 5) expect(start <= addMonths(monthOf(today), -1)).toBe(true);
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
    expect(estimateDailyRequests(12)).toBe(16);
  });

  it('stay in proportion on every day', () => {
    for (const today of everyDay) {
      const estimate = estimateFirstLoadRequests(1, new Date(dayOf(at(today))));
      expect(estimate).toBeGreaterThan(10);
      expect(estimate).toBeLessThan(20);
    }
  });
});
