import { addMonths, monthOf, type DayRange } from '@/domain/period';

/** The daily totals of a file name it. */
export const sourceOf = (fileId: string): string => `upload:${fileId}`;

/** Whole months, since rollups of months are made of whole months. */
export const monthsAround = (first: string, last: string): DayRange => ({
  start: monthOf(first),
  end: addMonths(monthOf(last), 1),
});
