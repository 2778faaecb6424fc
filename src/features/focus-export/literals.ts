import pg from 'pg';
import { Invalid } from '@/errors';

/**
 * COPY takes no parameters, so the values of a report stand in its text, quoted as the driver quotes. Throws Invalid for the
 * character NUL: no text in PostgreSQL has it, and a statement would end there.
 */
export function quoted(value: string): string {
  if (value.includes('\0')) throw new Invalid('A filter has the character NUL, which no name has.');
  return pg.escapeLiteral(value);
}

export const quotedList = (values: readonly string[]): string =>
  `array[${values.map(quoted).join(', ')}]::text[]`;

/** One of our own ids, such as a shelf. Throws for anything but a whole number. */
export function numberOf(value: number): string {
  if (!Number.isSafeInteger(value)) throw new Error('A shelf has a whole number.');
  return String(value);
}

export const numberList = (values: readonly number[]): string =>
  `array[${values.map(numberOf).join(', ')}]::integer[]`;
