-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "app_user" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "password_changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth_session" (
    "token_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "workspace_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "auth_session_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "login_throttle" (
    "key" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "login_throttle_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "external_id_issued" (
    "digest" BYTEA NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "external_id_issued_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "tombstone" (
    "id" UUID NOT NULL,
    "erased_at" TIMESTAMPTZ(3) NOT NULL,
    "counts" JSONB NOT NULL,

    CONSTRAINT "tombstone_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "aws_account_claim" (
    "aws_account_id" TEXT NOT NULL,
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,

    CONSTRAINT "aws_account_claim_pkey" PRIMARY KEY ("aws_account_id")
);

-- CreateTable
CREATE TABLE "workspace" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "workspace_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("workspace_id","user_id")
);

-- CreateTable
CREATE TABLE "connection" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "aws_account_id" TEXT NOT NULL,
    "role_arn" TEXT,
    "role_name" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "groups" TEXT[],
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "shelf" INTEGER NOT NULL DEFAULT 0,
    "next_shelf" INTEGER,
    "daily_cap_usd" DECIMAL NOT NULL DEFAULT 2,
    "failure" JSONB,
    "denied" JSONB NOT NULL DEFAULT '[]',
    "probes" JSONB,
    "failed_probes" INTEGER NOT NULL DEFAULT 0,
    "organization_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "polling_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "probed_at" TIMESTAMPTZ(3),
    "active_since" TIMESTAMPTZ(3),
    "next_action_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "connection_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "linked_account" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "aws_account_id" TEXT NOT NULL,
    "ref" TEXT NOT NULL,
    "name" TEXT,
    "status" TEXT,

    CONSTRAINT "linked_account_pkey" PRIMARY KEY ("workspace_id","connection_id","aws_account_id")
);

-- CreateTable
CREATE TABLE "sync_run" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "estimate" INTEGER,
    "months_total" INTEGER NOT NULL DEFAULT 0,
    "months_done" INTEGER NOT NULL DEFAULT 0,
    "requests" INTEGER NOT NULL DEFAULT 0,
    "rows" BIGINT NOT NULL DEFAULT 0,
    "failure" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "resume_at" TIMESTAMPTZ(3),

    CONSTRAINT "sync_run_pkey" PRIMARY KEY ("workspace_id","connection_id","id")
);

-- CreateTable
CREATE TABLE "sync_window" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "start_date" DATE NOT NULL,
    "end_date" DATE NOT NULL,
    "position" INTEGER NOT NULL,
    "rows" BIGINT,
    "loaded_at" TIMESTAMPTZ(3),

    CONSTRAINT "sync_window_pkey" PRIMARY KEY ("workspace_id","connection_id","run_id","start_date")
);

-- CreateTable
CREATE TABLE "sync_fetch" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "start_date" DATE NOT NULL,
    "sub_account_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "rows" INTEGER,
    "fetched_at" TIMESTAMPTZ(3),

    CONSTRAINT "sync_fetch_pkey" PRIMARY KEY ("workspace_id","connection_id","run_id","start_date","sub_account_id","kind")
);

-- CreateTable
CREATE TABLE "control_total" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "billing_period" DATE NOT NULL,
    "sub_account_id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "aws_billed" DECIMAL NOT NULL,
    "aws_effective" DECIMAL NOT NULL,
    "our_billed" DECIMAL,
    "our_effective" DECIMAL,
    "estimated" BOOLEAN NOT NULL,
    "fetched_at" TIMESTAMPTZ(3) NOT NULL,
    "compared_at" TIMESTAMPTZ(3),

    CONSTRAINT "control_total_pkey" PRIMARY KEY ("workspace_id","connection_id","billing_period","sub_account_id","currency")
);

-- CreateTable
CREATE TABLE "row_count" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "table_name" TEXT NOT NULL,
    "rows" BIGINT NOT NULL,

    CONSTRAINT "row_count_pkey" PRIMARY KEY ("workspace_id","connection_id","table_name")
);

-- CreateTable
CREATE TABLE "request_day" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "requests" INTEGER NOT NULL,

    CONSTRAINT "request_day_pkey" PRIMARY KEY ("workspace_id","connection_id","day")
);

-- CreateTable
CREATE TABLE "access_ledger" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "id" UUID NOT NULL,
    "aws_account_id" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "request_id" TEXT,
    "session_name" TEXT NOT NULL,

    CONSTRAINT "access_ledger_pkey" PRIMARY KEY ("workspace_id","connection_id","at","id")
);

-- CreateTable
CREATE TABLE "cost_forecast" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "billing_period" DATE NOT NULL,
    "metric" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "start_date" DATE NOT NULL,
    "mean" DECIMAL NOT NULL,
    "low" DECIMAL NOT NULL,
    "high" DECIMAL NOT NULL,
    "fetched_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cost_forecast_pkey" PRIMARY KEY ("workspace_id","connection_id","billing_period","metric")
);

-- CreateTable
CREATE TABLE "saved_view" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "created_by" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saved_view_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "workspace_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "id" UUID NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" UUID,
    "action" TEXT NOT NULL,
    "subject_id" TEXT,
    "detail" JSONB NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("workspace_id","at","id")
);

-- CreateTable
CREATE TABLE "erasure_receipt" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "body" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "erasure_receipt_pkey" PRIMARY KEY ("workspace_id","connection_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user"("email");

-- CreateIndex
CREATE INDEX "auth_session_user_id_idx" ON "auth_session"("user_id");

-- CreateIndex
CREATE INDEX "membership_user_id_idx" ON "membership"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "linked_account_workspace_id_ref_key" ON "linked_account"("workspace_id", "ref");

-- AddForeignKey
ALTER TABLE "auth_session" ADD CONSTRAINT "auth_session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "connection" ADD CONSTRAINT "connection_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "linked_account" ADD CONSTRAINT "linked_account_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sync_run" ADD CONSTRAINT "sync_run_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sync_window" ADD CONSTRAINT "sync_window_workspace_id_connection_id_run_id_fkey" FOREIGN KEY ("workspace_id", "connection_id", "run_id") REFERENCES "sync_run"("workspace_id", "connection_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sync_fetch" ADD CONSTRAINT "sync_fetch_workspace_id_connection_id_run_id_fkey" FOREIGN KEY ("workspace_id", "connection_id", "run_id") REFERENCES "sync_run"("workspace_id", "connection_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "control_total" ADD CONSTRAINT "control_total_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "row_count" ADD CONSTRAINT "row_count_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "request_day" ADD CONSTRAINT "request_day_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_ledger" ADD CONSTRAINT "access_ledger_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cost_forecast" ADD CONSTRAINT "cost_forecast_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "saved_view" ADD CONSTRAINT "saved_view_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "erasure_receipt" ADD CONSTRAINT "erasure_receipt_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

