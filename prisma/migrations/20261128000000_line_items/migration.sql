-- ---- Billing exports: which there are, and what of them is loaded ----
-- CreateTable
CREATE TABLE "billing_export" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "arn" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "bucket" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "problem" TEXT,
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "gone_at" TIMESTAMPTZ(3),
    "chosen_at" TIMESTAMPTZ(3),
    "checked_at" TIMESTAMPTZ(3),
    "failure" JSONB,

    CONSTRAINT "billing_export_pkey" PRIMARY KEY ("workspace_id","connection_id","id")
);

-- CreateTable
CREATE TABLE "billing_period" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "billing_period" DATE NOT NULL,
    "export_id" UUID NOT NULL,
    "shelf" INTEGER,
    "next_shelf" INTEGER,
    "fingerprint" TEXT,
    "files" INTEGER NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "source_rows" BIGINT NOT NULL DEFAULT 0,
    "rows" BIGINT NOT NULL DEFAULT 0,
    "last_date" DATE,
    "loaded_at" TIMESTAMPTZ(3),
    "failure" JSONB,
    "failed_at" TIMESTAMPTZ(3),

    CONSTRAINT "billing_period_pkey" PRIMARY KEY ("workspace_id","connection_id","billing_period")
);

-- CreateTable
CREATE TABLE "covered_month" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "billing_period" DATE NOT NULL,
    "sub_account_id" TEXT NOT NULL,

    CONSTRAINT "covered_month_pkey" PRIMARY KEY ("workspace_id","connection_id","billing_period","sub_account_id")
);

-- CreateTable
CREATE TABLE "inventory_listing" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "resource_type" TEXT NOT NULL,
    "region_id" TEXT NOT NULL,
    "resources" INTEGER NOT NULL,
    "listed_at" TIMESTAMPTZ(3) NOT NULL,
    "action" TEXT,
    "reason" TEXT,

    CONSTRAINT "inventory_listing_pkey" PRIMARY KEY ("workspace_id","connection_id","resource_type","region_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "billing_export_workspace_id_connection_id_arn_key" ON "billing_export"("workspace_id", "connection_id", "arn");

-- AddForeignKey
ALTER TABLE "billing_export" ADD CONSTRAINT "billing_export_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "billing_period" ADD CONSTRAINT "billing_period_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "covered_month" ADD CONSTRAINT "covered_month_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "inventory_listing" ADD CONSTRAINT "inventory_listing_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

comment on table inventory_listing is 'What the last listing of a type in a region found, or why there was none';
comment on column billing_period.shelf is 'The shelf that holds the line items of this period now; null before the first load';
comment on column billing_period.next_shelf is 'A shelf that a load is filling';
comment on column billing_period.fingerprint is 'Names and entity tags of the files that were loaded, and what was left out of them';
comment on table covered_month is 'Months of accounts whose cost comes from the billing export and not from Cost Explorer';

-- Where a charge comes from: an account's month is counted from one source alone.
alter table charge add column source text not null default 'cost-explorer';

-- ---- Line items ----
-- What repeats is kept once a connection, in dictionaries; key 0 stands for "none".
create table charge_kind (
  workspace_id uuid not null,
  shelf integer not null,
  connection_id uuid not null,
  kind_key integer not null,
  digest uuid not null,
  billing_account_id text not null,
  sub_account_id text not null,
  sub_account_name text not null,
  provider_name text not null,
  publisher_name text not null,
  invoice_issuer_name text not null,
  invoice_id text not null,
  billing_currency text not null,
  service_name text not null,
  service_category text not null,
  service_subcategory text not null,
  service_code text not null,
  usage_type text not null,
  operation text not null,
  region_id text not null,
  availability_zone text not null,
  charge_category text not null,
  charge_class text not null,
  charge_frequency text not null,
  charge_description text not null,
  sku_id text not null,
  sku_price_id text not null,
  pricing_category text not null,
  pricing_unit text not null,
  consumed_unit text not null,
  commitment_discount_id text not null,
  commitment_discount_name text not null,
  commitment_discount_category text not null,
  commitment_discount_type text not null,
  commitment_discount_status text not null,
  list_unit_price numeric,
  contracted_unit_price numeric,
  primary key (workspace_id, shelf, connection_id, kind_key),
  unique (workspace_id, shelf, connection_id, digest)
) partition by list (shelf);

create table tag_set (
  workspace_id uuid not null,
  shelf integer not null,
  connection_id uuid not null,
  tag_key integer not null,
  digest uuid not null,
  tags jsonb not null,
  primary key (workspace_id, shelf, connection_id, tag_key),
  unique (workspace_id, shelf, connection_id, digest)
) partition by list (shelf);

-- A resource is in here once, whether a billing export names it, the inventory, or both.
create table resource (
  workspace_id uuid not null,
  shelf integer not null,
  connection_id uuid not null,
  resource_key integer not null,
  resource_id text not null,
  bare_id text not null,
  ref text not null,
  name text not null,
  resource_type text not null,
  service_name text not null,
  region_id text not null,
  sub_account_id text not null,
  tags jsonb not null,
  attributes jsonb not null,
  related text[] not null,
  state text not null,
  created_at timestamptz,
  first_seen date,
  last_seen date,
  listed_at timestamptz,
  gone_at timestamptz,
  primary key (workspace_id, shelf, connection_id, resource_key),
  unique (workspace_id, shelf, connection_id, sub_account_id, resource_id)
) partition by list (shelf);
comment on column resource.bare_id is 'The id that its own service gives it, where the inventory listed it: bills use either spelling';
comment on column resource.ref is 'What addresses and API name it by: it tells nothing of the account';
comment on column resource.first_seen is 'First and last day with a charge';
comment on column resource.listed_at is 'When the inventory last listed it; null where only a bill names it';
create unique index resource_ref on resource (workspace_id, ref, shelf);

-- One line item a day, resource and kind. The grain is the day whatever the export's is.
-- No primary key: a bill may hold the same line twice. No index but where rows of several periods share a shelf; the large
-- leaves are filled in the order of resource and day, where a block range index is next to nothing.
create table line_item (
  workspace_id uuid not null,
  connection_id uuid not null,
  shelf integer not null,
  billing_period date not null,
  charge_date date not null,
  resource_key integer not null,
  kind_key integer not null,
  tag_key integer not null,
  billed_cost numeric not null,
  effective_cost numeric not null,
  list_cost numeric,
  contracted_cost numeric,
  consumed_quantity numeric,
  pricing_quantity numeric
) partition by list (shelf);

-- What each resource cost in the usual spans, up to the last day of its connection: what a list of resources is sorted by.
create table resource_cost (
  workspace_id uuid not null,
  shelf integer not null,
  connection_id uuid not null,
  resource_key integer not null,
  currency char(3) not null,
  sub_account_id text not null,
  source text not null,
  as_of date not null,
  billed_7 numeric not null, billed_7_before numeric not null,
  billed_30 numeric not null, billed_30_before numeric not null,
  billed_90 numeric not null, billed_90_before numeric not null,
  billed_month numeric not null, billed_month_before numeric not null,
  effective_7 numeric not null, effective_7_before numeric not null,
  effective_30 numeric not null, effective_30_before numeric not null,
  effective_90 numeric not null, effective_90_before numeric not null,
  effective_month numeric not null, effective_month_before numeric not null,
  primary key (workspace_id, shelf, connection_id, resource_key, currency)
) partition by list (shelf);
comment on column resource_cost.as_of is 'First day that is not counted any more';

-- The tables with a leaf for each shelf of a connection; line_item has leaves of single loads as well.
create function shelved_tables() returns text[]
language sql immutable set search_path = pg_catalog as $$
  select array['charge', 'charge_daily', 'charge_daily_by', 'charge_monthly_by', 'charge_kind', 'tag_set', 'resource', 'resource_cost', 'line_item']
$$;

-- Shelves that are open already get the leaves of the new tables.
do $$
declare
  number integer;
  parent text;
begin
  for number in
    select substring(c.relname from '[0-9]+$')::integer from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.charge'::regclass
  loop
    foreach parent in array array['charge_kind', 'tag_set', 'resource', 'resource_cost', 'line_item'] loop
      execute format('create table public.%I partition of public.%I for values in (%s)', parent || '_s' || number, parent, number);
    end loop;
    execute format(
      'create index on public.%I (workspace_id, connection_id, resource_key, charge_date)', 'line_item_s' || number
    );
  end loop;
end $$;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array[
    'billing_export', 'billing_period', 'covered_month', 'inventory_listing', 'charge_kind', 'tag_set', 'resource', 'line_item', 'resource_cost'
  ] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy of_workspace on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)',
      tenant_table
    );
    execute format('grant select, insert, update, delete on %I to belvedere_app', tenant_table);
  end loop;
  foreach tenant_table in array array['covered_month', 'charge_kind', 'resource', 'resource_cost'] loop
    execute format(
      $policy$create policy of_accounts on %I as restrictive using (
        (select coalesce(current_setting('app.accounts', true), '') = '')
        or sub_account_id = any ((select string_to_array(current_setting('app.accounts', true), ','))::text[]))$policy$,
      tenant_table
    );
  end loop;
  foreach tenant_table in array array['billing_export', 'billing_period', 'inventory_listing', 'tag_set', 'line_item'] loop
    execute format(
      $policy$create policy of_accounts on %I as restrictive to belvedere_app using (
        (select coalesce(current_setting('app.accounts', true), '') = ''))$policy$,
      tenant_table
    );
  end loop;
end $$;
-- ---- Shelves ----
create or replace function open_shelf() returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  number integer := nextval('public.shelf_number');
  parent text;
begin
  foreach parent in array public.shelved_tables() loop
    execute format('create table public.%I (like public.%I including all, check (shelf = %s))', parent || '_s' || number, parent, number);
    if parent = 'resource' then
      -- Each load touches most rows, and no column of an index: with room on the page that writes no index.
      execute format('alter table public.%I set (fillfactor = 70)', parent || '_s' || number);
    end if;
    if parent = 'line_item' then
      execute format('create index on public.%I (workspace_id, connection_id, resource_key, charge_date)', parent || '_s' || number);
    end if;
    execute format('alter table public.%I attach partition public.%I for values in (%s)', parent, parent || '_s' || number, number);
  end loop;
  return number;
end $$;

-- The numbers of all shelves of a connection of the current workspace that hold line items, old and new. What else is known
-- of a load is not for people who may see some accounts only; where their own line items lie is.
grant select (workspace_id, connection_id, billing_period, shelf, next_shelf) on billing_period to belvedere_system;
create policy system_reads on billing_period for select to belvedere_system using (true);
create function line_item_shelves(of_connection uuid) returns integer[]
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(array_agg(distinct s.shelf), '{}')
  from public.billing_period p, unnest(array[p.shelf, p.next_shelf]) as s (shelf)
  where p.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid and p.connection_id = of_connection
    and s.shelf is not null
$$;

-- The line items of one resource of the current workspace, where the person may see its account. A line item has its account
-- in its kind: a policy that looked there would hold on to the leaves of every connection for as long as a query runs. The
-- statements name their shelves, so that they lock no others.
create policy system_reads on line_item for select to belvedere_system using (true);
create policy system_reads on resource for select to belvedere_system using (true);
grant select on line_item to belvedere_system;
grant select (workspace_id, shelf, connection_id, resource_key, sub_account_id) on resource to belvedere_system;
create function line_items_of(of_connection uuid, of_resource integer, first_day date, next_day date)
returns table (charge_date date, kind_key integer, billed_cost numeric, effective_cost numeric, consumed_quantity numeric, pricing_quantity numeric)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  allowed text := coalesce(current_setting('app.accounts', true), '');
  own integer;
  account text;
begin
  select c.shelf into own from public.connection c
  where c.workspace_id = workspace and c.id = of_connection and c.revoked_at is null;
  if own is null then return; end if;
  execute format(
    'select r.sub_account_id from public.resource r where r.workspace_id = %L and r.shelf = %s and r.connection_id = %L and r.resource_key = %s',
    workspace, own, of_connection, of_resource
  ) into account;
  if account is null or (allowed <> '' and account <> all (string_to_array(allowed, ','))) then return; end if;
  return query execute format(
    'select l.charge_date, l.kind_key, l.billed_cost, l.effective_cost, l.consumed_quantity, l.pricing_quantity
     from public.line_item l
     where l.workspace_id = %L and l.shelf = any (%L::integer[]) and l.connection_id = %L and l.resource_key = %s
       and l.charge_date >= %L and l.charge_date < %L',
    workspace, public.line_item_shelves(of_connection), of_connection, of_resource, first_day, next_day
  );
end $$;

-- Makes a leaf that COPY can fill: it takes rows of one connection and period of the current workspace and of nothing else,
-- gives them their shelf by itself, can be read by nobody, and is no part of line_item before publish_load.
create function open_load(of_connection uuid, of_period date) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  number integer;
  leaf text;
begin
  perform from public.connection c where c.workspace_id = workspace and c.id = of_connection and c.revoked_at is null;
  if not found then raise exception 'no such connection' using errcode = 'no_data_found'; end if;
  number := nextval('public.shelf_number');
  leaf := 'line_item_s' || number;
  execute format(
    'create table public.%I (like public.line_item, check (shelf = %s and workspace_id = %L and connection_id = %L and billing_period = %L))',
    leaf, number, workspace, of_connection, of_period
  );
  execute format(
    'alter table public.%I alter workspace_id set default %L, alter connection_id set default %L, alter shelf set default %s, alter billing_period set default %L',
    leaf, workspace, of_connection, number, of_period
  );
  -- By this an erasure finds every leaf of the connection, those too that a broken load left or a new one replaced.
  execute format('comment on table public.%I is %L', leaf, of_connection);
  execute format(
    'grant insert (charge_date, resource_key, kind_key, tag_key, billed_cost, effective_cost, list_cost, contracted_cost, consumed_quantity, pricing_quantity) on public.%I to belvedere_app',
    leaf
  );
  update public.billing_period p set next_shelf = number
  where p.workspace_id = workspace and p.connection_id = of_connection and p.billing_period = of_period;
  if not found then raise exception 'no such billing period' using errcode = 'no_data_found'; end if;
  return number;
end $$;

-- The filled leaf becomes a part of line_item; from here on it takes no more rows. Which shelf counts says billing_period.
create function publish_load(of_connection uuid, of_period date) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  number integer;
  leaf text;
begin
  select p.next_shelf into number from public.billing_period p
  where p.workspace_id = workspace and p.connection_id = of_connection and p.billing_period = of_period for update;
  if number is null then raise exception 'no load is open' using errcode = 'no_data_found'; end if;
  leaf := 'line_item_s' || number;
  execute format('revoke insert on public.%I from belvedere_app', leaf);
  execute format('create index on public.%I using brin (resource_key) with (pages_per_range = 8)', leaf);
  execute format('alter table public.line_item attach partition public.%I for values in (%s)', leaf, number);
  return number;
end $$;

create or replace function empty_shelf(of_connection uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  own integer;
  leaves text;
begin
  select coalesce(nullif(c.shelf, 0), c.next_shelf) into own from public.connection c
  where c.workspace_id = workspace and c.id = of_connection and c.revoked_at is not null;
  if not found then return; end if;
  select string_agg(format('public.%I', l.leaf), ', ') into leaves from (
    select parent || '_s' || own as leaf from unnest(public.shelved_tables()) parent where own is not null
    union
    select c.relname from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname ~ '^line_item_s[1-9][0-9]*$'
      and obj_description(c.oid, 'pg_class') = of_connection::text
  ) l;
  if leaves is not null then execute 'truncate ' || leaves; end if;
end $$;

create or replace function is_shelf_used(number integer) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from public.connection c where c.shelf = number or c.next_shelf = number)
    or exists (select from public.billing_period p where p.shelf = number or p.next_shelf = number)
$$;

-- Drops one shelf, or one load, that nothing names and returns its number. Gives up at once where it would have to wait.
create or replace function drop_unused_shelf() returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '50ms' as $$
declare
  unused integer;
  parent text;
  holds boolean;
begin
  for unused in
    select distinct substring(c.relname from '[0-9]+$')::integer from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname ~ '^(charge|line_item)_s[1-9][0-9]*$'
  loop
    continue when public.is_shelf_used(unused);
    begin
      foreach parent in array public.shelved_tables() loop
        continue when to_regclass('public.' || parent || '_s' || unused) is null;
        -- What a connection's shelf still holds is erased first. A load that nothing names any more never counted, or no longer does.
        if to_regclass('public.charge_s' || unused) is not null then
          execute format('select exists (select from public.%I)', parent || '_s' || unused) into holds;
          if holds then raise lock_not_available; end if;
        end if;
        execute format('drop table public.%I', parent || '_s' || unused);
      end loop;
      return unused;
    exception when lock_not_available then null;
    end;
  end loop;
  return null;
end $$;

grant create on schema public to belvedere_system;
alter function line_item_shelves(uuid) owner to belvedere_system;
alter function line_items_of(uuid, integer, date, date) owner to belvedere_system;
revoke create on schema public from belvedere_system;
revoke all on function shelved_tables(), line_item_shelves(uuid), line_items_of(uuid, integer, date, date), open_load(uuid, date), publish_load(uuid, date) from public;
grant execute on function line_item_shelves(uuid), line_items_of(uuid, integer, date, date), open_load(uuid, date), publish_load(uuid, date) to belvedere_app;
