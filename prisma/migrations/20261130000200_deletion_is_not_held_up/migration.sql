-- A row lock that many share can keep out forever whoever wants the row alone, since each who comes joins those who have it. So
-- whoever deletes a workspace takes lock 8 of it first (src/db/locks.ts), for which new writers of the trail do not wait: they are
-- refused as soon as it is asked for.
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
  if not pg_try_advisory_xact_lock_shared(hashtextextended(workspace::text, 8)) then
    raise exception 'The workspace is being deleted.' using errcode = 'lock_not_available';
  end if;
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
