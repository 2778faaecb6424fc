import { describe, expect, it } from 'vitest';
import {
  columnsText,
  costWidth,
  defaultColumns,
  narrowOrder,
  parseColumns,
  shownColumns,
} from '@/features/resources/ui/columns';

describe('the columns of a list', () => {
  it('are kept as text and read again', () => {
    const kept = columnsText(['id', 'month', 'type']);
    expect(kept).toBe('name type id month');
    expect(parseColumns(kept)).toEqual(['name', 'type', 'id', 'month']);
  });

  it.each([null, '', 'gone-by', '{"a":1}'])('are the usual ones where %j was kept', (stored) => {
    expect(parseColumns(stored)).toEqual(defaultColumns);
  });

  it('always hold the name and the span of the page', () => {
    const ids = shownColumns(['region'], 'month').map(({ id }) => id);
    expect(ids).toEqual(['name', 'region', 'month']);
  });

  it('begin with name and cost where the screen is narrow, and are the same', () => {
    const shown = shownColumns(defaultColumns, '90');
    const narrow = narrowOrder(shown, '90').map(({ id }) => id);
    expect(narrow.slice(0, 4)).toEqual(['name', '90', 'change', 'type']);
    expect(narrow.toSorted()).toEqual(shown.map(({ id }) => id).toSorted());
  });

  it('are wide enough for the longest figure', () => {
    expect(costWidth(8)).toBe(104);
    expect(costWidth('CHF 12,345,678,901.23'.length)).toBeGreaterThan(180);
  });
});
