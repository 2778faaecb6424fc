import type { Tx } from '@/db/client';
import { NotFound } from '@/errors';
import { filterCondition, type Filterables } from './filter-sql';
import type { ListRequest } from './list-request';
import type { Reference, ScimGroup } from './resources';

interface Row {
  readonly id: string;
  readonly display_name: string;
  readonly external_id: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly members: Reference[] | null;
}

const COLUMNS = 'g.id::text, g.display_name, g.external_id, g.created_at, g.updated_at';
const MEMBERS = `
  (select json_agg(json_build_object('id', gm.user_id, 'name', u.name) order by u.name, u.id)
   from scim_group_member gm join app_user u on u.id = gm.user_id
   where gm.workspace_id = $1::uuid and gm.group_id = g.id) as members`;

const MEMBER = `exists (select from scim_group_member gm where gm.workspace_id = g.workspace_id and gm.group_id = g.id and ?)`;

const filterables: Filterables = {
  id: { sql: 'g.id::text', kind: 'lowered' },
  externalid: { sql: 'g.external_id', kind: 'exact' },
  displayname: { sql: 'g.display_name', kind: 'caseless' },
  members: { sql: 'gm.user_id::text', kind: 'lowered', template: MEMBER },
  'members.value': { sql: 'gm.user_id::text', kind: 'lowered', template: MEMBER },
};

const groupOf = (row: Row): ScimGroup => ({
  id: row.id,
  displayName: row.display_name,
  externalId: row.external_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  members: row.members ?? [],
});

const membersIf = (isAsked: boolean) => (isAsked ? MEMBERS : 'null::json as members');

/** Throws NotFound. */
export async function getGroup(
  tx: Tx,
  workspaceId: string,
  groupId: string,
  withMembers = true,
): Promise<ScimGroup> {
  const rows = await tx.$queryRawUnsafe<Row[]>(
    `select ${COLUMNS}, ${membersIf(withMembers)} from scim_group g where g.workspace_id = $1::uuid and g.id = $2::uuid`,
    workspaceId,
    groupId,
  );
  const row = rows[0];
  if (!row) throw new NotFound('group');
  return groupOf(row);
}

export async function listGroups(
  tx: Tx,
  workspaceId: string,
  request: ListRequest & { readonly withMembers: boolean },
): Promise<{ groups: ScimGroup[]; total: number }> {
  const { sql, values } = filterCondition(request.filter, filterables, 2);
  const from = `from scim_group g where g.workspace_id = $1::uuid and ${sql}`;
  const [found] = await tx.$queryRawUnsafe<{ total: number }[]>(
    `select count(*)::integer as total ${from}`,
    workspaceId,
    ...values,
  );
  const rows = await tx.$queryRawUnsafe<Row[]>(
    `select ${COLUMNS}, ${membersIf(request.withMembers)} ${from} order by g.created_at, g.id
     limit ${request.count} offset ${request.startIndex - 1}`,
    workspaceId,
    ...values,
  );
  return { groups: rows.map(groupOf), total: found?.total ?? 0 };
}

export async function memberIds(tx: Tx, workspaceId: string, groupId: string): Promise<Set<string>> {
  const rows = await tx.scimGroupMember.findMany({
    where: { workspaceId, groupId },
    select: { userId: true },
  });
  return new Set(rows.map((row) => row.userId));
}
