-- Cost facts in the words of FinOps FOCUS. Every amount is NUMERIC.
--
-- The tables are partitioned by shelf. Shelf 0 is shared, a connection with many rows gets a shelf of its own, so
-- that erasing it is a TRUNCATE of that leaf: a fraction of a second, and a lock on nobody else's rows. A shelf is
-- attached under SHARE UPDATE EXCLUSIVE, which neither readers nor writers notice (there is no default partition,
-- which would have to be scanned under an exclusive lock).
create sequence shelf_number start 1;

create table charge (
  workspace_id uuid not null,
  shelf integer not null,
  connection_id uuid not null,
  charge_date date not null,
  line integer not null,
  sub_account_id text not null,
  service_name text not null,
  region_id text not null,
  charge_category text not null,
  record_type text not null,
  currency char(3) not null,
  billed_cost numeric not null,
  effective_cost numeric not null,
  list_cost numeric,
  contracted_cost numeric,
  primary key (workspace_id, shelf, connection_id, charge_date, line)
) partition by list (shelf);
comment on column charge.charge_date is 'FOCUS ChargePeriodStart (UTC day), the period is that one day';
comment on column charge.billed_cost is 'FOCUS BilledCost, Cost Explorer UnblendedCost';
comment on column charge.effective_cost is 'FOCUS EffectiveCost, Cost Explorer AmortizedCost';
comment on column charge.record_type is 'Cost Explorer RECORD_TYPE, empty for usage, which is asked for without it';

-- Daily totals over every dimension, and the same along one dimension at a time for the pages that ask for no more.
create table charge_daily (
  workspace_id uuid not null,
  shelf integer not null,
  connection_id uuid not null,
  charge_date date not null,
  charge_category text not null,
  sub_account_id text not null,
  service_name text not null,
  region_id text not null,
  currency char(3) not null,
  billed_cost numeric not null,
  effective_cost numeric not null,
  primary key (workspace_id, shelf, connection_id, charge_date, charge_category, sub_account_id, service_name, region_id, currency)
) partition by list (shelf);

create table charge_daily_by (
  workspace_id uuid not null,
  shelf integer not null,
  connection_id uuid not null,
  dimension text not null,
  charge_date date not null,
  charge_category text not null,
  key text not null,
  key2 text not null,
  currency char(3) not null,
  billed_cost numeric not null,
  effective_cost numeric not null,
  primary key (workspace_id, shelf, connection_id, dimension, charge_date, charge_category, key, key2, currency)
) partition by list (shelf);

-- Whole months of the same, for reports over a year.
create table charge_monthly_by (
  workspace_id uuid not null,
  shelf integer not null,
  connection_id uuid not null,
  dimension text not null,
  charge_month date not null,
  charge_category text not null,
  key text not null,
  key2 text not null,
  currency char(3) not null,
  billed_cost numeric not null,
  effective_cost numeric not null,
  primary key (workspace_id, shelf, connection_id, dimension, charge_month, charge_category, key, key2, currency)
) partition by list (shelf);

create table charge_s0 partition of charge for values in (0);
create table charge_daily_s0 partition of charge_daily for values in (0);
create table charge_daily_by_s0 partition of charge_daily_by for values in (0);
create table charge_monthly_by_s0 partition of charge_monthly_by for values in (0);

-- What a sync has fetched of a window that is not complete yet: kept so that a killed worker need not pay twice.
create table staged_charge (
  workspace_id uuid not null,
  connection_id uuid not null,
  run_id uuid not null,
  window_start date not null,
  sub_account_id text not null,
  kind text not null,
  ordinal integer not null,
  charge_date date not null,
  service_name text not null,
  region_id text not null,
  charge_category text not null,
  record_type text not null,
  currency char(3) not null,
  billed_cost numeric not null,
  effective_cost numeric not null,
  primary key (workspace_id, connection_id, run_id, window_start, sub_account_id, kind, ordinal)
);
