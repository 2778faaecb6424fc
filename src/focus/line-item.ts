/**
 * One line item as Belvedere keeps it, whatever wrote it. Names are those of FOCUS 1.2 in snake case; what FOCUS does not
 * name is AWS's own (`service_code`, `usage_type`, `operation`). Text that is absent is empty, a number that is absent is null.
 */
export type LineItemType = 'date' | 'text' | 'amount' | 'number' | 'tags';

export interface LineItemColumn {
  readonly name: string;
  /**
   * `amount` and `number` are decimal(38,18), an `amount` is never null where it is required; `tags` is JSON text of
   * string values with sorted keys, `{}` where there are none.
   */
  readonly type: LineItemType;
  /** Where it is kept: on the fact itself, or in a dictionary that the fact points into. */
  readonly of: 'fact' | 'kind' | 'resource' | 'tags';
  readonly required?: true;
}

const fact = (name: string, type: LineItemType, required?: true): LineItemColumn =>
  required ? { name, type, of: 'fact', required } : { name, type, of: 'fact' };
const kind = (...names: string[]): LineItemColumn[] =>
  names.map((name) => ({ name, type: 'text', of: 'kind' }));

export const lineItemColumns: readonly LineItemColumn[] = [
  /** First day of the billing period. */
  fact('billing_period', 'date', true),
  /** UTC day in which the charge period starts. */
  fact('charge_date', 'date', true),
  fact('billed_cost', 'amount', true),
  fact('effective_cost', 'amount', true),
  fact('list_cost', 'amount'),
  fact('contracted_cost', 'amount'),
  fact('consumed_quantity', 'number'),
  fact('pricing_quantity', 'number'),
  /** What of the commitment the row used, left unused or bought, in the commitment's unit. */
  fact('commitment_discount_quantity', 'number'),
  ...kind(
    'billing_account_id',
    'sub_account_id',
    'sub_account_name',
    'provider_name',
    'publisher_name',
    'invoice_issuer_name',
    'invoice_id',
    'billing_currency',
    /** As Cost Explorer names it where the provider is AWS, so that a service keeps its name whichever source it has. */
    'service_name',
    'service_category',
    'service_subcategory',
    'service_code',
    'usage_type',
    'operation',
    'region_id',
    'availability_zone',
    /** Usage, Purchase, Tax, Credit or Adjustment. */
    'charge_category',
    /** Correction, or empty. */
    'charge_class',
    'charge_frequency',
    'charge_description',
    'sku_id',
    'sku_price_id',
    'pricing_category',
    'pricing_unit',
    'consumed_unit',
    'commitment_discount_id',
    'commitment_discount_name',
    'commitment_discount_category',
    'commitment_discount_type',
    /** Used, Unused or empty. */
    'commitment_discount_status',
    'commitment_discount_unit',
  ),
  { name: 'list_unit_price', type: 'number', of: 'kind' },
  { name: 'contracted_unit_price', type: 'number', of: 'kind' },
  /** The provider's own spelling: an ARN or a bare id. */
  { name: 'resource_id', type: 'text', of: 'resource' },
  { name: 'resource_name', type: 'text', of: 'resource' },
  { name: 'resource_type', type: 'text', of: 'resource' },
  { name: 'tags', type: 'tags', of: 'tags' },
];
