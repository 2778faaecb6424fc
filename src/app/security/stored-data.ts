import { MAX_RETENTION_DAYS, MIN_RETENTION_DAYS } from '@/features/audit/retention-bounds';

export interface StoredData {
  readonly data: string;
  readonly stored: string;
  readonly kept: string;
  /** The tables of the database that hold it. A test knows of every other that is added. */
  readonly tables: readonly string[];
}

/** Everything that the database holds, in the order in which a reviewer asks for it. */
export const storedData: readonly StoredData[] = [
  {
    data: 'Costs by day, service, region and account; forecasts; AWS’s own totals for comparison',
    stored: 'As text and numbers',
    kept: 'Until the connection is revoked, then deleted at once',
    tables: [
      'charge',
      'charge_daily',
      'charge_daily_by',
      'charge_monthly_by',
      'staged_charge',
      'control_total',
      'cost_forecast',
      'sync_run',
      'sync_window',
      'sync_fetch',
      'row_count',
      'request_day',
    ],
  },
  {
    data: 'Line items of a billing export that you choose: day, resource, tags, price, quantity and cost; the resources themselves with name, type, region, state and tags',
    stored: 'As text and numbers. The files are read in a private directory and deleted at once',
    kept: 'Until the export is given up or the connection is revoked, then deleted at once',
    tables: [
      ...['line_item', 'charge_kind', 'tag_set', 'resource', 'resource_cost'],
      ...['billing_export', 'billing_period', 'covered_month', 'inventory_listing'],
      ...['tag_group', 'charge_month_tag', 'reported_tag', 'tag_index'],
    ],
  },
  {
    data: 'Costs by resource of the last 14 days, where you ask Cost Explorer for them',
    stored: 'As text and numbers',
    kept: 'Until you give them up, a billing export covers the account, or the connection is revoked, then deleted at once',
    tables: ['resource_day', 'resource_cost_fetch'],
  },
  {
    data: 'Tag keys and cost categories with their values, where you ask Cost Explorer for them',
    stored: 'As text',
    kept: 'Until you give them up, a billing export covers all accounts, or the connection is revoked, then deleted at once',
    tables: ['cost_tag', 'cost_tag_listing'],
  },
  {
    data: 'Billing files that you upload: their line items, and the names, sizes and sums of the files',
    stored: 'The file in pieces until it is loaded, a day at most; then as text and numbers',
    kept: 'Until the file is removed or its source is revoked, then deleted at once',
    tables: ['uploaded_file', 'uploaded_chunk'],
  },
  {
    data: 'A bucket that billing files come from: its name, folder, region, account number and role ARN; key, version, size and time of each billing file in it',
    stored: 'As text and numbers. The role can list and read that folder and nothing else',
    kept: 'Until the source is revoked, then deleted at once',
    tables: ['file_bucket', 'bucket_object'],
  },
  {
    data: 'AWS account numbers and names, your own labels and groups for them, organization id, role ARN, external ID',
    stored:
      'As text. An external ID opens nothing by itself: it counts only together with the role that Belvedere runs as',
    kept: 'Until the connection is revoked. A digest of each external ID stays, so that none is issued twice',
    tables: ['connection', 'linked_account', 'aws_account_claim', 'external_id_issued'],
  },
  {
    data: 'Access ledger: every call to AWS with time, action, outcome and AWS’s request id',
    stored: 'As text',
    kept: 'Until the connection is revoked',
    tables: ['access_ledger'],
  },
  {
    data: 'AWS credentials',
    stored: 'Not stored. Temporary ones are in the servers’ memory for an hour at most',
    kept: 'Not kept',
    tables: [],
  },
  {
    data: 'Name, email address, role and limits of people; what provisioning says of them (names, work address, its own id); names and settings of workspaces',
    stored: 'As text',
    kept: 'The membership until it ends. The account until the last workspace it belongs to is deleted, or provisioning removes somebody who has no password and no other workspace. An account that left its last workspace otherwise stays until the operator deletes it',
    tables: ['app_user', 'membership', 'account_grant', 'workspace'],
  },
  {
    data: 'Passwords',
    stored: 'argon2id digests',
    kept: 'Until changed, or with the account; of staff until they are taken off the list',
    tables: ['app_user', 'staff_account'],
  },
  {
    data: 'Second factors',
    stored:
      'TOTP secrets encrypted; public keys, names and last use of passkeys as they are; recovery codes as keyed digests',
    kept: 'Until removed, or with the account; what a passkey is asked to sign for five minutes',
    tables: ['app_user', 'staff_account', 'passkey', 'recovery_code', 'webauthn_challenge'],
  },
  {
    data: 'Sessions: times, method, address, browser; after single sign-on what the identity provider calls the person and the session',
    stored: 'As text; the token as a digest',
    kept: 'Until signed out; at the latest 14 days after it began, or within the hour after. Of staff, without the browser, at least 400 days, for the review each quarter',
    tables: ['auth_session', 'staff_session'],
  },
  {
    data: 'Attempts to sign in, and requests for the limits',
    stored: 'Keyed digests of address, account or token, with a count',
    kept: 'Counted for 15 minutes and for one, deleted within the hour after',
    tables: ['login_throttle', 'rate_count'],
  },
  {
    data: 'Invitations and mailed links',
    stored:
      'The address that each went to, of invitations role and limits too; the link as a digest. Mails themselves only in a demo, which sends none',
    kept: 'Links until used, an hour after they run out at most. Invitations are good for 7 days and listed until accepted, withdrawn or the workspace is deleted',
    tables: ['invitation', 'user_token', 'local_mail'],
  },
  {
    data: 'Single sign-on and provisioning',
    stored:
      'Settings, certificates, domains, groups and their members as text, with the result of the last test login (its address, name, groups and attributes). Our private keys encrypted. Ids of assertions as digests',
    kept: 'Until the connection, the domain, the group or the workspace is deleted; sign-ins under way for minutes, deleted within the hour after',
    tables: [
      'sso_connection',
      'sso_key',
      'sso_domain',
      'domain_claim',
      'saml_request',
      'saml_assertion',
      'scim_group',
      'scim_group_member',
    ],
  },
  {
    data: 'API and SCIM tokens',
    stored: 'Digests, with name, scopes, and time and address of the last use',
    kept: 'Until ended, also when expired; a personal one until its person leaves; all with the workspace',
    tables: ['api_token'],
  },
  {
    data: 'Saved views; your rules for tags, and which tag keys you take into reports or out of them',
    stored: 'Names, filters, and tag keys and values that you wrote into a rule, as text',
    kept: 'Until deleted, or with the workspace',
    tables: ['saved_view', 'view_grant', 'tag_rule', 'tag_choice'],
  },
  {
    data: 'Audit trail: who did what, when, from which address',
    stored:
      'Ids, actions, addresses, and what was before and after as text, chained by hashes. No account number, ARN or external ID',
    kept: `Until the workspace is deleted, or for the days that its owners have set, from ${MIN_RETENTION_DAYS} to ${MAX_RETENTION_DAYS.toLocaleString('en')}`,
    tables: ['audit_event', 'audit_head'],
  },
  {
    data: 'Access by the operator’s staff',
    stored: 'Name, reason and times as text; who is and was staff; who signed the list each quarter',
    kept: 'The accesses until the workspace is deleted, the list and its reviews for good',
    tables: ['staff_access', 'staff_account', 'staff_review'],
  },
  {
    data: 'Jobs in the queue',
    stored: 'Our own ids',
    kept: 'Until done, and for a short time after',
    tables: [],
  },
  {
    data: 'Receipts of erasures; for a deleted workspace a random id, a time and counts',
    stored: 'Signed text without account numbers or names',
    kept: 'Receipts with the workspace, the rest for good',
    tables: ['erasure_receipt', 'tombstone'],
  },
];
