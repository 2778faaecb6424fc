import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { add } from '@/domain/money';
import { UNTOLD } from '@/domain/tag-filter';
import { previewTagRule } from '@/features/tags/preview-rule';
import { createWorkbench, PRODUCTION, STAGING, type Workbench } from '../../support/workbench';
import { overviewOf } from '../costs/support';
import { connectWithExport } from '../exports/support';
import { limitedTo } from '../limits/support';
import { nanos } from '../syncs/amounts';

let bench: Workbench;
let ctx: Ctx;
let id: string;
beforeAll(async () => {
  bench = await createWorkbench();
  // Of the months that are loaded the export covers the newest alone.
  bench.aws.world.createExport({ name: 'newest', months: 1 });
  ctx = await bench.newWorkspace();
  id = await connectWithExport(bench, ctx, 'newest');
}, 120_000);
afterAll(() => bench.close());

/** What Cost Explorer alone told in a range of days, added up apart from the product. */
async function toldByCostExplorer(start: string, end: string, accounts: readonly string[]): Promise<bigint> {
  const { rows } = await bench.database.owner.query<{ sum: string }>(
    `select coalesce(trim_scale(sum(c.effective_cost)), 0)::text as sum from charge c
     where c.connection_id = $1 and c.source = 'cost-explorer' and c.charge_date >= $2 and c.charge_date < $3
       and ($4::text[] = '{}' or c.sub_account_id = any($4))
       and (c.sub_account_id, date_trunc('month', c.charge_date)::date) not in (
         select sub_account_id, billing_period from covered_month where connection_id = $1)`,
    [id, start, end, accounts],
  );
  return nanos(rows[0]?.sum ?? '');
}

describe('what no export has told the tags of', () => {
  it.each([
    ['by the month', 'dates=last-12-months'],
    ['by the month, in the months before the export', 'from=2026-11-01&to=2027-02-28'],
    ['by the day, on both sides of where the export begins', 'from=2027-02-10&to=2027-03-10'],
    ['by the day, where the export tells all', 'from=2027-03-01&to=2027-03-15'],
  ])('is a line of its own, and all lines are the total: %s', async (_, dates) => {
    for (const accounts of [[], [PRODUCTION, STAGING]]) {
      const as = accounts.length > 0 ? await limitedTo(bench, ctx, accounts) : ctx;
      const { lines, kpis, series, range } = await overviewOf(as, `${dates}&by=tag:team`);
      const plain = await overviewOf(as, `${dates}&by=service`);
      expect([dates, kpis.total]).toEqual([dates, plain.kpis.total]);
      expect(nanos(add(...lines.map((line) => line.amount)))).toBe(nanos(kpis.total));
      expect(nanos(add(...series.flatMap((one) => one.amounts)))).toBe(nanos(kpis.total));
      const untold = await toldByCostExplorer(range.start, range.end, accounts);
      const line = lines.find((one) => one.id === UNTOLD);
      expect(nanos(line?.amount ?? '0')).toBe(untold);
      expect(untold > 0n).toBe(range.start < '2027-03-01');
      expect(kpis.forecast?.mean).toBe(plain.kpis.forecast?.mean);
    }
  });

  it('is not hidden by an account whose every month is covered', async () => {
    await bench.database.owner.query(
      `delete from covered_month where connection_id = $1 and sub_account_id = $2`,
      [id, STAGING],
    );
    const { lines, range } = await overviewOf(ctx, 'from=2027-03-01&to=2027-03-14&by=tag:team');
    const untold = await toldByCostExplorer(range.start, range.end, []);
    expect(untold).toBeGreaterThan(0n);
    expect(nanos(lines.find((one) => one.id === UNTOLD)?.amount ?? '0')).toBe(untold);
  });

  it('is named in the preview of a rule', async () => {
    const preview = await previewTagRule(ctx, { keys: ['team', 'Team'], ignoresCase: true, synonyms: [] });
    if (!preview) throw new Error('Nothing is loaded.');
    const untold = await toldByCostExplorer(preview.range.start, preview.range.end, []);
    expect(untold).toBeGreaterThan(0n);
    expect(nanos(preview.untold)).toBe(untold);
  });
});
