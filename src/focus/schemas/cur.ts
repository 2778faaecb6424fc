import { absent, constant, from, rule, type ColumnRule, type SourceFile } from '../mapping';
import { explorerType } from '../resource-type';
import { costExplorerServiceName } from '../service-name';
import * as charges from './cur-charges';
import { spellings } from './cur-names';

const column = (name: string) => from(...spellings(name));
const published = (expression: (file: SourceFile) => string) =>
  rule('AWS CUR user guide: Line item details', expression);
const amortization = (expression: (file: SourceFile) => string) =>
  rule('AWS Well-Architected Labs, CUR query library: Amortized cost by charge type', expression);
const commitments = (expression: (file: SourceFile) => string) =>
  rule('AWS CUR user guide: Savings Plans details, Reservation details', expression);

/** Where the two forms of the report differ: what the product is called, and the tags. */
export interface CurForm {
  /** The product's name and region; each '' where the file does not say. */
  productName(file: SourceFile): string;
  regionCode(file: SourceFile): string;
  tags: ColumnRule;
}

/** Of each group a report must have one, whichever its form. */
export const curRequired: readonly (readonly string[])[] = [
  'bill/BillingPeriodStartDate',
  'bill/PayerAccountId',
  'lineItem/CurrencyCode',
  'lineItem/LineItemType',
  'lineItem/ProductCode',
  'lineItem/UnblendedCost',
  'lineItem/UsageStartDate',
].map(spellings);

function serviceName(file: SourceFile, form: CurForm): string {
  const productCode = file.text(...spellings('lineItem/ProductCode'));
  return costExplorerServiceName({
    isAws: 'true',
    serviceCode: productCode,
    serviceName: `coalesce(nullif(${form.productName(file)}, ''), ${productCode})`,
    usageType: file.text(...spellings('lineItem/UsageType')),
    operation: file.text(...spellings('lineItem/Operation')),
    unit: file.text(...spellings('pricing/unit')),
    chargeCategory: charges.lineItemType(file),
  });
}

/**
 * The line item of the Cost and Usage Report. Amounts are those before private discounts (not the net columns): such
 * discounts are rows of their own, so the sums are those of Cost Explorer's UnblendedCost and AmortizedCost.
 */
export function curLineItem(form: CurForm): Readonly<Record<string, ColumnRule>> {
  return {
    billing_period: column('bill/BillingPeriodStartDate'),
    charge_date: column('lineItem/UsageStartDate'),
    billed_cost: column('lineItem/UnblendedCost'),
    effective_cost: amortization(charges.effectiveCost),
    list_cost: published(charges.listCost),
    contracted_cost: published(charges.contractedCost),
    consumed_quantity: published(charges.consumedQuantity),
    pricing_quantity: published(charges.pricingQuantity),
    commitment_discount_quantity: commitments(charges.commitmentQuantity),
    billing_account_id: column('bill/PayerAccountId'),
    sub_account_id: from(...spellings('lineItem/UsageAccountId'), ...spellings('bill/PayerAccountId')),
    sub_account_name: column('lineItem/UsageAccountName'),
    provider_name: constant('AWS'),
    publisher_name: column('lineItem/LegalEntity'),
    invoice_issuer_name: column('bill/InvoicingEntity'),
    invoice_id: column('bill/InvoiceId'),
    billing_currency: published((file) => file.currency(...spellings('lineItem/CurrencyCode'))),
    service_name: rule('AWS Cost Explorer: SERVICE dimension', (file) => serviceName(file, form)),
    service_category: absent,
    service_subcategory: absent,
    service_code: column('lineItem/ProductCode'),
    usage_type: column('lineItem/UsageType'),
    operation: column('lineItem/Operation'),
    region_id: rule('AWS CUR user guide: Product details', (file) => form.regionCode(file)),
    availability_zone: column('lineItem/AvailabilityZone'),
    charge_category: published(charges.chargeCategory),
    charge_class: published(charges.chargeClass),
    charge_frequency: published(charges.chargeFrequency),
    charge_description: column('lineItem/LineItemDescription'),
    sku_id: column('product/sku'),
    sku_price_id: column('pricing/RateCode'),
    pricing_category: published(charges.pricingCategory),
    pricing_unit: column('pricing/unit'),
    consumed_unit: published(charges.consumedUnit),
    commitment_discount_id: commitments(charges.commitmentId),
    commitment_discount_name: absent,
    commitment_discount_category: commitments(charges.commitmentCategory),
    commitment_discount_type: commitments(charges.commitmentType),
    commitment_discount_status: commitments(charges.commitmentStatus),
    commitment_discount_unit: commitments(charges.commitmentUnit),
    list_unit_price: column('pricing/publicOnDemandRate'),
    contracted_unit_price: column('lineItem/UnblendedRate'),
    resource_id: column('lineItem/ResourceId'),
    resource_name: absent,
    resource_type: rule('AWS Resource Explorer: resource types', (file) =>
      explorerType({
        isAws: 'true',
        id: file.text(...spellings('lineItem/ResourceId')),
        type: `''`,
        serviceCode: file.text(...spellings('lineItem/ProductCode')),
      }),
    ),
    tags: form.tags,
  };
}

/** What the report leaves out, whichever its form. */
export function curWarnings(has: (name: string) => boolean): string[] {
  const warnings: string[] = [];
  const hasColumn = (name: string) => spellings(name).some(has);
  if (!hasColumn('lineItem/ResourceId')) {
    warnings.push('The report has no resource ids, so cost is not shown by resource.');
  }
  if (!hasColumn('lineItem/UsageType')) {
    warnings.push(
      'The report has no usage types, so Amazon EC2 is split into compute and other by the operation.',
    );
  }
  return warnings;
}
