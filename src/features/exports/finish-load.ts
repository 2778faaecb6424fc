import { rename } from 'node:fs/promises';
import { withSql, type Ctx } from '@/context';
import { sumResourceCosts } from '@/features/resource-costs/sum-resource-costs';
import { passFence, type RunRef } from '@/features/syncs/fence';
import { shelfOf } from '@/features/syncs/load-window';
import { describeResources } from './publish-facts';
import type { PeriodFacts } from './publish-period';

/** So many periods are told of at once: each rewrites what is known of its resources, and they mostly have the same ones. */
const TOLD_AT_ONCE = 5;

export interface Finisher {
  /** Takes note of a period that was published. */
  add(facts: PeriodFacts): Promise<void>;
  /** Tells of those that are left, and sums what resources cost. */
  finish(): Promise<void>;
}

/**
 * Tells of the resources of published periods. Only then they have their fingerprints: a load that breaks off before loads them
 * again, and the last has none before costs are summed. Keeps its files in the directory. Of an export that is new nothing is
 * known before, and its first period is told of and summed at once.
 */
export function finisher(
  ctx: Ctx,
  run: RunRef,
  { directory, isNew }: { directory: string; isNew: boolean },
): Finisher {
  let isAwaited = isNew;
  const published: Pick<PeriodFacts, 'period' | 'fingerprint' | 'resourceDays'>[] = [];
  const describe = () =>
    withSql(ctx, 'write', async (sql) => {
      await sql.query("set local work_mem = '64MB'; set local jit = off");
      await passFence(sql, run);
      await describeResources(sql, run, await shelfOf(sql, run), published);
    });
  const settle = async () => {
    const settled = published.splice(0);
    await withSql(ctx, 'write', async (sql) => {
      await passFence(sql, run);
      await sql.query(
        `update billing_period p set fingerprint = f.fingerprint from unnest($3::date[], $4::text[]) as f (period, fingerprint)
         where p.workspace_id = $1 and p.connection_id = $2 and p.billing_period = f.period`,
        [
          ...[run.workspaceId, run.connectionId],
          ...[settled.map((one) => one.period), settled.map((one) => one.fingerprint)],
        ],
      );
    });
  };
  return {
    add: async ({ period, fingerprint, resourceDays }) => {
      if (published.length === TOLD_AT_ONCE) {
        await describe();
        await settle();
      }
      const kept = `${directory}/${period}.csv`;
      await rename(resourceDays, kept);
      published.push({ period, fingerprint, resourceDays: kept });
      if (!isAwaited) return;
      isAwaited = false;
      // Nobody waits for a year of months to see what resources cost in the newest, which comes first.
      await describe();
      await sumResourceCosts(ctx, run, { isLoading: true });
    },
    finish: async () => {
      await describe();
      await sumResourceCosts(ctx, run);
      await settle();
    },
  };
}
