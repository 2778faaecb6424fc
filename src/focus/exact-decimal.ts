// An amount is decimal(38,18): 20 digits before the point and 18 after it. Every expression here answers null for a value
// that does not fit exactly, and never a rounded one.

const EXACT = 'decimal(38,18)';
const PLACES = 18;
const INTEGERS = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/;
const DECIMAL = /^DECIMAL\((\d+), ?(\d+)\)$/;
// Below each bound two numbers of so many places never share a double, and each is a whole number below 2^53 of its last place.
// So a number of that many places that gives the double back is what its shortest text says. The bounds matter:
// 8500.000000000009 and 8500.00000000001 are one double, and the second is its text.
const PATHS: readonly (readonly [below: number, places: number])[] = [
  [2 ** -7, 18],
  [2 ** 3, 15],
  [2 ** 13, 12],
  [2 ** 23, 9],
  [2 ** 33, 6],
];

const NUMBER = String.raw`\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*`;
const FRACTION = String.raw`^[^.eE]*(?:\.([0-9]*?))?0*(?:[eE].*)?\s*$`;
const EXPONENT = String.raw`[eE]([+-]?[0-9]+)`;
const FAR_BELOW = -1000;

/** Numbers in exponent form, with trailing zeros, or with digits beyond the 18th place: rare, so it may be slow. */
function exactOfAnyText(text: string): string {
  const exponent = `case when regexp_matches(${text}, '[eE]') then coalesce(try_cast(regexp_extract(${text}, '${EXPONENT}', 1) as integer), ${FAR_BELOW}) else 0 end`;
  const places = `length(regexp_extract(rtrim(${text}), '${FRACTION}', 1)) - (${exponent})`;
  return `case when regexp_full_match(${text}, '${NUMBER}') and ${places} <= ${PLACES} then try_cast(${text} as ${EXACT}) end`;
}

// DuckDB reads a text as decimal(18, …) some fifty times faster than as decimal(38, …): 0.2 against 10 microseconds a value.
function exactOfPlainText(text: string): string {
  const point = `strpos(${text}, '.')`;
  const places = `length(${text}) - ${point}`;
  const as = (places: number) => `cast(try_cast(${text} as decimal(18,${places})) as ${EXACT})`;
  return `case when ${point} between 1 and 7 and ${places} <= 12 then ${as(12)}
    when ${point} between 1 and 13 and ${places} <= 6 then ${as(6)}
    when ${point} = 0 and length(${text}) <= 18 then ${as(0)}
    when starts_with(${text}, '0.') or starts_with(${text}, '-0.') then ${as(18)}
    else try_cast(${text} as ${EXACT}) end`;
}

/**
 * The number that a text writes. DuckDB reads an exponent exactly, but rounds digits beyond the scale and takes an underscore
 * between digits, so those are looked for first.
 */
export function exactOfText(text: string): string {
  const isPlain =
    `(length(${text}) - strpos(${text}, '.') <= ${PLACES} or not contains(${text}, '.'))` +
    ` and not contains(${text}, 'e') and not contains(${text}, 'E') and not contains(${text}, '_')`;
  return `case when ${isPlain} then ${exactOfPlainText(text)} else ${exactOfAnyText(text)} end`;
}

// The text is made once, as the one element of a list: written out it would be made again for every look at it.
const exactOfItsText = (value: string) =>
  `list_transform([cast(${value} as varchar)], lambda t: ${exactOfText('t')})[1]`;

function exactOfDouble(value: string): string {
  const paths = PATHS.map(([below, places]) => {
    const short = `try_cast(${value} as decimal(18,${places}))`;
    return `when abs(${value}) < ${below} and cast(${short} as double) = ${value} then cast(${short} as ${EXACT})`;
  });
  return `case ${paths.join(' ')} else ${exactOfItsText(value)} end`;
}

function fitsWhole(type: string): boolean {
  const [, width, scale] = DECIMAL.exec(type) ?? [];
  return Number(scale) <= PLACES && Number(width) - Number(scale) <= 20;
}

/** The number of a column as decimal(38,18); a DOUBLE means what its shortest text says, and a text that is empty is null. */
export function exactDecimal(value: string, type: string): string {
  if (fitsWhole(type)) return `cast(${value} as ${EXACT})`;
  if (INTEGERS.test(type)) return `try_cast(${value} as ${EXACT})`;
  if (type === 'DOUBLE') return exactOfDouble(value);
  return type === 'VARCHAR' ? exactOfText(value) : exactOfItsText(value);
}

/**
 * The number of a DOUBLE as decimal(18,12), null where it does not fit or is not exactly that: most amounts are, and 64 bits
 * are summed and written some twenty times faster than 128. In two steps, of which the second names the first: in one expression the
 * number would be made again for every look at it.
 */
export const nearestShort = (value: string): string => `try_cast(${value} as decimal(18,12))`;

export function shortDecimal(value: string, nearest: string): string {
  const coarse = `try_cast(${value} as decimal(18,9))`;
  return `case when abs(${value}) < 8192 and cast(${nearest} as double) = ${value} then ${nearest}
    when abs(${value}) < 999999 and cast(${coarse} as double) = ${value} then cast(${coarse} as decimal(18,12)) end`;
}
