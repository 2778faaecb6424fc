import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { listFiles } from '@/features/uploads/list-files';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { focusCsv, keptOf } from '../uploads/support';
import { connectBucket, look, makeBucket, putObject } from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  ctx = await bench.newWorkspace();
  await makeBucket(bench);
});

const costing = (amount: string) => focusCsv([{ BilledCost: amount, EffectiveCost: amount }]);

describe('a look into a bucket', () => {
  it('loads the billing files of the folder and nothing else', async () => {
    await putObject(bench, 'azure/2026-12/costs.csv', costing('1.25'));
    await putObject(bench, 'azure/more.csv.gz', gzipSync(costing('2')));
    await putObject(bench, 'azure/manifest.json', Buffer.from('{}'));
    await putObject(bench, 'google/other.csv', costing('100'));
    const connectionId = await connectBucket(bench, ctx);
    expect(await look(bench, ctx, connectionId)).toMatchObject({
      failure: null,
      region: 'eu-central-1',
      passedOver: 1,
    });
    const files = await listFiles(ctx, connectionId);
    expect(files.map(({ name, state }) => [name, state]).sort()).toEqual([
      ['2026-12/costs.csv', 'loaded'],
      ['more.csv.gz', 'loaded'],
    ]);
    expect(await keptOf(ctx, connectionId)).toMatchObject({
      items: { billed: '3.25' },
      totals: { billed: '3.25' },
    });
  });
});
