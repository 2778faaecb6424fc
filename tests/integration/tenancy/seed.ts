import type pg from 'pg';
import type { Ctx } from '@/context';

const personOf = ({ actor }: Ctx): string => {
  if (actor.kind !== 'user') throw new Error('This is no person.');
  return actor.userId;
};

/** A text by which what is seeded here for the workspace is found again, wherever it is. */
export const markOf = ({ workspaceId }: Ctx) => `mark-${workspaceId.slice(0, 8)}`;

/** Text, and the functions that make ids and times, as a literal row of SQL. */
const ID = 'gen_random_uuid()';
const NOW = 'now()';

/** For a workspace with a synced connection: a row in every table that no sync fills. */
function rowsOf(workspaceId: string, userId: string, mark: string): string[] {
  const [w, u, m] = [`'${workspaceId}'::uuid`, `'${userId}'::uuid`, `'${mark}'`];
  const of = (table: string) => `from ${table} where workspace_id = ${w}`;
  return [
    `insert into account_grant (workspace_id, user_id, ref) select ${w}, ${u}, min(ref) ${of('linked_account')}`,
    `insert into saved_view (workspace_id, id, name, query, created_by) values (${w}, ${ID}, ${m}, '', ${u})`,
    `insert into view_grant (workspace_id, view_id, user_id) select ${w}, id, ${u} ${of('saved_view')} and name = ${m}`,
    `insert into invitation (workspace_id, id, email, role, account_refs, digest, invited_by, created_at, expires_at)
     values (${w}, ${ID}, ${m} || '-guest@example.org', 'viewer', '{}', ${m}, ${u}, ${NOW}, ${NOW})`,
    `insert into sso_connection (workspace_id, id, name, created_at, updated_at) values (${w}, ${ID}, ${m}, ${NOW}, ${NOW})`,
    `insert into sso_key (workspace_id, id, private_key, certificate, created_at) values (${w}, ${ID}, ${m}, 'c', ${NOW})`,
    `insert into sso_domain (workspace_id, domain, token, created_at) values (${w}, ${m} || '.example', 't', ${NOW})`,
    `insert into domain_claim (domain, workspace_id, verified_at) values (${m} || '.example', ${w}, ${NOW})`,
    `insert into saml_request (workspace_id, sso_connection_id, id, purpose, browser_digest, user_id, return_to, created_at, expires_at)
     select ${w}, id, ${m}, 'sign-in', 'd', ${u}, '/', ${NOW}, ${NOW} ${of('sso_connection')}`,
    `insert into saml_assertion (workspace_id, sso_connection_id, digest, expires_at) select ${w}, id, ${m}, ${NOW} ${of('sso_connection')}`,
    `insert into scim_group (workspace_id, id, display_name, created_at, updated_at) values (${w}, ${ID}, ${m}, ${NOW}, ${NOW})`,
    `insert into scim_group_member (workspace_id, group_id, user_id) select ${w}, id, ${u} ${of('scim_group')}`,
    `insert into api_token (workspace_id, id, kind, name, hint, digest, user_id, role, scopes, address_ranges, created_by, created_at)
     values (${w}, ${ID}, 'personal', ${m}, 'h', ${m}, ${u}, 'viewer', '{}', '{}', ${u}, ${NOW})`,
    `insert into staff_access (workspace_id, id, staff_id, staff_name, reason, minutes, status, requested_at, decided_by)
     values (${w}, ${ID}, ${ID}, 'S', ${m}, 60, 'asked', ${NOW}, ${u})`,
    `insert into erasure_receipt (workspace_id, connection_id, body, signature, created_at) values (${w}, ${ID}, '{"rows":[]}', ${m}, ${NOW})`,
    `insert into billing_export (workspace_id, connection_id, id, service, arn, name, format, bucket, prefix, region, found_at)
     select ${w}, id, ${ID}, 'data-exports', ${m}, ${m}, 'focus', 'bucket', 'prefix', 'us-east-1', ${NOW} ${of('connection')}`,
    `insert into billing_period (workspace_id, connection_id, billing_period, export_id, shelf, rows)
     select ${w}, connection_id, '2027-02-01', id, 0, 1 ${of('billing_export')} and name = ${m}`,
    `insert into covered_month (workspace_id, connection_id, billing_period, sub_account_id)
     select ${w}, id, '1999-01-01', aws_account_id ${of('connection')}`,
    `insert into inventory_listing (workspace_id, connection_id, resource_type, region_id, resources, listed_at)
     select ${w}, id, ${m}, '', 1, ${NOW} ${of('connection')}`,
    `insert into uploaded_file (workspace_id, connection_id, id, name, state, received_at)
     select ${w}, id, ${ID}, ${m}, 'read', ${NOW} ${of('connection')}`,
    `insert into uploaded_chunk select ${w}, connection_id, id, 0, 'x' ${of('uploaded_file')}`,
    `insert into file_bucket (workspace_id, connection_id, bucket, prefix, role_name) select ${w}, id, ${m}, '', 'r' ${of('connection')}`,
    `insert into bucket_object select ${w}, connection_id, ${m}, '', 1, ${NOW} ${of('file_bucket')}`,
    `insert into charge_kind select ${w}, 0, id, 1, ${ID}, '', aws_account_id, ${m}, '', '', '', '', 'USD', '', '', '', '', '', '', '', '',
       'Usage', '', '', '', '', '', '', '', '', '', '', '', '', '', null, null ${of('connection')}`,
    `insert into tag_set (workspace_id, shelf, connection_id, tag_key, digest, tags)
     select ${w}, 0, id, 1, ${ID}, jsonb_build_object('k', ${m}) ${of('connection')}`,
    `insert into tag_group select ${w}, 0, id, 1, 'export', 'Usage', aws_account_id, ${m}, '', 'USD', jsonb_build_object('k', ${m}), ${ID}
     ${of('connection')}`,
    `insert into charge_month_tag select ${w}, 0, id, '2027-02-01', 1, aws_account_id, '{1}', '{1}', null, 1, 1 ${of('connection')}`,
    `insert into reported_tag select ${w}, id, ${m}, 1, true ${of('connection')}`,
    `insert into tag_index select ${w}, id, false, null ${of('connection')}`,
    `insert into tag_rule select ${w}, ${ID}, ${m}, array[${m}], true, '{}', ${NOW}, ${NOW}`,
    `insert into tag_choice select ${w}, ${m}, true, ${NOW}`,
    `insert into resource (workspace_id, shelf, connection_id, resource_key, resource_id, bare_id, ref, name, resource_type,
       service_name, region_id, sub_account_id, tags, attributes, related, state)
     select ${w}, 0, id, 1, ${m}, '', ${ID}::text, ${m}, '', '', '', aws_account_id, '{}', '{}', '{}', '' ${of('connection')}`,
    `insert into line_item (workspace_id, connection_id, shelf, billing_period, charge_date, resource_key, kind_key, tag_key,
       billed_cost, effective_cost)
     select ${w}, id, 0, '2027-02-01', '2027-02-01', 1, 1, 1, 1, 1 ${of('connection')}`,
    `insert into resource_cost select ${w}, 0, id, 1, 'USD', aws_account_id, 'export', '2027-03-01', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
       1, 1, 1, 1, 1 ${of('connection')}`,
    `insert into resource_day select ${w}, 0, id, 1, '2027-02-01', ${m}, 'USD', aws_account_id, 1, 1 ${of('connection')}`,
    `insert into resource_cost_fetch select ${w}, id, aws_account_id, '2027-02-01', '2027-02-15', 1, ${NOW} ${of('connection')}`,
    `insert into cost_tag_listing select ${w}, id, ${NOW}, 9, 0, null, null, null ${of('connection')}`,
    `insert into cost_tag select ${w}, id, ${m}, 1, array[${m}], ${NOW} ${of('connection')}`,
    `insert into staged_charge select workspace_id, connection_id, ${ID}, charge_date, sub_account_id, 'usage', line,
       charge_date, service_name, region_id, charge_category, record_type, currency, billed_cost, effective_cost
     ${of('charge')} limit 5`,
  ];
}

export async function seedWorkspace(owner: pg.Pool, ctx: Ctx): Promise<void> {
  for (const statement of rowsOf(ctx.workspaceId, personOf(ctx), markOf(ctx))) {
    const { rowCount } = await owner.query(statement);
    if (!rowCount) throw new Error(`Nothing was seeded: ${statement}`);
  }
}
