import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { leaveExport } from '@/features/exports/choose-export';
import { readExports } from '@/features/exports/read-exports';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING, type Workbench } from '../../support/workbench';
import { diceOf, pick } from '../tags/support';
import { choose, connectWithExport, countsOf, lineItemsOf, sumsOf } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

/** All that line items are made into, in words: what two ways to the same bill must have alike. */
async function everythingOf(ctx: Ctx, connectionId: string) {
  const read = async (text: string) =>
    (await bench.database.owner.query<{ line: string }>(text, [connectionId])).rows.map((row) => row.line);
  return {
    items: await lineItemsOf(bench, connectionId),
    sums: await sumsOf(ctx, connectionId),
    daily: await read(
      `select concat_ws('|', charge_date, charge_category, sub_account_id, service_name, region_id, currency, trim_scale(billed_cost),
         trim_scale(effective_cost)) as line from charge_daily where connection_id = $1 order by 1`,
    ),
    byTag: await read(
      `select concat_ws('|', m.charge_month, d.day, g.charge_category, g.sub_account_id, g.service_name, g.region_id, g.currency, g.tags,
         g.source, trim_scale(d.billed), trim_scale(d.effective)) as line
       from charge_month_tag m join tag_group g using (workspace_id, shelf, connection_id, tag_group)
       cross join lateral unnest(m.days, m.billed, coalesce(m.effective, m.billed)) as d (day, billed, effective)
       where m.connection_id = $1 order by 1`,
    ),
    months: await read(
      `select concat_ws('|', m.charge_month, count(*), trim_scale(sum(m.billed_cost)), trim_scale(sum(m.effective_cost))) as line
       from charge_month_tag m where m.connection_id = $1 group by m.charge_month order by 1`,
    ),
    resources: await read(
      `select concat_ws('|', r.resource_id, r.name, r.resource_type, r.service_name, r.region_id, r.first_seen, r.last_seen,
         trim_scale(c.billed_90), trim_scale(c.effective_30), trim_scale(c.effective_month)) as line
       from resource_cost c join resource r using (workspace_id, connection_id, resource_key)
       where c.connection_id = $1 order by 1`,
    ),
  };
}

/** What may happen to a bill and to whoever reads it, each step drawn by lot. */
async function live(ctx: Ctx, connectionId: string, steps: number, dice: () => number): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    const what = dice();
    if (what < 0.4) {
      bench.aws.world.restate({
        accountId: pick([MANAGEMENT, PRODUCTION, STAGING], dice),
        month: pick(['2026-11', '2027-01', '2027-02', '2027-03'], dice),
        factor: pick([0.5, 0.75, 1.5], dice),
      });
      if (dice() < 0.5) await bench.sync(ctx, connectionId);
    } else if (what < 0.8) {
      const before = await lineItemsOf(bench, connectionId);
      bench.aws.exportFiles.faults.add({
        kind: 'aborted-body',
        afterBytes: pick([0, 1, 4, Math.floor(dice() * 3_000), Math.floor(dice() * 60_000)], dice),
      });
      await bench.sync(ctx, connectionId);
      const { periods } = await readExports(ctx, connectionId);
      const after = await lineItemsOf(bench, connectionId);
      // A line item begins with its billing period.
      const broken = periods.filter((one) => one.failure !== null).map((one) => one.period);
      const ofBroken = (items: readonly string[]) =>
        items.filter((item) => broken.some((period) => item.startsWith(period)));
      expect(ofBroken(after)).toEqual(ofBroken(before));
      bench.aws.exportFiles.faults.clear();
    } else {
      await leaveExport(ctx, { connectionId });
      if (dice() < 0.5) await bench.sync(ctx, connectionId);
      await choose(ctx, connectionId);
    }
  }
  await bench.sync(ctx, connectionId);
}

describe('a bill that is loaded, restated, broken off and loaded again', () => {
  it.each([3, 8])(
    'ends as one that is read for the first time, whatever came in between (%i)',
    async (seed) => {
      const ctx = await bench.newWorkspace();
      const id = await connectWithExport(bench, ctx);
      await live(ctx, id, 5, diceOf(seed));
      const lived = await everythingOf(ctx, id);
      for (const [table, [kept, real]] of Object.entries(await countsOf(bench, id)))
        expect([table, kept]).toEqual([table, real]);
      expect(lived.items.length).toBeGreaterThan(100);
      const { name } = await bench.connection(ctx, id);
      await revokeConnection(ctx, { connectionId: id, confirmation: name });
      await bench.customer.deleteStack(MANAGEMENT);
      const fresh = await bench.newWorkspace();
      const first = await connectWithExport(bench, fresh);
      const read = await everythingOf(fresh, first);
      expect(lived.items).toEqual(read.items);
      expect(lived.sums).toEqual(read.sums);
      expect(lived.daily).toEqual(read.daily);
      expect(lived.byTag).toEqual(read.byTag);
      expect(lived.resources).toEqual(read.resources);
    },
    240_000,
  );
});
