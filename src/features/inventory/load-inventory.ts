import type { InventorySession, TypeOutcome } from '@/aws/port';
import type { Ctx } from '@/context';
import type { RunRef } from '@/features/syncs/fence';
import { refreshStatistics } from '@/features/syncs/refresh-statistics';
import { finishListing } from './finish-listing';
import { ResourceWriter } from './resource-writer';
import { writeResources } from './write-resources';

/**
 * Lists what the account has in all regions that are switched on, and keeps it as the connection's resources: known ones
 * are refreshed, new ones added, and what a complete listing no longer names is gone from then on. What could not be
 * listed stays as it was, with the reason beside it. Throws AwsError where the role does not open or the regions may not
 * be listed, and Fenced; whatever was written until then stays, and nothing is gone for it.
 */
export async function loadInventory(
  ctx: Ctx,
  run: RunRef,
  session: InventorySession,
  accountId: string,
  signal: AbortSignal,
): Promise<void> {
  const listedAt = ctx.now();
  const regions = await session.enabledRegions();
  const writer = new ResourceWriter((batch) => {
    signal.throwIfAborted();
    return writeResources(ctx, run, batch, { accountId, listedAt });
  });
  const outcomes: TypeOutcome[] = [];
  for await (const outcome of session.collect(regions, (page) => writer.add(page))) outcomes.push(outcome);
  await writer.flush();
  signal.throwIfAborted();
  await finishListing(ctx, run, { accountId, listedAt, outcomes });
  await refreshStatistics(ctx, run);
}
