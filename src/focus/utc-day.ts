const MOMENT = /^TIMESTAMP(_S|_MS|_NS)?$/;

// Azure writes 2024-09-01T00:00Z, without seconds, which DuckDB does not read.
const withSeconds = (text: string) =>
  `case when length(${text}) = 17 and ends_with(${text}, 'Z') then left(${text}, 16) || ':00' else ${text} end`;

const dayOfZoned = (moment: string) => `cast(make_timestamp(epoch_us(${moment})) as date)`;

/** The day of a text that begins with a digit. A cast to timestamp drops an offset, so one that has an offset goes another way. */
function dayOfText(text: string): string {
  const hasOffset = `(contains(${text}, '+') or contains(substr(${text}, 11), '-'))`;
  const zoned = `try(${dayOfZoned(`try_cast(${text} as timestamptz)`)})`;
  const utc = `cast(try_cast(${withSeconds(text)} as timestamp) as date)`;
  return `case when not (${text} >= '0' and ${text} < ':') then null when ${hasOffset} then ${zoned} else ${utc} end`;
}

/**
 * The UTC day of a moment, null where it is none. A text without a zone is UTC, one with an offset is brought to UTC; words that
 * DuckDB takes for a moment, such as `infinity`, are none.
 */
export function utcDay(value: string, type: string): string {
  if (type === 'DATE' || MOMENT.test(type))
    return `case when isfinite(${value}) then cast(${value} as date) end`;
  if (type === 'TIMESTAMP WITH TIME ZONE')
    return `case when isfinite(${value}) then ${dayOfZoned(value)} end`;
  return dayOfText(type === 'VARCHAR' ? value : `cast(${value} as varchar)`);
}
