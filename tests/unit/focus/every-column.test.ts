import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, expect, it } from 'vitest';
import { lineItemColumns } from '@/focus/line-item';
import { spellings } from '@/focus/schemas/cur-names';
import { lineItemsOf, openDuck, textRows } from './duck';

let duck: DuckDBConnection;
beforeAll(async () => {
  duck = await openDuck();
});

const RESERVATION = 'arn:aws:ec2:eu-west-1:111122223333:reserved-instances/0f1e';

/** One row of FOCUS 1.2 in which every column says something of its own. */
const FOCUS = {
  BillingPeriodStart: '2026-11-01T00:00:00Z',
  BillingPeriodEnd: '2026-12-01T00:00:00Z',
  ChargePeriodStart: '2026-11-05T13:00:00Z',
  ChargePeriodEnd: '2026-11-05T14:00:00Z',
  BilledCost: '1.01',
  EffectiveCost: '1.02',
  ListCost: '1.03',
  ContractedCost: '1.04',
  ConsumedQuantity: '5',
  ConsumedUnit: 'Hours',
  PricingQuantity: '6',
  PricingUnit: 'Hrs',
  BillingAccountId: '111122223333',
  BillingAccountName: 'Payer',
  SubAccountId: '444455556666',
  SubAccountName: 'Web',
  ProviderName: 'Microsoft',
  PublisherName: 'Publisher',
  InvoiceIssuerName: 'Issuer',
  InvoiceId: 'INV-7',
  BillingCurrency: 'eur',
  ServiceName: 'Virtual Machines',
  ServiceCategory: 'Compute',
  ServiceSubcategory: 'Virtual Machines of old',
  RegionId: 'westeurope',
  AvailabilityZone: 'westeurope-1',
  ChargeCategory: 'Usage',
  ChargeClass: 'Correction',
  ChargeFrequency: 'Usage-Based',
  ChargeDescription: 'Hours of a machine',
  SkuId: 'SKU1',
  SkuPriceId: 'SKU1/A',
  PricingCategory: 'Committed',
  CommitmentDiscountId: RESERVATION,
  CommitmentDiscountName: 'Plan of the year',
  CommitmentDiscountCategory: 'Usage',
  CommitmentDiscountType: 'Reservation',
  CommitmentDiscountStatus: 'Used',
  CommitmentDiscountQuantity: '7',
  CommitmentDiscountUnit: 'Instance hours',
  ListUnitPrice: '0.11',
  ContractedUnitPrice: '0.12',
  ResourceId: '/vm/one',
  ResourceName: 'one',
  ResourceType: 'Virtual machine',
  Tags: '{"team":"web"}',
  x_ServiceCode: 'VM',
  x_UsageType: 'Hours:D2',
  x_Operation: 'Run',
};

const numbers = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const column = lineItemColumns.find((one) => one.name === name);
      const isNumber = column?.type === 'amount' || column?.type === 'number';
      return [name, isNumber && value !== null ? Number(value) : value];
    }),
  );

it('keeps every column of FOCUS as the file says it', async () => {
  const [item = {}] = await lineItemsOf(duck, textRows([FOCUS]));
  expect(numbers(item)).toEqual({
    ...{ billing_period: '2026-11-01', charge_date: '2026-11-05', billed_cost: 1.01, effective_cost: 1.02 },
    ...{ list_cost: 1.03, contracted_cost: 1.04, consumed_quantity: 5, pricing_quantity: 6 },
    ...{ billing_account_id: '111122223333', sub_account_id: '444455556666', sub_account_name: 'Web' },
    ...{ provider_name: 'Microsoft', publisher_name: 'Publisher', invoice_issuer_name: 'Issuer' },
    ...{ invoice_id: 'INV-7', billing_currency: 'EUR', service_name: 'Virtual Machines' },
    ...{ service_category: 'Compute', service_subcategory: 'Virtual Machines of old', service_code: 'VM' },
    ...{ usage_type: 'Hours:D2', operation: 'Run', region_id: 'westeurope' },
    ...{ availability_zone: 'westeurope-1', charge_category: 'Usage', charge_class: 'Correction' },
    ...{ charge_frequency: 'Usage-Based', charge_description: 'Hours of a machine', sku_id: 'SKU1' },
    ...{ sku_price_id: 'SKU1/A', pricing_category: 'Committed', pricing_unit: 'Hrs', consumed_unit: 'Hours' },
    ...{ commitment_discount_id: RESERVATION, commitment_discount_name: 'Plan of the year' },
    ...{ commitment_discount_category: 'Usage', commitment_discount_type: 'Reservation' },
    ...{ commitment_discount_status: 'Used', list_unit_price: 0.11, contracted_unit_price: 0.12 },
    ...{ commitment_discount_quantity: 7, commitment_discount_unit: 'Instance hours' },
    ...{ resource_id: '/vm/one', resource_name: 'one', resource_type: 'Virtual machine' },
    tags: '{"team":"web"}',
  });
});

/** An hour of a reserved instance as the Cost and Usage Report has it. */
const CUR = {
  'bill/BillingPeriodStartDate': '2026-11-01T00:00:00Z',
  'bill/BillType': 'Anniversary',
  'bill/PayerAccountId': '111122223333',
  'bill/InvoiceId': 'INV-7',
  'bill/InvoicingEntity': 'Amazon Web Services, Inc.',
  'lineItem/LegalEntity': 'Amazon Web Services EMEA SARL',
  'lineItem/CurrencyCode': 'USD',
  'lineItem/LineItemType': 'DiscountedUsage',
  'lineItem/LineItemDescription': 'Linux/UNIX (Amazon VPC), m5.large reserved instance applied',
  'lineItem/ProductCode': 'AmazonEC2',
  'lineItem/UsageAccountId': '444455556666',
  'lineItem/UsageAccountName': 'Web',
  'lineItem/UsageStartDate': '2026-11-05T13:00:00Z',
  'lineItem/UsageType': 'EUW1-BoxUsage:m5.large',
  'lineItem/Operation': 'RunInstances',
  'lineItem/AvailabilityZone': 'eu-west-1a',
  'lineItem/ResourceId': 'i-0123456789abcdef0',
  'lineItem/UsageAmount': '1',
  'lineItem/UnblendedCost': '0',
  'lineItem/UnblendedRate': '0.0',
  'pricing/unit': 'Hrs',
  'pricing/RateCode': 'SKU1.ABC.6YS6EN2CT7',
  'pricing/publicOnDemandCost': '0.107',
  'pricing/publicOnDemandRate': '0.107',
  'reservation/ReservationARN': RESERVATION,
  'reservation/EffectiveCost': '0.06',
  'product/sku': 'SKU1',
};
const FROM_CUR = {
  ...{ billing_period: '2026-11-01', charge_date: '2026-11-05', billed_cost: 0, effective_cost: 0.06 },
  ...{ list_cost: 0.107, contracted_cost: 0.107, consumed_quantity: 1, pricing_quantity: 1 },
  ...{ billing_account_id: '111122223333', sub_account_id: '444455556666', sub_account_name: 'Web' },
  ...{ provider_name: 'AWS', publisher_name: 'Amazon Web Services EMEA SARL', invoice_id: 'INV-7' },
  ...{ invoice_issuer_name: 'Amazon Web Services, Inc.', billing_currency: 'USD', service_code: 'AmazonEC2' },
  service_name: 'Amazon Elastic Compute Cloud - Compute',
  // FOCUS's own lists of kinds of services, of which AWS's report says nothing.
  ...{ service_category: '', service_subcategory: '' },
  ...{ usage_type: 'EUW1-BoxUsage:m5.large', operation: 'RunInstances', region_id: 'eu-west-1' },
  ...{ availability_zone: 'eu-west-1a', charge_category: 'Usage', charge_class: '' },
  charge_frequency: 'Usage-Based',
  charge_description: 'Linux/UNIX (Amazon VPC), m5.large reserved instance applied',
  ...{ sku_id: 'SKU1', sku_price_id: 'SKU1.ABC.6YS6EN2CT7', pricing_category: 'Committed' },
  ...{ pricing_unit: 'Hrs', consumed_unit: 'Hrs', commitment_discount_id: RESERVATION },
  ...{
    commitment_discount_name: '',
    commitment_discount_category: 'Usage',
    commitment_discount_type: 'Reserved',
  },
  ...{ commitment_discount_status: 'Used', list_unit_price: 0.107, contracted_unit_price: 0 },
  ...{ commitment_discount_quantity: 1, commitment_discount_unit: 'Hrs' },
  ...{ resource_id: 'i-0123456789abcdef0', resource_name: '', resource_type: 'ec2:instance' },
  tags: '{"Team":"web"}',
};

it('makes every column of a line item of the legacy Cost and Usage Report', async () => {
  const row = {
    ...CUR,
    'product/ProductName': 'Amazon Elastic Compute Cloud',
    'product/regionCode': 'eu-west-1',
    'resourceTags/user:Team': 'web',
  };
  const [item = {}] = await lineItemsOf(duck, textRows([row]));
  expect(numbers(item)).toEqual(FROM_CUR);
});

it('makes the same of CUR 2.0, whose numbers are numbers and whose product and tags are maps', async () => {
  const renamed = Object.fromEntries(Object.entries(CUR).map(([name, value]) => [spellings(name)[1], value]));
  const isNumber = (name: string) => /(cost|rate|amount)$/.test(name);
  const columns = Object.keys(renamed).map((name) =>
    isNumber(name) ? `try_cast("${name}" as double) as "${name}"` : `"${name}"`,
  );
  const query = `select ${columns.join(', ')}, 'eu-west-1' as product_region_code,
    map {'product_name': 'Amazon Elastic Compute Cloud'} as product, map {'user_team': 'web'} as resource_tags
    from (${textRows([renamed])})`;
  const [item = {}] = await lineItemsOf(duck, query);
  expect(numbers(item)).toEqual({ ...FROM_CUR, tags: '{"team":"web"}' });
});

it.each([
  [
    'a refund is a correction that happens once',
    { 'lineItem/LineItemType': 'Refund' },
    'Correction',
    'One-Time',
  ],
  [
    'a fee of a reservation recurs',
    {
      'lineItem/LineItemType': 'RIFee',
      'reservation/UnusedRecurringFee': '1',
      'reservation/UnusedAmortizedUpfrontFeeForBillingPeriod': '0',
    },
    '',
    'Recurring',
  ],
  [
    'usage on a bill of refunds is a correction',
    { 'lineItem/LineItemType': 'Usage', 'bill/BillType': 'Refund' },
    'Correction',
    'Usage-Based',
  ],
])('%s', async (_what, changed, chargeClass, frequency) => {
  const [item] = await lineItemsOf(
    duck,
    textRows([{ ...CUR, ...changed, 'product/ProductName': 'Amazon EC2' }]),
  );
  expect([item?.['charge_class'], item?.['charge_frequency']]).toEqual([chargeClass, frequency]);
});
