import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Ctx } from '@/context';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { readExports } from '@/features/exports/read-exports';
import type { ExportFormat } from '../../simulated-aws/world/billing-state';
import { createWorkbench, MANAGEMENT, PRODUCTION, type Workbench } from '../../support/workbench';
import { awsMonths } from '../syncs/aws-truth';
import { nanos } from '../syncs/amounts';
import { connectWithExport, countsOf, EXPORT, expectAgreement, lineItemsOf } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterEach(() => {
  vi.restoreAllMocks();
  return bench.reset();
});
afterAll(() => bench.close());

const FEBRUARY = { start: '2027-02-01', end: '2027-03-01' };
const FORMATS = ['focus-1.2', 'cur-2.0', 'cur-legacy'] as const;

/** Keys of what is asked for of the exports' files while the work goes on. */
async function fetchedBy(work: () => Promise<unknown>): Promise<string[]> {
  const find = vi.spyOn(bench.aws.exportFiles, 'find');
  await work();
  const keys = find.mock.calls.map(([, key]) => key);
  find.mockRestore();
  return keys;
}

const isManifest = (key: string) => key.endsWith('-Manifest.json');
const isOfFebruary = (key: string) => /2027-?02(?:01-\d{8})?\//.test(key);

const folderOf = (key: string) => key.slice(0, key.lastIndexOf('/'));

/** What lies in the bucket of February's data: the folders of its versions. */
async function versionsOf(name: string): Promise<string[]> {
  const files = await bench.aws.exportFiles.list(EXPORT.bucket, `${EXPORT.prefix}/${name}/`);
  const ofMonth = files.filter(({ key, kind }) => kind === 'data' && isOfFebruary(key));
  return [...new Set(ofMonth.map(({ key }) => folderOf(key)))];
}

/** AWS changes its mind about February in both ways, the day before yesterday and yesterday. */
function restateFebruary(): void {
  const at = (daysAgo: number) => new Date(bench.clock.now().getTime() - daysAgo * 86_400_000);
  bench.aws.world.restate({ accountId: PRODUCTION, month: '2027-02', factor: 0.5, at: at(2) });
  bench.aws.world.restate({
    ...{ accountId: PRODUCTION, month: '2027-02', kind: 'correction' as const, dollars: 7.25, at: at(1) },
  });
}

/** Production's February of the line items against Cost Explorer, asked directly. */
async function expectFebruary(ctx: Ctx, id: string): Promise<void> {
  const { items } = await expectAgreement(ctx, id);
  const found = items.find((one) => one.period === '2027-02-01' && one.account === PRODUCTION);
  const truth = (await awsMonths(bench, PRODUCTION, FEBRUARY)).get('2027-02');
  expect(truth?.billed).toBeGreaterThan(0n);
  expect([nanos(found?.billed ?? ''), nanos(found?.effective ?? '')]).toEqual([
    truth?.billed,
    truth?.effective,
  ]);
}

/** The line items of somebody who comes later, to an export of the same format that has never had an older version. */
async function readAfresh(ctx: Ctx, id: string, format: ExportFormat): Promise<string[]> {
  const { name } = await bench.connection(ctx, id);
  await revokeConnection(ctx, { connectionId: id, confirmation: name });
  await bench.customer.deleteStack(MANAGEMENT);
  bench.aws.world.createExport({ name: 'flat', format, overwrite: true, months: 2 });
  return lineItemsOf(bench, await connectWithExport(bench, await bench.newWorkspace(), 'flat'));
}

describe('an export that keeps its older versions', () => {
  it.each(FORMATS)(
    '%s is read in its newest version alone, of which no older file is fetched',
    async (format) => {
      const ctx = await bench.newWorkspace();
      // A name of its own: what lies in the bucket outlasts the world's reset.
      const name = `versions-${format.replace('.', '-')}`;
      bench.aws.world.createExport({ name, format, overwrite: false, months: 2 });
      const id = await connectWithExport(bench, ctx, name);
      await expectFebruary(ctx, id);
      const first = await lineItemsOf(bench, id);
      const before = await versionsOf(name);
      expect(before).toHaveLength(1);

      restateFebruary();
      const fetched = await fetchedBy(() => bench.sync(ctx, id));
      const after = await versionsOf(name);
      const [newest, ...others] = after.filter((folder) => !before.includes(folder));
      expect([after.length, others]).toEqual([2, []]);
      // A manifest of either month, and the files of February's second version.
      expect(fetched.filter(isManifest)).toHaveLength(2);
      const data = fetched.filter((key) => !isManifest(key));
      expect(data.length).toBeGreaterThan(0);
      for (const key of data) expect(folderOf(key)).toBe(newest);

      await expectFebruary(ctx, id);
      const second = await lineItemsOf(bench, id);
      const ofMarch = (items: string[]) => items.filter((item) => item.startsWith('2027-03'));
      expect(ofMarch(second)).toEqual(ofMarch(first));
      // One more than before, which is the correction: nothing is there twice.
      expect(second.length).toBe(first.length + 1);
      for (const [table, [kept, real]] of Object.entries(await countsOf(bench, id)))
        expect([table, kept]).toEqual([table, real]);
      const { periods } = await readExports(ctx, id);
      expect(periods.map((one) => one.failure)).toEqual([null, null]);

      expect((await fetchedBy(() => bench.sync(ctx, id))).filter((key) => !isManifest(key))).toEqual([]);
      expect(await readAfresh(ctx, id, format)).toEqual(second);
    },
    120_000,
  );
});
