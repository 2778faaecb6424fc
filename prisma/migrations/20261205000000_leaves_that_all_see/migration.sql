-- A leaf becomes a part of its table long before anything names it, and not in the transaction that does.
--
-- ATTACH PARTITION locks nobody out. PostgreSQL tells the other backends of it after the transaction is over for their snapshots,
-- and one that is just then putting together what it knows of the table keeps the older list of leaves, until the table is next
-- changed. Such a backend saw a load's daily totals and none of its line items.

-- What is attached is seen by all from here on. Whoever held one of the tables when this began may be putting together what it
-- knows of it, which takes some milliseconds: it has its time. Then all are told once more that the tables have changed; that
-- changes nothing in them. To be called in a transaction of its own, after the one that attached.
create function settle_leaves(parents text[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  parent text;
  holders text[];
begin
  if not parents <@ public.shelved_tables() then raise exception 'no such tables' using errcode = 'invalid_parameter_value'; end if;
  select array_agg(distinct l.virtualtransaction) into holders from pg_locks l
  where l.locktype = 'relation' and l.pid <> pg_backend_pid()
    and l.database = (select oid from pg_database where datname = current_database())
    and l.relation in (select to_regclass('public.' || p) from unnest(parents) p);
  for step in 1..25 loop
    exit when not exists (select from pg_locks l where l.virtualtransaction = any (holders));
    perform pg_sleep(0.01);
  end loop;
  foreach parent in array parents loop
    execute format('alter table only public.%I alter column shelf set statistics -1', parent);
  end loop;
end $$;

-- The shelves with line items of a connection, whatever brought them. Those that are being filled count nowhere.
create or replace function line_item_shelves(of_connection uuid) returns integer[]
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(array_agg(distinct held.shelf), '{}')
  from (
    select p.shelf from public.billing_period p
    where p.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid and p.connection_id = of_connection
    union all
    select f.shelf from public.uploaded_file f
    where f.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid and f.connection_id = of_connection
  ) held
  where held.shelf is not null
$$;

-- Makes a leaf that COPY can fill: it takes rows of one connection of the current workspace, and where one is given of one period,
-- and of nothing else, gives them their shelf by itself, and can be read by nobody but through line_item, where nothing names it
-- before it is published.
create function make_leaf(of_connection uuid, number integer, of_period date) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  leaf text := 'line_item_s' || number;
begin
  execute format(
    'create table public.%I (like public.line_item, check (workspace_id = %L and connection_id = %L))',
    leaf, workspace, of_connection
  );
  execute format(
    'alter table public.%I alter workspace_id set default %L, alter connection_id set default %L, alter shelf set default %s',
    leaf, workspace, of_connection, number
  );
  -- By this an erasure finds every leaf of the connection, those too that a broken load left or a new one replaced.
  execute format('comment on table public.%I is %L', leaf, of_connection);
  execute format(
    'grant insert (charge_date, resource_key, kind_key, tag_key, billed_cost, effective_cost, list_cost, contracted_cost, consumed_quantity, pricing_quantity) on public.%I to belvedere_app',
    leaf
  );
  if of_period is null then
    execute format('grant insert (billing_period) on public.%I to belvedere_app', leaf);
  else
    execute format(
      'alter table public.%I alter billing_period set default %L, add check (billing_period = %L)',
      leaf, of_period, of_period
    );
  end if;
  execute format('alter table public.line_item attach partition public.%I for values in (%s)', leaf, number);
end $$;

create or replace function open_load(of_connection uuid, of_period date) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  number integer;
begin
  perform from public.connection c where c.workspace_id = workspace and c.id = of_connection and c.revoked_at is null;
  if not found then raise exception 'no such connection' using errcode = 'no_data_found'; end if;
  number := nextval('public.shelf_number');
  -- Before the leaf: who has to wait for the row keeps nobody else from making one.
  update public.billing_period p set next_shelf = number
  where p.workspace_id = workspace and p.connection_id = of_connection and p.billing_period = of_period;
  if not found then raise exception 'no such billing period' using errcode = 'no_data_found'; end if;
  perform public.make_leaf(of_connection, number, of_period);
  return number;
end $$;

create or replace function open_upload(of_connection uuid, of_file uuid) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  number integer;
begin
  perform from public.connection c where c.workspace_id = workspace and c.id = of_connection and c.revoked_at is null;
  if not found then raise exception 'no such connection' using errcode = 'no_data_found'; end if;
  number := nextval('public.shelf_number');
  -- Before the leaf: who has to wait for the row keeps nobody else from making one.
  update public.uploaded_file f set next_shelf = number
  where f.workspace_id = workspace and f.connection_id = of_connection and f.id = of_file;
  if not found then raise exception 'no such file' using errcode = 'no_data_found'; end if;
  perform public.make_leaf(of_connection, number, null);
  return number;
end $$;

-- The leaf of a load of the connection that is open, in the current workspace; its row is held to the end of the transaction.
-- Which leaf a row names is the application's to write: whose it is says its comment.
create function leaf_of_load(of_connection uuid, number integer) returns text
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  leaf text := 'line_item_s' || number;
begin
  perform from public.billing_period p
  where p.workspace_id = workspace and p.connection_id = of_connection and p.next_shelf = number for update;
  if not found then
    perform from public.uploaded_file f
    where f.workspace_id = workspace and f.connection_id = of_connection and f.next_shelf = number for update;
    if not found then raise exception 'no load is open' using errcode = 'no_data_found'; end if;
  end if;
  if obj_description(to_regclass('public.' || leaf), 'pg_class') is distinct from of_connection::text then
    raise exception 'no leaf of this connection' using errcode = 'no_data_found';
  end if;
  return leaf;
end $$;

-- For COPY that freezes its rows, which takes a table that its own transaction made or emptied.
create function empty_load(of_connection uuid, number integer) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  execute format('truncate public.%I', public.leaf_of_load(of_connection, number));
end $$;

-- The filled leaf takes no more rows. What counts says the row that names it, which whoever filled it writes.
create function seal_load(of_connection uuid, number integer) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  leaf text := public.leaf_of_load(of_connection, number);
begin
  execute format('revoke insert on public.%I from belvedere_app', leaf);
  execute format('create index on public.%I using brin (resource_key) with (pages_per_range = 8)', leaf);
end $$;

drop function publish_load(uuid, date);
drop function publish_upload(uuid, uuid);

-- A load that was open while this came is opened anew: its leaf is no part of line_item.
alter table billing_period no force row level security;
alter table uploaded_file no force row level security;
update billing_period set next_shelf = null where next_shelf is not null;
update uploaded_file set next_shelf = null where next_shelf is not null;
alter table billing_period force row level security;
alter table uploaded_file force row level security;

revoke all on function settle_leaves(text[]), make_leaf(uuid, integer, date), leaf_of_load(uuid, integer), empty_load(uuid, integer), seal_load(uuid, integer) from public;
grant execute on function settle_leaves(text[]), empty_load(uuid, integer), seal_load(uuid, integer) to belvedere_app;
