/** A bill's columns in order, each with the SQL that fills it from `facts f`, `lines l` and `resources r`. */
export type Columns = readonly (readonly [name: string, sql: string])[];

export interface BillMonth {
  /** YYYY-MM-DD. */
  start: string;
  end: string;
  payerId: string;
  payerName: string;
}

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const instant = (day: string): string => `cast(timestamp ${literal(day)} as timestamp_ms)`;
export const dollars = (nanos: string): string => `(${nanos}) / 1e9`;
export const startOf = 'epoch_ms(f.day::bigint * 86400000 + f.hour::bigint * 3600000)';

/** The end of an item's period: its hour or day, and of what is charged by the month the month. */
export const endOf = (month: BillMonth, isHourly: boolean): string => `
  case when l.record_type in ('Tax', 'Support', 'RIFee') then timestamp ${literal(month.end)}
  when l.is_hourly and ${String(isHourly)} then ${startOf} + interval 1 hour else ${startOf} + interval 1 day end`;

/** The one cost category of the simulated organization, which goes by the account. */
export const COST_CATEGORY = 'Business unit';
export const categoryOf = `case when starts_with(l.account_name, 'retail') then 'Retail'
  when l.account_name in ('acme-data-platform', 'machine-learning') then 'Data' else 'Core' end`;
/** The same of an account's name. */
export function businessUnitOf(accountName: string): string {
  if (accountName.startsWith('retail')) return 'Retail';
  return ['acme-data-platform', 'machine-learning'].includes(accountName) ? 'Data' : 'Core';
}

const isCovered = "l.record_type in ('SavingsPlanCoveredUsage', 'SavingsPlanNegation')";
const isFee = "(l.record_type in ('SavingsPlanRecurringFee', 'RIFee') and not f.is_unused)";
const ofPlan = (value: string): string => `case when l.plan_arn is not null then ${value} end`;
const isSavingsPlan = "starts_with(l.record_type, 'SavingsPlan')";
const billed = `case when ${isCovered} or f.is_unused then 0 else f.unblended end`;
const effective = `case when ${isFee} then 0 else f.amortized end`;
// Covered and reserved usage is listed at its price on demand.
const listed = `case when f.is_unused then 0 when l.record_type = 'DiscountedUsage' then round(f.quantity * l.rate * 1e5)
  else f.unblended end`;
const units = 'f.quantity / 1e4';
const usedUnits = `case when l.charge_category = 'Usage' and not f.is_unused then ${units} end`;

/**
 * FOCUS as AWS writes it: covered usage is billed nothing and costs its plan's price, a plan's fee is a purchase, and what is
 * unused of it is usage of its own. Source: AWS Data Exports user guide, "FOCUS 1.2 with AWS columns".
 */
export function focusColumns(month: BillMonth, isHourly: boolean): Columns {
  return [
    ['AvailabilityZone', 'r.zone'],
    ['BilledCost', dollars(billed)],
    ['BillingAccountId', literal(month.payerId)],
    ['BillingAccountName', literal(month.payerName)],
    ['BillingAccountType', "'Management'"],
    ['BillingCurrency', "'USD'"],
    ['BillingPeriodEnd', instant(month.end)],
    ['BillingPeriodStart', instant(month.start)],
    ['CapacityReservationId', 'null::varchar'],
    ['CapacityReservationStatus', 'null::varchar'],
    ['ChargeCategory', "case when f.is_unused then 'Usage' else l.charge_category end"],
    ['ChargeClass', 'l.charge_class'],
    ['ChargeDescription', "case when f.is_unused then 'Unused commitment' else l.description end"],
    ['ChargeFrequency', "case when f.is_unused then 'Usage-Based' else l.charge_frequency end"],
    ['ChargePeriodEnd', `cast(${endOf(month, isHourly)} as timestamp_ms)`],
    ['ChargePeriodStart', `cast(${startOf} as timestamp_ms)`],
    ['CommitmentDiscountCategory', ofPlan(`case when ${isSavingsPlan} then 'Spend' else 'Usage' end`)],
    ['CommitmentDiscountId', 'l.plan_arn'],
    ['CommitmentDiscountName', 'null::varchar'],
    [
      'CommitmentDiscountQuantity',
      ofPlan(
        `case when not ${isSavingsPlan} then ${units} when ${isFee} then ${dollars('f.unblended')} else ${dollars(effective)} end`,
      ),
    ],
    [
      'CommitmentDiscountStatus',
      ofPlan(`case when f.is_unused then 'Unused' when l.charge_category = 'Usage' then 'Used' end`),
    ],
    ['CommitmentDiscountType', ofPlan(`case when ${isSavingsPlan} then 'Savings Plan' else 'Reserved' end`)],
    ['CommitmentDiscountUnit', ofPlan(`case when ${isSavingsPlan} then 'USD' else l.unit end`)],
    ['ConsumedQuantity', usedUnits],
    ['ConsumedUnit', "case when l.charge_category = 'Usage' and not f.is_unused then l.unit end"],
    ['ContractedCost', dollars(listed)],
    ['ContractedUnitPrice', 'case when l.rate > 0 then l.rate end'],
    ['EffectiveCost', dollars(effective)],
    ['InvoiceId', 'null::varchar'],
    ['InvoiceIssuerName', "'Amazon Web Services, Inc.'"],
    ['ListCost', dollars(listed)],
    ['ListUnitPrice', 'case when l.rate > 0 then l.rate end'],
    ['PricingCategory', 'l.pricing_category'],
    ['PricingCurrency', "'USD'"],
    ['PricingCurrencyContractedUnitPrice', 'case when l.rate > 0 then l.rate end'],
    ['PricingCurrencyEffectiveCost', dollars(effective)],
    ['PricingCurrencyListUnitPrice', 'case when l.rate > 0 then l.rate end'],
    ['PricingQuantity', units],
    ['PricingUnit', 'l.unit'],
    ['ProviderName', "'AWS'"],
    ['PublisherName', "'Amazon Web Services, Inc.'"],
    ['RegionId', 'l.region_id'],
    ['RegionName', 'l.region_name'],
    ['ResourceId', 'r.billed_id'],
    ['ResourceName', 'null::varchar'],
    ['ResourceType', 'r.resource_type'],
    ['ServiceCategory', 'l.service_category'],
    ['ServiceName', 'l.service_name'],
    ['ServiceSubcategory', 'l.service_subcategory'],
    ['SkuId', 'l.sku_id'],
    ['SkuMeter', 'l.usage_type'],
    [
      'SkuPriceDetails',
      "case when l.instance_type is not null then map(['InstanceType'], [l.instance_type]) end",
    ],
    ['SkuPriceId', 'l.sku_price_id'],
    ['SubAccountId', 'l.account_id'],
    ['SubAccountName', 'l.account_name'],
    ['SubAccountType', "'Linked'"],
    ['Tags', 'coalesce(r.tags, map([]::varchar[], []::varchar[]))'],
    ['x_Discounts', 'map([]::varchar[], []::double[])'],
    ['x_Operation', 'l.operation'],
    ['x_ServiceCode', 'l.service_code'],
  ];
}
