import { compare, negate, roundToCents, type Amount } from '@/domain/money';

const SYMBOLS: Record<string, string> = { USD: '$', EUR: '€', GBP: '£', CNY: 'CN¥', JPY: '¥' };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LONG_MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

const group = (digits: string) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** To the cent, half up, from the exact amount; the exact amount belongs in the title beside it. */
export function formatMoney(
  amount: Amount,
  currency: string,
  options: { sign?: boolean; whole?: boolean } = {},
): string {
  const isNegative = compare(amount, '0') < 0;
  const rounded = roundToCents(isNegative ? negate(amount) : amount);
  const [integer = '0', cents = '00'] = rounded.split('.');
  const isZero = compare(rounded, '0') === 0;
  const sign = isNegative && !isZero ? '−' : options.sign && !isZero ? '+' : '';
  const symbol = SYMBOLS[currency] ?? `${currency} `;
  return `${sign}${symbol}${group(integer)}${options.whole ? '' : `.${cents}`}`;
}

/** The size of a file, in decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000_000) return `${formatCount(Math.max(1, Math.round(bytes / 1000)))} kB`;
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}

/** An amount to its last decimal. */
export function formatExact(amount: string): string {
  const [, sign = '', whole = amount, rest = ''] = /^(-?)(\d+)(\..*)?$/.exec(amount) ?? [];
  return `${sign ? '−' : ''}${group(whole)}${rest}`;
}

export function formatCount(count: number): string {
  return group(String(count));
}

export function formatDay(day: string, options: { year?: boolean } = {}): string {
  const text = `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''}`;
  return options.year ? `${text} ${day.slice(0, 4)}` : text;
}

export function formatMonth(day: string, options: { year?: boolean } = {}): string {
  const text = LONG_MONTHS[Number(day.slice(5, 7)) - 1] ?? '';
  return options.year ? `${text} ${day.slice(0, 4)}` : text;
}

const isFirst = (day: string) => day.endsWith('-01');
export const formatShortMonth = (day: string) =>
  `${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''} ${day.slice(0, 4)}`;

/** A half-open range as people write it: whole months by name, anything else with its last day. */
export function formatRange(start: string, end: string, options: { year?: boolean } = {}): string {
  const last = new Date(Date.parse(end) - 86_400_000).toISOString().slice(0, 10);
  if (isFirst(start) && isFirst(end)) {
    return start.slice(0, 7) === last.slice(0, 7)
      ? formatShortMonth(start)
      : `${formatShortMonth(start)} – ${formatShortMonth(last)}`;
  }
  if (start === last) return formatDay(start, options);
  if (start.slice(0, 4) !== last.slice(0, 4))
    return `${formatDay(start, { year: true })} – ${formatDay(last, { year: true })}`;
  const first =
    start.slice(0, 7) === last.slice(0, 7) ? String(Number(start.slice(8, 10))) : formatDay(start);
  const dash = start.slice(0, 7) === last.slice(0, 7) ? '–' : ' – ';
  return `${first}${dash}${formatDay(last, options)}`;
}

/** UTC, as AWS bills. */
export function formatTime(iso: string): string {
  return iso.slice(11, 16);
}

export function formatDateTime(iso: string): string {
  return `${formatDay(iso.slice(0, 10), { year: true })}, ${iso.slice(11, 16)} UTC`;
}

export function formatDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

export function formatAccountId(id: string): string {
  return id.replace(/(\d{4})(\d{4})(\d{4})/, '$1 $2 $3');
}
