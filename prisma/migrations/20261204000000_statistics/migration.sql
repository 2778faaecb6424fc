-- Brings the planner's statistics of one leaf that holds rows of the connection up to date and returns the leaf, null where
-- none needs it. By the rule of autovacuum, which comes round within a minute or two: whoever looks at a large load before it
-- does waits for plans that were made for an empty table. Only the owner of a table may analyze it. Gives up at once where it
-- would have to wait, and holds one leaf at a time, since an erasure has to wait for that.
create function analyze_next_leaf(of_connection uuid) returns text
language plpgsql security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '50ms' as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  own integer;
  stale text;
begin
  select c.shelf into own from public.connection c
  where c.workspace_id = workspace and c.id = of_connection and c.revoked_at is null;
  if own is null then return null; end if;
  for stale in
    select c.relname from unnest(public.shelved_tables()) parent
    join pg_class c on c.oid = to_regclass('public.' || parent || '_s' || own)
    where pg_stat_get_mod_since_analyze(c.oid) > 1000 + 0.1 * greatest(c.reltuples, 0)
    order by pg_stat_get_mod_since_analyze(c.oid) desc
  loop
    begin
      execute format('analyze public.%I', stale);
      return stale;
    exception when lock_not_available then null;
    end;
  end loop;
  return null;
end $$;
revoke all on function analyze_next_leaf(uuid) from public;
grant execute on function analyze_next_leaf(uuid) to belvedere_app;
