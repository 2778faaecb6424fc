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

  it('have a change beside each cost, sorted by it', () => {
    const shown = shownColumns(['7-change', 'month', 'month-change'], '30');
    expect(shown.map(({ id, label, sort, span }) => [id, label, sort, span])).toEqual([
      ['name', 'Name', 'name', undefined],
      ['7-change', 'Change, 7 days', 'change', '7'],
      ['30', '30 days', 'cost', '30'],
      ['month', 'Month to date', 'cost', 'month'],
      ['month-change', 'Change, month to date', 'change', 'month'],
    ]);
  });

  it('have the change of the span in view once', () => {
    const idsOf = (span: '7' | '30') => shownColumns(['7-change', 'change'], span).map(({ id }) => id);
    expect(idsOf('7')).toEqual(['name', '7', '7-change']);
    expect(idsOf('30')).toEqual(['name', '7-change', '30', 'change']);
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
