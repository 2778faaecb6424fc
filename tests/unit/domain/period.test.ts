import { describe, expect, it } from 'vitest';
import {
  addDays,
  addMonths,
  comparisonRange,
  dayOf,
  daysBetween,
  daysInMonth,
  daysOf,
  isDay,
  monthOf,
  partsOf,
} from '@/domain/period';

const range = (text: string) => {
  const [start = '', end = ''] = text.split(' ');
  return { start, end };
};

describe('comparisonRange', () => {
  it.each([
    [
      'a month to date, against the same days of the month before',
      '2026-11-01 2026-11-24',
      '2026-10-01 2026-10-24',
    ],
    ['the first day of a month', '2026-11-01 2026-11-02', '2026-10-01 2026-10-02'],
    ['a month to date across the year', '2027-01-01 2027-01-15', '2026-12-01 2026-12-15'],
    ['30 days of March, against all of a short February', '2027-03-01 2027-03-31', '2027-02-01 2027-03-01'],
    ['29 days of March in a leap year', '2028-03-01 2028-03-30', '2028-02-01 2028-03-01'],
    ['a whole month', '2026-10-01 2026-11-01', '2026-09-01 2026-10-01'],
    ['a whole February', '2027-02-01 2027-03-01', '2027-01-01 2027-02-01'],
    ['a whole January', '2027-01-01 2027-02-01', '2026-12-01 2027-01-01'],
    ['six whole months', '2026-05-01 2026-11-01', '2025-11-01 2026-05-01'],
    ['twelve whole months', '2025-11-01 2026-11-01', '2024-11-01 2025-11-01'],
    ['seven days', '2026-11-17 2026-11-24', '2026-11-10 2026-11-17'],
    ['thirty days across a month', '2026-10-25 2026-11-24', '2026-09-25 2026-10-25'],
    ['one day in the middle of a month', '2026-11-10 2026-11-11', '2026-11-09 2026-11-10'],
    ['a month and a bit that begins with a month', '2026-10-01 2026-11-15', '2026-08-17 2026-10-01'],
    ['the leap day', '2028-02-29 2028-03-01', '2028-02-28 2028-02-29'],
  ])('holds %s against what came before', (_, given, expected) => {
    expect(comparisonRange(range(given))).toEqual(range(expected));
  });

  it('never overlaps the range that it is for', () => {
    for (let start = '2027-01-01'; start < '2028-04-01'; start = addDays(start, 1)) {
      for (const length of [1, 7, 28, 29, 30, 31, 59, 90, 365]) {
        const given = { start, end: addDays(start, length) };
        const before = comparisonRange(given);
        expect(before.end <= given.start && before.start < before.end).toBe(true);
      }
    }
  });
});

describe('partsOf', () => {
  it.each([
    ['2027-01-10 2027-01-20', ['2027-01-10 2027-01-20']],
    ['2027-01-01 2027-02-01', ['whole 2027-01-01 2027-02-01']],
    ['2027-01-01 2027-01-31', ['2027-01-01 2027-01-31']],
    ['2027-01-15 2027-03-01', ['2027-01-15 2027-02-01', 'whole 2027-02-01 2027-03-01']],
    ['2027-01-15 2027-02-10', ['2027-01-15 2027-02-10']],
    [
      '2026-11-30 2027-02-02',
      ['2026-11-30 2026-12-01', 'whole 2026-12-01 2027-02-01', '2027-02-01 2027-02-02'],
    ],
    ['2027-01-05 2027-01-05', []],
  ])('%s', (asked, parts) => {
    const told = partsOf(range(asked)).map(
      (part) => `${part.isWhole ? 'whole ' : ''}${part.range.start} ${part.range.end}`,
    );
    expect(told).toEqual(parts);
  });
});

describe('days and months', () => {
  it.each([
    ['2026-11-24', true],
    ['2028-02-29', true],
    ['2027-02-29', false],
    ['2026-13-01', false],
    ['2026-00-10', false],
    ['2026-11-31', false],
    ['2026-1-1', false],
    ['2026-11-24T00:00:00Z', false],
    ['2026-11-24\n', false],
    ['', false],
  ])('isDay(%j) is %s', (text, expected) => {
    expect(isDay(text)).toBe(expected);
  });

  it.each([
    ['2026-11-24', 1, '2026-12-24'],
    ['2026-12-01', 1, '2027-01-01'],
    ['2026-01-31', 1, '2026-02-28'],
    ['2028-01-31', 1, '2028-02-29'],
    ['2026-03-31', -1, '2026-02-28'],
    ['2026-01-15', -13, '2024-12-15'],
    ['2028-02-29', 12, '2029-02-28'],
    ['2026-11-24', 0, '2026-11-24'],
  ])('addMonths(%s, %i) is %s', (day, months, expected) => {
    expect(addMonths(day, months)).toBe(expected);
  });

  it.each([
    ['2026-02-10', 28],
    ['2028-02-10', 29],
    ['2100-02-01', 28],
    ['2026-11-30', 30],
    ['2026-12-31', 31],
  ])('the month of %s has %i days', (day, days) => {
    expect(daysInMonth(day)).toBe(days);
  });

  it('steps over the ends of months and years, and over no change of clocks', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
    expect(daysBetween('2026-01-01', '2027-01-01')).toBe(365);
    expect(daysBetween('2028-01-01', '2029-01-01')).toBe(366);
    expect(daysOf({ start: '2026-03-28', end: '2026-03-31' })).toEqual([
      '2026-03-28',
      '2026-03-29',
      '2026-03-30',
    ]);
    expect(daysOf({ start: '2026-03-28', end: '2026-03-28' })).toEqual([]);
    expect(daysOf({ start: '2026-03-28', end: '2026-03-01' })).toEqual([]);
  });

  it('belongs to UTC, wherever the clock is', () => {
    expect(dayOf(new Date('2026-11-24T23:59:59.999Z'))).toBe('2026-11-24');
    expect(dayOf(new Date('2026-11-24T23:30:00-05:00'))).toBe('2026-11-25');
    expect(monthOf('2026-11-24')).toBe('2026-11-01');
  });
});
