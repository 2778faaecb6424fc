-- ---- Tags in reports ----
-- The words of the customer for their accounts. They go with the account when it is erased.
ALTER TABLE "linked_account" ADD COLUMN "label" TEXT, ADD COLUMN "account_group" TEXT;

-- CreateTable
CREATE TABLE "tag_rule" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "keys" TEXT[],
    "ignores_case" BOOLEAN NOT NULL,
    "synonyms" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tag_rule_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "tag_choice" (
    "workspace_id" UUID NOT NULL,
    "tag_key" TEXT NOT NULL,
    "is_reported" BOOLEAN NOT NULL,
    "chosen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tag_choice_pkey" PRIMARY KEY ("workspace_id","tag_key")
);

-- CreateTable
CREATE TABLE "reported_tag" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "tag_key" TEXT NOT NULL,
    "tag_values" INTEGER NOT NULL,
    "is_reported" BOOLEAN NOT NULL,

    CONSTRAINT "reported_tag_pkey" PRIMARY KEY ("workspace_id","connection_id","tag_key")
);

-- CreateTable
CREATE TABLE "tag_index" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "is_stale" BOOLEAN NOT NULL,
    "built_at" TIMESTAMPTZ(3),

    CONSTRAINT "tag_index_pkey" PRIMARY KEY ("workspace_id","connection_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "tag_rule_workspace_id_name_key" ON "tag_rule"("workspace_id", "name");

-- AddForeignKey
ALTER TABLE "tag_rule" ADD CONSTRAINT "tag_rule_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tag_choice" ADD CONSTRAINT "tag_choice_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reported_tag" ADD CONSTRAINT "reported_tag_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tag_index" ADD CONSTRAINT "tag_index_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

comment on table tag_rule is 'A tag of the reports that is made of several keys, in the order in which they count';
comment on column tag_rule.synonyms is 'Values that are counted as another one, each with that one';
comment on table tag_choice is 'Keys that somebody took into the reports or out of them; all others go by their number of values';
comment on table reported_tag is 'The tag keys of a connection, and whether its daily totals are told apart by them';
comment on column tag_index.is_stale is 'The daily totals have to be told apart by other keys than they are';

-- What daily totals by tag are told apart by: the reported tags, and all that another report asks for beside them.
create table tag_group (
  workspace_id uuid not null,
  shelf integer not null,
  connection_id uuid not null,
  tag_group integer not null,
  source text not null,
  charge_category text not null,
  sub_account_id text not null,
  service_name text not null,
  region_id text not null,
  currency char(3) not null,
  tags jsonb not null,
  digest uuid not null,
  primary key (workspace_id, shelf, connection_id, tag_group),
  unique (workspace_id, shelf, connection_id, sub_account_id, digest)
) partition by list (shelf);

-- The daily totals once more, told apart by reported tags: what answers where a report asks for tags. There are several times as
-- many of them as of the others, so a row holds a month of a group, its days side by side. Only what has line items is here: what
-- Cost Explorer tells has no tags, which is not the same as untagged.
create table charge_month_tag (
  workspace_id uuid not null,
  shelf integer not null,
  connection_id uuid not null,
  charge_month date not null,
  tag_group integer not null,
  sub_account_id text not null,
  days smallint[] not null,
  billed numeric[] not null,
  effective numeric[],
  billed_cost numeric not null,
  effective_cost numeric not null,
  primary key (workspace_id, shelf, connection_id, charge_month, tag_group)
) partition by list (shelf);
comment on column charge_month_tag.days is 'The days of the month that have a charge; billed and effective have a cost for each of them';
comment on column charge_month_tag.effective is 'Null: the same as billed on each day';
comment on column charge_month_tag.billed_cost is 'The month as a whole';

create or replace function shelved_tables() returns text[]
language sql immutable set search_path = pg_catalog as $$
  select array['charge', 'charge_daily', 'charge_daily_by', 'charge_monthly_by', 'charge_kind', 'tag_set', 'resource', 'resource_cost', 'line_item',
    'tag_group', 'charge_month_tag']
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
    foreach parent in array array['tag_group', 'charge_month_tag'] loop
      execute format('create table public.%I partition of public.%I for values in (%s)', parent || '_s' || number, parent, number);
    end loop;
  end loop;
  -- An owner who is no superuser would see no row of any workspace.
  foreach parent in array array['billing_period', 'uploaded_file'] loop
    execute format('alter table public.%I no force row level security', parent);
  end loop;
  -- What line items are there of is told apart by the worker.
  insert into tag_index (workspace_id, connection_id, is_stale)
  select workspace_id, connection_id, true from billing_period where shelf is not null
  union
  select workspace_id, connection_id, true from uploaded_file where shelf is not null;
  foreach parent in array array['billing_period', 'uploaded_file'] loop
    execute format('alter table public.%I force row level security', parent);
  end loop;
end $$;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['tag_rule', 'tag_choice', 'reported_tag', 'tag_index', 'tag_group', 'charge_month_tag'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy of_workspace on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)',
      tenant_table
    );
    execute format('grant select, insert, update, delete on %I to belvedere_app', tenant_table);
  end loop;
  foreach tenant_table in array array['tag_group', 'charge_month_tag'] loop
    execute format(
      $policy$create policy of_accounts on %I as restrictive using (
        (select coalesce(current_setting('app.accounts', true), '') = '')
        or sub_account_id = any ((select string_to_array(current_setting('app.accounts', true), ','))::text[]))$policy$,
      tenant_table
    );
  end loop;
  foreach tenant_table in array array['reported_tag'] loop
    execute format(
      $policy$create policy of_accounts on %I as restrictive to belvedere_app using (
        (select coalesce(current_setting('app.accounts', true), '') = ''))$policy$,
      tenant_table
    );
  end loop;
end $$;

-- Daily totals that have to be told apart anew are due as well: see due_work in the next migration.
grant select (workspace_id, connection_id, is_stale) on tag_index to belvedere_system;
create policy system_reads on tag_index for select to belvedere_system using (true);

-- Line items of months that end before the first day are not looked into.
grant select (last_date) on billing_period to belvedere_system;
create or replace function line_items_of(of_connection uuid, of_resource integer, first_day date, next_day date)
returns table (charge_date date, kind_key integer, billed_cost numeric, effective_cost numeric, consumed_quantity numeric, pricing_quantity numeric)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  allowed text := coalesce(current_setting('app.accounts', true), '');
  own integer;
  account text;
  shelves integer[];
begin
  select c.shelf into own from public.connection c
  where c.workspace_id = workspace and c.id = of_connection and c.revoked_at is null;
  if own is null then return; end if;
  execute format(
    'select r.sub_account_id from public.resource r where r.workspace_id = %L and r.shelf = %s and r.connection_id = %L and r.resource_key = %s',
    workspace, own, of_connection, of_resource
  ) into account;
  if account is null or (allowed <> '' and account <> all (string_to_array(allowed, ','))) then return; end if;
  select coalesce(array_agg(distinct held.shelf), '{}') into shelves from (
    select p.shelf, p.last_date from public.billing_period p where p.workspace_id = workspace and p.connection_id = of_connection
    union all
    select f.shelf, f.last_date from public.uploaded_file f where f.workspace_id = workspace and f.connection_id = of_connection
  ) held
  where held.shelf is not null and (held.last_date is null or held.last_date >= first_day);
  return query execute format(
    'select l.charge_date, l.kind_key, l.billed_cost, l.effective_cost, l.consumed_quantity, l.pricing_quantity
     from public.line_item l
     where l.workspace_id = %L and l.shelf = any (%L::integer[]) and l.connection_id = %L and l.resource_key = %s
       and l.charge_date >= %L and l.charge_date < %L',
    workspace, shelves, of_connection, of_resource, first_day, next_day
  );
end $$;
