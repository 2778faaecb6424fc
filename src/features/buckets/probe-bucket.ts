import { type AwsError, type BucketSession, type ProbeReport } from '@/aws/port';
import type { Ctx } from '@/context';
import { ledgerObserver } from '@/features/connections/ledger-observer';
import { judgeProbes } from '@/features/connections/verify-connection';
import { bucketTarget, type BucketSource } from './bucket-store';
import type { BucketFailure } from './schemas';

export interface BucketProbe {
  readonly report: ProbeReport;
  /** refused: the role is not to be used; waiting: there is none; inconclusive: AWS gave no clear answer. */
  readonly verdict: ReturnType<typeof judgeProbes>['kind'];
  /** Null where the role is proven. */
  readonly failure: BucketFailure | null;
}

/** Tries the role without an ExternalId, with a wrong one and with that of the source. */
export async function probeBucketRole(ctx: Ctx, source: BucketSource): Promise<BucketProbe> {
  const target = bucketTarget(ctx, source);
  const report = await ctx.aws.probe(target, ledgerObserver(ctx, source.connectionId));
  const verdict = judgeProbes(report);
  const waiting = {
    kind: 'cannot-assume-role',
    message: source.lookedAt
      ? 'The role no longer opens. Was the stack deleted, or the trust policy changed?'
      : `There is no role ${source.roleName} in account ${source.awsAccountId} yet that opens with this ExternalId. Launch the stack, or check the number of the account.`,
  };
  return {
    ...{ report, verdict: verdict.kind },
    failure: verdict.kind === 'proven' ? null : verdict.kind === 'waiting' ? waiting : verdict.failure,
  };
}

/** Why a bucket could not be looked into, and what to do about it. */
export function failureOf(error: AwsError, source: BucketSource): BucketFailure {
  const place = `s3://${source.bucket}/${source.prefix}`;
  if (error.kind === 'no-bucket') {
    return { kind: error.kind, message: `There is no bucket ${source.bucket}. Was it deleted or renamed?` };
  }
  if (error.kind !== 'permission-missing') return { kind: error.kind, message: error.message };
  const what = {
    's3:GetBucketLocation': `may not ask which region ${source.bucket} is in`,
    's3:ListBucket': `may not list ${place}`,
  }[error.action ?? ''];
  return {
    kind: error.kind,
    message: `The role opens, but ${what ?? `may not read ${place}`} (${error.action ?? 's3:GetObject'}). Check that the stack names this bucket and folder, and that the bucket belongs to account ${source.awsAccountId}.`,
  };
}

export function openBucket(ctx: Ctx, source: BucketSource, signal: AbortSignal): BucketSession {
  const target = bucketTarget(ctx, source);
  return ctx.aws.openBucket(target, source, ledgerObserver(ctx, source.connectionId), signal);
}
