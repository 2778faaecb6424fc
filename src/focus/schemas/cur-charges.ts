import { chargeCategoryOf } from '@/domain/charge-category';
import type { SourceFile } from '../mapping';
import { choose, listOf, literal } from '../sql';
import { spellings } from './cur-names';

// What the Cost and Usage Report says of a charge by lineItem/LineItemType, the same in its legacy form and in CUR 2.0.
// Source: AWS CUR user guide, "Line item details" (lineItem/LineItemType), "Savings Plans details", "Reservation details".

/** Line item types and what Cost Explorer calls them where it uses another word. */
const RECORD_TYPES: readonly (readonly [lineItemType: string, recordType: string])[] = [
  ['Usage', 'Usage'],
  ['DiscountedUsage', 'Usage'],
  ['SavingsPlanCoveredUsage', 'Usage'],
  ['SavingsPlanNegation', 'SavingsPlanNegation'],
  ['SavingsPlanRecurringFee', 'SavingsPlanRecurringFee'],
  ['SavingsPlanUpfrontFee', 'SavingsPlanUpfrontFee'],
  ['RIFee', 'RIFee'],
  ['Fee', 'Fee'],
  ['Tax', 'Tax'],
  ['Credit', 'Credit'],
  ['Refund', 'Refund'],
  ['BundledDiscount', 'Bundled Discount'],
  ['EdpDiscount', 'Enterprise Discount Program Discount'],
  ['PrivateRateDiscount', 'Private Rate Discount'],
  ['RiVolumeDiscount', 'RI Volume Discount'],
];
const COVERED = ['DiscountedUsage', 'SavingsPlanCoveredUsage'];
const CONSUMED = ['Usage', ...COVERED];
const COMMITMENT_FEES = ['RIFee', 'SavingsPlanRecurringFee'];

/** Null where it overflows, so that it is told like any other amount that cannot be kept. */
const sumOf = (expression: string) => `try(${expression})`;

const column = (file: SourceFile, name: string) => file.text(...spellings(name));
const amount = (file: SourceFile, name: string) => file.amount(...spellings(name));

export const lineItemType = (file: SourceFile): string => column(file, 'lineItem/LineItemType');
export const billedCost = (file: SourceFile): string => amount(file, 'lineItem/UnblendedCost');

const isOf = (file: SourceFile, types: readonly string[]) => `${lineItemType(file)} in ${listOf(types)}`;
const ofConsumed = (file: SourceFile, value: string) => `case when ${isOf(file, CONSUMED)} then ${value} end`;

const savingsPlan = (file: SourceFile) => column(file, 'savingsPlan/SavingsPlanARN');
const reservation = (file: SourceFile) => column(file, 'reservation/ReservationARN');

/** A line item type that AWS adds later counts as an adjustment, as its record type does in Cost Explorer's data; none is null. */
export function chargeCategory(file: SourceFile): string {
  const branches = RECORD_TYPES.map(
    ([type, record]) => [type, literal(chargeCategoryOf(record === 'Usage' ? '' : record))] as const,
  );
  return choose(
    lineItemType(file),
    [['', 'null'], ...branches],
    literal(chargeCategoryOf('a record type that has no name here')),
  );
}

// AWS gives no amortization for reserved Dedicated Hosts ("We do not provide this value for Dedicated Host reservations"), so
// where both figures are empty the row keeps its billed cost. Where the file lacks the columns the cost is not known: null.
function unusedReservation(file: SourceFile): string {
  const names = ['reservation/UnusedAmortizedUpfrontFeeForBillingPeriod', 'reservation/UnusedRecurringFee'];
  if (!names.some((name) => spellings(name).some((spelling) => file.has(spelling)))) return 'null';
  const parts = names.map((name) => ({ said: column(file, name), part: amount(file, name) }));
  const isSilent = parts.map(({ said }) => `${said} = ''`).join(' and ');
  const sum = parts
    .map(({ said, part }) => `case when ${said} = '' then 0::decimal(38,18) else ${part} end`)
    .join(' + ');
  return `case when ${isSilent} then ${billedCost(file)} else ${sumOf(sum)} end`;
}

function usedReservation(file: SourceFile): string {
  const name = 'reservation/EffectiveCost';
  if (!spellings(name).some((spelling) => file.has(spelling))) return 'null';
  return `case when ${column(file, name)} = '' then ${billedCost(file)} else ${amount(file, name)} end`;
}

/**
 * What Cost Explorer calls amortized cost. What was paid in advance or whatever is used counts where it is used, and a
 * commitment's fee counts only as far as nothing used it.
 * Source: AWS Well-Architected Labs, CUR query library, "Amortized cost by charge type".
 */
export function effectiveCost(file: SourceFile): string {
  const unusedPlan = `${amount(file, 'savingsPlan/TotalCommitmentToDate')} - ${amount(file, 'savingsPlan/UsedCommitment')}`;
  return choose(
    lineItemType(file),
    [
      ['SavingsPlanCoveredUsage', amount(file, 'savingsPlan/SavingsPlanEffectiveCost')],
      ['SavingsPlanRecurringFee', sumOf(unusedPlan)],
      ['SavingsPlanNegation', '0'],
      ['SavingsPlanUpfrontFee', '0'],
      ['DiscountedUsage', usedReservation(file)],
      ['RIFee', unusedReservation(file)],
      ['Fee', `case when ${reservation(file)} <> '' then 0 else ${billedCost(file)} end`],
    ],
    billedCost(file),
  );
}

/** Only of usage: AWS says no public price for what is no usage, and a negation would repeat that of what it takes back. */
export const listCost = (file: SourceFile): string =>
  ofConsumed(file, amount(file, 'pricing/publicOnDemandCost'));

/** The price agreed without commitments. Usage under a reservation is billed at nothing, so it has its public price. */
export const contractedCost = (file: SourceFile): string =>
  choose(
    lineItemType(file),
    [
      ['Usage', billedCost(file)],
      ['SavingsPlanCoveredUsage', billedCost(file)],
      ['DiscountedUsage', amount(file, 'pricing/publicOnDemandCost')],
    ],
    'null',
  );

/** Only of usage: discounts and negations repeat the amount of the usage that they are for. */
export const consumedQuantity = (file: SourceFile): string =>
  ofConsumed(file, amount(file, 'lineItem/UsageAmount'));

export const pricingQuantity = (file: SourceFile): string =>
  `case when ${isOf(file, [...CONSUMED, ...COMMITMENT_FEES, 'Fee', 'SavingsPlanUpfrontFee'])}
    then ${amount(file, 'lineItem/UsageAmount')} end`;

export const consumedUnit = (file: SourceFile): string =>
  `case when ${isOf(file, CONSUMED)} then ${column(file, 'pricing/unit')} else '' end`;

export const chargeFrequency = (file: SourceFile): string =>
  `case when ${isOf(file, [...CONSUMED, 'SavingsPlanNegation'])} then 'Usage-Based'
    when ${isOf(file, COMMITMENT_FEES)} then 'Recurring' else 'One-Time' end`;

export const chargeClass = (file: SourceFile): string =>
  `case when ${lineItemType(file)} = 'Refund' or ${column(file, 'bill/BillType')} = 'Refund' then 'Correction' else '' end`;

export const pricingCategory = (file: SourceFile): string =>
  `case when ${isOf(file, COVERED)} then 'Committed'
    when ${lineItemType(file)} <> 'Usage' then ''
    when contains(${column(file, 'lineItem/UsageType')}, 'SpotUsage') then 'Dynamic'
    else 'Standard' end`;

export const commitmentId = (file: SourceFile): string =>
  file.text(...spellings('savingsPlan/SavingsPlanARN'), ...spellings('reservation/ReservationARN'));

const byCommitment = (file: SourceFile, ofPlan: string, ofReservation: string) =>
  `case when ${savingsPlan(file)} <> '' then ${literal(ofPlan)}
    when ${reservation(file)} <> '' then ${literal(ofReservation)} else '' end`;

export const commitmentType = (file: SourceFile): string => byCommitment(file, 'Savings Plan', 'Reserved');
export const commitmentCategory = (file: SourceFile): string => byCommitment(file, 'Spend', 'Usage');

/** The effective cost of a commitment's fee is what nothing used, so the fee's rows are the unused ones. */
export const commitmentStatus = (file: SourceFile): string =>
  `case when ${isOf(file, COVERED)} then 'Used' when ${isOf(file, COMMITMENT_FEES)} then 'Unused' else '' end`;

const hasAll = (file: SourceFile, ...names: string[]): boolean =>
  names.every((name) => spellings(name).some((spelling) => file.has(spelling)));

const PLAN_FEE = 'SavingsPlanRecurringFee';
const PLAN_FEE_PARTS = ['savingsPlan/TotalCommitmentToDate', 'savingsPlan/UsedCommitment'] as const;
const NORMALIZED = {
  factor: 'lineItem/NormalizationFactor',
  used: 'lineItem/NormalizedUsageAmount',
  unused: 'reservation/UnusedNormalizedUnitQuantity',
};

/** A reservation that fits every size of a family is used up in units of which a large instance takes more than a small one. */
const isNormalized = (file: SourceFile): string =>
  hasAll(file, NORMALIZED.factor, NORMALIZED.used, NORMALIZED.unused)
    ? `${column(file, NORMALIZED.factor)} <> ''`
    : 'false';

/**
 * What of the commitment a row used or left unused: of a Savings Plan money, of a reservation hours or whatever else it reserves,
 * normalized where AWS does so. What is bought the report says in other units, so of a fee paid in advance it is not known.
 * Source: FOCUS specification 1.2, CommitmentDiscountQuantity: used and unused rows; AWS CUR user guide, Line item details
 * (NormalizedUsageAmount) and Reservation details (UnusedNormalizedUnitQuantity, UnusedQuantity).
 */
export function commitmentQuantity(file: SourceFile): string {
  const where = (condition: string, name: string) => file.amountWhere(condition, ...spellings(name));
  const of = (type: string, name: string) => where(isOf(file, [type]), name);
  const reserved = (type: string, plain: string, normalized: string) => [
    where(`${isOf(file, [type])} and ${isNormalized(file)}`, normalized),
    where(`${isOf(file, [type])} and not (${isNormalized(file)})`, plain),
  ];
  const [total, usedPart] = PLAN_FEE_PARTS;
  const quantities = [
    of('SavingsPlanCoveredUsage', 'savingsPlan/SavingsPlanEffectiveCost'),
    sumOf(`${of(PLAN_FEE, total)} - ${of(PLAN_FEE, usedPart)}`),
    ...reserved('DiscountedUsage', 'lineItem/UsageAmount', NORMALIZED.used),
    ...reserved('RIFee', 'reservation/UnusedQuantity', NORMALIZED.unused),
  ];
  return `coalesce(${quantities.join(', ')})`;
}

/** Empty where there is no quantity. It may ask for no column that says something else in every row: a kind of charge has a unit. */
export function commitmentUnit(file: SourceFile): string {
  const ofPlans = [
    ...(hasAll(file, 'savingsPlan/SavingsPlanEffectiveCost') ? ['SavingsPlanCoveredUsage'] : []),
    ...(hasAll(file, ...PLAN_FEE_PARTS) ? [PLAN_FEE] : []),
  ];
  const ofReservations = [
    'DiscountedUsage',
    ...(hasAll(file, 'reservation/UnusedQuantity') || hasAll(file, NORMALIZED.unused) ? ['RIFee'] : []),
  ];
  const unit = column(file, 'pricing/unit');
  const isOfPlan = ofPlans.length > 0 ? isOf(file, ofPlans) : 'false';
  return `case when ${isOfPlan} then ${column(file, 'lineItem/CurrencyCode')}
    when ${isOf(file, ofReservations)} then case when ${isNormalized(file)} then 'Normalized ' || ${unit} else ${unit} end else '' end`;
}
