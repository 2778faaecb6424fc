import { categoryOf, COST_CATEGORY, dollars, endOf, startOf } from './focus-columns';
import type { BillMonth, Columns } from './focus-columns';

type Kind = 'text' | 'instant' | 'dollars' | 'units';
/** The legacy report's name, and SQL for the value: nanodollars where it is dollars, ten-thousandths where it is units. */
type CurColumn = readonly [name: string, kind: Kind, sql: string];

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const of = (recordType: string, sql: string): string =>
  `case when l.record_type = '${recordType}' then ${sql} end`;
const isReservation = "l.record_type in ('DiscountedUsage', 'RIFee')";
const isSavingsPlan = "starts_with(l.record_type, 'SavingsPlan')";
// Covered and reserved usage has its price on demand here, a negation takes nothing back.
const onDemand = `case when l.record_type = 'DiscountedUsage' then round(f.quantity * l.rate * 1e5)::bigint
  when l.record_type in ('Usage', 'SavingsPlanCoveredUsage') then f.unblended end`;
const iso = (sql: string): string => `strftime(${sql}, '%Y-%m-%dT%H:%M:%SZ')`;

function curColumns(month: BillMonth, isHourly: boolean): readonly CurColumn[] {
  const end = endOf(month, isHourly);
  return [
    ['identity/LineItemId', 'text', "md5(concat_ws('|', l.account_id, f.line, f.day, f.hour, f.resource))"],
    ['identity/TimeInterval', 'text', `${iso(startOf)} || '/' || ${iso(end)}`],
    ['bill/InvoiceId', 'text', 'null::varchar'],
    ['bill/BillingEntity', 'text', "'AWS'"],
    ['bill/BillType', 'text', "case when l.record_type = 'Refund' then 'Refund' else 'Anniversary' end"],
    ['bill/PayerAccountId', 'text', literal(month.payerId)],
    ['bill/BillingPeriodStartDate', 'instant', `timestamp ${literal(month.start)}`],
    ['bill/BillingPeriodEndDate', 'instant', `timestamp ${literal(month.end)}`],
    ['lineItem/UsageAccountId', 'text', 'l.account_id'],
    ['lineItem/LineItemType', 'text', 'l.line_item_type'],
    ['lineItem/UsageStartDate', 'instant', startOf],
    ['lineItem/UsageEndDate', 'instant', end],
    ['lineItem/ProductCode', 'text', 'l.service_code'],
    ['lineItem/UsageType', 'text', 'l.usage_type'],
    ['lineItem/Operation', 'text', 'l.operation'],
    ['lineItem/AvailabilityZone', 'text', 'r.zone'],
    ['lineItem/ResourceId', 'text', 'r.billed_id'],
    ['lineItem/UsageAmount', 'units', 'f.quantity'],
    ['lineItem/CurrencyCode', 'text', "'USD'"],
    ['lineItem/UnblendedCost', 'dollars', 'f.unblended'],
    ['lineItem/BlendedCost', 'dollars', 'f.unblended'],
    ['lineItem/LineItemDescription', 'text', 'l.description'],
    ['lineItem/TaxType', 'text', of('Tax', "'SalesTax'")],
    ['lineItem/LegalEntity', 'text', "'Amazon Web Services, Inc.'"],
    ['product/ProductName', 'text', 'l.service_name'],
    ['product/instanceType', 'text', 'l.instance_type'],
    ['product/region', 'text', 'l.region_id'],
    ['product/regionCode', 'text', 'l.region_id'],
    ['product/servicecode', 'text', 'l.service_code'],
    ['product/sku', 'text', 'l.sku_id'],
    ['pricing/RateId', 'text', 'l.sku_price_id'],
    ['pricing/publicOnDemandCost', 'dollars', onDemand],
    ['pricing/publicOnDemandRate', 'text', 'case when l.rate > 0 then l.rate::varchar end'],
    [
      'pricing/term',
      'text',
      `case when ${isReservation} then 'Reserved' when l.rate > 0 then 'OnDemand' end`,
    ],
    ['pricing/unit', 'text', 'l.unit'],
    ['reservation/ReservationARN', 'text', `case when ${isReservation} then l.plan_arn end`],
    ['reservation/EffectiveCost', 'dollars', of('DiscountedUsage', 'f.amortized')],
    ['reservation/AmortizedUpfrontCostForUsage', 'dollars', of('DiscountedUsage', '0')],
    ['reservation/RecurringFeeForUsage', 'dollars', of('DiscountedUsage', 'f.amortized')],
    ['reservation/UnusedAmortizedUpfrontFeeForBillingPeriod', 'dollars', of('RIFee', '0')],
    ['reservation/UnusedRecurringFee', 'dollars', of('RIFee', 'f.amortized')],
    ['reservation/UnusedQuantity', 'units', of('RIFee', '0')],
    ['savingsPlan/SavingsPlanARN', 'text', `case when ${isSavingsPlan} then l.plan_arn end`],
    ['savingsPlan/OfferingType', 'text', `case when ${isSavingsPlan} then 'ComputeSavingsPlans' end`],
    ['savingsPlan/PaymentOption', 'text', `case when ${isSavingsPlan} then 'No Upfront' end`],
    ['savingsPlan/PurchaseTerm', 'text', `case when ${isSavingsPlan} then '1yr' end`],
    ['savingsPlan/SavingsPlanEffectiveCost', 'dollars', of('SavingsPlanCoveredUsage', 'f.amortized')],
    ['savingsPlan/TotalCommitmentToDate', 'dollars', of('SavingsPlanRecurringFee', 'f.unblended')],
    ['savingsPlan/UsedCommitment', 'dollars', of('SavingsPlanRecurringFee', 'f.unblended - f.amortized')],
  ];
}

const IN_PRODUCT_MAP = ['product/ProductName', 'product/instanceType', 'product/region'];

const snake = (name: string): string =>
  name
    .replace('/', '_')
    .replace(/(?<!_)[A-Z]/g, (letter) => `_${letter}`)
    .toLowerCase();

function typed(kind: Kind, sql: string): string {
  if (kind === 'dollars') return dollars(sql);
  if (kind === 'units') return `(${sql}) / 1e4`;
  return kind === 'instant' ? `cast(${sql} as timestamp_ms)` : sql;
}

/** Source: AWS Data Exports user guide, "Cost and Usage Report (CUR) 2.0". What a product is stands in a map. */
export function cur2Columns(month: BillMonth, isHourly: boolean): Columns {
  const columns = curColumns(month, isHourly).filter(([name]) => !IN_PRODUCT_MAP.includes(name));
  return [
    ...columns.map(([name, kind, sql]): [string, string] => [snake(name), typed(kind, sql)]),
    ['bill_payer_account_name', literal(month.payerName)],
    ['line_item_usage_account_name', 'l.account_name'],
    [
      'product',
      `map(['product_name', 'region', 'instance_type'],
        [l.service_name, coalesce(l.region_id, ''), coalesce(l.instance_type, '')])`,
    ],
    ['resource_tags', 'coalesce(r.cur_tags, map([]::varchar[], []::varchar[]))'],
    ['cost_category', `map(['${COST_CATEGORY}'], [${categoryOf}])`],
    ['discount', 'map([]::varchar[], []::double[])'],
  ];
}

/** Exact decimal text, ten places as AWS writes them. */
const decimal = (sql: string, unit: string): string =>
  `cast((${sql})::bigint as decimal(28, 0)) * cast(${unit} as decimal(10, 10))`;

function written(kind: Kind, sql: string): string {
  if (kind === 'dollars') return decimal(sql, '0.0000000010');
  if (kind === 'units') return decimal(sql, '0.0001000000');
  return kind === 'instant' ? iso(sql) : sql;
}

const TAG_KEYS = ['Name', 'environment', 'env', 'Env', 'Environment', 'team', 'Team', 'cost-center'];
const AWS_TAG_KEYS = ['aws:cloudformation:stack-name'];

/** Source: AWS CUR user guide, "Data dictionary". One column for each tag that the payer has activated. */
export function curLegacyColumns(month: BillMonth, isHourly: boolean): Columns {
  const tag = (column: string, key: string): [string, string] => [
    `resourceTags/${column}`,
    `r.tags[${literal(key)}]`,
  ];
  return [
    ...curColumns(month, isHourly).map(([name, kind, sql]): [string, string] => [name, written(kind, sql)]),
    ...TAG_KEYS.map((key) => tag(`user:${key}`, key)),
    ...AWS_TAG_KEYS.map((key) => tag(key, key)),
    [`costCategory/${COST_CATEGORY}`, categoryOf],
  ];
}
