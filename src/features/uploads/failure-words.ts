import { DuckError } from '@/duck/duck';
import type { LoadFailure } from '@/features/exports/load-failure';

/** What is wrong with a whole file, for the person who uploaded it; with its line where the reader tells one. */
export function failureWords(failure: LoadFailure): string {
  const cause = failure.cause;
  if (!(cause instanceof DuckError)) return failure.message;
  const said = cause.message;
  const [, line] = /\bLine: (\d+)/.exec(said) ?? [];
  const where = line ? `Line ${line}: ` : '';
  const [, expected, found] = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(said) ?? [];
  if (expected && found) {
    return `${where}There are ${found} columns, and ${expected} names in the first line. Quote values that hold a comma.`;
  }
  if (/unterminated quote|quote should be followed/i.test(said)) {
    return `${where}A quoted value does not end where it should. Write a quote within a value as two quotes.`;
  }
  if (/utf-?8|unicode/i.test(said))
    return `${where}The text is not UTF-8. Save the file as UTF-8, and upload it again.`;
  if (/maximum line size/i.test(said)) {
    return `${where}A line is longer than 2 MB. Check that lines end, and that quotes are closed.`;
  }
  if (failure.kind === 'file-damaged')
    return 'The file is damaged or was cut off. Export it again, and upload it whole.';
  return `${where}The file cannot be read as CSV, gzipped CSV or Parquet. Check how it was exported.`;
}
