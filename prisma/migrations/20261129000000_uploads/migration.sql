-- ---- Billing files that people upload: another kind of connection, with no account and no role ----
-- AlterTable
ALTER TABLE "connection" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'aws';

-- CreateTable
CREATE TABLE "uploaded_file" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "is_wanted" BOOLEAN NOT NULL DEFAULT false,
    "digest" TEXT,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "format" TEXT,
    "source_rows" BIGINT NOT NULL DEFAULT 0,
    "left_out_rows" BIGINT NOT NULL DEFAULT 0,
    "rows" BIGINT NOT NULL DEFAULT 0,
    "first_date" DATE,
    "last_date" DATE,
    "totals" JSONB NOT NULL DEFAULT '[]',
    "currencies" TEXT[],
    "warnings" TEXT[],
    "problems" JSONB NOT NULL DEFAULT '[]',
    "problem_count" BIGINT NOT NULL DEFAULT 0,
    "failure" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "shelf" INTEGER,
    "next_shelf" INTEGER,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "loaded_at" TIMESTAMPTZ(3),

    CONSTRAINT "uploaded_file_pkey" PRIMARY KEY ("workspace_id","connection_id","id")
);

-- CreateTable
CREATE TABLE "uploaded_chunk" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "file_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "uploaded_chunk_pkey" PRIMARY KEY ("workspace_id","connection_id","file_id","seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "uploaded_file_workspace_id_digest_key" ON "uploaded_file"("workspace_id", "digest");

-- AddForeignKey
ALTER TABLE "uploaded_file" ADD CONSTRAINT "uploaded_file_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "uploaded_chunk" ADD CONSTRAINT "uploaded_chunk_workspace_id_connection_id_file_id_fkey" FOREIGN KEY ("workspace_id", "connection_id", "file_id") REFERENCES "uploaded_file"("workspace_id", "connection_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

comment on column uploaded_file.shelf is 'The shelf that holds its line items and nothing else; null before it is loaded';
comment on column uploaded_file.next_shelf is 'A shelf that a load is filling';
comment on column uploaded_file.totals is 'What it costs by provider and currency, as the dry run counted it';
-- A file is compressed by itself, or hardly worth it for the minutes that it lies here.
alter table uploaded_chunk alter bytes set storage external;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['uploaded_file', 'uploaded_chunk'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy of_workspace on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)',
      tenant_table
    );
    execute format('grant select, insert, update, delete on %I to belvedere_app', tenant_table);
    execute format(
      $policy$create policy of_accounts on %I as restrictive to belvedere_app using (
        (select coalesce(current_setting('app.accounts', true), '') = ''))$policy$,
      tenant_table
    );
  end loop;
end $$;

-- Of which days and currencies a source of files has costs: what the frame of a report is made of, for limited people too.
grant select (workspace_id, connection_id, id, state, first_date, last_date, currencies, loaded_at, shelf, next_shelf)
  on uploaded_file to belvedere_system;
create policy system_reads on uploaded_file for select to belvedere_system using (true);
create function uploaded_days()
returns table (connection_id uuid, first_date date, last_date date, currencies text[], loaded_at timestamptz, files text)
language sql stable security definer rows 2 set search_path = pg_catalog, public, pg_temp as $$
  select f.connection_id, min(f.first_date), max(f.last_date), array_agg(distinct c), max(f.loaded_at),
    md5(string_agg(distinct f.id::text, ' '))
  from public.uploaded_file f left join unnest(f.currencies) c on true
  where f.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid and f.shelf is not null
  group by f.connection_id
$$;

-- The shelves with line items of a connection, whatever brought them.
create or replace function line_item_shelves(of_connection uuid) returns integer[]
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(array_agg(distinct s.shelf), '{}')
  from (
    select p.shelf, p.next_shelf from public.billing_period p
    where p.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid and p.connection_id = of_connection
    union all
    select f.shelf, f.next_shelf from public.uploaded_file f
    where f.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid and f.connection_id = of_connection
  ) held, unnest(array[held.shelf, held.next_shelf]) as s (shelf)
  where s.shelf is not null
$$;

-- As open_load and publish_load, for a file of many periods: a leaf that holds the line items of this file alone.
create function open_upload(of_connection uuid, of_file uuid) returns integer
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
    'create table public.%I (like public.line_item, check (shelf = %s and workspace_id = %L and connection_id = %L))',
    leaf, number, workspace, of_connection
  );
  execute format(
    'alter table public.%I alter workspace_id set default %L, alter connection_id set default %L, alter shelf set default %s',
    leaf, workspace, of_connection, number
  );
  execute format('comment on table public.%I is %L', leaf, of_connection);
  execute format(
    'grant insert (billing_period, charge_date, resource_key, kind_key, tag_key, billed_cost, effective_cost, list_cost, contracted_cost, consumed_quantity, pricing_quantity) on public.%I to belvedere_app',
    leaf
  );
  update public.uploaded_file f set next_shelf = number
  where f.workspace_id = workspace and f.connection_id = of_connection and f.id = of_file;
  if not found then raise exception 'no such file' using errcode = 'no_data_found'; end if;
  return number;
end $$;

create function publish_upload(of_connection uuid, of_file uuid) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  number integer;
  leaf text;
begin
  select f.next_shelf into number from public.uploaded_file f
  where f.workspace_id = workspace and f.connection_id = of_connection and f.id = of_file for update;
  if number is null then raise exception 'no load is open' using errcode = 'no_data_found'; end if;
  leaf := 'line_item_s' || number;
  execute format('revoke insert on public.%I from belvedere_app', leaf);
  execute format('create index on public.%I using brin (resource_key) with (pages_per_range = 8)', leaf);
  execute format('alter table public.line_item attach partition public.%I for values in (%s)', leaf, number);
  return number;
end $$;

-- Erases the line items of one file, at once; TRUNCATE locks that leaf alone.
create function empty_upload(of_connection uuid, of_file uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  number integer;
begin
  select f.shelf into number from public.uploaded_file f
  where f.workspace_id = workspace and f.connection_id = of_connection and f.id = of_file for update;
  if number is not null then execute format('truncate public.%I', 'line_item_s' || number); end if;
end $$;

create or replace function is_shelf_used(number integer) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from public.connection c where c.shelf = number or c.next_shelf = number)
    or exists (select from public.billing_period p where p.shelf = number or p.next_shelf = number)
    or exists (select from public.uploaded_file f where f.shelf = number or f.next_shelf = number)
$$;

-- Uploaded files that nobody is looking at are due as well (slot upload of src/db/locks.ts).
create or replace function due_work()
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
  select distinct 'upload', f.workspace_id, f.connection_id, null::uuid
  from public.uploaded_file f
  where f.state in ('received', 'wanted')
    and not exists (
      select from pg_locks l
      where l.locktype = 'advisory' and l.granted
        and ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended(f.connection_id::text, 6)
    )
  union all
  select case when c.status in ('pending', 'refused') then 'probe' else 'schedule' end, c.workspace_id, c.id, null::uuid
  from public.connection c
  where c.revoked_at is null and c.next_action_at <= now()
$$;

-- What nobody came back for: uploads that broke off, and files that were looked at and not loaded.
grant select (received_at) on uploaded_file to belvedere_system;
create function forgotten_uploads() returns table (workspace_id uuid, connection_id uuid, id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select f.workspace_id, f.connection_id, f.id from public.uploaded_file f
  where (f.state = 'receiving' and f.received_at < now() - interval '6 hours')
    or (f.state in ('read', 'refused') and f.received_at < now() - interval '24 hours')
$$;

grant create on schema public to belvedere_system;
alter function forgotten_uploads() owner to belvedere_system;
alter function uploaded_days() owner to belvedere_system;
revoke create on schema public from belvedere_system;
revoke all on function uploaded_days(), forgotten_uploads(), open_upload(uuid, uuid), publish_upload(uuid, uuid), empty_upload(uuid, uuid) from public;
grant execute on function uploaded_days(), forgotten_uploads(), open_upload(uuid, uuid), publish_upload(uuid, uuid), empty_upload(uuid, uuid) to belvedere_app;
