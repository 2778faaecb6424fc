import type { Tx } from '@/db/client';
import { NotFound } from '@/errors';
import { filterCondition, type Filterables } from './filter-sql';
import type { ListRequest } from './list-request';
import type { Reference, ScimUser } from './resources';
import type { Profile } from './user-input';

interface Row {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly external_id: string | null;
  readonly profile: Profile;
  readonly role: string;
  readonly deactivated_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly groups: Reference[] | null;
}

/**
 * Whom the identity provider deals with: people whom it brought, and everybody else whose address is of a domain that the
 * workspace has proven to own. Guests of other domains do not exist for it. `$1` is the workspace.
 */
const MANAGED = `
  from membership m join app_user u on u.id = m.user_id
  where m.workspace_id = $1::uuid
    and (m.origin = 'scim' or exists (
      select from domain_claim d where d.workspace_id = $1::uuid and d.domain = split_part(u.email, '@', 2)
    ))`;

const COLUMNS = `
  m.user_id::text as id, u.email, u.name, m.scim_external_id as external_id, m.scim_profile as profile, m.role,
  m.deactivated_at, m.created_at, m.updated_at`;

const GROUPS = `
  (select json_agg(json_build_object('id', g.id, 'name', g.display_name) order by g.display_name)
   from scim_group_member gm join scim_group g on g.workspace_id = gm.workspace_id and g.id = gm.group_id
   where gm.workspace_id = $1::uuid and gm.user_id = m.user_id) as groups`;

const ADDRESS = `coalesce(m.scim_profile->>'email', u.email)`;

const filterables: Filterables = {
  id: { sql: 'm.user_id::text', kind: 'lowered' },
  externalid: { sql: 'm.scim_external_id', kind: 'exact' },
  username: { sql: 'u.email', kind: 'lowered' },
  displayname: { sql: `coalesce(m.scim_profile->>'displayName', u.name)`, kind: 'caseless' },
  'name.formatted': { sql: `coalesce(m.scim_profile->>'formatted', u.name)`, kind: 'caseless' },
  'name.givenname': { sql: `m.scim_profile->>'givenName'`, kind: 'caseless' },
  'name.familyname': { sql: `m.scim_profile->>'familyName'`, kind: 'caseless' },
  emails: { sql: ADDRESS, kind: 'caseless' },
  'emails.value': { sql: ADDRESS, kind: 'caseless' },
  'emails.type': { sql: `'work'`, kind: 'lowered' },
  'emails.primary': { sql: 'true', kind: 'boolean' },
  active: { sql: '(m.deactivated_at is null)', kind: 'boolean' },
};

const userOf = (row: Row): ScimUser => ({
  id: row.id,
  email: row.email,
  name: row.name,
  externalId: row.external_id,
  profile: row.profile,
  isActive: row.deactivated_at === null,
  role: row.role,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  groups: row.groups ?? [],
});

/** Throws NotFound, also for a member whom the identity provider has no say in. */
export async function getUser(tx: Tx, workspaceId: string, userId: string): Promise<ScimUser> {
  const rows = await tx.$queryRawUnsafe<Row[]>(
    `select ${COLUMNS}, ${GROUPS} ${MANAGED} and m.user_id = $2::uuid`,
    workspaceId,
    userId,
  );
  const row = rows[0];
  if (!row) throw new NotFound('user');
  return userOf(row);
}

export async function listUsers(
  tx: Tx,
  workspaceId: string,
  request: ListRequest,
): Promise<{ users: ScimUser[]; total: number }> {
  const { sql, values } = filterCondition(request.filter, filterables, 2);
  const [found] = await tx.$queryRawUnsafe<{ total: number }[]>(
    `select count(*)::integer as total ${MANAGED} and ${sql}`,
    workspaceId,
    ...values,
  );
  const rows = await tx.$queryRawUnsafe<Row[]>(
    `select ${COLUMNS}, ${GROUPS} ${MANAGED} and ${sql} order by m.created_at, m.user_id
     limit ${request.count} offset ${request.startIndex - 1}`,
    workspaceId,
    ...values,
  );
  return { users: rows.map(userOf), total: found?.total ?? 0 };
}

/** Those of the ids that are people whom the identity provider deals with. */
export async function existingUsers(
  tx: Tx,
  workspaceId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    `select m.user_id::text as id ${MANAGED} and m.user_id::text = any($2::text[])`,
    workspaceId,
    [...ids],
  );
  return new Set(rows.map((row) => row.id));
}

/** In how many workspaces a person is, this one and deactivated memberships included. */
export async function countMemberships(tx: Tx, userId: string): Promise<number> {
  const rows = await tx.$queryRawUnsafe<{ count: number }[]>(
    'select count_memberships($1::uuid) as count',
    userId,
  );
  return rows[0]?.count ?? 0;
}
