import type { AuditQuery } from './schemas';

interface Wanted {
  readonly workspaceId: string;
  readonly query: AuditQuery;
  /** Events with smaller numbers only. */
  readonly before: number | null;
  readonly limit: number;
  /** Actions whose words have what is searched for. */
  readonly spoken: readonly string[];
}

// By name, since a database may have the locale C, which knows no other letters than those of ASCII.
const lower = (text: string) => `lower((${text}) collate "und-x-icu")`;

/** Ids of the workspace's own things and people whose name has $search. Whoever left is found by name, not by an address of today. */
const NAMED = (search: string) => `
  select m.user_id as id from membership m join app_user u on u.id = m.user_id
  where m.workspace_id = $1 and strpos(${lower(`u.name || ' ' || u.email`)}, ${search}) > 0
  union all select u.id from app_user u
  where strpos(${lower('u.name')}, ${search}) > 0
    and exists (select from audit_event a where a.workspace_id = $1 and a.actor_id = u.id and a.actor_kind = 'user')
  union all select id from connection where workspace_id = $1 and strpos(${lower('name')}, ${search}) > 0
  union all select id from saved_view where workspace_id = $1 and strpos(${lower('name')}, ${search}) > 0
  union all select id from api_token where workspace_id = $1 and strpos(${lower('name')}, ${search}) > 0
  union all select id from sso_connection where workspace_id = $1 and strpos(${lower('name')}, ${search}) > 0
  union all select id from scim_group where workspace_id = $1 and strpos(${lower('display_name')}, ${search}) > 0
  union all select id from invitation where workspace_id = $1 and strpos(${lower('email')}, ${search}) > 0
  union all select staff_id from staff_access where workspace_id = $1 and strpos(${lower('staff_name')}, ${search}) > 0`;

const TEXT = lower(`concat_ws(E'\\n', e.action, e.subject_id, e.address, e.detail, e.before, e.after)`);

function conditions({ workspaceId, query, before, spoken }: Wanted) {
  const values: unknown[] = [workspaceId];
  const param = (value: unknown) => `$${values.push(value)}`;
  const where = ['e.workspace_id = $1'];
  if (before !== null) where.push(`e.seq < ${param(before)}`);
  if (query.actor) where.push(`e.actor_kind = ${param(query.actor)}`);
  if (query.member) where.push(`e.actor_id = ${param(query.member)} and e.actor_kind = 'user'`);
  if (query.action?.includes('.')) where.push(`e.action = ${param(query.action)}`);
  else if (query.action) where.push(`starts_with(e.action, ${param(`${query.action}.`)})`);
  if (query.from) where.push(`e.at >= ${param(query.from)}::date::timestamp at time zone 'UTC'`);
  if (query.to) where.push(`e.at < (${param(query.to)}::date + 1)::timestamp at time zone 'UTC'`);
  let named = 'select null::uuid as id where false';
  if (query.search) {
    const search = param(query.search.toLowerCase());
    named = NAMED(search);
    where.push(`(strpos(${TEXT}, ${search}) > 0 or e.action = any(${param(spoken)}::text[])
      or e.actor_id in (select id from named) or e.subject_id in (select id::text from named))`);
  }
  return { where: where.join(' and '), named, values };
}

export interface AuditRow {
  readonly seq: string;
  readonly id: string;
  readonly at: Date;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly actor_name: string | null;
  readonly actor_email: string | null;
  readonly action: string;
  readonly subject_id: string | null;
  readonly subject_name: string | null;
  readonly address: string | null;
  readonly detail: Record<string, unknown>;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
  readonly hash: string;
  readonly prev_hash: string | null;
  readonly body: string;
}

const UUID = `'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'`;

/**
 * The newest events that are wanted, with the names of today, in one statement. The e-mail address of a person is told while they
 * are a member and not after: then it is no longer the workspace's business.
 */
export function auditStatement(wanted: Wanted): { text: string; values: unknown[] } {
  const { where, named, values } = conditions(wanted);
  const limit = `$${values.push(wanted.limit)}`;
  const text = `
    with named as (${named}),
    page as (select e as event from audit_event e where ${where} order by e.seq desc limit ${limit})
    select e.seq, e.id, e.at, e.actor_kind, e.actor_id, e.action, e.subject_id, e.address, e.detail, e.before, e.after,
      coalesce(u.name, t.name, (
        select f.staff_name from staff_access f
        where f.workspace_id = $1 and f.staff_id = e.actor_id and e.actor_kind = 'staff' order by f.requested_at desc limit 1
      )) as actor_name,
      case when m.user_id is not null then u.email end as actor_email,
      coalesce(su.name, c.name, v.name, st.name, s.name, g.display_name, i.email, sa.staff_name) as subject_name,
      encode(e.hash, 'hex') as hash,
      encode(coalesce(p.hash, case when e.seq = h.pruned_seq + 1 then h.pruned_hash end), 'hex') as prev_hash,
      audit_body(page.event) as body
    from page
    cross join lateral (select (page.event).*) e
    cross join lateral (select case when e.subject_id ~ ${UUID} then e.subject_id::uuid end as id) subject
    left join audit_head h on h.workspace_id = $1
    left join audit_event p on p.workspace_id = $1 and p.seq = e.seq - 1
    left join app_user u on u.id = e.actor_id and e.actor_kind = 'user'
    left join membership m on m.workspace_id = $1 and m.user_id = u.id
    left join api_token t on t.workspace_id = $1 and t.id = e.actor_id and e.actor_kind = 'token'
    left join app_user su on su.id = subject.id
    left join connection c on c.workspace_id = $1 and c.id = subject.id
    left join saved_view v on v.workspace_id = $1 and v.id = subject.id
    left join api_token st on st.workspace_id = $1 and st.id = subject.id
    left join sso_connection s on s.workspace_id = $1 and s.id = subject.id
    left join scim_group g on g.workspace_id = $1 and g.id = subject.id
    left join invitation i on i.workspace_id = $1 and i.id = subject.id
    left join staff_access sa on sa.workspace_id = $1 and sa.id = subject.id
    order by e.seq desc`;
  return { text, values };
}
