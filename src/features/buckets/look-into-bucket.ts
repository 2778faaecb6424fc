import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError, type BucketSession, type ExportFile } from '@/aws/port';
import { requirePermission, withSql, withTransaction, type Ctx } from '@/context';
import { withLock } from '@/db/locks';
import { isBillingFile, newestOf, planObjects } from '@/domain/bucket-rules';
import { Fenced, passFence } from '@/features/syncs/fence';
import { nextDailySync } from '@/features/syncs/sync-store';
import { readUploads } from '@/features/uploads/read-uploads';
import { SourceFull } from '@/features/uploads/receive-file';
import {
  listObjects,
  readBucketSource,
  runOf,
  saveCheck,
  saveGone,
  saveLook,
  type BucketSource,
} from './bucket-store';
import { fetchObject } from './fetch-object';
import { failureOf, openBucket, probeBucketRole } from './probe-bucket';
import { recordLoss, recordProbe } from './record-probe';
import type { BucketFailure } from './schemas';

const OBJECTS_MAX = 10_000;
/** A bucket with more is not listed to its end: 500,000 objects. */
const PAGES_MAX = 500;
/** So many objects in a row that the role may not read are no single ones any more. */
const DENIED_MAX = 5;
const RETRY_MS = 3_600_000;
const LOOK_AGAIN_MS = 500;
const LOSSES = ['permission-missing', 'no-bucket'];
const OURS: BucketFailure = {
  kind: 'internal',
  message: 'Something went wrong here while the bucket was looked into. It is tried again within the hour.',
};

interface Listing {
  readonly files: readonly ExportFile[];
  readonly passedOver: number;
  /** Whether these are all billing files of the folder. */
  readonly isWhole: boolean;
}

/** The billing files of the folder, the newest of too many; no more than twice as many are held at any time. */
export async function listFolder(
  session: BucketSession,
  region: string,
  limit = OBJECTS_MAX,
): Promise<Listing> {
  let files: ExportFile[] = [];
  let listed = 0;
  let isWhole = true;
  let pages = 0;
  for await (const page of session.listObjects(region)) {
    listed += page.length;
    files.push(...page.filter(isBillingFile));
    if (files.length > limit) isWhole = false;
    if (files.length > 2 * limit) files = newestOf(files, limit);
    pages += 1;
    if (pages < PAGES_MAX) continue;
    isWhole = false;
    break;
  }
  const newest = newestOf(files, limit);
  return { files: newest, passedOver: listed - newest.length, isWhole };
}

/** Reads and loads what was fetched, so that the next object comes to an empty place; also where another worker does that. */
async function readAll(ctx: Ctx, connectionId: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    await readUploads(ctx, { connectionId });
    const waiting = await withTransaction(ctx, (tx) =>
      tx.uploadedFile.count({
        where: { workspaceId: ctx.workspaceId, connectionId, state: { in: ['received', 'wanted'] } },
      }),
    );
    if (waiting === 0) return;
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
  }
}

interface Look {
  readonly ctx: Ctx;
  readonly source: BucketSource;
  readonly session: BucketSession;
  readonly signal: AbortSignal;
}

interface LookEnd {
  readonly failure: BucketFailure | null;
  readonly passedOver: number;
  /** Whether something was left that may come with the next try. */
  readonly isUnfinished: boolean;
}

/** One object after the other, newest first. Returns whether all were read; throws what ends the look. */
async function fetchAll(look: Look, region: string, listing: Listing): Promise<boolean> {
  const { ctx, source, session, signal } = look;
  // Whatever an earlier look that broke off has left: after this no version of an object is on its way.
  await readAll(ctx, source.connectionId, signal);
  const held = new Map((await listObjects(ctx, source.connectionId)).map((one) => [one.key, one]));
  const plan = planObjects(listing.files, [...held.values()], listing.isWhole);
  await saveGone(ctx, source, plan);
  let areRead = true;
  let denied = 0;
  for (const object of plan.fetch) {
    signal.throwIfAborted();
    const of = { object, held: held.get(object.key) };
    const outcome = await fetchObject(ctx, source, { session, region }, of);
    if (outcome === 'fetched') await readAll(ctx, source.connectionId, signal);
    if (outcome === 'unread') areRead = false;
    denied = outcome === 'denied' ? denied + 1 : 0;
    if (denied === DENIED_MAX) {
      throw new AwsError('permission-missing', '', false, 's3:GetObject');
    }
  }
  return areRead;
}

async function lookInto(look: Look): Promise<LookEnd> {
  const { source, session } = look;
  let passedOver = source.passedOver;
  try {
    const region = await session.region();
    const listing = await listFolder(session, region);
    ({ passedOver } = listing);
    const areRead = await fetchAll(look, region, listing);
    const nothing: BucketFailure = {
      kind: 'no-files',
      message: `There is no .csv, .csv.gz or .parquet file in s3://${source.bucket}/${source.prefix} yet.`,
    };
    return { failure: listing.files.length === 0 ? nothing : null, passedOver, isUnfinished: !areRead };
  } catch (error) {
    look.signal.throwIfAborted();
    if (error instanceof SourceFull) {
      return { failure: { kind: 'full', message: error.message }, passedOver, isUnfinished: false };
    }
    if (!(error instanceof AwsError)) throw error;
    // Without AWS's own words, which name the bucket.
    const { kind, action } = error;
    look.ctx.log.warn({ connection: source.connectionId, kind, action }, 'bucket');
    return { failure: failureOf(error, source), passedOver, isUnfinished: error.retryable };
  }
}

async function look(ctx: Ctx, source: BucketSource, signal: AbortSignal): Promise<void> {
  const startedAt = ctx.now();
  const probe = await probeBucketRole(ctx, source);
  const soon = new Date(ctx.now().getTime() + RETRY_MS);
  const daily = nextDailySync(ctx.now(), source.connectionId);
  if (probe.failure) {
    const isRefused = probe.verdict === 'refused';
    await saveCheck(ctx, source, {
      ...{ awsAccountId: source.awsAccountId, roleName: source.roleName, region: null },
      ...{ probes: probe.report, failure: probe.failure, roleArn: isRefused ? null : source.roleArn },
      nextLookAt: isRefused ? null : probe.verdict === 'inconclusive' ? soon : daily,
    });
    return recordProbe(ctx, source, probe);
  }
  const end = await lookInto({ ctx, source, session: openBucket(ctx, source, signal), signal });
  await saveLook(ctx, source, { ...end, startedAt, nextLookAt: end.isUnfinished ? soon : daily });
  if (end.failure && LOSSES.includes(end.failure.kind) && !source.failure)
    await recordLoss(ctx, source, end.failure);
}

/** Whether the source was revoked since: whatever failed then failed for that reason. */
async function isRevoked(ctx: Ctx, source: BucketSource): Promise<boolean> {
  try {
    await withSql(ctx, 'write', (sql) => passFence(sql, runOf(ctx, source)));
    return false;
  } catch (error) {
    if (error instanceof Fenced) return true;
    throw error;
  }
}

/**
 * Looks into the bucket of a source: tries the role again, lists the folder, and loads what is new or has changed, one object
 * at a time. What AWS refuses, what is wrong with an object and what failed here is written down; what is loaded stays. Throws
 * NotFound, and what keeps it from writing.
 */
export async function lookIntoBucket(ctx: Ctx, { connectionId }: { connectionId: string }): Promise<void> {
  requirePermission(ctx, 'upload:write');
  await withLock(ctx.db, connectionId, 'bucket', async (lost) => {
    const source = await readBucketSource(ctx, connectionId);
    if (!source.roleArn) return;
    const startedAt = ctx.now();
    try {
      await look(ctx, source, lost);
    } catch (error) {
      lost.throwIfAborted();
      if (await isRevoked(ctx, source)) return;
      ctx.log.error({ err: error, connection: connectionId }, 'bucket');
      const nextLookAt = new Date(ctx.now().getTime() + RETRY_MS);
      await saveLook(ctx, source, { failure: OURS, passedOver: source.passedOver, startedAt, nextLookAt });
    }
  });
}
