-- ---- Of no workspace ----
grant select, insert, update, delete on passkey, recovery_code, user_token, webauthn_challenge, rate_count, local_mail, staff_session
  to belvedere_app;
-- The application makes nobody staff and takes nobody off the list: `npm run staff` does, as the tables' owner.
grant select on staff_account to belvedere_app;
grant update (password_hash, totp_secret, totp_confirmed_at, totp_last_step, setup_digest, setup_expires_at) on staff_account to belvedere_app;
grant select, insert on staff_review to belvedere_app;

-- ---- Of a workspace ----
do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array[
    'account_grant', 'view_grant', 'invitation', 'sso_connection', 'sso_key', 'sso_domain', 'saml_request', 'saml_assertion',
    'scim_group', 'scim_group_member', 'api_token', 'staff_access', 'audit_head', 'domain_claim'
  ] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy of_workspace on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)',
      tenant_table
    );
    execute format('grant select, insert, update, delete on %I to belvedere_app', tenant_table);
  end loop;
end $$;

-- ---- People who may see some accounts only ----
-- app.accounts is empty for everybody else. The scalar subqueries are evaluated once a statement, not once a row.
create policy of_accounts on charge as restrictive
  using ((select coalesce(current_setting('app.accounts', true), '')) = ''
    or sub_account_id = any ((select string_to_array(current_setting('app.accounts', true), ','))::text[]));
create policy of_accounts on charge_daily as restrictive
  using ((select coalesce(current_setting('app.accounts', true), '')) = ''
    or sub_account_id = any ((select string_to_array(current_setting('app.accounts', true), ','))::text[]));
create policy of_accounts on charge_daily_by as restrictive
  using ((select coalesce(current_setting('app.accounts', true), '')) = ''
    or (dimension = 'account' and key = any ((select string_to_array(current_setting('app.accounts', true), ','))::text[])));
create policy of_accounts on charge_monthly_by as restrictive
  using ((select coalesce(current_setting('app.accounts', true), '')) = ''
    or (dimension = 'account' and key = any ((select string_to_array(current_setting('app.accounts', true), ','))::text[])));
create policy of_accounts on control_total as restrictive
  using ((select coalesce(current_setting('app.accounts', true), '')) = ''
    or sub_account_id = any ((select string_to_array(current_setting('app.accounts', true), ','))::text[]));
create policy of_accounts on sync_fetch as restrictive
  using ((select coalesce(current_setting('app.accounts', true), '')) = ''
    or sub_account_id = any ((select string_to_array(current_setting('app.accounts', true), ','))::text[]));
create policy of_accounts on linked_account as restrictive
  using ((select coalesce(current_setting('app.accounts', true), '')) = ''
    or aws_account_id = any ((select string_to_array(current_setting('app.accounts', true), ','))::text[]));
create policy of_accounts on access_ledger as restrictive
  using ((select coalesce(current_setting('app.accounts', true), '')) = ''
    or aws_account_id = any ((select string_to_array(current_setting('app.accounts', true), ','))::text[]));
-- A forecast of AWS and a receipt are of all accounts together.
create policy of_accounts on cost_forecast as restrictive
  using ((select coalesce(current_setting('app.accounts', true), '')) = '');
create policy of_accounts on erasure_receipt as restrictive
  using ((select coalesce(current_setting('app.accounts', true), '')) = '');

-- ---- The audit trail is a chain ----
-- Each event's hash covers the hash before it and all of the event, so that one that is changed, left out or put in breaks it.
create function audit_body(e audit_event) returns text
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select jsonb_build_array(
    e.workspace_id, e.seq, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), e.id, e.actor_kind, e.actor_id,
    e.action, e.subject_id, e.address, e.detail, e.before, e.after
  )::text
$$;

create function audit_link(previous bytea, e audit_event) returns bytea
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select sha256(previous || convert_to(public.audit_body(e), 'UTF8'))
$$;

-- What was written before there was a chain is chained in the order of its time.
do $$
declare
  e audit_event;
  last_workspace uuid;
  number bigint;
  link bytea;
begin
  alter table audit_event no force row level security;
  alter table audit_head no force row level security;
  for e in select * from audit_event order by workspace_id, at, id loop
    if last_workspace is distinct from e.workspace_id then
      number := 0;
      link := decode(repeat('00', 32), 'hex');
      last_workspace := e.workspace_id;
    end if;
    number := number + 1;
    e.seq := number;
    link := audit_link(link, e);
    update audit_event set seq = number, hash = link where workspace_id = e.workspace_id and at = e.at and id = e.id;
    insert into audit_head (workspace_id, seq, hash, pruned_seq, pruned_hash)
    values (e.workspace_id, number, link, 0, decode(repeat('00', 32), 'hex'))
    on conflict (workspace_id) do update set seq = excluded.seq, hash = excluded.hash;
  end loop;
  alter table audit_event force row level security;
  alter table audit_head force row level security;
end $$;
alter table audit_event alter column seq set not null, alter column hash set not null;

-- The one way in. Whoever writes second waits for the head, so record last in a transaction.
create function append_audit(
  event_at timestamptz, event_id uuid, of_kind text, of_actor uuid, what text, of_subject text, from_address text,
  event_detail jsonb, was jsonb, became jsonb
) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  head public.audit_head;
  e public.audit_event;
begin
  insert into public.audit_head (workspace_id, seq, hash, pruned_seq, pruned_hash)
  values (workspace, 0, decode(repeat('00', 32), 'hex'), 0, decode(repeat('00', 32), 'hex'))
  on conflict (workspace_id) do nothing;
  select * into head from public.audit_head h where h.workspace_id = workspace for update;
  e.workspace_id := workspace;
  e.seq := head.seq + 1;
  e.at := event_at;
  e.id := event_id;
  e.actor_kind := of_kind;
  e.actor_id := of_actor;
  e.action := what;
  e.subject_id := of_subject;
  e.address := from_address;
  e.detail := event_detail;
  e.before := was;
  e.after := became;
  e.hash := public.audit_link(head.hash, e);
  insert into public.audit_event select (e).*;
  update public.audit_head h set seq = e.seq, hash = e.hash where h.workspace_id = workspace;
end $$;

-- Lets go of what is older than the workspace's own setting says, and of nothing where it has none. Returns how many.
create function prune_audit(today timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  days integer;
  newest bigint;
  link bytea;
  gone integer;
begin
  select w.audit_retention_days into days from public.workspace w where w.id = workspace;
  if days is null then return 0; end if;
  perform from public.audit_head h where h.workspace_id = workspace for update;
  select e.seq, e.hash into newest, link from public.audit_event e
  where e.workspace_id = workspace and e.seq < (
    select coalesce(min(k.seq), (select h.seq + 1 from public.audit_head h where h.workspace_id = workspace))
    from public.audit_event k
    where k.workspace_id = workspace and k.at >= least(today, now()) - make_interval(days => greatest(days, 30))
  )
  order by e.seq desc limit 1;
  if newest is null then return 0; end if;
  delete from public.audit_event e where e.workspace_id = workspace and e.seq <= newest;
  get diagnostics gone = row_count;
  update public.audit_head h set pruned_seq = newest, pruned_hash = link where h.workspace_id = workspace;
  return gone;
end $$;

revoke insert, update, delete on audit_event, audit_head from belvedere_app;
revoke all on function append_audit(timestamptz, uuid, text, uuid, text, text, text, jsonb, jsonb, jsonb), prune_audit(timestamptz) from public;
grant execute on function append_audit(timestamptz, uuid, text, uuid, text, text, text, jsonb, jsonb, jsonb), prune_audit(timestamptz) to belvedere_app;

-- ---- Across workspaces ----
create policy system_reads on account_grant for select to belvedere_system using (true);
create policy system_reads on linked_account for select to belvedere_system using (true);
create policy system_reads on domain_claim for select to belvedere_system using (true);
create policy system_reads on sso_connection for select to belvedere_system using (true);
create policy system_reads on staff_access for select to belvedere_system using (true);
grant select on account_grant, domain_claim, staff_access to belvedere_system;
grant select (workspace_id, aws_account_id, ref) on linked_account to belvedere_system;
grant select (workspace_id, id, name, status, activated_at) on sso_connection to belvedere_system;
grant select (finished_at) on sync_run to belvedere_system;

drop function workspaces_of_user(uuid);
-- The workspaces of one person, with all that decides whether and how a session may enter each.
create function workspaces_of_user(of_user uuid)
returns table (
  workspace_id uuid, name text, role text, accounts text[], require_second_factor boolean, enforce_sso boolean,
  sso_connection_id uuid, idle_minutes integer, absolute_minutes integer
)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select m.workspace_id, w.name, m.role,
    case when not m.all_accounts then array(
      select distinct l.aws_account_id from public.account_grant g
      join public.linked_account l on l.workspace_id = g.workspace_id and l.ref = g.ref
      where g.workspace_id = m.workspace_id and g.user_id = m.user_id
    ) end,
    w.require_second_factor, w.enforce_sso,
    (select s.id from public.sso_connection s where s.workspace_id = m.workspace_id and s.status = 'active' order by s.activated_at limit 1),
    w.session_idle_minutes, w.session_absolute_minutes
  from public.membership m join public.workspace w on w.id = m.workspace_id
  where m.user_id = of_user and m.deactivated_at is null
  order by m.created_at, m.workspace_id
$$;

-- Where people of a domain sign in. Nothing for a domain that nobody has proven to own.
create function sso_of_domain(of_domain text)
returns table (workspace_id uuid, sso_connection_id uuid, enforce_sso boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select d.workspace_id, s.id, w.enforce_sso
  from public.domain_claim d
  join public.workspace w on w.id = d.workspace_id
  join public.sso_connection s on s.workspace_id = d.workspace_id and s.status = 'active'
  where d.domain = of_domain
  order by s.activated_at limit 1
$$;

-- What the operator's staff see without asking: ids and health, no name, no figure.
create function workspace_health()
returns table (workspace_id uuid, created_at timestamptz, connections integer, failing integer, last_sync_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select w.id, w.created_at,
    (select count(*)::integer from public.connection c where c.workspace_id = w.id and c.revoked_at is null),
    (select count(*)::integer from public.connection c where c.workspace_id = w.id and c.revoked_at is null and c.status in ('attention', 'refused')),
    (select max(r.finished_at) from public.sync_run r where r.workspace_id = w.id and r.status = 'done')
  from public.workspace w order by w.created_at, w.id
$$;

create function accesses_of_staff(of_staff uuid)
returns setof public.staff_access
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select a.* from public.staff_access a where a.staff_id = of_staff order by a.requested_at desc limit 200
$$;

-- Workspaces whose audit trail has an end.
create function workspaces_with_retention() returns table (workspace_id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select w.id from public.workspace w where w.audit_retention_days is not null
$$;

grant create on schema public to belvedere_system;
alter function workspaces_of_user(uuid) owner to belvedere_system;
alter function sso_of_domain(text) owner to belvedere_system;
alter function workspace_health() owner to belvedere_system;
alter function accesses_of_staff(uuid) owner to belvedere_system;
alter function workspaces_with_retention() owner to belvedere_system;
revoke create on schema public from belvedere_system;
revoke all on function workspaces_of_user(uuid), sso_of_domain(text), workspace_health(), accesses_of_staff(uuid), workspaces_with_retention() from public;
grant execute on function workspaces_of_user(uuid), sso_of_domain(text), workspace_health(), accesses_of_staff(uuid), workspaces_with_retention()
  to belvedere_app;
