import type { BucketFolder } from '@/aws/bucket-access';
import type { ProbeReport, RoleTarget } from '@/aws/port';
import { withSql, withTransaction, type Ctx } from '@/context';
import type { Sql, Tx } from '@/db/client';
import type { KnownObject, ListedObject } from '@/domain/bucket-rules';
import { PreconditionFailed } from '@/errors';
import { getUploadSource, type ProbeResult } from '@/features/connections/queries';
import type { ConnectionStatus } from '@/features/connections/schemas';
import { targetOf } from '@/features/connections/verify-connection';
import { passFence, type RunRef } from '@/features/syncs/fence';
import type { BucketFailure } from './schemas';

export interface BucketSource extends BucketFolder {
  readonly connectionId: string;
  readonly epoch: number;
  readonly externalId: string;
  /** Empty before somebody has said whose bucket it is. */
  readonly awsAccountId: string;
  readonly roleName: string;
  /** Null while no role is proven. */
  readonly roleArn: string | null;
  readonly region: string | null;
  readonly probes: ProbeResult | null;
  readonly failure: BucketFailure | null;
  readonly checkedAt: Date | null;
  readonly lookedAt: Date | null;
  readonly passedOver: number;
  readonly nextLookAt: Date | null;
}

export async function findBucketSource(
  tx: Tx,
  workspaceId: string,
  connectionId: string,
): Promise<BucketSource | null> {
  const { id, epoch, externalId } = await getUploadSource(tx, workspaceId, connectionId);
  const row = await tx.fileBucket.findFirst({ where: { workspaceId, connectionId: id } });
  return (
    row && {
      ...row,
      ...{ epoch, externalId },
      probes: row.probes as ProbeResult | null,
      failure: row.failure as BucketFailure | null,
    }
  );
}

/** Throws NotFound; PreconditionFailed for a source whose files do not come from a bucket. */
export async function readBucketSource(ctx: Ctx, connectionId: string): Promise<BucketSource> {
  const found = await withTransaction(ctx, (tx) => findBucketSource(tx, ctx.workspaceId, connectionId));
  if (!found) throw new PreconditionFailed('The files of this source are uploaded: it has no bucket.');
  return found;
}

/** What is written for a source passes its fence; there is no run of a sync. */
export const runOf = (ctx: Ctx, { connectionId, epoch }: BucketSource): RunRef => ({
  ...{ workspaceId: ctx.workspaceId, connectionId, runId: connectionId, epoch },
});

export const bucketTarget = (ctx: Ctx, source: BucketSource): RoleTarget =>
  targetOf(ctx, { ...source, id: source.connectionId });

/** The state of the source among all connections: lists and reports say so where nothing comes any more. */
function statusOf(isProven: boolean, failure: BucketFailure | null): ConnectionStatus {
  if (isProven) return failure ? 'attention' : 'active';
  return failure?.kind.startsWith('opens-') || failure?.kind === 'other-account' ? 'refused' : 'pending';
}

async function saveStatus(
  sql: Sql,
  run: RunRef,
  isProven: boolean,
  failure: BucketFailure | null,
): Promise<void> {
  await sql.query(
    'update connection set status = $3, failure = $4 where workspace_id = $1 and id = $2 and revoked_at is null',
    [...[run.workspaceId, run.connectionId, statusOf(isProven, failure)], failure && JSON.stringify(failure)],
  );
}

export interface CheckResult {
  readonly awsAccountId: string;
  readonly roleName: string;
  readonly roleArn: string | null;
  readonly region: string | null;
  readonly probes: ProbeReport;
  readonly failure: BucketFailure | null;
  readonly nextLookAt: Date | null;
}

/** How the last check of role and bucket ended. Throws Fenced. */
export async function saveCheck(ctx: Ctx, source: BucketSource, found: CheckResult): Promise<void> {
  const { without, wrong, right, accountMatches } = found.probes;
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, runOf(ctx, source));
    await sql.query(
      `update file_bucket set aws_account_id = $3, role_name = $4, role_arn = $5, region = coalesce($6, region), probes = $7,
         failure = $8, next_look_at = $9, checked_at = $10
       where workspace_id = $1 and connection_id = $2`,
      [
        ...[ctx.workspaceId, source.connectionId, found.awsAccountId, found.roleName, found.roleArn],
        ...[found.region, JSON.stringify({ without, wrong, right, accountMatches })],
        ...[found.failure && JSON.stringify(found.failure), found.nextLookAt, ctx.now()],
      ],
    );
    await saveStatus(sql, runOf(ctx, source), found.roleArn !== null, found.failure);
  });
}

export interface LookResult {
  readonly failure: BucketFailure | null;
  readonly passedOver: number;
  /** Whoever asked for a look since gets one. */
  readonly startedAt: Date;
  readonly nextLookAt: Date;
}

/** How a look that came as far as the bucket ended. Throws Fenced. */
export async function saveLook(ctx: Ctx, source: BucketSource, found: LookResult): Promise<void> {
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, runOf(ctx, source));
    await sql.query(
      `update file_bucket set failure = $3, passed_over = $4, looked_at = $6,
         next_look_at = case when next_look_at > $7 and next_look_at < $5 then next_look_at else $5 end
       where workspace_id = $1 and connection_id = $2`,
      [
        ...[ctx.workspaceId, source.connectionId, found.failure && JSON.stringify(found.failure)],
        ...[found.passedOver, found.nextLookAt, ctx.now(), found.startedAt],
      ],
    );
    await saveStatus(sql, runOf(ctx, source), true, found.failure);
  });
}

export interface HeldObject extends KnownObject {
  readonly fileId: string | null;
  readonly nextFileId: string | null;
}

export async function listObjects(ctx: Ctx, connectionId: string): Promise<HeldObject[]> {
  const rows = await withTransaction(ctx, (tx) =>
    tx.bucketObject.findMany({ where: { workspaceId: ctx.workspaceId, connectionId } }),
  );
  return rows.map((row) => ({
    ...{ key: row.key, etag: row.etag, bytes: Number(row.bytes), isGone: row.goneAt !== null },
    ...{ fileId: row.fileId, nextFileId: row.nextFileId },
  }));
}

/** Notes which objects are gone, and which are back. */
export async function saveGone(
  ctx: Ctx,
  source: BucketSource,
  { gone, back }: { gone: readonly string[]; back: readonly string[] },
): Promise<void> {
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, runOf(ctx, source));
    await sql.query(
      `update bucket_object set gone_at = case when key = any($3) then $5::timestamptz end
       where workspace_id = $1 and connection_id = $2 and (key = any($3) or key = any($4))`,
      [ctx.workspaceId, source.connectionId, gone, back, ctx.now()],
    );
    // Of what never became a file nothing is left to say.
    await sql.query(
      `delete from bucket_object o where o.workspace_id = $1 and o.connection_id = $2 and o.gone_at is not null
         and o.file_id is null and o.next_file_id is null`,
      [ctx.workspaceId, source.connectionId],
    );
  });
}

/**
 * Notes of an object's version that it became no file, or that it is the one that is loaded. `isFinal` is false for what the
 * next look tries again.
 */
export async function saveObject(
  ctx: Ctx,
  source: BucketSource,
  object: ListedObject,
  { failure, isFinal }: { failure: string | null; isFinal: boolean },
): Promise<void> {
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, runOf(ctx, source));
    await sql.query(
      `insert into bucket_object as o (workspace_id, connection_id, key, etag, bytes, modified_at, failure)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (workspace_id, connection_id, key) do update set failure = excluded.failure, gone_at = null,
         etag = case when $8 then excluded.etag else o.etag end,
         bytes = case when $8 then excluded.bytes else o.bytes end,
         modified_at = case when $8 then excluded.modified_at else o.modified_at end`,
      [
        ...[ctx.workspaceId, source.connectionId, object.key, isFinal ? object.etag : ''],
        ...[object.bytes, object.modifiedAt, failure, isFinal],
      ],
    );
  });
}

/** In the transaction that the file of an object is whole with; a refused file of an earlier version goes. */
export async function saveFetched(
  tx: Tx,
  key: { workspaceId: string; connectionId: string },
  object: ListedObject,
  fileId: string,
): Promise<void> {
  const version = { etag: object.etag, bytes: object.bytes, modifiedAt: object.modifiedAt };
  const before = await tx.bucketObject.findFirst({ where: { ...key, key: object.key } });
  if (before?.nextFileId) {
    await tx.uploadedFile.deleteMany({ where: { ...key, id: before.nextFileId, state: 'refused' } });
  }
  await tx.bucketObject.upsert({
    where: { workspaceId_connectionId_key: { ...key, key: object.key } },
    create: { ...key, key: object.key, ...version, nextFileId: fileId },
    update: { ...version, nextFileId: fileId, failure: null, goneAt: null },
  });
}
