-- What of a commitment each line item used, left unused or bought. A billing export is read again for it, as its mapping says more
-- than before; of files it is known from those loaded from here on.
alter table charge_kind add column commitment_discount_unit text not null default '';
alter table line_item add column commitment_discount_quantity numeric;

create or replace function make_leaf(of_connection uuid, number integer, of_period date) returns void
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
    'grant insert (charge_date, resource_key, kind_key, tag_key, billed_cost, effective_cost, list_cost, contracted_cost, consumed_quantity, pricing_quantity, commitment_discount_quantity) on public.%I to belvedere_app',
    leaf
  );
  -- Nobody looks for a line item by what it cost, and a sample of it would outlive the row.
  execute format(
    'alter table public.%I alter billed_cost set statistics 0, alter effective_cost set statistics 0, alter list_cost set statistics 0, alter contracted_cost set statistics 0, alter consumed_quantity set statistics 0, alter pricing_quantity set statistics 0, alter commitment_discount_quantity set statistics 0',
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
