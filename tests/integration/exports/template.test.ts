import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXPORT_NAME, renderExportTemplate } from '@/aws/render-export-template';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { readExports } from '@/features/exports/read-exports';
import { EXPORT_STACK_NAME } from '../../support/customer';
import { createWorkbench, STANDALONE, type Workbench } from '../../support/workbench';
import { choose, expectAgreement, lineItemsOf } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());

/** The whole way of an account without an export, as the page tells it. */
it('makes an export and a bucket that the stack of the role then opens, and whose months are loaded', async () => {
  const ctx = await bench.newWorkspace();
  const first = await bench.connectAndSync(ctx, { account: STANDALONE });
  expect((await readExports(ctx, first.connection.id)).exports).toEqual([]);
  const { id: firstId, name } = first.connection;
  await revokeConnection(ctx, { connectionId: firstId, confirmation: name });
  await bench.customer.deleteStack(STANDALONE);

  const outputs = await bench.customer.launchExport(STANDALONE, renderExportTemplate());
  const billingExport = {
    bucket: outputs['BillingExportBucket'] ?? '',
    prefix: outputs['BillingExportPrefix'] ?? '',
  };
  expect(billingExport.bucket).toMatch(/^belvedereexport-bucket-/);
  const { id } = (await bench.connectAndSync(ctx, { account: STANDALONE, billingExport })).connection;
  const found = (await readExports(ctx, id)).exports;
  expect(found).toMatchObject([{ name: EXPORT_NAME, bucket: billingExport.bucket, isChosen: false }]);
  await choose(ctx, id, EXPORT_NAME);
  await bench.sync(ctx, id);
  const { periods } = await readExports(ctx, id);
  expect(periods.map((one) => [one.period, one.failure])).toEqual([['2027-03-01', null]]);
  expect((await lineItemsOf(bench, id)).length).toBeGreaterThan(10);
  const agrees = async () => expect((await expectAgreement(ctx, id)).totals.length).toBeGreaterThan(1);
  await agrees();

  await bench.customer.deleteStack(STANDALONE, EXPORT_STACK_NAME);
  await bench.sync(ctx, id);
  expect(await lineItemsOf(bench, id)).toEqual([]);
  await agrees();
});

it('is refused by AWS where nobody lets Data Exports write into the bucket', async () => {
  const text = renderExportTemplate().replace('bcm-data-exports.amazonaws.com', 'nobody.amazonaws.com');
  await expect(bench.customer.launchExport(STANDALONE, text)).rejects.toThrow(
    /ROLLBACK_COMPLETE.*permission/,
  );
});
