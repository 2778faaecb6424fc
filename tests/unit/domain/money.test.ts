import { describe, expect, it } from 'vitest';
import {
  add,
  changePercent,
  compare,
  divide,
  isZero,
  negate,
  roundToCents,
  sharePercent,
  subtract,
  times,
  toNumber,
} from '@/domain/money';

describe('amounts', () => {
  it.each([
    [['0.1', '0.2'], '0.3'],
    [['0.0000000001', '0.0000000002'], '0.0000000003'],
    [['12345678901234567890.123456789', '0.000000001'], '12345678901234567890.12345679'],
    [['-0.1', '0.1'], '0'],
    [['1e-7', '0'], '0.0000001'],
    [['1E+3', '1'], '1001'],
    [[], '0'],
  ])('add %j to %s, exactly', (amounts, expected) => {
    expect(add(...amounts)).toBe(expected);
  });

  it('add ten thousand small ones without losing any', () => {
    expect(add(...Array<string>(10_000).fill('0.0000000001'))).toBe('0.000001');
  });

  it('subtract, negate and multiply exactly', () => {
    expect(subtract('0.3', '0.1')).toBe('0.2');
    expect(subtract('0.1', '0.3')).toBe('-0.2');
    expect(negate('1.50')).toBe('-1.5');
    expect(times('0.1', 3)).toBe('0.3');
    expect(times('19.99', '0.01')).toBe('0.1999');
  });

  it('never come out in exponents, nor as a negative zero', () => {
    expect(add('0.00000000000000000001')).toBe('0.00000000000000000001');
    expect(times('100000000000', '100000000000')).toBe('10000000000000000000000');
    expect(add(negate('0'))).toBe('0');
    expect(subtract('1', '1')).toBe('0');
  });

  it.each([
    ['10', 3, '3.3333333333'],
    ['20', 3, '6.6666666667'],
    ['1', 8, '0.125'],
    ['-1', 3, '-0.3333333333'],
    ['0', 7, '0'],
  ])('%s divided by %i is %s', (amount, by, expected) => {
    expect(divide(amount, by)).toBe(expected);
  });

  it.each([
    ['1.005', '1.01'],
    ['2.675', '2.68'],
    ['0.004999999', '0.00'],
    ['-1.005', '-1.01'],
    ['1234567.8', '1234567.80'],
  ])('%s in cents is %s', (amount, expected) => {
    expect(roundToCents(amount)).toBe(expected);
  });

  it('compare by value, not by letters', () => {
    expect(compare('9', '10')).toBe(-1);
    expect(compare('1.0', '1')).toBe(0);
    expect(compare('-2', '-10')).toBe(1);
    expect([isZero('0.000'), isZero('-0'), isZero('0.0000000001')]).toEqual([true, true, false]);
    expect(toNumber('12.5')).toBe(12.5);
  });
});

describe('percentages', () => {
  it.each([
    ['110', '100', '10.0'],
    ['90', '100', '-10.0'],
    ['0', '100', '-100.0'],
    ['100', '3', '3233.3'],
    ['50', '-100', '150.0'],
    ['-50', '-100', '50.0'],
    ['100.05', '100', '0.1'],
    ['5', '0', null],
    ['0', '0', null],
  ])('from %2$s to %1$s', (now, before, expected) => {
    expect(changePercent(now, before)).toBe(expected);
  });

  it.each([
    ['1', '3', '33.3'],
    ['2', '3', '66.7'],
    ['3', '3', '100.0'],
    ['5', '0', '0.0'],
    ['-1', '4', '-25.0'],
  ])('%s of %s is %s%%', (part, whole, expected) => {
    expect(sharePercent(part, whole)).toBe(expected);
  });
});
