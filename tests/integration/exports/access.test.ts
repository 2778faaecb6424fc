import { afterAll, beforeAll, expect, it } from 'vitest';
import { grantCommand, readExports } from '@/features/exports/read-exports';
import { createWorkbench, MANAGEMENT, type Workbench } from '../../support/workbench';
import { choose, expectAgreement, EXPORT } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());

it('a role without the bucket is told what it lacks, costs stay those of Cost Explorer, and the stack is given just that', async () => {
  const ctx = await bench.newWorkspace();
  const { id } = (await bench.connectAndSync(ctx, { account: MANAGEMENT })).connection;
  await choose(ctx, id);
  const run = await bench.sync(ctx, id);
  expect(run.status).toBe('done');
  const { exports, periods } = await readExports(ctx, id);
  const [chosen] = exports.filter((one) => one.isChosen);
  expect(chosen?.failure).toMatchObject({ kind: 'permission-missing' });
  expect(chosen?.failure?.message).toContain('s3:');
  expect(periods).toEqual([]);
  const { totals, items } = await expectAgreement(ctx, id);
  expect(totals.length).toBeGreaterThan(3);
  expect(items).toEqual([]);

  const command = grantCommand({ bucket: EXPORT.bucket, prefix: EXPORT.prefix }, 'us-east-1');
  expect(command).toContain('--use-previous-template');
  const parameters = [...command.matchAll(/ParameterKey=(\w+),(\w+)=(\S+)/g)].map(([, key, how, value]) => [
    key,
    how === 'UsePreviousValue' ? 'as before' : value,
  ]);
  expect(Object.fromEntries(parameters)).toMatchObject({
    ...{ ReadBillingExport: 'Yes', BillingExportBucket: EXPORT.bucket, BillingExportPrefix: EXPORT.prefix },
    ...{ ExternalId: 'as before' },
  });
  expect(parameters.filter(([, value]) => value !== 'as before')).toHaveLength(3);
});
