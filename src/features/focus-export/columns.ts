/** How a column is written: `number` exactly, in full; `moment` as midnight UTC of a day. */
export type FocusType = 'text' | 'number' | 'moment';

/**
 * A column of FOCUS 1.2 and what fills it, as SQL over the two things that costs are kept as.
 * | | of a line item | of a charge, where there is no line item to read |
 * |---|---|---|
 * | | `l` line_item, `l.day` the day it counts on, `k` charge_kind, `r` resource, `t` tag_set | `c` charge, `w` what kinds of the same account and service agree on, `n` the connection |
 * | both | `a` the account as AWS or the bill lists it | |
 * Null is "not known". Text that is absent is empty in our tables, and null in the file.
 */
export interface FocusColumn {
  readonly name: string;
  readonly type: FocusType;
  readonly item: string;
  readonly charge: string;
}

const NOT_KNOWN = 'null';

const column = (name: string, type: FocusType, item: string, charge = NOT_KNOWN): FocusColumn => ({
  ...{ name, type, item, charge },
});
const text = (name: string, item: string, charge?: string) =>
  column(name, 'text', `nullif(${item}, '')`, charge);
/** Line items have all places that a bill may have; in a file nobody reads the zeros at the end. */
const number = (name: string, item: string, charge?: string) =>
  column(name, 'number', `trim_scale(${item})`, charge);
const moment = (name: string, item: string, charge: string) => column(name, 'moment', item, charge);

// Cost Explorer and billing exports tell of AWS alone; whose a charge from a file is, only its kinds know.
const IF_AWS = "case when c.source not like 'upload:%' then 'AWS' end";
const MONTH = "date_trunc('month', c.charge_date)";
const ACCOUNT_NAME = "coalesce(nullif(k.sub_account_name, ''), a.name)";

/**
 * Every column of FOCUS 1.2 that we keep, and AWS's own. FOCUS allows no null in ListCost, ContractedCost and ServiceCategory:
 * without a list or contracted price the first two are the billed cost, and a service of no known category is "Other".
 * Source: FOCUS specification 1.2, ListCost, ContractedCost and ServiceCategory.
 */
export const focusColumns: readonly FocusColumn[] = [
  number('BilledCost', 'l.billed_cost', 'c.billed_cost'),
  number('EffectiveCost', 'l.effective_cost', 'c.effective_cost'),
  number('ListCost', 'coalesce(l.list_cost, l.billed_cost)', 'coalesce(c.list_cost, c.billed_cost)'),
  number(
    'ContractedCost',
    'coalesce(l.contracted_cost, l.billed_cost)',
    'coalesce(c.contracted_cost, c.billed_cost)',
  ),
  text(
    'BillingAccountId',
    'k.billing_account_id',
    "coalesce(w.billing_account_id, nullif(n.aws_account_id, ''), nullif(c.sub_account_id, ''))",
  ),
  text('BillingAccountName', `case when k.billing_account_id = k.sub_account_id then ${ACCOUNT_NAME} end`),
  text('BillingCurrency', 'k.billing_currency', 'c.currency'),
  moment('BillingPeriodStart', 'l.billing_period', MONTH),
  moment('BillingPeriodEnd', "l.billing_period + interval '1 month'", `${MONTH} + interval '1 month'`),
  moment('ChargePeriodStart', 'l.day', 'c.charge_date'),
  moment('ChargePeriodEnd', 'l.day + 1', 'c.charge_date + 1'),
  text('ChargeCategory', 'k.charge_category', 'c.charge_category'),
  text('ChargeClass', 'k.charge_class'),
  // A category's name says nothing that its own column does not.
  text('ChargeDescription', 'k.charge_description', "nullif(nullif(c.record_type, ''), c.charge_category)"),
  text('ChargeFrequency', 'k.charge_frequency'),
  number('ConsumedQuantity', 'l.consumed_quantity'),
  text('ConsumedUnit', 'k.consumed_unit'),
  number('PricingQuantity', 'l.pricing_quantity'),
  text('PricingUnit', 'k.pricing_unit'),
  text('PricingCategory', 'k.pricing_category'),
  number('ListUnitPrice', 'k.list_unit_price'),
  number('ContractedUnitPrice', 'k.contracted_unit_price'),
  text('ProviderName', 'k.provider_name', `coalesce(w.provider_name, ${IF_AWS})`),
  text('PublisherName', 'k.publisher_name', `coalesce(w.publisher_name, ${IF_AWS})`),
  text('InvoiceIssuerName', 'k.invoice_issuer_name', `coalesce(w.invoice_issuer_name, ${IF_AWS})`),
  text('InvoiceId', 'k.invoice_id'),
  text('RegionId', 'k.region_id', "nullif(c.region_id, '')"),
  text('AvailabilityZone', 'k.availability_zone'),
  text('ResourceId', 'r.resource_id'),
  text('ResourceName', 'r.name'),
  text('ResourceType', 'r.resource_type'),
  text('ServiceName', 'k.service_name', 'c.service_name'),
  text(
    'ServiceCategory',
    "coalesce(nullif(k.service_category, ''), 'Other')",
    "coalesce(w.service_category, 'Other')",
  ),
  text('ServiceSubcategory', 'k.service_subcategory'),
  text('SkuId', 'k.sku_id'),
  text('SkuPriceId', 'k.sku_price_id'),
  text('CommitmentDiscountId', 'k.commitment_discount_id'),
  text('CommitmentDiscountName', 'k.commitment_discount_name'),
  text('CommitmentDiscountCategory', 'k.commitment_discount_category'),
  text('CommitmentDiscountType', 'k.commitment_discount_type'),
  text('CommitmentDiscountStatus', 'k.commitment_discount_status'),
  number('CommitmentDiscountQuantity', 'l.commitment_discount_quantity'),
  text('CommitmentDiscountUnit', 'k.commitment_discount_unit'),
  text('SubAccountId', 'k.sub_account_id', "nullif(c.sub_account_id, '')"),
  text('SubAccountName', ACCOUNT_NAME, 'a.name'),
  column('Tags', 'text', "coalesce(t.tags, '{}')"),
  text('x_ServiceCode', 'k.service_code'),
  text('x_UsageType', 'k.usage_type'),
  text('x_Operation', 'k.operation'),
];

/** The words of `w`. */
export const agreedWords = [
  'billing_account_id',
  'provider_name',
  'publisher_name',
  'invoice_issuer_name',
  'service_category',
] as const;
