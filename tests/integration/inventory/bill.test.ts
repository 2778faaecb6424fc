import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { billedResourceId, resourcesAlive } from '../../simulated-aws/world/resources';
import { epochDay } from '../../simulated-aws/world/clock';
import { createWorkbench, MANAGEMENT, type Workbench } from '../../support/workbench';
import { choose, connectWithExport, countsOf, EXPORT, lineItemsOf } from '../exports/support';
import { resourcesOf, takeInventory, type ResourceRow } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

const alive = () => resourcesAlive(bench.aws.world, MANAGEMENT, epochDay(bench.clock.now()));

/** Each resource that the account has now is one row, however bill and inventory spell it. */
function expectOneRowEach(rows: readonly ResourceRow[]): void {
  const own = rows.filter((row) => row.sub_account_id === MANAGEMENT);
  const both = alive().filter((one) => {
    const named = own.filter((row) => [one.arn, billedResourceId(one)].includes(row.resource_id));
    expect(named.length, one.arn).toBeLessThanOrEqual(1);
    return named.some((row) => row.first_seen !== null && row.listed_at !== null);
  });
  expect(both.some((one) => billedResourceId(one) !== one.arn)).toBe(true);
  expect(both.some((one) => billedResourceId(one) === one.arn)).toBe(true);
}

async function expectExactCounts(connectionId: string): Promise<void> {
  for (const [table, [kept, real]] of Object.entries(await countsOf(bench, connectionId))) {
    expect([table, kept]).toEqual([table, real]);
  }
}

const payerOf = async (ctx: Ctx) => (await bench.connect(ctx, { billingExport: EXPORT })).id;

describe('a bill and the inventory of the same account', () => {
  it('agree on the resources when the bill comes first, and no line item changes hands', async () => {
    const ctx = await bench.newWorkspace();
    const id = await connectWithExport(bench, ctx);
    const items = await lineItemsOf(bench, id);
    const billed = await resourcesOf(bench, id);
    const tagged = billed.filter((row) => row.tags['Name'] !== undefined);
    expect(tagged.length).toBeGreaterThan(1);
    for (const row of billed)
      expect([row.resource_id, row.name]).toEqual([row.resource_id, row.tags['Name'] ?? '']);
    await takeInventory(bench, ctx, id);
    const rows = await resourcesOf(bench, id);
    expectOneRowEach(rows);
    expect(rows.slice(0, billed.length).map((row) => [row.resource_key, row.ref])).toEqual(
      billed.map((row) => [row.resource_key, row.ref]),
    );
    // What is listed is named by its ARN, whichever came first, and keeps the id that the bill has.
    for (const [at, row] of billed.entries()) {
      const now = rows[at];
      if (now?.bare_id === '') expect(now.resource_id).toBe(row.resource_id);
      else expect([now?.resource_id, now?.bare_id]).toContain(row.resource_id);
      if (now?.bare_id) expect(now.resource_id).toMatch(/^arn:/);
    }
    expect(
      rows.filter((row) => row.bare_id !== '' && row.resource_id !== row.bare_id).length,
    ).toBeGreaterThan(3);
    const spelled = new Map(
      rows.map((row, at) => [row.resource_id, billed[at]?.resource_id ?? row.resource_id]),
    );
    const same = (await lineItemsOf(bench, id)).map((line) => {
      const [period, day, resource = '', ...rest] = line.split('|');
      return [period, day, spelled.get(resource) ?? resource, ...rest].join('|');
    });
    expect(same.sort()).toEqual(items.toSorted());
    await expectExactCounts(id);
  });

  it('agree on the resources when the inventory comes first', async () => {
    const ctx = await bench.newWorkspace();
    const id = await payerOf(ctx);
    await takeInventory(bench, ctx, id);
    const listed = await resourcesOf(bench, id);
    await bench.sync(ctx, id);
    await choose(ctx, id);
    await bench.sync(ctx, id);
    const rows = await resourcesOf(bench, id);
    expect(rows.length).toBeGreaterThan(listed.length);
    expectOneRowEach(rows);
    await expectExactCounts(id);
  });
});
