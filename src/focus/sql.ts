/** A text as a SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A name as a SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** `case … end` of an expression's values; what no branch names is `otherwise`. */
export function choose(
  value: string,
  branches: readonly (readonly [string, string])[],
  otherwise: string,
): string {
  const whens = branches.map(([word, result]) => `when ${literal(word)} then ${result}`);
  return `case ${value} ${whens.join(' ')} else ${otherwise} end`;
}

export const listOf = (words: readonly string[]): string => `(${words.map(literal).join(', ')})`;

/** SQL for the day on which a charge counts that AWS bills in a month: in that month, also where it says another day. Of both databases. */
export const withinMonth = (day: string, month: string): string =>
  `least(greatest(${day}, ${month}), (${month} + interval '1 month' - interval '1 day')::date)`;
