import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { exactDecimal } from '@/focus/exact-decimal';
import { openDuck, rowsOf, valueOf } from './duck';

let duck: DuckDBConnection;
beforeAll(async () => {
  duck = await openDuck();
});

const kept = (value: string, type: string) =>
  valueOf(duck, `select ${exactDecimal('x', type)}::varchar from (select ${value}::${type} as x)`);

describe('exactDecimal', () => {
  it.each([
    ['0.1::double + 0.2::double', '0.300000000000000040'],
    ['1e-7', '0.000000100000000000'],
    ['1.5E-7', '0.000000150000000000'],
    ['123456789.123456789', '123456789.123456790000000000'],
    ["'-0.0'", '0.000000000000000000'],
    ['0.1', '0.100000000000000000'],
    ['-4095.999999999999', '-4095.999999999999000000'],
    ['1e19', '10000000000000000000.000000000000000000'],
    ['8191.999999999999', '8191.999999999999000000'],
    // 12 places give the same double back at 8500.000000000009, but its shortest text is this.
    ['8500.00000000001', '8500.000000000010000000'],
    ['1e-18', '0.000000000000000001'],
  ])('keeps the double %s as its shortest text says', async (value, expected) => {
    expect(await kept(value, 'double')).toBe(expected);
  });

  it.each(["'nan'", "'infinity'", "'-infinity'", '1e20', '1e300', '1e-19', '1.2345678901234567e-05'])(
    'does not keep the double %s',
    async (value) => {
      expect(await kept(value, 'double')).toBeNull();
    },
  );

  it('agrees with the shortest text of doubles of every size', async () => {
    const [row] = await rowsOf(
      duck,
      `select count(*) as doubles, count(*) filter (fast is distinct from slow) as different from (
         select ${exactDecimal('x', 'DOUBLE')} as fast, ${exactDecimal('x::varchar', 'VARCHAR')} as slow
         from (select round((hash(i)::double / 1e19 - 0.9) * pow(10, i % 15 - 6), (i % 20)::int) as x from range(100000) r (i)
               union all select pow(2, i % 50 - 10) + i * pow(2, i % 50 - 62) from range(20000) r (i))
       )`,
    );
    expect(row).toEqual({ doubles: '120000', different: '0' });
  });

  it.each([
    ['0.00000080000', '0.000000800000000000'],
    ['-12.5', '-12.500000000000000000'],
    ['-99999.123456789012', '-99999.123456789012000000'],
    ['999999.999999999999', '999999.999999999999000000'],
    ['999999999999.999999', '999999999999.999999000000000000'],
    ['9999999999999.999999', '9999999999999.999999000000000000'],
    ['999999999999999999', '999999999999999999.000000000000000000'],
    ['-0.123456789012345678', '-0.123456789012345678'],
    ['1.123456789012345678', '1.123456789012345678'],
    ['.5', '0.500000000000000000'],
    ['5.', '5.000000000000000000'],
    ['+7', '7.000000000000000000'],
    [' 1.25 ', '1.250000000000000000'],
    ['0.10000000000000000000000', '0.100000000000000000'],
    ['99999999999999999999.999999999999999999', '99999999999999999999.999999999999999999'],
    ['1.5E-7', '0.000000150000000000'],
    ['1.5e+3', '1500.000000000000000000'],
  ])('keeps the text %j', async (value, expected) => {
    expect(await kept(`'${value}'`, 'varchar')).toBe(expected);
  });

  it.each([
    '',
    'free',
    '1,5',
    '$1',
    '1_000',
    '0x10',
    '1e',
    '.',
    '1e-99999999999',
    '0.1234567890123456789',
    '100000000000000000000',
    '1 2',
    'NaN',
    'Infinity',
    '１',
  ])('does not keep the text %j', async (value) => {
    expect(await kept(`'${value}'`, 'varchar')).toBeNull();
  });

  it.each([
    ['1.5', 'DECIMAL(10,2)', '1.500000000000000000'],
    ['1.5', 'DECIMAL(38,9)', '1.500000000000000000'],
    ['0.1234567890123456789', 'DECIMAL(38,19)', null],
    ['0.1234567890123456780', 'DECIMAL(38,19)', '0.123456789012345678'],
    ['7', 'BIGINT', '7.000000000000000000'],
    ["'170141183460469231731687303715884105727'", 'HUGEINT', null],
    ['0.1', 'FLOAT', '0.100000000000000000'],
    ['true', 'BOOLEAN', null],
  ])('keeps %s of type %s as %s', async (value, type, expected) => {
    expect(await kept(value, type)).toBe(expected);
  });
});
