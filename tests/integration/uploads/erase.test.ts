import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Forbidden, NotFound, PreconditionFailed } from '@/errors';
import { readReceipt } from '@/features/erasure/read-receipt';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { requestSync } from '@/features/syncs/request-sync';
import { confirmFile } from '@/features/uploads/confirm-file';
import { forgetUploads } from '@/features/uploads/housekeeping';
import { listFiles } from '@/features/uploads/list-files';
import { readUploads } from '@/features/uploads/read-uploads';
import { receiveFile } from '@/features/uploads/receive-file';
import { removeFile } from '@/features/uploads/remove-file';
import { startSource } from '@/features/uploads/start-source';
import { openDuck, quoted } from '../../simulated-aws/billing/duck-tables';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { bodyOf, focusCsv, newSource, rowsLeft, SAMPLE, upload } from './support';

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

describe('a source that is revoked', () => {
  it('leaves nothing, of files that were loaded, are waiting and were on their way, and a receipt', async () => {
    const connectionId = await newSource(ctx);
    await upload(bench, ctx, { connectionId, bytes: SAMPLE });
    await upload(bench, ctx, { connectionId, bytes: focusCsv([{}]), isWanted: false });
    await receiveFile(ctx, { connectionId, name: 'x.csv', isWanted: true }, bodyOf(focusCsv([{}, {}])));
    await revokeConnection(ctx, { connectionId, confirmation: 'Azure' });
    expect(await rowsLeft(bench, connectionId)).toEqual({ erasure_receipt: 1 });
    const { content } = await readReceipt(ctx, connectionId);
    const rows = new Map(content.rows.map((row) => [row.table, [row.before, row.after]]));
    expect(rows.get('uploaded_file')).toEqual([3, 0]);
    expect(rows.get('uploaded_chunk')).toEqual([2, 0]);
    expect(rows.get('line_item')?.[0]).toBeGreaterThan(500);
    await readUploads(bench.asWorker(ctx), { connectionId });
    expect(await rowsLeft(bench, connectionId)).toEqual({ erasure_receipt: 1 });
  });

  it('while a file is on its way takes no more of it', async () => {
    const connectionId = await newSource(ctx);
    const body = async function* () {
      yield Buffer.alloc(1_200_000, 'x');
      await revokeConnection(ctx, { connectionId, confirmation: 'Azure' });
      yield Buffer.alloc(1_200_000, 'x');
    };
    await expect(receiveFile(ctx, { connectionId, name: 'x.csv', isWanted: true }, body())).rejects.toThrow(
      'The source was revoked while the file was on its way.',
    );
    expect(await rowsLeft(bench, connectionId)).toEqual({ erasure_receipt: 1 });
  });
});

describe('who may do it', () => {
  it('is an owner or an administrator; others are refused, and another workspace finds nothing', async () => {
    const connectionId = await newSource(ctx);
    const { id: fileId } = await upload(bench, ctx, { connectionId, bytes: focusCsv([{}]), isWanted: false });
    const ref = { connectionId, fileId };
    const receive = (who: Ctx) =>
      receiveFile(who, { connectionId, name: 'x.csv', isWanted: true }, bodyOf(SAMPLE));
    const verbs = [
      receive,
      (who: Ctx) => confirmFile(who, ref),
      (who: Ctx) => removeFile(who, ref),
      (who: Ctx) => startSource(who, { name: 'Mine' }).then(() => Promise.reject(new NotFound('x'))),
    ];
    const stranger = await bench.newWorkspace();
    for (const verb of verbs) {
      for (const role of ['viewer', 'editor'] as const)
        await expect(verb(await bench.ctxAs(ctx, role))).rejects.toThrow(Forbidden);
      await expect(verb(stranger)).rejects.toThrow(NotFound);
    }
    await expect(removeFile(ctx, { connectionId, fileId: randomUUID() })).rejects.toThrow(NotFound);
    await expect(requestSync(ctx, { connectionId })).rejects.toThrow(PreconditionFailed);
    const { id } = await bench.connect(ctx);
    await expect(
      receiveFile(ctx, { connectionId: id, name: 'x.csv', isWanted: true }, bodyOf(SAMPLE)),
    ).rejects.toThrow(PreconditionFailed);
  });
});

describe('what nobody comes back for', () => {
  it('is forgotten: a dry run after a day, and never what was loaded', async () => {
    const connectionId = await newSource(ctx);
    await upload(bench, ctx, { connectionId, bytes: SAMPLE, name: 'kept.csv' });
    await upload(bench, ctx, { connectionId, bytes: focusCsv([{}]), isWanted: false, name: 'old.csv' });
    await bench.database.owner.query(
      `update uploaded_file set received_at = now() - interval '25 hours' where connection_id = $1`,
      [connectionId],
    );
    await upload(bench, ctx, { connectionId, bytes: focusCsv([{}, {}]), isWanted: false, name: 'new.csv' });
    await bench.database.owner.query(
      `update uploaded_file set received_at = now() where connection_id = $1 and name = 'new.csv'`,
      [connectionId],
    );
    await forgetUploads(bench.runtime);
    expect((await listFiles(ctx, connectionId)).map((file) => file.name).sort()).toEqual([
      'kept.csv',
      'new.csv',
    ]);
  });
});

/** The same rows as Parquet, in several groups of them. */
async function parquetOf(csv: Buffer): Promise<Buffer> {
  const directory = await mkdtemp(path.join(tmpdir(), 'belvedere-spoilt-'));
  const duck = await openDuck(directory, 1);
  try {
    const [from, to] = [path.join(directory, 'a.csv'), path.join(directory, 'a.parquet')];
    await writeFile(from, csv);
    await duck.connection.run(
      `copy (select * from read_csv(${quoted(from)}, header = true)) to ${quoted(to)} (format parquet, compression zstd, row_group_size 128)`,
    );
    return await readFile(to);
  } finally {
    await duck.close();
    await rm(directory, { recursive: true, force: true });
  }
}

describe('files that are spoilt anywhere', () => {
  /** Numbers that look like chance and are the same each time. */
  function dice(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((state / 2_147_483_648) * below);
    };
  }

  /** Loads it, and holds that it was loaded whole or refused in words. */
  async function outcomeOf(
    connectionId: string,
    name: string,
    bytes: Uint8Array,
    wanted?: number,
  ): Promise<string> {
    const file = await upload(bench, ctx, { connectionId, bytes, name });
    if (file.state === 'refused') expect((file.failure ?? '').length, name).toBeGreaterThan(20);
    const { rows } = await bench.database.owner.query<{ n: string }>(
      'select count(*) as n from charge where connection_id = $1 and source = $2',
      [connectionId, `upload:${file.id}`],
    );
    expect(Number(rows[0]?.n) > 0, `${name} ${file.state}`).toBe(file.state === 'loaded');
    expect(['loaded', 'refused'], name).toContain(file.state);
    if (file.state === 'loaded' && wanted !== undefined)
      expect(file.rows + file.leftOutRows, name).toBe(wanted);
    return file.state;
  }

  it('are loaded whole or refused in words, and never end the worker or leave a part', async () => {
    const connectionId = await newSource(ctx);
    const roll = dice(20_261_129);
    const whole = focusCsv(
      Array.from({ length: 30 }, (_, index) => ({ ResourceId: `/vm/${index}`, BilledCost: '2.5' })),
    );
    const outcomes: string[] = [];
    for (let round = 0; round < 24; round += 1) {
      const spoilt = Buffer.from(whole);
      // Any bytes, or one other figure; or cut off anywhere.
      if (round % 3 === 0) for (let at = 0; at < 4; at += 1) spoilt[roll(spoilt.length)] = roll(256);
      if (round % 3 === 1) spoilt[spoilt.lastIndexOf('2.5') - roll(3) * 2] = 0x30 + roll(10);
      const bytes = round % 3 === 2 ? spoilt.subarray(0, roll(spoilt.length - 1) + 1) : spoilt;
      outcomes.push(await outcomeOf(connectionId, `${round}.csv`, bytes));
    }
    expect(new Set(outcomes)).toEqual(new Set(['loaded', 'refused']));
    const { rows: chunks } = await bench.database.owner.query('select from uploaded_chunk');
    expect(chunks).toEqual([]);
  }, 120_000);

  it('and are Parquet do the same, wherever in pages, sizes or footer it is', async () => {
    const connectionId = await newSource(ctx);
    const roll = dice(20_261_201);
    const rows = Array.from({ length: 400 }, (_, index) => ({
      ResourceId: `/vm/${index % 90}`,
      BilledCost: String(index + 0.25),
      Tags: `{"env":"${index % 7}"}`,
    }));
    const whole = await parquetOf(focusCsv(rows));
    expect(await outcomeOf(connectionId, 'whole.parquet', whole)).toBe('loaded');
    const footer = whole.length - 8 - whole.readUInt32LE(whole.length - 8);
    const outcomes: string[] = [];
    for (let round = 0; round < 25; round += 1) {
      const spoilt = Buffer.from(whole);
      const kind = round % 5;
      if (kind === 0) for (let at = 0; at < 3; at += 1) spoilt[4 + roll(footer - 4)] = roll(256);
      if (kind === 1)
        for (let at = 0; at < 2; at += 1) spoilt[footer + roll(whole.length - 8 - footer)] = roll(256);
      if (kind === 2)
        spoilt.writeUInt32LE([0, 1, roll(whole.length * 2), 0xffffffff][roll(4)] ?? 0, whole.length - 8);
      if (kind === 3) spoilt.fill(roll(256), 4 + roll(footer - 4), footer);
      const cut = 4 + roll(footer);
      // A part of the pages is missing, and the footer speaks of them all.
      const bytes = kind === 4 ? Buffer.concat([spoilt.subarray(0, cut), spoilt.subarray(footer)]) : spoilt;
      // The footer may have been turned into one that tells of fewer rows.
      const wanted = kind === 1 ? undefined : rows.length;
      outcomes.push(await outcomeOf(connectionId, `${round}.parquet`, bytes, wanted));
    }
    expect(outcomes.filter((one) => one === 'refused').length).toBeGreaterThan(5);
    const { rows: chunks } = await bench.database.owner.query('select from uploaded_chunk');
    expect(chunks).toEqual([]);
  }, 240_000);
});
