/** The sums of sums. */
export const sumsAgain = (name: string) =>
  `sum(f.${name}_short) as ${name}_short, sum(f.${name}_long) as ${name}_long`;

/** Both sums of an amount as one text. PostgreSQL takes a number that ends with its point. */
export const textOf = (name: string) => `case
    when ${name}_long is null and abs(${name}_short) < 999999 then rtrim(cast(${name}_short as decimal(18,12))::varchar, '0')
    when ${name}_short is null then rtrim(${name}_long::varchar, '0')
    else rtrim((cast(${name}_short as decimal(38,18)) + coalesce(${name}_long, 0))::varchar, '0') end as ${name}`;

/**
 * The same of an amount whose sums all fit 64 bits, with all of its places: to cut the zeros at its end takes longer than all else
 * of a line item. Whoever shows a sum of them cuts those.
 */
export const shortOf = (name: string) => `cast(${name}_short as decimal(18,12)) as ${name}`;

/** Of a table of sums how many of an amount do not fit 64 bits. */
export const wideIn = (name: string) =>
  `count(${name}_long) + count(*) filter (where abs(${name}_short) >= 999999) as ${name}`;

/** The sum of an amount's both columns as one decimal(38,18), whatever fits where. */
export const wholeSum = (name: string) =>
  `(coalesce(cast(sum(${name}_short) as decimal(38,18)), 0) + coalesce(sum(${name}_long), 0))`;

/** The same as text. */
export const exactSum = (name: string) => `${wholeSum(name)}::varchar`;
