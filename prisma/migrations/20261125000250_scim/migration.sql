-- AlterTable
ALTER TABLE "membership" ADD COLUMN     "scim_profile" JSONB NOT NULL DEFAULT '{}';

-- CreateIndex
CREATE INDEX "scim_group_member_workspace_id_user_id_idx" ON "scim_group_member"("workspace_id", "user_id");

-- In how many workspaces a person is, the deactivated memberships too: a workspace that is not alone with somebody may not
-- change their account.
create function count_memberships(of_user uuid) returns integer
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select count(*)::integer from public.membership m where m.user_id = of_user
$$;
grant create on schema public to belvedere_system;
alter function count_memberships(uuid) owner to belvedere_system;
revoke create on schema public from belvedere_system;
revoke all on function count_memberships(uuid) from public;
grant execute on function count_memberships(uuid) to belvedere_app;
