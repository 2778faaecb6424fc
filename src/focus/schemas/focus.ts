import { chargeCategories } from '@/domain/charge-category';
import { from, rule, type Mapping, type SourceFile } from '../mapping';
import { explorerType } from '../resource-type';
import { costExplorerServiceName } from '../service-name';
import { listOf } from '../sql';
import { withCategories } from '../tag-json';

const AWS_NAMES = ['AWS', 'Amazon Web Services', 'Amazon Web Services, Inc.'];

const isAws = (file: SourceFile) =>
  `${file.text('ProviderName', 'ServiceProviderName', 'InvoiceIssuerName')} in ${listOf(AWS_NAMES)}`;

// From FOCUS 1.1 on AWS has no x_UsageType, and SkuMeter says what it said.
const hasUsageType = (file: Pick<SourceFile, 'has'>) => file.has('x_UsageType') || file.has('SkuMeter');
const usageType = (file: SourceFile) =>
  file.has('x_UsageType')
    ? file.text('x_UsageType')
    : `case when ${isAws(file)} then ${file.text('SkuMeter')} else '' end`;

const serviceName = (file: SourceFile) =>
  costExplorerServiceName({
    isAws: isAws(file),
    serviceCode: file.text('x_ServiceCode'),
    serviceName: file.text('ServiceName'),
    usageType: hasUsageType(file) ? usageType(file) : null,
    operation: file.text('x_Operation'),
    unit: file.text('ConsumedUnit', 'PricingUnit'),
    chargeCategory: file.text('ChargeCategory'),
  });

/** The newest version that has a column of this file: source, FOCUS specification, "Introduced (version)" of each column. */
function versionOf(file: Pick<SourceFile, 'has'>): string {
  if (file.has('ServiceProviderName') || file.has('HostProviderName')) return '1.3';
  if (file.has('InvoiceId') || file.has('BillingAccountType') || file.has('PricingCurrency')) return '1.2';
  if (file.has('ServiceSubcategory') || file.has('SkuMeter') || file.has('CapacityReservationId'))
    return '1.1';
  return '1.0';
}

function warningsOf(file: Pick<SourceFile, 'has'>): string[] {
  const warnings: string[] = [];
  if (!file.has('ResourceId')) warnings.push('The file has no ResourceId, so cost is not shown by resource.');
  if (!file.has('Tags')) warnings.push('The file has no Tags, so cost is not shown by tag.');
  if (file.has('x_ServiceCode') && !hasUsageType(file)) {
    warnings.push(
      'The file has no usage types, so Amazon EC2 is split into compute and other by the operation.',
    );
  }
  return warnings;
}

/** FOCUS 1.0 to 1.2 (and 1.3 by its older columns) of any provider, with the x_ columns of AWS where the file has them. */
export const focusMapping: Mapping = {
  format: 'FOCUS',
  source: 'FOCUS specification: Cost and Usage, Columns',
  tellTale: ['BilledCost', 'ChargePeriodStart', 'EffectiveCost'],
  required: [
    ['BilledCost'],
    ['BillingAccountId'],
    ['BillingCurrency'],
    ['BillingPeriodStart'],
    ['ChargeCategory'],
    ['ChargePeriodStart'],
    ['EffectiveCost'],
    ['ServiceName'],
  ],
  versionOf,
  warningsOf,
  lineItem: {
    billing_period: from('BillingPeriodStart'),
    charge_date: from('ChargePeriodStart'),
    billed_cost: from('BilledCost'),
    effective_cost: from('EffectiveCost'),
    list_cost: from('ListCost'),
    contracted_cost: from('ContractedCost'),
    consumed_quantity: from('ConsumedQuantity'),
    pricing_quantity: from('PricingQuantity'),
    commitment_discount_quantity: from('CommitmentDiscountQuantity'),
    billing_account_id: from('BillingAccountId'),
    // A charge of the billing account itself has no sub account; Cost Explorer shows it under the payer.
    sub_account_id: from('SubAccountId', 'BillingAccountId'),
    sub_account_name: rule('FOCUS: SubAccountName, BillingAccountName', (file) => {
      const own = file.text('SubAccountName');
      return `case when ${file.text('SubAccountId')} <> '' then ${own} else ${file.text('BillingAccountName')} end`;
    }),
    provider_name: from('ProviderName', 'ServiceProviderName'),
    publisher_name: from('PublisherName', 'HostProviderName'),
    invoice_issuer_name: from('InvoiceIssuerName'),
    invoice_id: from('InvoiceId'),
    billing_currency: rule('FOCUS: BillingCurrency', (file) => file.currency('BillingCurrency')),
    service_name: rule('AWS Cost Explorer: SERVICE dimension', serviceName),
    service_category: from('ServiceCategory'),
    service_subcategory: from('ServiceSubcategory'),
    service_code: from('x_ServiceCode'),
    usage_type: rule(
      'AWS Data Exports user guide: FOCUS 1.0 with AWS columns, FOCUS 1.2 with AWS columns',
      usageType,
    ),
    operation: from('x_Operation'),
    region_id: from('RegionId'),
    availability_zone: from('AvailabilityZone'),
    charge_category: rule('FOCUS: ChargeCategory', (file) => file.oneOf(chargeCategories, 'ChargeCategory')),
    charge_class: from('ChargeClass'),
    charge_frequency: from('ChargeFrequency'),
    charge_description: from('ChargeDescription'),
    sku_id: from('SkuId'),
    sku_price_id: from('SkuPriceId'),
    pricing_category: from('PricingCategory'),
    pricing_unit: from('PricingUnit'),
    consumed_unit: from('ConsumedUnit'),
    commitment_discount_id: from('CommitmentDiscountId'),
    commitment_discount_name: from('CommitmentDiscountName'),
    commitment_discount_category: from('CommitmentDiscountCategory'),
    commitment_discount_type: from('CommitmentDiscountType'),
    commitment_discount_status: from('CommitmentDiscountStatus'),
    commitment_discount_unit: from('CommitmentDiscountUnit'),
    list_unit_price: from('ListUnitPrice'),
    contracted_unit_price: from('ContractedUnitPrice'),
    resource_id: from('ResourceId'),
    resource_name: from('ResourceName'),
    resource_type: rule('AWS Resource Explorer: resource types', (file) =>
      explorerType({
        isAws: isAws(file),
        id: file.text('ResourceId'),
        type: file.text('ResourceType'),
        serviceCode: file.text('x_ServiceCode'),
      }),
    ),
    tags: rule('AWS Data Exports user guide: x_CostCategories', (file) =>
      file.has('x_CostCategories')
        ? withCategories(file.tags('Tags'), file.tags('x_CostCategories'))
        : file.tags('Tags'),
    ),
  },
};
