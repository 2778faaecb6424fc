export const chargeCategories = ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'] as const;
export type ChargeCategory = (typeof chargeCategories)[number];

/** RECORD_TYPE values that are usage of a service; everything else is asked for by record type. */
export const USAGE_RECORD_TYPES = ['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage'] as const;

// FOCUS 1.0 ChargeCategory for the record types of Cost Explorer. Negations offset covered usage in billed cost.
const CATEGORY_OF: ReadonlyMap<string, ChargeCategory> = new Map([
  ['', 'Usage'],
  ['SavingsPlanNegation', 'Usage'],
  ['Bundled Discount', 'Usage'],
  ['Enterprise Discount Program Discount', 'Usage'],
  ['Private Rate Discount', 'Usage'],
  ['Fee', 'Purchase'],
  ['RIFee', 'Purchase'],
  ['SavingsPlanRecurringFee', 'Purchase'],
  ['SavingsPlanUpfrontFee', 'Purchase'],
  ['Support', 'Purchase'],
  ['Tax', 'Tax'],
  ['Credit', 'Credit'],
  ['Refund', 'Adjustment'],
]);

/** The FOCUS category of a Cost Explorer record type; one that AWS adds later counts as an adjustment until it is named here. */
export function chargeCategoryOf(recordType: string): ChargeCategory {
  return CATEGORY_OF.get(recordType) ?? 'Adjustment';
}
