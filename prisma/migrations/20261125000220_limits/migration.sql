-- ---- People who may see some accounts only, at less cost for everybody else ----
-- Whether a person is limited is one boolean, found out once a statement: comparing a text in every row took 7 to 11 % of an
-- overview. The rollups hold no sums of some accounts, so a limited person is answered from charge_daily and sees none of
-- them; that is a condition without a column, which is checked before the first row is read. What is left is below 5 %.
do $$
declare
  of_table text;
  account text;
begin
  for of_table, account in values
    ('charge', 'sub_account_id'), ('charge_daily', 'sub_account_id'), ('control_total', 'sub_account_id'),
    ('sync_fetch', 'sub_account_id'), ('staged_charge', 'sub_account_id'),
    ('linked_account', 'aws_account_id'), ('access_ledger', 'aws_account_id')
  loop
    execute format('drop policy if exists of_accounts on %I', of_table);
    execute format(
      $policy$create policy of_accounts on %I as restrictive using (
        (select coalesce(current_setting('app.accounts', true), '') = '')
        or %I = any ((select string_to_array(current_setting('app.accounts', true), ','))::text[]))$policy$,
      of_table, account
    );
  end loop;
  -- Of all accounts together, or of the account that is connected and the way into it. A failed sync says in words what failed.
  foreach of_table in array array[
    'charge_daily_by', 'charge_monthly_by', 'cost_forecast', 'erasure_receipt', 'aws_account_claim', 'sync_run'
  ] loop
    execute format('drop policy if exists of_accounts on %I', of_table);
    execute format(
      $policy$create policy of_accounts on %I as restrictive using (
        (select coalesce(current_setting('app.accounts', true), '') = ''))$policy$,
      of_table
    );
  end loop;
end $$;

-- Not for belvedere_system, whose functions tell of a connection what everybody may know.
create policy of_accounts on connection as restrictive to belvedere_app
  using ((select coalesce(current_setting('app.accounts', true), '') = ''));

-- Where the cost of the current workspace lies: of each connection that counts its id and its shelf, and nothing else of it.
grant select (active_since) on connection to belvedere_system;
create function cost_connections() returns table (id uuid, shelf integer)
language sql stable security definer rows 4 set search_path = pg_catalog, public, pg_temp as $$
  select c.id, c.shelf from public.connection c
  where c.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
    and c.revoked_at is null and c.active_since is not null
$$;
grant create on schema public to belvedere_system;
alter function cost_connections() owner to belvedere_system;
revoke create on schema public from belvedere_system;
revoke all on function cost_connections() from public;
grant execute on function cost_connections() to belvedere_app;
