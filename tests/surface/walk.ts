import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { APIRequestContext, APIResponse } from '@playwright/test';
import { permissions, type Permission } from '../../src/domain/permissions';
import { query } from '../e2e/support/database';
import { newMember } from '../e2e/support/session';
import { surface, type Ids } from './table';

export type Rule = (typeof surface)[string];

export const rules = Object.entries(surface);
export const actions = rules.filter(([key]) => key.startsWith('action '));
export const routes = rules.filter(([key]) => key.startsWith('GET /api/'));
export const pages = rules.filter(([key]) => key.startsWith('page '));

export const isPermission = (who: Rule['who']): who is Permission => (permissions as string[]).includes(who);

export const inputOf = (rule: Rule, ids: Ids) => rule.input?.(ids);

export const addressOf = (key: string, ids: Ids) =>
  key
    .replace(/^\S+ /, '')
    .replace('[connectionId]', ids.connectionId)
    .replace('[fileId]', ids.exportId)
    .replace('[viewId]', ids.viewId)
    .replace('[ref]', ids.ref)
    .replace('[token]', 'x'.repeat(43));

/** Asks a page or a route by its own method, as our own pages do. */
export function ask(
  request: APIRequestContext,
  key: string,
  ids: Ids,
  baseUrl: string,
  origin = baseUrl,
): Promise<APIResponse> {
  const [method = ''] = key.split(' ');
  const url = `${baseUrl}${addressOf(key, ids)}`;
  if (method === 'page' || method === 'GET') return request.get(url);
  const rule = surface[key];
  const data = rule?.input ? inputOf(rule, ids) : Buffer.from('x');
  return request.fetch(method === 'POST' && url.endsWith('/content') ? `${url}?name=walked.csv` : url, {
    ...{ method, headers: { origin } },
    ...(method === 'DELETE' ? {} : { data }),
  });
}

export const codeOf = async (answer: APIResponse) =>
  ((await answer.json().catch(() => ({}))) as { error?: { code?: string } }).error?.code;

/** Rows of a workspace that inputs can name. */
export async function addRows({
  workspaceId,
  connectionId,
  viewId,
}: Pick<Ids, 'workspaceId' | 'connectionId' | 'viewId'>): Promise<Ids> {
  const ids = {
    workspaceId,
    connectionId,
    viewId,
    exportId: randomUUID(),
    ref: `r${randomUUID().replaceAll('-', '').slice(0, 16)}`,
    userId: (await newMember(workspaceId, 'editor')).userId,
    invitationId: randomUUID(),
    staffAccessId: randomUUID(),
    tokenId: randomUUID(),
    ssoConnectionId: randomUUID(),
    ssoKeyId: randomUUID(),
    accountRef: `a${randomUUID().replaceAll('-', '').slice(0, 12)}`,
  };
  await query(
    `insert into billing_export (workspace_id, connection_id, id, service, arn, name, format, bucket, prefix, region, found_at)
     select workspace_id, id, $3, 'data-exports', $4, 'walked', 'focus', 'walked', 'walked', 'us-east-1', now()
     from connection where workspace_id = $1 and id = $2`,
    [workspaceId, connectionId, ids.exportId, `arn:walked:${ids.exportId}`],
  );
  await query(
    `insert into uploaded_file (workspace_id, connection_id, id, name, state, received_at)
     select workspace_id, id, $3, 'walked.csv', 'loaded', now() from connection where workspace_id = $1 and id = $2`,
    [workspaceId, connectionId, ids.exportId],
  );
  await query(
    `insert into resource (workspace_id, shelf, connection_id, resource_key, resource_id, bare_id, ref, name, resource_type, service_name,
       region_id, sub_account_id, tags, attributes, related, state)
     select workspace_id, shelf, id, 1000000 + floor(random() * 1000000), $3, '', $3, 'Walked', 'ec2:instance', '', '', aws_account_id, '{}', '{}', '{}', ''
     from connection where workspace_id = $1 and id = $2`,
    [workspaceId, connectionId, ids.ref],
  );
  await query(
    `insert into linked_account (workspace_id, connection_id, aws_account_id, ref, name)
     select workspace_id, id, $3, $3, 'Walked' from connection where workspace_id = $1 and id = $2`,
    [workspaceId, connectionId, ids.accountRef],
  );
  await query(
    `insert into reported_tag (workspace_id, connection_id, tag_key, tag_values, is_reported)
     select workspace_id, id, $3, 1, true from connection where workspace_id = $1 and id = $2`,
    [workspaceId, connectionId, ids.ref],
  );
  await query(
    `insert into tag_rule (workspace_id, id, name, keys, ignores_case, synonyms, created_at, updated_at)
     values ($1, $2, 'Walked before', '{k}', true, '{}', now(), now())`,
    [workspaceId, ids.exportId],
  );
  await query(
    `insert into invitation (workspace_id, id, email, role, account_refs, digest, invited_by, created_at, expires_at)
     values ($1, $2, $3, 'viewer', '{}', 'none', $4, now(), now() + interval '7 days')`,
    [workspaceId, ids.invitationId, `${ids.invitationId}@walked.example`, ids.userId],
  );
  await query(
    `insert into staff_access (workspace_id, id, staff_id, staff_name, reason, minutes, status, requested_at)
     values ($1, $2, gen_random_uuid(), 'Sam Staff', 'to walk through it', 15, 'asked', now())`,
    [workspaceId, ids.staffAccessId],
  );
  await query(
    `insert into api_token (workspace_id, id, kind, name, hint, digest, role, scopes, address_ranges, created_by, created_at)
     values ($1, $2, 'service', 'Walked', 'bvd_svc_…none', $4, 'viewer', '{}', '{}', $3, now())`,
    [workspaceId, ids.tokenId, ids.userId, ids.tokenId],
  );
  await query(
    `insert into sso_connection (workspace_id, id, name, created_at, updated_at) values ($1, $2, 'Walked', now(), now())`,
    [workspaceId, ids.ssoConnectionId],
  );
  await query(
    `insert into sso_key (workspace_id, id, private_key, certificate, created_at) values ($1, $2, 'none', $3, now())`,
    [workspaceId, ids.ssoKeyId, readFileSync('tests/fixtures/sso/certificate.txt', 'utf8')],
  );
  return ids;
}

export async function removeRows(workspaceIds: readonly string[]): Promise<void> {
  for (const table of [
    'invitation',
    'staff_access',
    'api_token',
    'sso_connection',
    'sso_key',
    'billing_export',
    'resource',
    'tag_rule',
    'tag_choice',
    'reported_tag',
  ]) {
    await query(`delete from ${table} where workspace_id = any($1)`, [workspaceIds]);
  }
  await query(`delete from linked_account where workspace_id = any($1) and name = 'Walked'`, [workspaceIds]);
}
