import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { readResource } from '@/features/resources/read-resource';
import { createWorkbench, STANDALONE, type Workbench } from '../../support/workbench';
import { addBilled, collected, listing, outcome, page, REGION, resourcesOf, takeInventory } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

const arnOf = (kind: string, number: number) =>
  `arn:aws:ec2:${REGION}:${STANDALONE}:${kind}/${kind === 'volume' ? 'vol' : 'i'}-${String(number).padStart(17, '0')}`;
const instance = (number: number) => collected(arnOf('instance', number), { type: 'ec2:instance' });
const volume = (number: number, of: readonly number[]) =>
  collected(arnOf('volume', number), { relatedArns: of.map((one) => arnOf('instance', one)) });

it('shows a resource and the one that names it on the pages of both, as the last inventory had it', async () => {
  const ctx = await bench.newWorkspace();
  const { id } = await bench.connect(ctx, { account: STANDALONE });
  const related = async (arn: string) => {
    const ref = (await resourcesOf(bench, id)).find((one) => one.resource_id === arn)?.ref ?? '';
    return (await readResource(ctx, ref)).related.map((line) => line.id).sort();
  };
  const outcomes = [outcome('ec2:instance'), outcome('ec2:volume')];
  // One that a bill alone names is known before, and listed by nobody.
  await addBilled(bench, id, { id: arnOf('instance', 3), type: 'ec2:instance', accountId: STANDALONE });
  await takeInventory(
    bench,
    ctx,
    id,
    listing([page([instance(1), instance(2)]), page([volume(1, [1]), volume(2, [1, 3])])], outcomes),
  );
  expect(await related(arnOf('instance', 1))).toEqual([arnOf('volume', 1), arnOf('volume', 2)]);
  expect(await related(arnOf('instance', 2))).toEqual([]);
  expect(await related(arnOf('instance', 3))).toEqual([arnOf('volume', 2)]);
  expect(await related(arnOf('volume', 2))).toEqual([arnOf('instance', 1), arnOf('instance', 3)]);

  bench.clock.advance(3_600_000);
  await takeInventory(
    bench,
    ctx,
    id,
    listing([page([instance(1), instance(2)]), page([volume(1, [2]), volume(2, [])])], outcomes),
  );
  expect(await related(arnOf('instance', 1))).toEqual([]);
  expect(await related(arnOf('instance', 2))).toEqual([arnOf('volume', 1)]);
  expect(await related(arnOf('volume', 2))).toEqual([]);
});

it('shows what is related to a resource that a bill named first, by its bare id, and no second row of it', async () => {
  const ctx = await bench.newWorkspace();
  const { id } = await bench.connect(ctx, { account: STANDALONE });
  const bare = arnOf('instance', 1).split('/')[1] ?? '';
  await addBilled(bench, id, { id: bare, type: '', accountId: STANDALONE });
  const outcomes = [outcome('ec2:instance'), outcome('ec2:volume')];
  const inventory = () =>
    takeInventory(bench, ctx, id, listing([page([instance(1), volume(1, [1])])], outcomes));
  await inventory();
  const before = await resourcesOf(bench, id);
  expect(before.map((one) => one.resource_id).sort()).toEqual([arnOf('instance', 1), arnOf('volume', 1)]);
  for (const one of before) {
    const [other] = (await readResource(ctx, one.ref)).related;
    expect([arnOf('instance', 1), arnOf('volume', 1)]).toContain(other?.id);
    expect(other?.ref).not.toBe(one.ref);
  }
  // A bill that spells it by its ARN means the same, and so does the next inventory.
  expect(before.find((one) => one.resource_id === arnOf('instance', 1))?.bare_id).toBe(bare);
  bench.clock.advance(3_600_000);
  await inventory();
  expect((await resourcesOf(bench, id)).map((one) => [one.ref, one.gone_at])).toEqual(
    before.map((one) => [one.ref, null]),
  );
});

it('shows a resource that more name than a page shows', async () => {
  const ctx = await bench.newWorkspace();
  const { id } = await bench.connect(ctx, { account: STANDALONE });
  const volumes = Array.from({ length: 130 }, (_, number) => volume(number + 10, [1]));
  await takeInventory(bench, ctx, id, listing([page([instance(1)]), page(volumes)], [outcome('ec2:volume')]));
  const ref =
    (await resourcesOf(bench, id)).find((one) => one.resource_id === arnOf('instance', 1))?.ref ?? '';
  const details = await readResource(ctx, ref);
  expect(details.line.ref).toBe(ref);
  expect(details.related).toHaveLength(99);
});
