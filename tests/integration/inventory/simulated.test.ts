import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collectors } from '@/aws/collectors/registry';
import type { Ctx } from '@/context';
import { Forbidden, NotFound } from '@/errors';
import { readInventory } from '@/features/inventory/read-inventory';
import { DAY_MS, epochDay } from '../../simulated-aws/world/clock';
import { billedResourceId, resourcesAlive, type SimResource } from '../../simulated-aws/world/resources';
import { createWorkbench, STANDALONE, type Workbench } from '../../support/workbench';
import { addBilled, countOf, listingsOf, resourcesOf, takeInventory, withoutTime } from './support';

const HOUR_MS = 3_600_000;
const OWN_TYPES = new Set(collectors.flatMap(({ covers }) => covers));
// The world's spelling of the two kinds whose ARN tells none.
const SPELLED = new Map([
  ['sqs', 'sqs:queue'],
  ['sns', 'sns:topic'],
]);
const typeOf = ({ type }: SimResource): string => SPELLED.get(type) ?? type;
const isTagged = ({ tags }: SimResource): boolean => Object.keys(tags).length > 0;

let bench: Workbench;
let ctx: Ctx;
let id: string;
beforeAll(async () => {
  bench = await createWorkbench();
});
beforeEach(async () => {
  ctx = await bench.newWorkspace();
  id = (await bench.connect(ctx, { account: STANDALONE })).id;
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

const alive = () => resourcesAlive(bench.aws.world, STANDALONE, epochDay(bench.clock.now()));
const take = () => takeInventory(bench, ctx, id);
const stored = () => resourcesOf(bench, id);
/** What there is to be found: all of the types that have a listing, and what else has a tag. */
const findable = () => alive().filter((one) => OWN_TYPES.has(typeOf(one)) || isTagged(one));

function some(what: (one: SimResource) => boolean): SimResource {
  const found = findable().find(what);
  if (!found) throw new Error('The world has none of these.');
  return found;
}

describe('the inventory of a simulated account', () => {
  it('is stored whole, each resource once with what AWS tells of it', async () => {
    await take();
    const rows = await stored();
    const arns = new Set(alive().map(({ arn }) => arn));
    // Services run in a cluster that the world has made no resource of.
    const made = rows.filter((row) => row.resource_type !== 'ecs:cluster' || arns.has(row.resource_id));
    expect(made.map((row) => row.resource_id).sort()).toEqual(
      findable()
        .map(({ arn }) => arn)
        .sort(),
    );
    expect(made.length).toBeGreaterThan(20);
    const byArn = new Map(rows.map((row) => [row.resource_id, row]));
    for (const one of findable()) {
      expect(byArn.get(one.arn), one.arn).toMatchObject({
        ...{ resource_type: typeOf(one), region_id: one.region, sub_account_id: STANDALONE, tags: one.tags },
        ...{ first_seen: null, listed_at: bench.clock.now(), gone_at: null, service_name: '' },
      });
    }
    const volume = some(({ type, relatedArns }) => type === 'ec2:volume' && relatedArns.length > 0);
    expect(byArn.get(volume.arn)).toMatchObject({
      ...{ bare_id: volume.id, related: volume.relatedArns },
      ...{ attributes: volume.attributes, created_at: new Date(volume.createdDay * DAY_MS) },
    });
    expect(byArn.get(volume.arn)?.state).not.toBe('');
    expect(rows.map((row) => row.resource_key)).toEqual(rows.map((_, index) => index + 1));
    expect(new Set(rows.map((row) => row.ref)).size).toBe(rows.length);
    for (const row of rows) expect(row.ref).toMatch(/^r[0-9a-f]{16}$/);
    expect(await countOf(bench, id)).toEqual({ kept: rows.length, real: rows.length });
  });

  it('changes nothing but its time when it is taken again', async () => {
    await take();
    const before = await stored();
    bench.clock.advance(HOUR_MS);
    await take();
    const after = await stored();
    expect(after.map(withoutTime)).toEqual(before.map(withoutTime));
    expect(new Set(after.map((row) => row.listed_at?.getTime()))).toEqual(
      new Set([bench.clock.now().getTime()]),
    );
    expect(await countOf(bench, id)).toEqual({ kept: before.length, real: before.length });
  });

  it('marks what went, once and with the time, and takes it back when it is there again', async () => {
    const snapshot = some(({ type }) => type === 'ec2:snapshot');
    const lambda = some(({ type }) => type === 'lambda:function');
    const lasting = [snapshot.deletedDay, lambda.deletedDay] as const;
    await take();
    const before = await stored();
    try {
      snapshot.deletedDay = lambda.deletedDay = epochDay(bench.clock.now());
      bench.clock.advance(HOUR_MS);
      const wentAt = bench.clock.now();
      await take();
      bench.clock.advance(HOUR_MS);
      await take();
      const gone = (await stored()).filter((row) => row.gone_at !== null);
      expect(gone.map((row) => row.resource_id).sort()).toEqual([snapshot.arn, lambda.arn].sort());
      for (const row of gone) expect(row.gone_at).toEqual(wentAt);
    } finally {
      [snapshot.deletedDay, lambda.deletedDay] = lasting;
    }
    bench.clock.advance(HOUR_MS);
    await take();
    expect((await stored()).map(withoutTime)).toEqual(before.map(withoutTime));
    expect(await countOf(bench, id)).toEqual({ kept: before.length, real: before.length });
  });

  it('leaves as it was what may not be listed any more, and says why', async () => {
    await take();
    const before = await stored();
    const denied = before.filter((row) => ['ec2:snapshot', 'ec2:volume'].includes(row.resource_type));
    expect(denied.length).toBeGreaterThan(0);
    bench.aws.faults.add({ kind: 'denied', service: 'ec2', action: 'DescribeSnapshots' });
    bench.aws.faults.add({ kind: 'denied', service: 'ec2', action: 'DescribeVolumes' });
    bench.clock.advance(HOUR_MS);
    await take();
    expect((await stored()).map(withoutTime)).toEqual(before.map(withoutTime));
    const gaps = (await listingsOf(bench, id)).filter((row) => row.action !== null);
    expect(new Set(gaps.map((row) => row.action))).toEqual(
      new Set(['ec2:DescribeSnapshots', 'ec2:DescribeVolumes']),
    );
    expect(new Set(gaps.map((row) => row.reason))).toEqual(
      new Set(['permission-missing: The role does not grant this action.']),
    );
    const { gaps: groups } = await readInventory(ctx, id);
    expect(groups).toMatchObject([
      { action: 'ec2:DescribeSnapshots', isDenied: true, types: ['ec2:snapshot'] },
      { action: 'ec2:DescribeVolumes', isDenied: true, types: ['ec2:volume'] },
    ]);
    expect(groups[0]?.message).toBe('The role does not grant this action.');
    expect(groups[0]?.regions.length).toBeGreaterThan(10);
  });

  it('keeps tags and names while the tags may not be read', async () => {
    await take();
    const before = await stored();
    expect(before.some((row) => row.resource_type === 's3:bucket' && row.tags['team'])).toBe(true);
    bench.aws.faults.add({ kind: 'denied', service: 'tagging' });
    bench.clock.advance(HOUR_MS);
    await take();
    expect((await stored()).map(withoutTime)).toEqual(before.map(withoutTime));
  });

  it('joins what a bill names by a bare id, and lets alone what only the bill names', async () => {
    const spelled = [
      { one: some(({ type }) => type === 'ec2:instance'), as: '' },
      { one: some(({ type }) => type === 'ec2:volume'), as: 'volume' },
      { one: some(({ type }) => type === 's3:bucket'), as: 'bucket' },
    ];
    for (const { one, as } of spelled) {
      await addBilled(bench, id, { id: billedResourceId(one), type: as, accountId: STANDALONE });
    }
    await addBilled(bench, id, { id: 'i-0123456789abcdef0', accountId: STANDALONE });
    const billed = await stored();
    await take();
    bench.clock.advance(HOUR_MS);
    await take();
    const rows = await stored();
    spelled.forEach(({ one }, index) => {
      expect(rows.filter((row) => row.bare_id === one.id && row.resource_type === one.type)).toHaveLength(1);
      expect(rows[index]).toMatchObject({
        ...{ resource_key: index + 1, ref: billed[index]?.ref, resource_id: one.arn, bare_id: one.id },
        ...{ resource_type: one.type, region_id: one.region, service_name: 'A service', tags: one.tags },
        ...{ first_seen: '2027-03-01', listed_at: bench.clock.now(), gone_at: null },
      });
    });
    expect(rows[3]).toEqual(billed[3]);
    expect(rows.length).toBe(new Set(rows.map((row) => row.resource_key)).size);
    expect(await countOf(bench, id)).toEqual({ kept: rows.length, real: rows.length });
  });

  it('forgets how the listing of a region went that is switched off now', async () => {
    await bench.database.owner.query(
      `insert into inventory_listing (workspace_id, connection_id, resource_type, region_id, resources, listed_at)
       values ($1, $2, 'ec2:volume', 'af-south-1', 7, now())`,
      [ctx.workspaceId, id],
    );
    await take();
    const listings = await listingsOf(bench, id);
    expect(listings.map((row) => row.region_id)).not.toContain('af-south-1');
    expect(listings).toHaveLength((collectors.length + 1) * 18);
    expect(listings.every((row) => row.action === null && row.reason === null)).toBe(true);
  });

  it('is read by type, with what went left out, by those who may see all of the workspace', async () => {
    expect(await readInventory(ctx, id)).toEqual({ listedAt: null, types: [], gaps: [] });
    await take();
    const rows = await stored();
    const went = rows.find((row) => row.resource_type === 'ec2:volume');
    await bench.database.owner.query(
      'update resource set gone_at = listed_at where connection_id = $1 and resource_key = $2',
      [id, went?.resource_key],
    );
    const { types, gaps, listedAt } = await readInventory(ctx, id);
    expect([listedAt, gaps]).toEqual([bench.clock.now().toISOString(), []]);
    expect(types.reduce((sum, one) => sum + one.resources, 0)).toBe(rows.length - 1);
    const there = rows.filter((row) => row.resource_type === 'ec2:volume' && row !== went);
    expect(types.find((one) => one.type === 'ec2:volume')).toEqual({
      type: 'ec2:volume',
      resources: there.length,
      regions: [...new Set(there.map((row) => row.region_id))].sort(),
      listedAt: bench.clock.now().toISOString(),
    });
    await expect(readInventory(await bench.newWorkspace(), id)).rejects.toThrow(NotFound);
    const viewer = await bench.ctxAs(ctx, 'viewer');
    expect((await readInventory(viewer, id)).types).toEqual(types);
    const actor = { ...viewer.actor, accounts: [STANDALONE] };
    await expect(readInventory({ ...viewer, actor }, id)).rejects.toThrow(Forbidden);
  });
});
