import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { dimensions } from '@/domain/cost-query';
import { regionLabel, serviceLabel } from '@/features/costs/labels';
import { overviewCsv } from '@/features/costs/overview-csv';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { nanos, total } from '../syncs/amounts';
import { overviewOf } from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  await bench.connectAndSync(ctx);
});
afterAll(() => bench.close());

describe('the CSV of the overview', () => {
  it('T64 has a line a day, whose amounts add up to the last decimal', async () => {
    const page = await overviewOf(ctx, 'dates=last-30&by=account');
    const [header = [], ...rows] = overviewCsv(page, 'daily');
    expect(header).toEqual(['day', ...page.series.map((one) => `${one.label} (USD)`), 'total (USD)']);
    expect(rows.map((row) => row[0])).toEqual(page.days);
    for (const row of rows) {
      const amounts = row.slice(1).map(String);
      expect(nanos(amounts.at(-1) ?? '')).toBe(total(amounts.slice(0, -1)));
    }
    expect(total(rows.map((row) => String(row.at(-1))))).toBe(nanos(page.kpis.total));
  });

  it('T64 has a line a month where the page has', async () => {
    const page = await overviewOf(ctx, 'dates=last-6-months');
    const [header = [], ...rows] = overviewCsv(page, 'daily');
    expect(header[0]).toBe('month');
    expect(rows.map((row) => row[0])).toEqual([
      '2026-09',
      '2026-10',
      '2026-11',
      '2026-12',
      '2027-01',
      '2027-02',
    ]);
    expect(total(rows.map((row) => String(row.at(-1))))).toBe(nanos(page.kpis.total));
  });

  it.each(dimensions)(
    'T64 by %s has the lines of the page, amounts in full and the dates above them',
    async (by) => {
      const page = await overviewOf(ctx, `dates=last-month&by=${by}`);
      const [header = [], ...rows] = overviewCsv(page, by);
      expect(header[0]).toBe(by);
      expect(header[1]).toMatch(/Feb.* 2027 \(USD\)$/);
      expect(header[2]).toMatch(/Jan.* 2027 \(USD\)$/);
      expect(header.slice(3)).toEqual(['change in percent', 'share in percent']);
      expect(rows).toEqual(
        page.lines.map((line) => [line.label, line.amount, line.before, line.change ?? '', line.share]),
      );
      expect(total(rows.map((row) => String(row[1])))).toBe(nanos(page.kpis.total));
    },
  );

  it('T64 leaves empty what is not known, and writes no zero there', async () => {
    const page = await overviewOf(ctx, 'dates=last-12-months');
    const [, ...rows] = overviewCsv(page, 'service');
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) expect(row.slice(2, 4)).toEqual(['', '']);
    expect(overviewCsv(page, 'movers')).toHaveLength(1);
  });

  it('T64 of the movers has them in the order of the page, by their names', async () => {
    const page = await overviewOf(ctx, 'dates=last-30&by=account');
    const [header, ...rows] = overviewCsv(page, 'movers');
    expect(header).toEqual(['service', 'region', 'difference (USD)', 'change in percent']);
    expect(rows).toEqual(
      page.movers.map((one) => [
        serviceLabel(one.service),
        regionLabel(one.region),
        one.difference,
        one.change ?? '',
      ]),
    );
    expect(rows.length).toBeGreaterThan(5);
  });

  it('T64 of services and accounts is there whatever the page is by; no number of an account is in it', async () => {
    const page = await overviewOf(ctx, 'dates=last-30&by=region');
    for (const [part, lines] of [
      ['service', page.services],
      ['account', page.accounts],
    ] as const) {
      const [, ...rows] = overviewCsv(page, part);
      expect(rows.map((row) => row[0])).toEqual(lines.map((line) => line.label));
      expect(JSON.stringify(rows)).not.toMatch(/"\d{12}"/);
    }
  });
});
