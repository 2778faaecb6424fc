import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readExports } from '@/features/exports/read-exports';
import type { StoredFile } from '../../simulated-aws/billing/export-files';
import type { ExportFormat } from '../../simulated-aws/world/billing-state';
import { createWorkbench, STAGING, type Workbench } from '../../support/workbench';
import { openDuck, valueOf } from '../../unit/focus/duck';
import { diceOf } from '../tags/support';
import { connectWithExport, countsOf, expectAgreement, lineItemsOf } from './support';

let bench: Workbench;
let directory: string;
let duck: DuckDBConnection;
const usual = process.env['TMPDIR'];
beforeAll(async () => {
  // Of this test's own, so that whatever a load leaves behind is its own too.
  directory = mkdtempSync(join(tmpdir(), 'damaged-exports-'));
  process.env['TMPDIR'] = directory;
  bench = await createWorkbench();
  duck = await openDuck();
});
afterEach(() => {
  vi.restoreAllMocks();
  return bench.reset();
});
afterAll(async () => {
  duck.closeSync();
  await bench.close();
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
  rmSync(directory, { recursive: true, force: true });
});

type Damage = (bytes: Buffer, dice: () => number) => Buffer;
const at = (bytes: Buffer, dice: () => number) => Math.floor(dice() * bytes.length);

/** Turns one bit of so many bytes over. */
const flip =
  (count: number, from = 0): Damage =>
  (bytes, dice) => {
    for (let done = 0; done < count; done += 1) {
      const place = from < 0 ? bytes.length + Math.ceil(from * dice()) - 1 : from + Math.floor(dice() * 64);
      const where = from === 0 ? at(bytes, dice) : place;
      bytes.writeUInt8(bytes.readUInt8(where) ^ (1 << Math.floor(dice() * 8)), where);
    }
    return bytes;
  };
const cut: Damage = (bytes, dice) => bytes.subarray(0, at(bytes, dice));
const insert: Damage = (bytes, dice) => {
  const where = at(bytes, dice);
  const more = Buffer.from(Array.from({ length: 1 + Math.floor(dice() * 300) }, () => dice() * 256));
  return Buffer.concat([bytes.subarray(0, where), more, bytes.subarray(where)]);
};
const blank: Damage = (bytes, dice) => {
  const where = at(bytes, dice);
  return bytes.fill(0, where, where + 4_096);
};
const noise: Damage = (bytes, dice) => bytes.map(() => dice() * 256) as Buffer;

const OF_PARQUET: readonly [string, Damage][] = [
  ['a bit', flip(1)],
  ['twenty bits', flip(20)],
  ['cut', cut],
  ['without its last byte', (bytes) => bytes.subarray(0, -1)],
  ['with bytes put in', insert],
  ['with a page of zeros', blank],
  ['nothing but zeros', (bytes) => bytes.fill(0)],
  // It ends with its footer, the length of that, and a magic word.
  ['bits of the footer', flip(3, -1_500)],
  ['more bits of the footer', flip(12, -4_000)],
  ['bits of its length', flip(4, -9)],
  ['twice', (bytes) => Buffer.concat([bytes, bytes.subarray(4)])],
  ['its ends alone', (bytes) => Buffer.concat([bytes.subarray(0, 4), bytes.subarray(-4_000)])],
  ['noise', noise],
  ['empty', () => Buffer.alloc(0)],
];
const OF_ZIPPED_CSV: readonly [string, Damage][] = [
  ['a bit', flip(1)],
  ['a thousand bits', flip(1_000)],
  ['bits of the head', flip(4, 2)],
  ['cut', cut],
  ['with bytes put in', insert],
  ['with a page of zeros', blank],
  ['empty', () => Buffer.alloc(0)],
];

/** From now on data of exports comes so, as if AWS had written it: with its own length and ETag. Answers what an export's is then. */
function damage(how: Damage, dice: () => number): (exportName: string) => Buffer {
  vi.restoreAllMocks();
  const made = new Map<string, StoredFile>();
  vi.spyOn(bench.aws.exportFiles.faults, 'apply').mockImplementation((file) => {
    if (file.kind === 'manifest') return file;
    const known = made.get(file.key);
    if (known) return known;
    const content = how(Buffer.from(file.content()), dice);
    const etag = `"${createHash('md5').update(content).digest('hex')}"`;
    const damaged = { ...file, bytes: content.length, etag, content: () => content };
    made.set(file.key, damaged);
    return damaged;
  });
  return (exportName) => {
    const file = [...made.values()].find((one) => one.exportName === exportName);
    if (!file) throw new Error('Nobody has asked for a file.');
    return file.content();
  };
}

/** No line items that no period has, no leaf that is being filled, and no file of a load that is over. */
async function expectNothingStaged(id: string): Promise<void> {
  const { rows } = await bench.database.owner.query(
    `select (select count(*)::integer from billing_period where connection_id = $1 and next_shelf is not null) as filling,
       (select count(*)::integer from staged_charge where connection_id = $1) as charges,
       (select count(*)::integer from line_item l where connection_id = $1 and not exists (
          select from billing_period p where p.connection_id = l.connection_id and p.billing_period = l.billing_period)) as strays`,
    [id],
  );
  expect(rows).toEqual([{ filling: 0, charges: 0, strays: 0 }]);
  for (const [table, [kept, real]] of Object.entries(await countsOf(bench, id)))
    expect([table, kept]).toEqual([table, real]);
  expect(readdirSync(directory).filter((name) => name.startsWith('belvedere-'))).toEqual([]);
}

/** The cost of all rows of a Parquet file, read without the product. */
async function costOf(content: Buffer): Promise<string> {
  const path = join(directory, 'damaged.parquet');
  await writeFile(path, content);
  const sum = await valueOf(duck, `select sum(cast(BilledCost as decimal(38, 9)))::varchar from '${path}'`);
  return String(sum);
}

/** The cost of all line items, with nine places as the files have them. */
async function keptCost(id: string): Promise<string> {
  const { rows } = await bench.database.owner.query<{ sum: string }>(
    'select round(sum(billed_cost), 9)::text as sum from line_item where connection_id = $1',
    [id],
  );
  return rows[0]?.sum ?? '';
}

/**
 * Loads the export whole, then damaged in each of these ways, then whole again. Answers how each of them ended. Parquet as AWS
 * writes it has no checksum, so that a bit that turned over within a word or a number may be read for another: the month is then
 * what its file says, to the last row. S3 itself keeps that from happening.
 */
async function liveThrough(
  format: ExportFormat,
  ways: readonly (readonly [string, Damage])[],
): Promise<(string | null)[]> {
  const ctx = await bench.newWorkspace();
  const name = format.replace('.', '-');
  // Of one account, so that a load takes no longer than it must.
  bench.aws.world.createExport({ name, format, months: 1, accounts: [STAGING] });
  const id = await connectWithExport(bench, ctx, name);
  const good = await lineItemsOf(bench, id);
  expect(good.length).toBeGreaterThan(100);
  const ends: (string | null)[] = [];
  const dice = diceOf(20_270_318);
  let last = good;
  for (const [way, how] of ways) {
    const written = damage(how, dice);
    expect([way, (await bench.sync(ctx, id)).status]).toEqual([way, 'done']);
    const { periods } = await readExports(ctx, id);
    const failure = periods[0]?.failure?.kind ?? null;
    ends.push(failure);
    const kept = await lineItemsOf(bench, id);
    expect([way, kept.length]).toEqual([way, good.length]);
    if (failure !== null) expect([way, kept.filter((item, at) => item !== last[at])]).toEqual([way, []]);
    else expect([way, await keptCost(id)]).toEqual([way, await costOf(written(name))]);
    last = kept;
    await expectNothingStaged(id);
  }
  vi.restoreAllMocks();
  expect((await bench.sync(ctx, id)).status).toBe('done');
  expect(await lineItemsOf(bench, id)).toEqual(good);
  expect((await readExports(ctx, id)).periods.map((one) => one.failure)).toEqual([null]);
  await expectAgreement(ctx, id);
  await expectNothingStaged(id);
  return ends;
}

describe('a billing file that is damaged', () => {
  it('of Parquet is refused with the good month left in place, or is what its rows say', async () => {
    const ends = await liveThrough('focus-1.2', OF_PARQUET);
    expect(ends.filter((end) => end !== null).length).toBeGreaterThan(8);
  }, 180_000);

  it('of zipped CSV is refused with the good month left in place', async () => {
    expect(await liveThrough('cur-legacy', OF_ZIPPED_CSV)).toEqual(OF_ZIPPED_CSV.map(() => 'file-damaged'));
  }, 180_000);
});
