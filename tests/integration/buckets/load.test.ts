import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withSql, type Ctx } from '@/context';
import { readLedger } from '@/features/connections/read-ledger';
import { readBucket } from '@/features/buckets/read-bucket';
import { listFiles } from '@/features/uploads/list-files';
import { removeFile } from '@/features/uploads/remove-file';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { focusCsv, keptOf, rowsLeft, upload } from '../uploads/support';
import { BUCKET, connectBucket, deleteObject, look, makeBucket, putObject } from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  bench.aws.exportFiles.faults.clear();
  ctx = await bench.newWorkspace();
  await makeBucket(bench);
});

const costing = (amount: string, resource = '/vm/one') =>
  focusCsv([{ BilledCost: amount, EffectiveCost: amount, ResourceId: resource }]);

/** Each file with its state, in the order of their names. */
const statesOf = async (connectionId: string) =>
  (await listFiles(ctx, connectionId))
    .map(({ name, state }) => `${name} ${state}`)
    .sort((a, b) => (a < b ? -1 : 1));

/** As the housekeeping does: line items of versions that are gone are on leaves that nothing names. */
async function dropLeaves(): Promise<void> {
  for (;;) {
    const { rows } = await bench.runtime.db.pool.query<{ shelf: number | null }>(
      'select drop_unused_shelf() as shelf',
    );
    if (!rows[0]?.shelf) return;
  }
}

const billedOf = async (connectionId: string) => {
  await dropLeaves();
  const { items, charges, totals } = await keptOf(ctx, connectionId);
  expect([charges, totals]).toEqual([items, items]);
  return items?.billed;
};

const summaryOf = async (connectionId: string) => (await readBucket(ctx, connectionId))?.summary;

const fetches = () => bench.aws.log.entries(0).filter(({ action }) => action === 'GetObject').length;

describe('a look into a bucket', () => {
  it('loads the billing files of the folder and nothing else, and says so in the ledger', async () => {
    await putObject(bench, 'azure/2026-12/costs.csv', costing('1.25'));
    await putObject(bench, 'azure/more.csv.gz', gzipSync(costing('2')));
    await putObject(bench, 'azure/manifest.json', Buffer.from('{}'));
    await putObject(bench, 'google/other.csv', costing('100'));
    const connectionId = await connectBucket(bench, ctx);
    expect(await look(bench, ctx, connectionId)).toMatchObject({ failure: null, region: 'eu-central-1' });
    expect(await statesOf(connectionId)).toEqual(['2026-12/costs.csv loaded', 'more.csv.gz loaded']);
    expect(await billedOf(connectionId)).toBe('3.25');
    expect(await summaryOf(connectionId)).toMatchObject({
      ...{ found: 2, loaded: 2, gone: 0, passedOver: 1, noteCount: 0, isDue: false },
      nextLookAt: expect.stringMatching(/^2027-03-19T/),
    });
    const calls = await readLedger(ctx, connectionId, 100);
    expect(new Set(calls.map(({ service, action }) => `${service} ${action}`))).toEqual(
      new Set([
        ...['STS AssumeRole', 'STS GetCallerIdentity'],
        ...['S3 GetBucketLocation', 'S3 ListObjectsV2', 'S3 GetObject'],
      ]),
    );
  });

  it('fetches nothing again that is as it was', async () => {
    await putObject(bench, 'azure/a.csv', costing('1'));
    const connectionId = await connectBucket(bench, ctx);
    await look(bench, ctx, connectionId);
    const before = await rowsLeft(bench, connectionId);
    expect(fetches()).toBe(1);
    await look(bench, ctx, connectionId);
    expect(fetches()).toBe(1);
    const { access_ledger: _, ...rest } = await rowsLeft(bench, connectionId);
    expect(before).toMatchObject(rest);
  });

  it('puts a changed object in the place of the older one, with all that it alone brought', async () => {
    await putObject(bench, 'azure/a.csv', costing('1', '/vm/old'));
    await putObject(bench, 'azure/b.csv', costing('10'));
    const connectionId = await connectBucket(bench, ctx);
    await look(bench, ctx, connectionId);
    await putObject(bench, 'azure/a.csv', costing('2.5', '/vm/new'));
    await look(bench, ctx, connectionId);
    expect(await billedOf(connectionId)).toBe('12.5');
    expect(await statesOf(connectionId)).toEqual(['a.csv loaded', 'b.csv loaded']);
    const [file] = (await listFiles(ctx, connectionId)).filter(({ name }) => name === 'a.csv');
    // Its own older version is no other file with the same days; b.csv is.
    expect(file?.warnings).toEqual([expect.stringMatching(/^b\.csv in Azure has costs/)]);
    const { rows } = await bench.database.owner.query<{ resource_id: string }>(
      'select resource_id from resource where connection_id = $1 order by 1',
      [connectionId],
    );
    expect(rows.map((row) => row.resource_id)).toEqual(['/vm/new', '/vm/one']);
    const left = await rowsLeft(bench, connectionId);
    expect(left).toMatchObject({ line_item: 2, uploaded_file: 2, bucket_object: 2 });
    expect(left).not.toHaveProperty('uploaded_chunk');
  });

  it('shows a reader one version or the other at any moment, never both or neither', async () => {
    await putObject(bench, 'azure/a.csv', costing('1'));
    const connectionId = await connectBucket(bench, ctx);
    await look(bench, ctx, connectionId);
    await putObject(bench, 'azure/a.csv', costing('2'));
    const seen = new Set<string>();
    let isOver = false;
    const read = async () => {
      while (!isOver) {
        seen.add(
          await withSql(ctx, 'read', async (sql) => {
            const { rows: named } = await sql.query<{ shelves: number[] }>(
              'select line_item_shelves($1) as shelves',
              [connectionId],
            );
            const { rows } = await sql.query<{ sums: string }>(
              `select concat_ws(' ', (select sum(billed_cost)::float from charge where workspace_id = $1 and shelf = 0),
                 (select sum(billed_cost)::float from line_item where workspace_id = $1 and shelf = any($2))) as sums`,
              [ctx.workspaceId, named[0]?.shelves],
            );
            return rows[0]?.sums ?? '';
          }),
        );
      }
    };
    const reading = read();
    await look(bench, ctx, connectionId);
    await expect.poll(() => seen.has('2 2')).toBe(true);
    isOver = true;
    await reading;
    expect([...seen].sort()).toEqual(['1 1', '2 2']);
  });

  it('keeps the older version where the newer one cannot be loaded, says why, and takes the next', async () => {
    await putObject(bench, 'azure/a.csv', costing('1'));
    const connectionId = await connectBucket(bench, ctx);
    await look(bench, ctx, connectionId);
    await putObject(bench, 'azure/a.csv', Buffer.from('name,amount\nrent,12\n'));
    await look(bench, ctx, connectionId);
    expect(await billedOf(connectionId)).toBe('1');
    expect(await statesOf(connectionId)).toEqual(['a.csv loaded', 'a.csv refused']);
    expect(await summaryOf(connectionId)).toMatchObject({
      ...{ found: 1, loaded: 1, noteCount: 1 },
      notes: [{ key: 'azure/a.csv', message: expect.stringMatching(/no format that we read/) }],
    });
    await putObject(bench, 'azure/a.csv', costing('3'));
    await look(bench, ctx, connectionId);
    expect(await billedOf(connectionId)).toBe('3');
    expect(await statesOf(connectionId)).toEqual(['a.csv loaded']);
    expect(await summaryOf(connectionId)).toMatchObject({ noteCount: 0 });
  });

  it('leaves the file of an object that is gone, marks it, and knows it again', async () => {
    await putObject(bench, 'azure/a.csv', costing('1'));
    await putObject(bench, 'azure/b.csv', costing('2'));
    const connectionId = await connectBucket(bench, ctx);
    await look(bench, ctx, connectionId);
    await deleteObject(bench, 'azure/a.csv');
    await look(bench, ctx, connectionId);
    expect(await billedOf(connectionId)).toBe('3');
    expect(await summaryOf(connectionId)).toMatchObject({ found: 1, loaded: 1, gone: 1 });
    const goneAt = async () =>
      (await listFiles(ctx, connectionId)).find(({ name }) => name === 'a.csv')?.object?.goneAt;
    expect(await goneAt()).toBe(bench.clock.now().toISOString());
    await putObject(bench, 'azure/a.csv', costing('1'));
    await look(bench, ctx, connectionId);
    expect(await goneAt()).toBeNull();
    expect(fetches()).toBe(2);
  });

  it('does not load again what was removed here, until it changes', async () => {
    await putObject(bench, 'azure/a.csv', costing('1'));
    const connectionId = await connectBucket(bench, ctx);
    await look(bench, ctx, connectionId);
    const [file] = await listFiles(ctx, connectionId);
    await removeFile(ctx, { connectionId, fileId: file?.id ?? '' });
    await look(bench, ctx, connectionId);
    expect(await statesOf(connectionId)).toEqual([]);
    expect((await summaryOf(connectionId))?.notes).toEqual([
      {
        key: 'azure/a.csv',
        message: 'It was removed here. It is loaded again when it changes in the bucket.',
      },
    ]);
    await putObject(bench, 'azure/a.csv', costing('4'));
    await look(bench, ctx, connectionId);
    expect(await billedOf(connectionId)).toBe('4');
  });

  it('loads no bytes that are here already, and leaves files that people upload alone', async () => {
    const connectionId = await connectBucket(bench, ctx);
    await upload(bench, ctx, { connectionId, bytes: costing('7'), name: 'by-hand.csv' });
    await putObject(bench, 'azure/a.csv', costing('7'));
    await putObject(bench, 'azure/b.csv', costing('1'));
    await look(bench, ctx, connectionId);
    expect(await statesOf(connectionId)).toEqual(['b.csv loaded', 'by-hand.csv loaded']);
    expect((await summaryOf(connectionId))?.notes).toEqual([
      { key: 'azure/a.csv', message: 'These bytes are here already, as by-hand.csv in Azure.' },
    ]);
    await look(bench, ctx, connectionId);
    expect(fetches()).toBe(2);
    expect(
      (await listFiles(ctx, connectionId)).find(({ name }) => name === 'by-hand.csv')?.object,
    ).toBeNull();
  });

  it('reads a whole bucket where no folder is named, page by page', async () => {
    const bucket = bench.aws.world.state.buckets[BUCKET];
    for (let index = 0; index < 1_100 && bucket; index += 1) {
      bucket.objects[`logs/${index}.txt`] = {
        ...{ body: 'eA==', contentType: 'text/plain', etag: '"x"', modifiedAt: '2027-01-01T00:00:00.000Z' },
      };
    }
    await putObject(bench, 'z/last.csv', costing('5'));
    const connectionId = await connectBucket(bench, ctx, 'Whole', '');
    expect(await look(bench, ctx, connectionId)).toMatchObject({ failure: null, passedOver: 1_100 });
    expect(await statesOf(connectionId)).toEqual(['z/last.csv loaded']);
  });

  it('says when a source is full, and still takes newer versions of what it has', async () => {
    await putObject(bench, 'azure/a.csv', costing('1'));
    const connectionId = await connectBucket(bench, ctx);
    await look(bench, ctx, connectionId);
    await bench.database.owner.query(
      `insert into uploaded_file (workspace_id, connection_id, id, name, state, received_at)
       select $1, $2, gen_random_uuid(), 'x.csv', 'refused', now() from generate_series(1, 499)`,
      [ctx.workspaceId, connectionId],
    );
    await putObject(bench, 'azure/a.csv', costing('2'));
    expect((await look(bench, ctx, connectionId)).failure).toBeNull();
    expect(await billedOf(connectionId)).toBe('2');
    await putObject(bench, 'azure/b.csv', costing('4'));
    expect((await look(bench, ctx, connectionId)).failure).toEqual({
      kind: 'full',
      message: 'A source has at most 500 files. Make another source for more.',
    });
    expect(await billedOf(connectionId)).toBe('2');
  });

  it('takes a file that breaks off for none, and has it with the next look', async () => {
    const rows = Array.from({ length: 2_000 }, (_, index) => ({ ResourceId: `/vm/${index}` }));
    await putObject(bench, 'azure/a.csv', costing('1'));
    await putObject(bench, 'azure/b.csv', focusCsv(rows));
    bench.aws.exportFiles.faults.add({ kind: 'aborted-body', key: 'azure/b.csv', afterBytes: 70_000 });
    const connectionId = await connectBucket(bench, ctx);
    const { failure, nextLookAt } = await look(bench, ctx, connectionId);
    expect([failure, nextLookAt?.toISOString()]).toEqual([null, '2027-03-18T11:00:00.000Z']);
    expect(await statesOf(connectionId)).toEqual(['a.csv loaded']);
    expect((await summaryOf(connectionId))?.notes).toEqual([
      {
        key: 'azure/b.csv',
        message: 'The line to S3 broke while it was being read. The next look tries it again.',
      },
    ]);
    expect(await rowsLeft(bench, connectionId)).not.toHaveProperty('uploaded_chunk');
    bench.aws.exportFiles.faults.clear();
    await look(bench, ctx, connectionId);
    expect(await statesOf(connectionId)).toEqual(['a.csv loaded', 'b.csv loaded']);
    expect(await billedOf(connectionId)).toBe('2001');
  });
});
