import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CollectedResource, InventoryGap } from '@/aws/port';
import type { Ctx } from '@/context';
import { BATCH_RESOURCES } from '@/features/inventory/resource-writer';
import { loadInventory } from '@/features/inventory/load-inventory';
import { OWN_SHELF_RESOURCES } from '@/features/inventory/write-resources';
import { Fenced } from '@/features/syncs/fence';
import { createWorkbench, STANDALONE, type Workbench } from '../../support/workbench';
import {
  addBilled,
  collected,
  countOf,
  listing,
  listingsOf,
  outcome,
  page,
  REGION,
  resourcesOf,
  runOf,
  takeInventory,
} from './support';

const HOUR_MS = 3_600_000;
const arnOf = (service: string, rest: string, region = REGION) =>
  `arn:aws:${service}:${region}:${STANDALONE}:${rest}`;
const volume = (number: number, more: Partial<CollectedResource> = {}) =>
  collected(arnOf('ec2', `volume/vol-${String(number).padStart(17, '0')}`), more);

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

const take = async (...given: Parameters<typeof listing>) => {
  bench.clock.advance(HOUR_MS);
  await takeInventory(bench, ctx, id, listing(...given));
};
const stored = () => resourcesOf(bench, id);
const gap = (more: Partial<InventoryGap>): InventoryGap => ({
  ...{ type: '', region: REGION, action: '', reason: 'permission-missing', message: 'Not granted.' },
  ...more,
});

describe('a resource that is known already', () => {
  const full = volume(1, {
    ...{ name: 'data', createdAt: new Date('2025-01-02T03:04:05Z'), state: 'in-use', tags: { Name: 'data' } },
    ...{ attributes: { sizeGiB: 20, isAttached: true }, relatedArns: [arnOf('ec2', 'instance/i-1')] },
  });

  it('takes the newest tags from a search by tags, which blanks nothing that a listing told', async () => {
    await take([page([full])], [outcome('ec2:volume')]);
    const [before] = await stored();
    const found = collected(full.arn, { id: 'other', name: 'database', tags: { Name: 'database' } });
    await take(
      [page([found], { type: 'tagged' })],
      [outcome('ec2:volume', { isComplete: false }), outcome('tagged')],
    );
    const [after] = await stored();
    expect(after).toEqual({
      ...{ ...before, name: 'database', tags: { Name: 'database' }, listed_at: bench.clock.now() },
    });
    await take([page([{ ...found, name: 'other', tags: {} }], { type: 'tagged' })], [outcome('tagged')]);
    expect((await stored())[0]).toMatchObject({ name: 'other', tags: {}, state: 'in-use' });
  });

  it('keeps a name of its own that no tag gave it', async () => {
    const database = { type: 'rds:db', name: 'Orders' };
    await take([page([volume(1, database)])], [outcome('rds:db')]);
    await take([page([volume(1, { type: 'rds:db', name: 'vol-1' })], { type: 'tagged' })], []);
    expect((await stored())[0]).toMatchObject({ name: 'Orders', resource_type: 'rds:db' });
  });

  it('keeps tags, and the name that one gave it, where tags could not be read', async () => {
    await take([page([full])], [outcome('ec2:volume')]);
    const untold = { ...full, name: full.id, tags: {}, state: 'available' };
    await take([page([untold], { tagsKnown: false })], [outcome('ec2:volume')]);
    expect((await stored())[0]).toMatchObject({
      ...{ name: 'data', tags: { Name: 'data' }, state: 'available' },
    });
  });

  it('is told by its listing even where a search by tags tells it in the same batch', async () => {
    const found = collected(full.arn, { name: 'x', tags: { Name: 'x' } });
    await take(
      [page([found], { type: 'tagged' }), page([full]), page([found], { type: 'tagged' })],
      [outcome('ec2:volume')],
    );
    const rows = await stored();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ name: 'data', attributes: full.attributes, state: 'in-use' });
  });
});

describe('resources of the same name', () => {
  const service = (cluster: string) =>
    collected(arnOf('ecs', `service/${cluster}/web`), { id: 'web', type: 'ecs:service' });
  const table = (region: string) =>
    collected(arnOf('dynamodb', 'table/web', region), { id: 'web', type: 'dynamodb:table', region });

  it('stay apart, also where a later one comes alone', async () => {
    await take([page([service('a'), table(REGION), table('us-east-1')])], [outcome('ecs:service')]);
    await take([page([service('b')])], [outcome('dynamodb:table', { isComplete: false })]);
    const rows = await stored();
    expect(rows.map((row) => row.resource_id).sort()).toEqual(
      [service('a').arn, service('b').arn, table(REGION).arn, table('us-east-1').arn].sort(),
    );
  });

  it('are not mistaken for what a bill names without a type, or in another region', async () => {
    await addBilled(bench, id, { id: 'web', accountId: STANDALONE });
    await take([page([table(REGION), service('a')])], []);
    expect(await stored()).toHaveLength(3);
    expect((await stored())[0]).toMatchObject({ resource_id: 'web', listed_at: null });
  });

  it('are joined with a bill that names type and region, one of them only', async () => {
    await addBilled(bench, id, { id: 'web', type: 'table', accountId: STANDALONE });
    await take([page([table('us-east-1'), service('a')])], []);
    await take([page([table(REGION)])], []);
    await take([page([table('us-east-1')])], []);
    const rows = await stored();
    expect(rows.map((row) => [row.resource_id, row.resource_type, row.region_id])).toEqual([
      [table(REGION).arn, 'dynamodb:table', REGION],
      [table('us-east-1').arn, 'dynamodb:table', 'us-east-1'],
      [service('a').arn, 'ecs:service', REGION],
    ]);
  });
});

describe('what is not listed any more', () => {
  it('is gone only where its type was listed to the end', async () => {
    const rows = [
      volume(1),
      volume(2, { region: 'us-east-1' }),
      collected(arnOf('rds', 'db:a'), { type: 'rds:db' }),
      collected(arnOf('lambda', 'function:a'), { type: 'lambda:function' }),
      collected(arnOf('lambda', 'function:b', 'us-east-1'), { type: 'lambda:function', region: 'us-east-1' }),
      collected(`arn:aws:cloudfront::${STANDALONE}:distribution/E1`, {
        ...{ type: 'cloudfront:distribution', region: 'global' },
      }),
    ];
    await take([page(rows)], []);
    const wentAt = new Date(bench.clock.now().getTime() + HOUR_MS);
    await take(
      [],
      [
        outcome('ec2:volume'),
        outcome('ec2:volume', { region: 'us-east-1', isComplete: false }),
        outcome('rds:db', { isComplete: false }),
        outcome('tagged'),
        outcome('tagged', { region: 'us-east-1', isComplete: false }),
      ],
    );
    const gone = (await stored()).filter((row) => row.gone_at !== null);
    expect(gone.map((row) => row.resource_id).sort()).toEqual([rows[0]?.arn, rows[3]?.arn].sort());
    const unlisted = ['ec2:volume', 'rds:db'].map((type) =>
      outcome(type, { region: 'us-east-1', isComplete: false }),
    );
    await take([], [...unlisted, outcome('tagged', { region: 'us-east-1' })]);
    const times = new Map((await stored()).map((row) => [row.resource_id, row.gone_at]));
    expect(rows.map(({ arn }) => times.get(arn) ?? null)).toEqual([
      ...[wentAt, null, null, wentAt],
      ...[bench.clock.now(), bench.clock.now()],
    ]);
  });

  it('stays in another account that the connection has bills of', async () => {
    await take([page([volume(1)])], [outcome('ec2:volume')]);
    await bench.database.owner.query(
      `update resource set sub_account_id = '111122223333' where connection_id = $1`,
      [id],
    );
    await take([], [outcome('ec2:volume')]);
    expect((await stored())[0]?.gone_at).toBeNull();
  });

  it('has the reason that ended its listing, and none once it is listed again', async () => {
    const tags = gap({ action: 'tag:GetResources' });
    const list = gap({ action: 's3:ListAllMyBuckets', reason: 'unavailable', message: 'No answer: later.' });
    await take([], [outcome('s3:bucket', { gaps: [tags, list], isComplete: false, resources: 3 })]);
    expect(await listingsOf(bench, id)).toEqual([
      {
        ...{ resource_type: 's3:bucket', region_id: REGION, resources: 3 },
        ...{ action: 's3:ListAllMyBuckets', reason: 'unavailable: No answer: later.' },
      },
    ]);
    await take([], [outcome('s3:bucket', { resources: 4 })]);
    expect(await listingsOf(bench, id)).toMatchObject([{ resources: 4, action: null, reason: null }]);
  });
});

describe('a large account', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => volume(index + 1));
  const pagesOf = (all: readonly CollectedResource[]) =>
    Array.from({ length: Math.ceil(all.length / 300) }, (_, at) => page(all.slice(at * 300, at * 300 + 300)));

  it('is written in batches that give out each key once, however its pages come', async () => {
    const all = many(3 * BATCH_RESOURCES + 17);
    await take(pagesOf(all), [outcome('ec2:volume')]);
    const rows = await stored();
    expect(rows.map((row) => row.resource_key)).toEqual(all.map((_, index) => index + 1));
    expect(new Set(rows.map((row) => row.resource_id)).size).toBe(all.length);
    expect(await countOf(bench, id)).toEqual({ kept: all.length, real: all.length });
  });

  it('moves to a shelf of its own before it has too many, and loses nothing', async () => {
    await addBilled(bench, id, { id: 'i-0123456789abcdef0', accountId: STANDALONE });
    const all = many(OWN_SHELF_RESOURCES);
    await take(pagesOf(all.slice(0, -BATCH_RESOURCES)), []);
    expect(new Set((await stored()).map((row) => row.shelf))).toEqual(new Set([0]));
    await take(pagesOf(all), [outcome('ec2:volume')]);
    const rows = await stored();
    const { rows: own } = await bench.database.owner.query<{ shelf: number }>(
      'select shelf from connection where id = $1',
      [id],
    );
    expect(own[0]?.shelf).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => row.shelf))).toEqual(new Set([own[0]?.shelf]));
    expect(await countOf(bench, id)).toEqual({ kept: all.length + 1, real: all.length + 1 });
    expect(rows.every((row) => row.gone_at === null)).toBe(true);
  });
});

describe('a connection that is revoked meanwhile', () => {
  it('has nothing written any more', async () => {
    const run = await runOf(bench, ctx, id);
    const session = listing([page([volume(1)])], [outcome('ec2:volume')]);
    await bench.database.owner.query('update connection set epoch = epoch + 1 where id = $1', [id]);
    const { signal } = new AbortController();
    await expect(loadInventory(bench.asWorker(ctx), run, session, STANDALONE, signal)).rejects.toThrow(
      Fenced,
    );
    const nothing = listing([], [outcome('ec2:volume')]);
    await expect(loadInventory(bench.asWorker(ctx), run, nothing, STANDALONE, signal)).rejects.toThrow(
      Fenced,
    );
    expect(await stored()).toEqual([]);
    expect(await listingsOf(bench, id)).toEqual([]);
    expect(await countOf(bench, id)).toEqual({ kept: 0, real: 0 });
  });

  it('is not asked for more, and marks nothing as gone, once the run is stopped', async () => {
    await take([page([volume(1)])], [outcome('ec2:volume')]);
    const before = await stored();
    bench.clock.advance(HOUR_MS);
    const stop = new AbortController();
    const session = listing([], [outcome('ec2:volume')]);
    stop.abort(new Error('The lock was taken away.'));
    const run = await runOf(bench, ctx, id);
    await expect(loadInventory(bench.asWorker(ctx), run, session, STANDALONE, stop.signal)).rejects.toThrow(
      'The lock was taken away.',
    );
    expect(await stored()).toEqual(before);
  });
});
