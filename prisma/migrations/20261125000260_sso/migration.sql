-- Workspaces that have set up single sign-on: for the worker, which warns of certificates and forgets what has expired.
create function workspaces_with_sso() returns table (workspace_id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct s.workspace_id from public.sso_connection s order by s.workspace_id
$$;

grant create on schema public to belvedere_system;
alter function workspaces_with_sso() owner to belvedere_system;
revoke create on schema public from belvedere_system;
revoke all on function workspaces_with_sso() from public;
grant execute on function workspaces_with_sso() to belvedere_app;
