/**
 * Every table that holds rows of a connection, with the words that a receipt uses for them. A test reads the database's
 * catalogue and fails when a table with a connection_id is neither here nor in `kept`.
 */
export const erasedTables = [
  { table: 'charge', label: 'Charges', shelved: true },
  { table: 'charge_daily', label: 'Daily totals', shelved: true },
  { table: 'charge_month_tag', label: 'Daily totals by tag', shelved: true },
  { table: 'charge_daily_by', label: 'Daily totals by dimension', shelved: true },
  { table: 'charge_monthly_by', label: 'Monthly totals', shelved: true },
  { table: 'line_item', label: 'Line items', shelved: true },
  { table: 'charge_kind', label: 'Kinds of charge', shelved: true },
  { table: 'tag_set', label: 'Sets of tags', shelved: true },
  { table: 'tag_group', label: 'Tags of reports', shelved: true },
  { table: 'reported_tag', label: 'Tag keys', shelved: false },
  { table: 'tag_index', label: 'State of the totals by tag', shelved: false },
  { table: 'resource', label: 'Resources', shelved: true },
  { table: 'resource_cost', label: 'Costs of resources', shelved: true },
  { table: 'resource_day', label: 'Costs of resources by day', shelved: true },
  { table: 'resource_cost_fetch', label: 'Answers of Cost Explorer by resource', shelved: false },
  { table: 'cost_tag', label: 'Tag keys of Cost Explorer', shelved: false },
  { table: 'cost_tag_listing', label: 'Question for tags of Cost Explorer', shelved: false },
  { table: 'billing_export', label: 'Billing exports', shelved: false },
  { table: 'billing_period', label: 'Months of billing exports', shelved: false },
  { table: 'bucket_object', label: 'Objects of a bucket', shelved: false },
  { table: 'file_bucket', label: 'Bucket that files come from', shelved: false },
  { table: 'uploaded_chunk', label: 'Pieces of uploaded files', shelved: false },
  { table: 'uploaded_file', label: 'Uploaded files', shelved: false },
  { table: 'inventory_listing', label: 'Listings of the inventory', shelved: false },
  { table: 'covered_month', label: 'Months of accounts from billing exports', shelved: false },
  { table: 'staged_charge', label: 'Charges being loaded', shelved: false },
  { table: 'control_total', label: 'Totals compared with AWS', shelved: false },
  { table: 'cost_forecast', label: 'Forecasts', shelved: false },
  { table: 'linked_account', label: 'Linked accounts', shelved: false },
  { table: 'sync_run', label: 'Sync history', shelved: false },
  { table: 'sync_window', label: 'Sync history by window', shelved: false },
  { table: 'sync_fetch', label: 'Sync history by account', shelved: false },
  { table: 'row_count', label: 'Row counts', shelved: false },
  { table: 'request_day', label: 'Request counts', shelved: false },
  { table: 'access_ledger', label: 'Access ledger', shelved: false },
  { table: 'aws_account_claim', label: 'Claim on the account number', shelved: false },
  { table: 'connection', label: 'Role, ExternalId, account number', shelved: false },
] as const;

/** What outlives a connection and names it by our own id alone. */
export const keptTables = ['erasure_receipt'] as const;

export interface RowCount {
  readonly table: string;
  readonly label: string;
  readonly rows: number;
}
