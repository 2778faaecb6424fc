import Big from 'big.js';

/** An exact decimal amount as text, as PostgreSQL's NUMERIC and AWS write it. */
export type Amount = string;

export function add(...amounts: Amount[]): Amount {
  return amounts.reduce((sum, amount) => sum.plus(amount), new Big(0)).toFixed();
}

export function subtract(left: Amount, right: Amount): Amount {
  return new Big(left).minus(right).toFixed();
}

export function compare(left: Amount, right: Amount): -1 | 0 | 1 {
  return new Big(left).cmp(right) as -1 | 0 | 1;
}

export function isZero(amount: Amount): boolean {
  return new Big(amount).eq(0);
}

export function negate(amount: Amount): Amount {
  return new Big(amount).times(-1).toFixed();
}

/** Divides to ten decimals, half up: for averages, which are no AWS figure. */
export function divide(amount: Amount, by: number): Amount {
  return new Big(amount).div(by).round(10, Big.roundHalfUp).toFixed();
}

export function times(amount: Amount, factor: number | string): Amount {
  return new Big(amount).times(factor).toFixed();
}

export function roundToCents(amount: Amount): Amount {
  return new Big(amount).toFixed(2, Big.roundHalfUp);
}

/** Change in percent to one decimal; null where there was nothing before. */
export function changePercent(now: Amount, before: Amount): string | null {
  const base = new Big(before);
  if (base.eq(0)) return null;
  return new Big(now).minus(base).div(base.abs()).times(100).toFixed(1, Big.roundHalfUp);
}

/** Part of a whole in percent to one decimal; "0.0" of nothing. */
export function sharePercent(part: Amount, whole: Amount): string {
  const total = new Big(whole);
  return total.eq(0) ? '0.0' : new Big(part).div(total).times(100).toFixed(1, Big.roundHalfUp);
}

/** For lengths of bars and axes, never for a figure that is read. */
export function toNumber(amount: Amount): number {
  return Number(amount);
}
