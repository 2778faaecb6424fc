import { AwsError, type CustomerSession } from '@/aws/port';
import { withSql, type Ctx } from '@/context';
import type { RunRef } from '@/features/syncs/fence';
import { shelfOf } from '@/features/syncs/load-window';
import { findAskedAccounts, resourceCostDays } from './fetch-plan';
import { forgetCovered, isAsked, saveFailure } from './resource-cost-store';
import { sumResourceCosts } from './sum-resource-costs';
import { FetchedDays, NotAsked, writeDays } from './write-days';

/** Cost Explorer's data move a few times a day; what was fetched within this is not paid for again. */
const FRESH_MS = 20 * 3_600_000;

/**
 * Asks Cost Explorer for the costs by resource of the last fourteen days, account by account, where somebody wanted them: each
 * answer takes the place of the one before as a whole. What a billing export has come to cover is given up. Throws AwsError for
 * what AWS refuses, which is written down for the connection's page, and Fenced.
 */
export async function loadResourceCosts(
  ctx: Ctx,
  run: RunRef,
  session: Pick<CustomerSession, 'resourceCostPages'>,
  signal: AbortSignal,
): Promise<void> {
  if (!(await withSql(ctx, 'read', (sql) => isAsked(sql, run)))) return;
  const days = resourceCostDays(ctx.now());
  const accounts = await withSql(ctx, 'read', async (sql) =>
    findAskedAccounts(sql, { ...run, shelf: await shelfOf(sql, run) }, days),
  );
  const due = accounts.filter(
    ({ fetchedAt }) => fetchedAt === null || ctx.now().getTime() - fetchedAt.getTime() > FRESH_MS,
  );
  let changed = await forgetCovered(
    ctx,
    run,
    accounts.map((one) => one.accountId),
  );
  try {
    for (const { accountId, services } of due) {
      signal.throwIfAborted();
      const fetched = new FetchedDays();
      for await (const page of session.resourceCostPages(days, accountId, services)) fetched.add(page);
      await writeDays(ctx, run, { accountId, days }, fetched);
      changed += 1;
    }
    await saveFailure(ctx, run, null);
  } catch (error) {
    if (error instanceof NotAsked) return;
    if (error instanceof AwsError) await saveFailure(ctx, run, { kind: error.kind, message: error.message });
    throw error;
  } finally {
    if (changed > 0 && !signal.aborted) await sumResourceCosts(ctx, run);
  }
}
