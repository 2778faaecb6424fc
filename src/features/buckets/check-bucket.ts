import { AwsError } from '@/aws/port';
import { requirePermission, withTransaction, type Ctx } from '@/context';
import { NotFound } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { readAccount } from '@/features/connections/account-input';
import { Fenced } from '@/features/syncs/fence';
import { bucketRoleName } from './bucket-launch';
import { bucketTarget, readBucketSource, saveCheck, type BucketSource } from './bucket-store';
import { failureOf, openBucket, probeBucketRole } from './probe-bucket';
import { recordProbe } from './record-probe';
import type { BucketFailure, CheckBucketInput } from './schemas';

const PATIENCE_MS = 60_000;

/** Asks for the region and one page of the folder; a failure of AWS is an answer. */
async function tryFolder(
  ctx: Ctx,
  source: BucketSource,
): Promise<{ region: string | null; failure: BucketFailure | null }> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const session = openBucket(ctx, source, signal);
  let region: string | null = null;
  try {
    region = await session.region();
    await session.listObjects(region).next();
    return { region, failure: null };
  } catch (error) {
    if (error instanceof AwsError) return { region, failure: failureOf(error, source) };
    if (signal.aborted) {
      return { region, failure: { kind: 'unavailable', message: 'AWS did not answer. Check again.' } };
    }
    throw error;
  }
}

/**
 * Tries the role of a bucket in the account that somebody names, as the role of a connection is tried, then the folder. The
 * role's ARN is stored only once it is proven; the worker looks into the bucket from then on. Throws NotFound, Invalid.
 */
export async function checkBucket(
  ctx: Ctx,
  input: CheckBucketInput,
): Promise<{ failure: BucketFailure | null }> {
  requirePermission(ctx, 'connection:write');
  const before = await readBucketSource(ctx, input.connectionId);
  const { awsAccountId, role } = readAccount(ctx, input.account);
  const roleName = role?.name ?? bucketRoleName(before.connectionId);
  const source: BucketSource = { ...before, awsAccountId, roleName, roleArn: role?.arn ?? null };
  const { roleArn } = bucketTarget(ctx, source);
  const probe = await probeBucketRole(ctx, source);
  const found =
    probe.verdict === 'proven' ? await tryFolder(ctx, source) : { region: null, failure: probe.failure };
  const isReady = found.failure === null;
  // A role that was proven is only given up for what was found out about it, or for another one.
  const isKept = probe.verdict !== 'refused' && before.roleArn === roleArn;
  const key = { workspaceId: ctx.workspaceId, connectionId: source.connectionId };
  try {
    await saveCheck(ctx, source, {
      ...{ awsAccountId, roleName, region: found.region, probes: probe.report, failure: found.failure },
      roleArn: isReady || isKept ? roleArn : null,
      nextLookAt: isReady ? ctx.now() : isKept ? before.nextLookAt : null,
    });
  } catch (error) {
    // Revoked in the meantime.
    if (error instanceof Fenced) throw new NotFound('connection');
    throw error;
  }
  await recordProbe(ctx, before, probe);
  if (isReady) {
    await withTransaction(ctx, async (tx) => {
      if (before.roleArn !== roleArn) recordAudit(tx, ctx, 'connection.activated', source.connectionId);
      await ctx.queue.enqueue(tx, 'look-into-bucket', key);
    });
  }
  return { failure: found.failure };
}
