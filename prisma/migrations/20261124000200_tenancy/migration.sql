-- belvedere_app: what the application's login is a member of. Owns nothing, bypasses nothing.
-- belvedere_system: owns the few functions that look across workspaces and return ids only.
do $$
begin
  if not exists (select from pg_roles where rolname = 'belvedere_app') then
    create role belvedere_app nologin nobypassrls;
  end if;
  if not exists (select from pg_roles where rolname = 'belvedere_system') then
    create role belvedere_system nologin nobypassrls;
  end if;
end $$;

grant usage on schema public to belvedere_app, belvedere_system;

-- Of no workspace.
grant select, insert, update, delete on app_user, auth_session, login_throttle to belvedere_app;
grant select, insert on external_id_issued, tombstone to belvedere_app;

-- Of a workspace: Row Level Security, forced, so that it binds the owner too.
do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array[
    'membership', 'connection', 'linked_account', 'sync_run', 'sync_window', 'sync_fetch', 'control_total',
    'request_day', 'row_count', 'access_ledger', 'cost_forecast', 'saved_view', 'audit_event', 'erasure_receipt',
    'aws_account_claim', 'charge', 'charge_daily', 'charge_daily_by', 'charge_monthly_by', 'staged_charge'
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

alter table workspace enable row level security;
alter table workspace force row level security;
create policy of_workspace on workspace
  using (id = nullif(current_setting('app.workspace_id', true), '')::uuid);
grant select, insert, update, delete on workspace to belvedere_app;

-- What a connection is of and its ExternalId never change, whatever the application's code does.
revoke update on connection from belvedere_app;
grant update (name, status, role_arn, role_name, groups, epoch, shelf, next_shelf, daily_cap_usd, failure, denied, probes,
  failed_probes, organization_id, polling_since, probed_at, active_since, next_action_at, revoked_at) on connection to belvedere_app;

-- An audit trail and receipts are written once.
revoke update, delete on audit_event, erasure_receipt from belvedere_app;

-- Across workspaces: ids for the worker, and the workspaces of one person at sign-in.
create policy system_reads on membership for select to belvedere_system using (true);
create policy system_reads on workspace for select to belvedere_system using (true);
create policy system_reads on connection for select to belvedere_system using (true);
create policy system_reads on sync_run for select to belvedere_system using (true);
grant select on membership, workspace to belvedere_system;
grant select (workspace_id, id, status, next_action_at, revoked_at) on connection to belvedere_system;
grant select (workspace_id, connection_id, id, status, resume_at) on sync_run to belvedere_system;

create function workspaces_of_user(of_user uuid)
returns table (workspace_id uuid, name text, role text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select m.workspace_id, w.name, m.role
  from public.membership m join public.workspace w on w.id = m.workspace_id
  where m.user_id = of_user
  order by m.created_at, m.workspace_id
$$;

-- What a worker has to see to next: revoked connections to erase, unfinished syncs, connections whose time has come.
create function due_work()
returns table (kind text, workspace_id uuid, connection_id uuid, run_id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select 'erase', c.workspace_id, c.id, null::uuid
  from public.connection c where c.revoked_at is not null
  union all
  select 'sync', r.workspace_id, r.connection_id, r.id
  from public.sync_run r
  where (r.status in ('queued', 'running') or (r.status = 'paused' and r.resume_at <= now()))
    -- A run whose lock is held is being worked on (slot run of src/db/locks.ts).
    and not exists (
      select from pg_locks l
      where l.locktype = 'advisory' and l.granted
        and ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended(r.connection_id::text, 1)
    )
  union all
  select case when c.status in ('pending', 'refused') then 'probe' else 'schedule' end, c.workspace_id, c.id, null::uuid
  from public.connection c
  where c.revoked_at is null and c.next_action_at <= now()
$$;

-- Shelves are made, emptied and dropped by the tables' owner, and only the way these functions do it.
create function open_shelf() returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  number integer := nextval('public.shelf_number');
  parent text;
begin
  foreach parent in array array['charge', 'charge_daily', 'charge_daily_by', 'charge_monthly_by'] loop
    execute format('create table public.%I (like public.%I including all, check (shelf = %s))', parent || '_s' || number, parent, number);
    execute format('alter table public.%I attach partition public.%I for values in (%s)', parent, parent || '_s' || number, number);
  end loop;
  return number;
end $$;

-- Empties the shelf of one revoked connection of the current workspace. TRUNCATE locks that leaf alone.
create function empty_shelf(of_connection uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  number integer;
begin
  select coalesce(nullif(c.shelf, 0), c.next_shelf) into number from public.connection c
  where c.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
    and c.id = of_connection and c.revoked_at is not null;
  if number is null then return; end if;
  execute format(
    'truncate public.%I, public.%I, public.%I, public.%I',
    'charge_s' || number, 'charge_daily_s' || number, 'charge_daily_by_s' || number, 'charge_monthly_by_s' || number
  );
end $$;

-- Drops one shelf that no connection uses and returns its number. Gives up at once where it would have to wait.
create function drop_unused_shelf() returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '50ms' as $$
declare
  unused integer;
  parent text;
  holds boolean;
begin
  for unused in
    select substring(c.relname from '[0-9]+$')::integer from pg_inherits i
    join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
    where p.oid = 'public.charge'::regclass and c.relname ~ '^charge_s[1-9][0-9]*$'
  loop
    continue when public.is_shelf_used(unused);
    begin
      foreach parent in array array['charge', 'charge_daily', 'charge_daily_by', 'charge_monthly_by'] loop
        execute format('select exists (select from public.%I)', parent || '_s' || unused) into holds;
        if holds then raise lock_not_available; end if;
        execute format('drop table public.%I', parent || '_s' || unused);
      end loop;
      return unused;
    exception when lock_not_available then null;
    end;
  end loop;
  return null;
end $$;

grant select (shelf, next_shelf) on connection to belvedere_system;
create function is_shelf_used(number integer) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from public.connection c where c.shelf = number or c.next_shelf = number)
$$;

do $$
begin
  execute format('grant belvedere_system to %I', current_user);
end $$;
grant create on schema public to belvedere_system;
alter function workspaces_of_user(uuid) owner to belvedere_system;
alter function due_work() owner to belvedere_system;
alter function is_shelf_used(integer) owner to belvedere_system;
revoke create on schema public from belvedere_system;

revoke all on function workspaces_of_user(uuid), due_work(), open_shelf(), empty_shelf(uuid), drop_unused_shelf(), is_shelf_used(integer) from public;
grant execute on function workspaces_of_user(uuid), due_work(), open_shelf(), empty_shelf(uuid), drop_unused_shelf() to belvedere_app;
do $$
begin
  execute format('grant execute on function is_shelf_used(integer) to %I', current_user);
end $$;
