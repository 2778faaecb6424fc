-- Without settings of their own, so that they are written into the statement that calls them: verifying a million events calls
-- them a million times. Every name is qualified instead.
create or replace function audit_body(e audit_event) returns text
language sql stable as $$
  select pg_catalog.jsonb_build_array(
    e.workspace_id, e.seq, pg_catalog.to_char(pg_catalog.timezone('UTC', e.at), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), e.id, e.actor_kind,
    e.actor_id, e.action, e.subject_id, e.address, e.detail, e.before, e.after
  )::pg_catalog.text
$$;

create or replace function audit_link(previous bytea, e audit_event) returns bytea
language sql stable as $$
  select pg_catalog.sha256(previous operator(pg_catalog.||) pg_catalog.convert_to(public.audit_body(e), 'UTF8'))
$$;

-- As before, and it takes the workspace's row before the head: whoever deletes a workspace takes them in that order, and each
-- would wait for the other.
create or replace function append_audit(
  event_at timestamptz, event_id uuid, of_kind text, of_actor uuid, what text, of_subject text, from_address text,
  event_detail jsonb, was jsonb, became jsonb
) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  head public.audit_head;
  e public.audit_event;
begin
  perform from public.workspace w where w.id = workspace for key share;
  insert into public.audit_head (workspace_id, seq, hash, pruned_seq, pruned_hash)
  values (workspace, 0, decode(repeat('00', 32), 'hex'), 0, decode(repeat('00', 32), 'hex'))
  on conflict (workspace_id) do nothing;
  select * into head from public.audit_head h where h.workspace_id = workspace for update;
  e.workspace_id := workspace;
  e.seq := head.seq + 1;
  e.at := event_at;
  e.id := event_id;
  e.actor_kind := of_kind;
  e.actor_id := of_actor;
  e.action := what;
  e.subject_id := of_subject;
  e.address := from_address;
  e.detail := event_detail;
  e.before := was;
  e.after := became;
  e.hash := public.audit_link(head.hash, e);
  insert into public.audit_event select (e).*;
  update public.audit_head h set seq = e.seq, hash = e.hash where h.workspace_id = workspace;
end $$;

-- Lets go of the oldest events: of whole days that are older than the workspace's own setting says, never of the last 30 days, by
-- the database's clock where the caller's is ahead; at most 10,000 at once, so that nobody waits for long. What it let go of is
-- said in the chain itself, by the same statement: whoever moves the beginning without it is found out. Returns how many.
create or replace function prune_audit(today timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  workspace uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  days integer;
  oldest timestamptz;
  head public.audit_head;
  newest bigint;
  link bytea;
  gone integer;
begin
  perform from public.workspace w where w.id = workspace for key share;
  select * into head from public.audit_head h where h.workspace_id = workspace for update;
  select w.audit_retention_days into days from public.workspace w where w.id = workspace;
  if days is null or head.seq is null then return 0; end if;
  days := greatest(days, 30);
  oldest := (date_trunc('day', least(today, now()) at time zone 'UTC') - make_interval(days => days)) at time zone 'UTC';
  -- Up to the first event that is to be kept, since the chain can only be let go of from its beginning.
  select o.seq, o.hash into newest, link
  from (
    select p.seq, p.hash, bool_and(p.at < oldest) over (order by p.seq) as is_old
    from (
      select e.seq, e.hash, e.at from public.audit_event e
      where e.workspace_id = workspace and e.seq > head.pruned_seq order by e.seq limit 10000
    ) p
  ) o
  where o.is_old order by o.seq desc limit 1;
  if newest is null then return 0; end if;
  delete from public.audit_event e where e.workspace_id = workspace and e.seq > head.pruned_seq and e.seq <= newest;
  get diagnostics gone = row_count;
  update public.audit_head h set pruned_seq = newest, pruned_hash = link where h.workspace_id = workspace;
  perform public.append_audit(
    today, gen_random_uuid(), 'system', null, 'audit.pruned', null, null,
    jsonb_build_object(
      'events', gone, 'from', head.pruned_seq + 1, 'through', newest, 'hash', encode(link, 'hex'), 'days', days,
      'before', to_char(oldest at time zone 'UTC', 'YYYY-MM-DD')
    ),
    null, null
  );
  return gone;
end $$;
