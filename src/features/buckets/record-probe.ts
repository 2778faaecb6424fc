import { withTransaction, type Ctx } from '@/context';
import { recordAudit } from '@/features/audit/record-audit';
import type { BucketSource } from './bucket-store';
import type { BucketProbe } from './probe-bucket';
import type { BucketFailure } from './schemas';

/** A role that was tried, in the words that a connection's has: what it did, and that it was refused. */
export async function recordProbe(ctx: Ctx, source: BucketSource, probe: BucketProbe): Promise<void> {
  const { without, wrong, right } = probe.report;
  await withTransaction(ctx, async (tx) => {
    recordAudit(tx, ctx, 'connection.probed', source.connectionId, {
      detail: { without, wrong, right, verdict: probe.verdict },
    });
    if (probe.verdict === 'refused') {
      recordAudit(tx, ctx, 'connection.refused', source.connectionId, {
        detail: { reason: probe.failure?.kind ?? null },
      });
    } else if (probe.verdict === 'waiting' && source.lookedAt && !source.failure) {
      recordAudit(tx, ctx, 'connection.failed', source.connectionId, {
        detail: { reason: probe.failure?.kind ?? null },
      });
    }
  });
}

/** A bucket that was looked into and cannot be any more. */
export async function recordLoss(ctx: Ctx, source: BucketSource, failure: BucketFailure): Promise<void> {
  await withTransaction(ctx, async (tx) =>
    recordAudit(tx, ctx, 'connection.failed', source.connectionId, { detail: { reason: failure.kind } }),
  );
}
