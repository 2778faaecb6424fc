import Big from 'big.js';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Conflict, Invalid } from '@/errors';
import { readOverview } from '@/features/costs/read-overview';
import { parseCostQuery } from '@/features/costs/schemas';
import { confirmFile } from '@/features/uploads/confirm-file';
import { listFiles, readFileSummary } from '@/features/uploads/list-files';
import { readUploads } from '@/features/uploads/read-uploads';
import { receiveFile } from '@/features/uploads/receive-file';
import { removeFile } from '@/features/uploads/remove-file';
import type { FileTotal } from '@/features/uploads/schemas';
import { readCsv } from '../../support/plain-csv';
import { createWorkbench, PRODUCTION, type Workbench } from '../../support/workbench';
import { bodyOf, focusCsv, keptOf, newSource, rowsLeft, SAMPLE, upload } from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  ctx = await bench.newWorkspace();
});

function overviewOf(search: string) {
  const parsed = parseCostQuery(new URLSearchParams(search), bench.clock.now());
  if (!parsed.ok) throw new Error('The query is not understood.');
  return readOverview(ctx, parsed.query);
}

const sumOf = (amounts: readonly string[]) =>
  amounts.reduce((sum, one) => sum.plus(one), new Big(0)).toFixed();

/** By provider, read and added up by other code than that under test. */
function totalsOfFile(): FileTotal[] {
  const rows = readCsv(`${SAMPLE.toString('utf8')}\n`);
  const providers = [...new Set(rows.map((row) => row['ProviderName'] ?? ''))];
  const sum = (of: typeof rows, column: string) => sumOf(of.map((row) => row[column] ?? ''));
  return providers
    .map((provider) => ({ provider, of: rows.filter((row) => row['ProviderName'] === provider) }))
    .map(({ provider, of }) => ({
      ...{ provider, currency: 'USD', rows: of.length },
      ...{ billed: sum(of, 'BilledCost'), effective: sum(of, 'EffectiveCost') },
    }))
    .sort((a, b) => b.rows - a.rows || (a.provider < b.provider ? -1 : 1));
}

describe('the FOCUS sample of three providers', () => {
  it('loads whole: every table has the totals of the dry run, and the report shows them', async () => {
    const connectionId = await newSource(ctx);
    const dry = await upload(bench, ctx, { connectionId, bytes: SAMPLE, isWanted: false });
    expect(dry).toMatchObject({
      state: 'read',
      format: 'FOCUS 1.0',
      rows: 1000,
      leftOutRows: 0,
      problemCount: 0,
    });
    expect(dry.totals).toEqual(totalsOfFile());
    expect(await keptOf(ctx, connectionId)).toMatchObject({
      items: { billed: '0' },
      charges: { billed: '0' },
    });

    await confirmFile(ctx, { connectionId, fileId: dry.id });
    await readUploads(bench.asWorker(ctx), { connectionId });
    const loaded = await readFileSummary(ctx, connectionId, dry.id);
    expect(loaded).toMatchObject({ state: 'loaded', rows: 1000, totals: dry.totals });
    const sums = {
      billed: sumOf(dry.totals.map((total) => total.billed)),
      effective: sumOf(dry.totals.map((total) => total.effective)),
    };
    const kept = await keptOf(ctx, connectionId);
    for (const [table, found] of Object.entries(kept)) {
      expect([table, new Big(found?.billed ?? 0).toFixed()]).toEqual([table, sums.billed]);
      expect([table, new Big(found?.effective ?? 0).toFixed()]).toEqual([table, sums.effective]);
    }
    const overview = await overviewOf('dates=last-30&cost=unblended');
    expect(new Big(overview?.kpis.total ?? 0).toFixed()).toBe(sums.billed);
  });
});

describe('one file', () => {
  const rows = [
    { ResourceId: '/vm/one', BilledCost: '10.000000000000000001', EffectiveCost: '9' },
    { ResourceId: '/vm/two', BilledCost: '-3', ChargeCategory: 'Credit', Tags: '{"env":"test"}' },
    {
      ResourceId: '',
      BilledCost: '0.5',
      ChargePeriodStart: '2027-01-02T10:00:00Z',
      BillingPeriodStart: '2027-01-01',
    },
  ];

  it('has totals for each provider and currency before anything is loaded, which never mix', async () => {
    const connectionId = await newSource(ctx);
    const of = (provider: string, currency: string, cost: string) => ({
      ...{ ProviderName: provider, BillingCurrency: currency, BilledCost: cost, EffectiveCost: '0.1' },
    });
    const bytes = focusCsv([
      ...[of('Microsoft', 'EUR', '1.10'), of('Microsoft', 'EUR', '2.2'), of('Microsoft', 'USD', '40')],
      ...[of('Google Cloud', 'EUR', '7'), of('Google Cloud', 'JPY', '900')],
    ]);
    const file = await upload(bench, ctx, { connectionId, bytes, isWanted: false });
    const total = (provider: string, currency: string, count: number, billed: string, effective: string) => ({
      ...{ provider, currency, rows: count, billed, effective },
    });
    expect(file).toMatchObject({ state: 'read', rows: 5 });
    expect(file.totals).toEqual([
      total('Microsoft', 'EUR', 2, '3.3', '0.2'),
      total('Google Cloud', 'EUR', 1, '7', '0.1'),
      total('Google Cloud', 'JPY', 1, '900', '0.1'),
      total('Microsoft', 'USD', 1, '40', '0.1'),
    ]);
    expect(await keptOf(ctx, connectionId)).toMatchObject({ items: { billed: '0' } });
  });

  it('counts on the day that each row says, in the billing period that it says', async () => {
    const connectionId = await newSource(ctx);
    const file = await upload(bench, ctx, { connectionId, bytes: focusCsv(rows) });
    expect(file).toMatchObject({ state: 'loaded', rows: 3, firstDate: '2026-12-10', lastDate: '2027-01-02' });
    const { rows: items } = await bench.database.owner.query(
      `select billing_period::text as period, charge_date::text as day, billed_cost::text as billed from line_item where connection_id = $1 order by 2, 3`,
      [connectionId],
    );
    expect(items).toEqual([
      { period: '2026-12-01', day: '2026-12-10', billed: '-3' },
      { period: '2026-12-01', day: '2026-12-10', billed: '10.000000000000000001' },
      { period: '2027-01-01', day: '2027-01-02', billed: '0.5' },
    ]);
    const overview = await overviewOf('from=2026-12-01&to=2027-01-02&cost=unblended&by=region');
    expect(overview?.kpis.total).toBe('7.500000000000000001');
    expect(overview?.loaded).toEqual({ start: '2026-12-10', end: '2027-01-03' });
  });

  it('is the same zipped, and is recognised when it comes again, under any name', async () => {
    const connectionId = await newSource(ctx);
    const bytes = gzipSync(focusCsv(rows));
    expect(await upload(bench, ctx, { connectionId, bytes, name: 'a.csv.gz' })).toMatchObject({
      state: 'loaded',
    });
    const other = await newSource(ctx, 'Another');
    await expect(upload(bench, ctx, { connectionId: other, bytes, name: 'b.bin' })).rejects.toThrow(
      new Conflict('This file is here already, as a.csv.gz in Azure. Nothing was added.'),
    );
    expect(await listFiles(ctx, other)).toEqual([]);
    expect(Object.keys(await rowsLeft(bench, other))).toEqual([]);
  });

  it('with days of another of the same provider says so before it is loaded', async () => {
    const connectionId = await newSource(ctx);
    await upload(bench, ctx, { connectionId, bytes: focusCsv(rows), name: 'december.csv' });
    const bytes = focusCsv([{ BilledCost: '2' }]);
    const again = await upload(bench, ctx, { connectionId, bytes, isWanted: false });
    expect(again.warnings).toEqual([
      'december.csv in Azure has costs of Microsoft from 2026-12-10 to 2026-12-10 as well. Loading this file adds to them.',
    ]);
  });

  it('taken out again takes everything with it that it alone brought, and leaves the rest as it was', async () => {
    const connectionId = await newSource(ctx);
    const first = await upload(bench, ctx, { connectionId, bytes: focusCsv([{ ResourceId: '/vm/one' }]) });
    const before = { kept: await keptOf(ctx, connectionId), rows: await rowsLeft(bench, connectionId) };
    const second = await upload(bench, ctx, {
      connectionId,
      bytes: focusCsv([...rows, { SubAccountId: 'subscription-2', BilledCost: '4' }]),
    });
    expect((await keptOf(ctx, connectionId)).items).not.toEqual(before.kept.items);
    await removeFile(ctx, { connectionId, fileId: second.id });
    expect({ kept: await keptOf(ctx, connectionId), rows: await rowsLeft(bench, connectionId) }).toEqual(
      before,
    );
    await removeFile(ctx, { connectionId, fileId: first.id });
    const left = await rowsLeft(bench, connectionId);
    expect(Object.keys(left).filter((table) => !['row_count', 'tag_index'].includes(table))).toEqual([]);
    const { rows: counts } = await bench.database.owner.query(
      'select sum(abs(rows))::integer as n from row_count where connection_id = $1',
      [connectionId],
    );
    expect(counts).toEqual([{ n: 0 }]);
  });

  it('of accounts that come through a role is loaded without them, and says how many rows that are', async () => {
    await bench.connectAndSync(ctx, { account: PRODUCTION });
    const aws = await overviewOf('dates=last-month&cost=unblended');
    const connectionId = await newSource(ctx);
    const ofMonth = { ChargePeriodStart: '2027-02-10T00:00:00Z', BillingPeriodStart: '2027-02-01' };
    const bytes = focusCsv([
      { ...ofMonth, SubAccountId: PRODUCTION, ProviderName: 'AWS', BilledCost: '100' },
      { ...ofMonth, BilledCost: '8' },
      // Nobody's row is nobody else's.
      { ...ofMonth, SubAccountId: '', BilledCost: '0.5' },
    ]);
    expect(await upload(bench, ctx, { connectionId, bytes })).toMatchObject({
      state: 'loaded',
      rows: 2,
      leftOutRows: 1,
    });
    const both = await overviewOf('dates=last-month&cost=unblended');
    expect(new Big(both?.kpis.total ?? 0).minus(aws?.kpis.total ?? 0).toFixed()).toBe('8.5');
    expect(both?.loaded).toEqual(aws?.loaded);
    const only = focusCsv([{ ...ofMonth, SubAccountId: PRODUCTION, BilledCost: '3' }]);
    expect(await upload(bench, ctx, { connectionId, bytes: only })).toMatchObject({
      state: 'refused',
      failure:
        'All rows of this file are of accounts that are connected by a role already, and would count twice.',
    });
  });
});

describe('what cannot be loaded', () => {
  const refusalOf = async (bytes: Uint8Array) => {
    const connectionId = await newSource(ctx, `Source ${Math.random()}`);
    const file = await upload(bench, ctx, { connectionId, bytes });
    const left = await rowsLeft(bench, connectionId);
    return { ...file, left: Object.keys(left).filter((table) => table !== 'uploaded_file') };
  };

  it('says row, column and value of what is wrong, and loads nothing', async () => {
    const bytes = focusCsv([
      {},
      { BilledCost: 'twelve', ChargeCategory: 'Gift' },
      { ChargePeriodStart: 'yesterday', EffectiveCost: '' },
    ]);
    const { problems, ...file } = await refusalOf(bytes);
    expect(file).toMatchObject({ state: 'refused', problemCount: 4, totals: [], left: [] });
    expect(problems.map(({ row, column, value }) => [row, column, value])).toEqual([
      [2, 'BilledCost', 'twelve'],
      [2, 'ChargeCategory', 'Gift'],
      [3, 'ChargePeriodStart', 'yesterday'],
      [3, 'EffectiveCost', ''],
    ]);
    expect(problems.map(({ message }) => message).join(' ')).toMatch(/number.*missing/s);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['is no billing file', Buffer.from('name,amount\nrent,12\n'), /no format that we read/],
    [
      'lacks a column',
      Buffer.from('BilledCost,EffectiveCost,ChargePeriodStart\n1,1,2026-01-01\n'),
      /columns are missing: BillingAccountId/,
    ],
    [
      'has more values than names',
      Buffer.concat([focusCsv([{}]), Buffer.from('1,2,3,4,5,6,7,8,9,10,11,12,13,14\n')]),
      /^Line 3: There are 14 columns, and 13 names/,
    ],
    ['has no row', focusCsv([]), /no row/],
    [
      'is cut off within a quote',
      focusCsv([{ Tags: '{"a":"b"}' }]).subarray(0, -6),
      /quoted value does not end/,
    ],
    ['is no text', Buffer.from('\u0000\u0001\u0002binary'), /quoted|format|read/],
    [
      'is not UTF-8',
      Buffer.concat([focusCsv([{ Tags: '' }]).subarray(0, -1), Buffer.from([0xff, 0xfe, 0x41, 0x0a])]),
      /UTF-8/,
    ],
    ['is a Parquet file in name alone', Buffer.from('PAR1 and no more'), /damaged/],
    ['is a gzip file that was cut off', gzipSync(SAMPLE).subarray(0, 9_000), /damaged/],
  ])('%s', async (_, bytes, words) => {
    const file = await refusalOf(bytes);
    expect(file).toMatchObject({ state: 'refused', left: [] });
    expect(file.failure).toMatch(words);
  });

  it.each<[string, Record<string, string>, string, string]>([
    [
      'a resource id that no index holds',
      { ResourceId: 'x'.repeat(1025) },
      'ResourceId',
      'is longer than 1024 bytes',
    ],
    [
      'an account id with a comma',
      { SubAccountId: 'a,b' },
      'SubAccountId',
      'has a comma, which no account id has',
    ],
    ['a service without a name', { ServiceName: '' }, 'ServiceName', 'is missing'],
    ['a text with NUL', { ChargeDescription: 'a\0b' }, 'ChargeDescription', 'has the character NUL'],
    [
      'a day of another age',
      { ChargePeriodStart: '0204-01-01' },
      'ChargePeriodStart',
      'lies before 2000-01-01 or after 2028-04-21',
    ],
  ])('%s is told with its first row and its column', async (_, row, column, message) => {
    const file = await refusalOf(focusCsv([{}, {}, row, {}, row]));
    expect(file).toMatchObject({ state: 'refused', left: [] });
    expect(file.problems.map((problem) => [problem.row, problem.column, problem.message])).toEqual([
      [3, column, message],
    ]);
  });

  it('is not even kept where it is empty, an archive, or breaks off on its way', async () => {
    const connectionId = await newSource(ctx);
    const receive = (body: AsyncIterable<Uint8Array>) =>
      receiveFile(ctx, { connectionId, name: 'x.csv', isWanted: true }, body);
    await expect(receive(bodyOf(Buffer.alloc(0)))).rejects.toThrow(new Invalid('The file is empty.'));
    await expect(receive(bodyOf(Buffer.from('PK\u0003\u0004 and more')))).rejects.toThrow(/ZIP archive/);
    const broken = async function* () {
      yield* bodyOf(Buffer.alloc(3_000_000, 'x'));
      throw new Error('The connection was lost.');
    };
    await expect(receive(broken())).rejects.toThrow('The connection was lost.');
    expect(await rowsLeft(bench, connectionId)).toEqual({});
  });
});
