-- ---- Tags of Cost Explorer ----
-- Only where somebody asked for them, having seen what the requests cost.
-- CreateTable
CREATE TABLE "cost_tag_listing" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "requests" INTEGER NOT NULL,
    "spent" INTEGER NOT NULL DEFAULT 0,
    "spent_since" TIMESTAMPTZ(3),
    "listed_at" TIMESTAMPTZ(3),
    "failure" JSONB,

    CONSTRAINT "cost_tag_listing_pkey" PRIMARY KEY ("workspace_id","connection_id")
);

-- CreateTable
CREATE TABLE "cost_tag" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "tag_key" TEXT NOT NULL,
    "tag_values" INTEGER,
    "first_values" TEXT[],
    "asked_at" TIMESTAMPTZ(3),

    CONSTRAINT "cost_tag_pkey" PRIMARY KEY ("workspace_id","connection_id","tag_key")
);

-- AddForeignKey
ALTER TABLE "cost_tag_listing" ADD CONSTRAINT "cost_tag_listing_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cost_tag" ADD CONSTRAINT "cost_tag_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "cost_tag_listing"("workspace_id", "connection_id") ON DELETE CASCADE ON UPDATE CASCADE;

comment on table cost_tag_listing is 'Connections whose tags Cost Explorer is asked for, since when, and for how many requests a week at most';
comment on column cost_tag_listing.spent is 'Requests that were made in the week that began with spent_since';
comment on column cost_tag_listing.listed_at is 'When it told the keys; null: not yet';
comment on table cost_tag is 'The tag keys and cost categories that Cost Explorer knows of a connection';
comment on column cost_tag.tag_values is 'How many values the key has; null: it was not asked';
comment on column cost_tag.first_values is 'The first thousand of them';

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['cost_tag_listing', 'cost_tag'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy of_workspace on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)',
      tenant_table
    );
    execute format('grant select, insert, update, delete on %I to belvedere_app', tenant_table);
    -- They are of all accounts of the payer together.
    execute format(
      $policy$create policy of_accounts on %I as restrictive to belvedere_app using (
        (select coalesce(current_setting('app.accounts', true), '') = ''))$policy$,
      tenant_table
    );
  end loop;
end $$;
