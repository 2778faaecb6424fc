import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectors } from '@/aws/collectors/registry';
import type { Ctx } from '@/context';
import { epochDay } from '../../simulated-aws/world/clock';
import { resourcesAlive, type SimResource } from '../../simulated-aws/world/resources';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { countOf, listingsOf, takeInventory } from './support';

const HOUR_MS = 3_600_000;
/** Of two accounts the large world of so few line items gives the first nearly all of its 50,000 resources, in three regions. */
const LINE_ITEM_MILLIONS = 0.15;
const ACCOUNT = '200007340113';
const OWN_TYPES = new Set(collectors.flatMap(({ covers }) => covers));
// The world's spelling of the two kinds whose ARN tells none.
const SPELLED = new Map([
  ['sqs', 'sqs:queue'],
  ['sns', 'sns:topic'],
]);

let bench: Workbench;
let ctx: Ctx;
let id: string;
beforeAll(async () => {
  bench = await createWorkbench({ size: 'large', lineItemMillions: LINE_ITEM_MILLIONS });
  ctx = await bench.newWorkspace();
  id = (await bench.connect(ctx, { account: ACCOUNT })).id;
}, 120_000);
afterAll(() => bench.close());

/** What there is to be found: all of the types that have a listing, and what else has a tag. */
const findable = (): SimResource[] =>
  resourcesAlive(bench.aws.world, ACCOUNT, epochDay(bench.clock.now())).filter(
    ({ type, tags }) => OWN_TYPES.has(SPELLED.get(type) ?? type) || Object.keys(tags).length > 0,
  );

interface Found {
  readonly arn: string;
  readonly region: string;
  readonly gone: string | null;
}

/** What is kept, without the clusters that only their services name: the world makes no resource of those. */
async function stored(): Promise<Found[]> {
  const { rows } = await bench.database.owner.query<Found>(
    `select resource_id as arn, region_id as region, to_char(gone_at at time zone 'utc', 'YYYY-MM-DD HH24:MI') as gone
     from resource where connection_id = $1 and resource_id not like '%:cluster/main' order by resource_id`,
    [id],
  );
  return rows;
}

const sorted = (resources: readonly SimResource[]): string[] => resources.map(({ arn }) => arn).sort();
const arnsOf = (rows: readonly Found[]): string[] => rows.map(({ arn }) => arn).sort();

async function take(): Promise<string> {
  bench.clock.advance(HOUR_MS);
  await takeInventory(bench, ctx, id);
  return bench.clock.now().toISOString().slice(0, 16).replace('T', ' ');
}

describe('an account of more than 20,000 resources', () => {
  it('is stored whole, changes nothing when it is listed again, and marks what went meanwhile', async () => {
    const there = findable();
    expect(there.length).toBeGreaterThan(20_000);
    await take();
    const first = await stored();
    expect(arnsOf(first)).toEqual(sorted(there));
    expect(first.every(({ gone }) => gone === null)).toBe(true);
    expect(new Set(first.map(({ region }) => region)).size).toBeGreaterThan(2);
    expect((await listingsOf(bench, id)).filter(({ action }) => action !== null)).toEqual([]);

    // Every fiftieth goes, as if somebody had tidied up.
    const going = there.filter((_, index) => index % 50 === 0);
    const lasting = going.map(({ deletedDay }) => deletedDay);
    going.forEach((one) => (one.deletedDay = epochDay(bench.clock.now())));
    try {
      const wentAt = await take();
      const second = await stored();
      // No row more and none fewer.
      expect(second.map(({ arn }) => arn)).toEqual(first.map(({ arn }) => arn));
      const gone = second.filter((row) => row.gone !== null);
      expect(arnsOf(gone)).toEqual(sorted(going));
      expect(new Set(gone.map((row) => row.gone))).toEqual(new Set([wentAt]));
    } finally {
      going.forEach((one, index) => (one.deletedDay = lasting[index] ?? null));
    }
    const { kept, real } = await countOf(bench, id);
    expect(kept).toBe(real);
  }, 240_000);
});
