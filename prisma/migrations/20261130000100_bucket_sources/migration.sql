-- ---- Sources of files whose files come from an S3 bucket ----
-- CreateTable
CREATE TABLE "file_bucket" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "bucket" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "region" TEXT,
    "aws_account_id" TEXT NOT NULL DEFAULT '',
    "role_name" TEXT NOT NULL,
    "role_arn" TEXT,
    "probes" JSONB,
    "failure" JSONB,
    "checked_at" TIMESTAMPTZ(3),
    "looked_at" TIMESTAMPTZ(3),
    "passed_over" INTEGER NOT NULL DEFAULT 0,
    "next_look_at" TIMESTAMPTZ(3),

    CONSTRAINT "file_bucket_pkey" PRIMARY KEY ("workspace_id","connection_id")
);

-- CreateTable
CREATE TABLE "bucket_object" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "etag" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "modified_at" TIMESTAMPTZ(3) NOT NULL,
    "file_id" UUID,
    "next_file_id" UUID,
    "failure" TEXT,
    "gone_at" TIMESTAMPTZ(3),

    CONSTRAINT "bucket_object_pkey" PRIMARY KEY ("workspace_id","connection_id","key")
);

-- CreateIndex
CREATE INDEX "bucket_object_workspace_id_connection_id_next_file_id_idx" ON "bucket_object"("workspace_id", "connection_id", "next_file_id");

-- AddForeignKey
ALTER TABLE "file_bucket" ADD CONSTRAINT "file_bucket_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bucket_object" ADD CONSTRAINT "bucket_object_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "file_bucket"("workspace_id", "connection_id") ON DELETE CASCADE ON UPDATE CASCADE;

comment on column file_bucket.role_arn is 'The role, once it is proven to open with the ExternalId of the source and without it not';
comment on column bucket_object.file_id is 'The file that is loaded of it';
comment on column bucket_object.next_file_id is 'The file of a newer version, which is being read or was refused';

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['file_bucket', 'bucket_object'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy of_workspace on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)',
      tenant_table
    );
    execute format('grant select, insert, update, delete on %I to belvedere_app', tenant_table);
    execute format(
      $policy$create policy of_accounts on %I as restrictive to belvedere_app using (
        (select coalesce(current_setting('app.accounts', true), '') = ''))$policy$,
      tenant_table
    );
    execute format('create policy system_reads on %I for select to belvedere_system using (true)', tenant_table);
  end loop;
end $$;

grant select (workspace_id, connection_id, next_look_at) on file_bucket to belvedere_system;
grant select (workspace_id, connection_id, next_file_id) on bucket_object to belvedere_system;

-- Buckets that it is time to look into are due as well (slot bucket of src/db/locks.ts).
create or replace function due_work()
returns table (kind text, workspace_id uuid, connection_id uuid, run_id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select 'erase', c.workspace_id, c.id, null::uuid
  from public.connection c where c.revoked_at is not null
  union all
  select 'sync', r.workspace_id, r.connection_id, r.id
  from public.sync_run r
  where (r.status in ('queued', 'running') or (r.status = 'paused' and r.resume_at <= now()))
    -- A run whose lock is held is being worked on (slot run of src/db/locks.ts).
    and not exists (
      select from pg_locks l
      where l.locktype = 'advisory' and l.granted
        and ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended(r.connection_id::text, 1)
    )
  union all
  select distinct 'upload', f.workspace_id, f.connection_id, null::uuid
  from public.uploaded_file f
  where f.state in ('received', 'wanted')
    and not exists (
      select from pg_locks l
      where l.locktype = 'advisory' and l.granted
        and ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended(f.connection_id::text, 6)
    )
  union all
  select 'tags', t.workspace_id, t.connection_id, null::uuid
  from public.tag_index t
  join public.connection c on c.workspace_id = t.workspace_id and c.id = t.connection_id and c.revoked_at is null
  where t.is_stale
    -- Whoever loads line items of the connection (slots run and upload) tells them apart by the new keys, or the job comes after.
    and not exists (
      select from pg_locks l
      where l.locktype = 'advisory' and l.granted
        and ((l.classid::bigint << 32) | l.objid::bigint) in
          (hashtextextended(t.connection_id::text, 1), hashtextextended(t.connection_id::text, 6))
    )
  union all
  select 'bucket', b.workspace_id, b.connection_id, null::uuid
  from public.file_bucket b
  join public.connection c on c.workspace_id = b.workspace_id and c.id = b.connection_id and c.revoked_at is null
  where b.next_look_at <= now()
    and not exists (
      select from pg_locks l
      where l.locktype = 'advisory' and l.granted
        and ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended(b.connection_id::text, 7)
    )
  union all
  select case when c.status in ('pending', 'refused') then 'probe' else 'schedule' end, c.workspace_id, c.id, null::uuid
  from public.connection c
  where c.revoked_at is null and c.next_action_at <= now()
$$;

-- A refused file of a bucket says why for as long as its object is as it was.
create or replace function forgotten_uploads() returns table (workspace_id uuid, connection_id uuid, id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select f.workspace_id, f.connection_id, f.id from public.uploaded_file f
  where (f.state = 'receiving' and f.received_at < now() - interval '6 hours')
    or (f.state in ('read', 'refused') and f.received_at < now() - interval '24 hours'
      and not exists (
        select from public.bucket_object o
        where o.workspace_id = f.workspace_id and o.connection_id = f.connection_id and o.next_file_id = f.id
      ))
$$;
