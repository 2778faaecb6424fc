-- A load of a year touches most resources twelve times. With room for a third of a page's rows, the other two thirds went to new
-- pages and into every index each time.
create or replace function open_shelf() returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  number integer := nextval('public.shelf_number');
  parent text;
begin
  foreach parent in array public.shelved_tables() loop
    execute format('create table public.%I (like public.%I including all, check (shelf = %s))', parent || '_s' || number, parent, number);
    if parent = 'resource' then
      -- Each month of a load touches most rows, and no column of an index: where the page has room for all of them once more, that
      -- writes no index.
      execute format('alter table public.%I set (fillfactor = 48)', parent || '_s' || number);
    end if;
    if parent = 'line_item' then
      execute format('create index on public.%I (workspace_id, connection_id, resource_key, charge_date)', parent || '_s' || number);
    end if;
    execute format('alter table public.%I attach partition public.%I for values in (%s)', parent, parent || '_s' || number, number);
  end loop;
  return number;
end $$;

do $$
declare
  leaf text;
begin
  for leaf in
    select i.inhrelid::regclass::text from pg_inherits i where i.inhparent = 'public.resource'::regclass
  loop
    execute format('alter table %s set (fillfactor = 48)', leaf);
  end loop;
end $$;
