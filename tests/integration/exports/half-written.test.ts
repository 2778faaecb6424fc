import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { readExports } from '@/features/exports/read-exports';
import { createWorkbench, PRODUCTION, type Workbench } from '../../support/workbench';
import { connectWithExport, expectAgreement, lineItemsOf } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => bench.close());

const HOUR = 3_600_000;

it('a month of which some files are overwritten and the manifest is not yet stays as it was, until AWS is done', async () => {
  const ctx = await bench.newWorkspace();
  const id = await connectWithExport(bench, ctx);
  const [newest, ...older] = (await readExports(ctx, id)).periods;
  const month = newest?.period.slice(0, 7) ?? '';
  const before = await lineItemsOf(bench, id);
  expect(older.length).toBeGreaterThan(0);

  bench.clock.advance(2 * HOUR);
  const touched = new Date(bench.clock.now().getTime() - HOUR);
  // The simulated AWS writes all files of a month at once: of these the last is as if it came an hour after the manifest.
  const apply = vi.spyOn(bench.aws.exportFiles.faults, 'apply').mockImplementation((file) => {
    if (file.month !== month || file.kind === 'manifest' || !file.isLast) return file;
    return { ...file, etag: '"00000000000000000000000000000000"', modifiedAt: touched };
  });
  await bench.sync(ctx, id);
  expect(apply).toHaveBeenCalled();
  const states = async () =>
    (await readExports(ctx, id)).periods.map((one) => [one.period.slice(0, 7), one.failure?.kind ?? null]);
  expect(await states()).toEqual([
    [month, 'file-changed'],
    ...older.map((one) => [one.period.slice(0, 7), null]),
  ]);
  expect(await lineItemsOf(bench, id)).toEqual(before);

  // Nobody has come to write the manifest: then that is how it is.
  bench.clock.advance(6 * HOUR);
  await bench.sync(ctx, id);
  expect((await states())[0]).toEqual([month, null]);
  await expectAgreement(ctx, id);

  vi.restoreAllMocks();
  bench.aws.world.restate({ accountId: PRODUCTION, month, factor: 0.5 });
  bench.clock.advance(24 * HOUR);
  await bench.sync(ctx, id);
  expect((await states())[0]).toEqual([month, null]);
  await expectAgreement(ctx, id);
});
