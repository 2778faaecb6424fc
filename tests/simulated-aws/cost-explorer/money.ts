/** Amounts are whole numbers of 1e-9 dollars, exact as long as they stay below 2^53 (nine million dollars). */
export const NANOS = 1_000_000_000;
/** Quantities are whole numbers of 1e-4 units. */
export const QUANTITY_SCALE = 10_000;

function decimal(value: number, digits: number): string {
  if (!Number.isSafeInteger(value)) throw new Error('A sum left the range in which it is exact');
  if (value === 0) return '0';
  const text = String(Math.abs(value)).padStart(digits + 1, '0');
  const fraction = text.slice(-digits).replace(/0+$/, '');
  return `${value < 0 ? '-' : ''}${text.slice(0, -digits)}${fraction === '' ? '' : `.${fraction}`}`;
}

export function formatNanos(nanos: number): string {
  return decimal(nanos, 9);
}

export function formatQuantity(scaled: number): string {
  return decimal(scaled, 4);
}
