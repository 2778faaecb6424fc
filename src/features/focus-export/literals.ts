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

/** Our own ids, such as shelves. Throws for anything but a whole number. */
export function numberList(values: readonly number[]): string {
  if (!values.every(Number.isSafeInteger)) throw new Error('A shelf has a whole number.');
  return `array[${values.join(', ')}]::integer[]`;
}
