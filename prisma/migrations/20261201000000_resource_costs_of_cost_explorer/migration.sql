-- ---- Costs by resource of Cost Explorer ----
-- Only where somebody asked for them, having seen what the requests cost.
ALTER TABLE "connection" ADD COLUMN "resource_costs_since" TIMESTAMPTZ(3), ADD COLUMN "resource_costs_failure" JSONB;
comment on column connection.resource_costs_since is 'When costs by resource were asked for of Cost Explorer; null where they are not';
grant update (resource_costs_since, resource_costs_failure) on connection to belvedere_app;

-- CreateTable
CREATE TABLE "resource_cost_fetch" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "sub_account_id" TEXT NOT NULL,
    "first_date" DATE NOT NULL,
    "next_date" DATE NOT NULL,
    "requests" INTEGER NOT NULL,
    "fetched_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "resource_cost_fetch_pkey" PRIMARY KEY ("workspace_id","connection_id","sub_account_id")
);

-- AddForeignKey
ALTER TABLE "resource_cost_fetch" ADD CONSTRAINT "resource_cost_fetch_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

comment on table resource_cost_fetch is 'Which days Cost Explorer told by resource, account by account, and in how many requests';
comment on column resource_cost_fetch.next_date is 'First day that is not in any more';

-- Beside the line items of a billing export and never among them: these are sums of Cost Explorer, and are in no total.
create table resource_day (
  workspace_id uuid not null,
  shelf integer not null,
  connection_id uuid not null,
  resource_key integer not null,
  charge_date date not null,
  service_name text not null,
  currency char(3) not null,
  sub_account_id text not null,
  billed_cost numeric not null,
  effective_cost numeric not null,
  primary key (workspace_id, shelf, connection_id, resource_key, charge_date, service_name, currency)
) partition by list (shelf);
comment on table resource_day is 'What Cost Explorer says of a resource, day by day';

-- What a source does not reach back to is not known, which is not the same as nothing.
alter table resource_cost
  alter column billed_7 drop not null, alter column billed_7_before drop not null,
  alter column billed_30 drop not null, alter column billed_30_before drop not null,
  alter column billed_90 drop not null, alter column billed_90_before drop not null,
  alter column billed_month drop not null, alter column billed_month_before drop not null,
  alter column effective_7 drop not null, alter column effective_7_before drop not null,
  alter column effective_30 drop not null, alter column effective_30_before drop not null,
  alter column effective_90 drop not null, alter column effective_90_before drop not null,
  alter column effective_month drop not null, alter column effective_month_before drop not null;

-- Until now the list of resources looked that up for all of them at once. An owner who is no superuser would see no row.
alter table resource_cost no force row level security;
update resource_cost set
  billed_7_before = case when since <= as_of - 14 then billed_7_before end,
  effective_7_before = case when since <= as_of - 14 then effective_7_before end,
  billed_30_before = case when since <= as_of - 60 then billed_30_before end,
  effective_30_before = case when since <= as_of - 60 then effective_30_before end,
  billed_90_before = case when since <= as_of - 180 then billed_90_before end,
  effective_90_before = case when since <= as_of - 180 then effective_90_before end,
  billed_month_before = case when since <= date_trunc('month', as_of - 1) - interval '1 month' then billed_month_before end,
  effective_month_before = case when since <= date_trunc('month', as_of - 1) - interval '1 month' then effective_month_before end
where since is not null;
alter table resource_cost force row level security;

create or replace function shelved_tables() returns text[]
language sql immutable set search_path = pg_catalog as $$
  select array['charge', 'charge_daily', 'charge_daily_by', 'charge_monthly_by', 'charge_kind', 'tag_set', 'resource', 'resource_cost', 'line_item',
    'tag_group', 'charge_month_tag', 'resource_day']
$$;

-- Shelves that are open already get the leaf of the new table.
do $$
declare
  number integer;
begin
  for number in
    select substring(c.relname from '[0-9]+$')::integer from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.charge'::regclass
  loop
    execute format('create table public.%I partition of public.resource_day for values in (%s)', 'resource_day_s' || number, number);
  end loop;
end $$;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['resource_cost_fetch', 'resource_day'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy of_workspace on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)',
      tenant_table
    );
    execute format('grant select, insert, update, delete on %I to belvedere_app', tenant_table);
    execute format(
      $policy$create policy of_accounts on %I as restrictive using (
        (select coalesce(current_setting('app.accounts', true), '') = '')
        or sub_account_id = any ((select string_to_array(current_setting('app.accounts', true), ','))::text[]))$policy$,
      tenant_table
    );
  end loop;
end $$;
