/** Exact sums in billionths, worked out without the product's own arithmetic. */
export function nanos(amount: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount);
  const fraction = (match?.[3] ?? '').replace(/0+$/, '');
  if (!match || fraction.length > 9) throw new Error(`${amount} is not an exact amount of billionths.`);
  const value = BigInt(`${match[2] ?? '0'}${fraction.padEnd(9, '0')}`);
  return match[1] ? -value : value;
}

export function total(amounts: Iterable<string>): bigint {
  let sum = 0n;
  for (const amount of amounts) sum += nanos(amount);
  return sum;
}

/** Adds up by key, in the order of the keys. */
export function sumBy<T>(
  items: Iterable<T>,
  key: (item: T) => string,
  amount: (item: T) => bigint,
): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const item of items) sums.set(key(item), (sums.get(key(item)) ?? 0n) + amount(item));
  return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}
