import { may, requirePermission, withSql, type Ctx } from '@/context';
import type { MemberSearch } from './schemas';

export const MEMBERS_PER_PAGE = 50;

/** What only those may see who manage people. */
export interface ManagedFacts {
  /** The latest use of a session that is still open; null: there is none. */
  readonly lastSeenAt: Date | null;
  readonly hasSecondFactor: boolean;
  readonly isVerified: boolean;
  /** Refs of the linked accounts; null: all. */
  readonly accountRefs: readonly string[] | null;
}

export interface Member {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly origin: string;
  readonly joinedAt: Date;
  readonly deactivatedAt: Date | null;
  readonly managed: ManagedFacts | null;
}

export interface MemberPage {
  readonly members: readonly Member[];
  /** How many match the search. */
  readonly total: number;
  readonly page: number;
}

interface Row {
  readonly user_id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly origin: string;
  readonly created_at: Date;
  readonly deactivated_at: Date | null;
  readonly all_accounts: boolean;
  readonly is_verified: boolean;
  readonly has_second_factor: boolean;
  readonly last_seen_at: Date | null;
  readonly refs: string[];
  readonly total: string;
}

// A session that has chosen no workspace stands in its person's first one that is open to it, as readSession has it.
const SELECT = `
  select m.user_id, u.name, u.email, m.role, m.origin, m.created_at, m.deactivated_at, m.all_accounts,
    u.email_verified_at is not null as is_verified,
    u.totp_confirmed_at is not null or exists (select from passkey p where p.user_id = m.user_id) as has_second_factor,
    (select max(s.last_seen_at) from auth_session s
      where s.user_id = m.user_id and s.stage = 'open'
        and coalesce(s.workspace_id, (
          select w.workspace_id from workspaces_of_user(m.user_id) with ordinality w
          order by (w.enforce_sso and w.sso_connection_id is not null)
            or (w.require_second_factor and s.second_factor_at is null), w.ordinality
          limit 1
        )) = $1
    ) as last_seen_at,
    array(select g.ref from account_grant g where g.workspace_id = $1 and g.user_id = m.user_id order by g.ref) as refs,
    count(*) over () as total
  from membership m join app_user u on u.id = m.user_id
  where m.workspace_id = $1
    and (position(lower($2) in lower(u.name)) > 0 or position(lower($2) in lower(u.email)) > 0)
  order by array_position(array['owner', 'admin', 'editor', 'viewer'], m.role), lower(u.name), m.user_id
  limit $3 offset $4`;

/** The people of the workspace, owners first. */
export async function listMembers(ctx: Ctx, { search, page }: MemberSearch): Promise<MemberPage> {
  requirePermission(ctx, 'member:read');
  const isManager = may(ctx.actor, 'member:write');
  const rows = await withSql(ctx, 'read', async (sql) => {
    const found = await sql.query<Row>(SELECT, [
      ctx.workspaceId,
      search,
      MEMBERS_PER_PAGE,
      (page - 1) * MEMBERS_PER_PAGE,
    ]);
    return found.rows;
  });
  return {
    members: rows.map((row) => ({
      userId: row.user_id,
      name: row.name,
      email: row.email,
      role: row.role,
      origin: row.origin,
      joinedAt: row.created_at,
      deactivatedAt: row.deactivated_at,
      managed: isManager
        ? {
            lastSeenAt: row.last_seen_at,
            hasSecondFactor: row.has_second_factor,
            isVerified: row.is_verified,
            accountRefs: row.all_accounts ? null : row.refs,
          }
        : null,
    })),
    total: Number(rows[0]?.total ?? 0),
    page,
  };
}
