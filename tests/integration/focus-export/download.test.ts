import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withSql, type Ctx } from '@/context';
import { Conflict, Forbidden, Invalid, LimitReached } from '@/errors';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { copyCharges, NobodyReads } from '@/features/focus-export/copy-charges';
import { exportFocusCsv } from '@/features/focus-export/export-focus-csv';
import { exportFocusParquet } from '@/features/focus-export/export-focus-parquet';
import { planReport } from '@/features/focus-export/plan-report';
import { removeFile } from '@/features/uploads/remove-file';
import { fileStream } from '@/server/file-stream';
import { queryOf } from '../costs/support';
import { connectWithExport } from '../exports/support';
import { focusCsv, newSource, upload } from '../uploads/support';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { bytesOf, csvOf } from './support';

let bench: Workbench;
let ctx: Ctx;
let connectionId: string;
// Others work in the machine's own.
const scratch = mkdtempSync(path.join(tmpdir(), 'focus-export-'));
beforeAll(async () => {
  process.env['TMPDIR'] = scratch;
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  connectionId = await connectWithExport(bench, ctx);
});
afterAll(async () => {
  await bench.close();
  rmSync(scratch, { recursive: true });
});

describe('a download', () => {
  const audited = async () => {
    const { rows } = await bench.database.owner.query<{ detail: object }>(
      `select detail from audit_event where workspace_id = $1 and action = 'export.downloaded' order by seq`,
      [ctx.workspaceId],
    );
    return rows.map((row) => row.detail);
  };
  const openQueries = async () => {
    const { rows } = await bench.database.owner.query<{ n: number }>(
      `select count(*)::integer as n from pg_stat_activity
       where datname = current_database() and query ilike 'copy%' and state <> 'idle'`,
    );
    return rows[0]?.n;
  };

  const directories = () => readdirSync(scratch).filter((name) => name.startsWith('belvedere-'));
  const inUse = () => bench.runtime.db.pool.totalCount - bench.runtime.db.pool.idleCount;

  it('is in the audit trail before anybody has it, with what it is of', async () => {
    const before = await audited();
    const { name, body } = await exportFocusCsv(ctx, queryOf(ctx, 'dates=last-month&tax=off'));
    expect(await audited()).toEqual([...before, { part: 'focus', query: 'dates=last-month&tax=off' }]);
    expect(name).toBe('belvedere-focus-2027-02-01.csv');
    await bytesOf(body);
  });

  it('is refused to who may not see costs, and is not noted then', async () => {
    const before = await audited();
    const nobody: Ctx = { ...ctx, actor: { kind: 'user', userId: ctx.workspaceId, role: 'nobody' } };
    await expect(exportFocusCsv(nobody, queryOf(ctx, ''))).rejects.toThrow(Forbidden);
    await expect(exportFocusCsv(ctx, queryOf(ctx, 'from=2020-01-01&to=2020-01-31'))).rejects.toThrow(Invalid);
    expect(await audited()).toEqual(before);
  });

  it('that is given up ends its query and gives its connection and its place back', async () => {
    const query = queryOf(ctx, 'dates=last-12-months');
    for (let round = 0; round < 6; round += 1) {
      const { body } = await exportFocusCsv(ctx, query);
      if (round % 2 === 1) await new Promise((resolve) => body.once('readable', resolve));
      body.destroy();
      await expect.poll(openQueries, { timeout: 5_000 }).toBe(0);
      await expect.poll(inUse, { timeout: 5_000 }).toBe(0);
    }
    expect((await csvOf(ctx, query)).length).toBeGreaterThan(100_000);
    expect(bench.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  it('that is given up does not wait for the end of its query', async () => {
    const started = performance.now();
    const out = new PassThrough();
    const copied = withSql(ctx, 'read', (sql) => copyCharges(ctx, sql, 'select pg_sleep(30)', out));
    setTimeout(() => out.destroy(), 100);
    await expect(copied).rejects.toThrow(NobodyReads);
    expect(performance.now() - started).toBeLessThan(5_000);
    await expect.poll(inUse).toBe(0);
  });

  it('has two places in a workspace at once', async () => {
    const query = queryOf(ctx, 'dates=last-12-months');
    const both = [await exportFocusCsv(ctx, query), await exportFocusCsv(ctx, query)];
    await expect(exportFocusCsv(ctx, query)).rejects.toThrow(LimitReached);
    const sizes = await Promise.all(both.map(({ body }) => bytesOf(body)));
    expect(sizes[0]?.length).toBe(sizes[1]?.length);
    await expect.poll(async () => (await csvOf(ctx, query)).length).toBe(sizes[0]?.length);
  });

  it('as Parquet leaves no directory and no process behind, read or given up, asked for or not any more', async () => {
    const query = queryOf(ctx, 'dates=last-7');
    const parquet = (signal = new AbortController().signal) => exportFocusParquet(ctx, query, { signal });
    const { name, body } = await parquet();
    expect(name).toBe('belvedere-focus-2027-03-11.parquet');
    expect((await bytesOf(body)).subarray(0, 4).toString()).toBe('PAR1');
    (await parquet()).body.destroy();
    for (const afterMs of [50, 300]) {
      const gone = new AbortController();
      setTimeout(() => gone.abort(), afterMs);
      await expect(parquet(gone.signal).then(({ body: late }) => bytesOf(late))).rejects.toThrow(NobodyReads);
    }
    await expect.poll(directories, { timeout: 5_000 }).toEqual([]);
    await expect.poll(inUse, { timeout: 5_000 }).toBe(0);
  });

  it('is refused where a file is taken out between its snapshot and its locks, since a leaf is emptied for every snapshot', async () => {
    const source = await newSource(ctx, 'Taken out');
    const day = { ChargePeriodStart: '2027-02-10', BillingPeriodStart: '2027-02-01' };
    const { id } = await upload(bench, ctx, { connectionId: source, bytes: focusCsv([day]) });
    const query = queryOf(ctx, 'dates=last-month');
    await withSql(ctx, 'read', async (sql) => {
      await sql.query('select from linked_account limit 1');
      await removeFile(ctx, { connectionId: source, fileId: id });
      await expect(planReport(ctx, sql, query)).rejects.toThrow(Conflict);
    });
    await withSql(ctx, 'read', (sql) => planReport(ctx, sql, query));
  });

  it('is broken off by a revocation, which waits for nobody', async () => {
    const query = queryOf(ctx, 'dates=last-12-months');
    const csv = await exportFocusCsv(ctx, query);
    const parquet = await exportFocusParquet(ctx, query, { signal: new AbortController().signal });
    for (const { body } of [csv, parquet]) await new Promise((resolve) => body.once('readable', resolve));
    const started = performance.now();
    const { name } = await bench.connection(ctx, connectionId);
    await revokeConnection(ctx, { connectionId, confirmation: name });
    expect(performance.now() - started).toBeLessThan(5_000);
    for (const { body } of [csv, parquet]) await expect(bytesOf(body)).rejects.toThrow();
    await expect.poll(directories, { timeout: 5_000 }).toEqual([]);
    await expect(exportFocusCsv(ctx, query)).rejects.toThrow(Invalid);
  });
});

describe('a file on its way out', () => {
  const options = { name: 'a.csv', type: 'text/csv', isStillSignedIn: () => Promise.resolve(true) };
  const endless = () =>
    new Readable({
      read() {
        setTimeout(() => this.push(Buffer.alloc(1_000, 'x')), 5);
      },
    });

  it('arrives whole', async () => {
    const response = fileStream(Readable.from([Buffer.from('a,b\n'), Buffer.from('1,2\n')]), options);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="a.csv"');
    expect(await response.text()).toBe('a,b\n1,2\n');
  });

  it('is destroyed when the client goes away, and broken off when the client takes nothing', async () => {
    const left = endless();
    await fileStream(left, options).body?.cancel();
    expect(left.destroyed).toBe(true);
    const forgotten = endless();
    fileStream(forgotten, { ...options, idleMs: 50 });
    await expect.poll(() => forgotten.destroyed).toBe(true);
    const slow = endless();
    const reader = fileStream(slow, { ...options, idleMs: 400 }).body?.getReader();
    for (let read = 0; read < 5; read += 1) {
      await sleep(100);
      await reader?.read();
    }
    expect(slow.destroyed).toBe(false);
    slow.destroy();
  });

  it('is given up where it cannot be asked whether the client is still signed in', async () => {
    const file = endless();
    const isStillSignedIn = () => Promise.reject(new Error('No connection is free.'));
    const response = fileStream(file, { ...options, askAgainMs: 10, isStillSignedIn });
    await expect(response.text()).rejects.toThrow('No connection is free.');
    expect(file.destroyed).toBe(true);
  });

  it('waits for a file that has nothing to give for longer than a client may take', async () => {
    const rare = Readable.from(
      (async function* () {
        yield Buffer.from('a,b\n');
        await sleep(400);
        yield Buffer.from('1,2\n');
      })(),
    );
    expect(await fileStream(rare, { ...options, idleMs: 100 }).text()).toBe('a,b\n1,2\n');
  });

  it('breaks off for whoever is signed out, and where it cannot be made to its end', async () => {
    const file = endless();
    const response = fileStream(file, {
      ...options,
      askAgainMs: 10,
      isStillSignedIn: () => Promise.resolve(false),
    });
    await expect(response.text()).rejects.toThrow();
    expect(file.destroyed).toBe(true);
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('a,b\n');
        throw new Error('The database is gone.');
      })(),
    );
    await expect(fileStream(broken, options).text()).rejects.toThrow('The database is gone.');
  });
});
