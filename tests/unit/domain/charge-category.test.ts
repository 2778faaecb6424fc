import { describe, expect, it } from 'vitest';
import { chargeCategories, chargeCategoryOf, USAGE_RECORD_TYPES } from '@/domain/charge-category';

describe('chargeCategoryOf', () => {
  it.each([
    ['', 'Usage'],
    ['SavingsPlanNegation', 'Usage'],
    ['Bundled Discount', 'Usage'],
    ['Fee', 'Purchase'],
    ['RIFee', 'Purchase'],
    ['SavingsPlanRecurringFee', 'Purchase'],
    ['SavingsPlanUpfrontFee', 'Purchase'],
    ['Support', 'Purchase'],
    ['Tax', 'Tax'],
    ['Credit', 'Credit'],
    ['Refund', 'Adjustment'],
    ['Something that AWS adds next year', 'Adjustment'],
    ['tax', 'Adjustment'],
  ])('%j is %s', (recordType, category) => {
    expect(chargeCategoryOf(recordType)).toBe(category);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'knows nothing of %s but that it is new',
    (recordType) => {
      expect(chargeCategories).toContain(chargeCategoryOf(recordType));
    },
  );

  it('leaves usage to the rows without a record type', () => {
    expect(USAGE_RECORD_TYPES).toEqual(['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage']);
  });
});
