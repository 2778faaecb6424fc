import { describe, expect, it } from 'vitest';
import { focusColumns } from '@/features/focus-export/columns';
import { numberList, quoted, quotedList } from '@/features/focus-export/literals';
import { Invalid } from '@/errors';
import { recognise } from '@/focus/map';
import { focusMapping } from '@/focus/schemas/focus';

const names = focusColumns.map((column) => column.name);

describe('the columns of a FOCUS file', () => {
  it('have a name each, and are recognised as FOCUS 1.2 of which nothing is missing', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(recognise(names.map((name) => ({ name, type: 'VARCHAR' })))).toMatchObject({
      ok: true,
      version: '1.2',
      warnings: [],
    });
  });

  it('hold every line item column that comes straight from a column of FOCUS', () => {
    const missing = Object.entries(focusMapping.lineItem).filter(
      ([, rule]) => 'from' in rule && !rule.from.some((name) => names.includes(name)),
    );
    expect(missing).toEqual([]);
  });
});

describe('values in the text of a statement', () => {
  it('are quoted, whatever they are', () => {
    expect(quoted("it's")).toBe("'it''s'");
    expect(quoted('\\')).toBe(" E'\\\\'");
    expect(quotedList([])).toBe('array[]::text[]');
    expect(quotedList(['a', "b'"])).toBe("array['a', 'b''']::text[]");
    expect(() => quoted('a\0b')).toThrow(Invalid);
  });

  it('are whole numbers where they are shelves', () => {
    expect(numberList([0, 12])).toBe('array[0, 12]::integer[]');
    expect(() => numberList([Number.NaN])).toThrow();
  });
});
