import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseEnv } from '../src/env';
import { createRuntime } from '../src/runtime';
import { writeFocusFiles } from '../tests/simulated-aws/billing/write-export';
import { benchExport } from './bench-items/export';
import { benchLoad, benchRawCopy } from './bench-items/load';
import { benchReaders } from './bench-items/readers';
import { benchRevokeItems } from './bench-items/revoke';
import { storage } from './bench-items/storage';
import { benchUpload } from './bench-items/upload';
import { buildIfStale } from './build';
import { demoContext } from './demo-world';
import { freePort } from './embedded-postgres';
import { demoEnv } from './env-file';
import { startLocalStack, startWebProcess } from './local-stack';

process.removeAllListeners('warning');
const { values } = parseArgs({
  options: {
    millions: { type: 'string', default: '10' },
    only: { type: 'string', default: 'load,raw,export,read,storage,revoke,upload' },
  },
});
const millions = Number(values.millions);
const wanted = new Set(values.only.split(','));
const ROOT = path.resolve('.belvedere', 'bench-items');
const HOME = path.join(ROOT, 'stack');
const say = (text: string) => void process.stdout.write(`${text}\n`);
const row = (label: string, text: string) => say(`  ${label.padEnd(52)} ${text}`);

// Twelve accounts of the generator have eight hundred thousand line items at least, whatever is asked for.
const accountsOf = (count: number) => (count < 0.5 ? 2 : 12);

/** Files of so many line items, made once. */
async function filesOf(count: number, seed: string): Promise<string> {
  const directory = path.join(ROOT, `${seed}-${count}`);
  if (existsSync(directory)) return directory;
  mkdirSync(directory, { recursive: true });
  const made = await writeFocusFiles({
    ...{ directory, millions: count, days: 400, seed },
    resources: Math.max(500, Math.round(5000 * count)),
    accounts: accountsOf(count),
  });
  say(`Wrote ${made.rows} line items in ${made.files.length} files, ${Math.round(made.bytes / 1e6)} MB`);
  return directory;
}

const directory = await filesOf(millions, 'belvedere');
rmSync(HOME, { recursive: true, force: true });
const webPort = await freePort(3100);
const stack = await startLocalStack({
  home: HOME,
  env: demoEnv(),
  webPort,
  size: 'tiny',
  onStep: async (_text, work) => void (await work()),
  onNotice: say,
});
let code = 0;
try {
  Object.assign(process.env, stack.env);
  const env = parseEnv(stack.env);
  const runtime = createRuntime({ ...env, logLevel: 'warn' }, { poolSize: 10 });
  const { ctx } = await demoContext(runtime);
  const { ownerUrl } = stack.database;
  say(`\n${millions} million line items (FOCUS 1.2 Parquet, 400 days, ${accountsOf(millions)} accounts)`);
  const loaded = await benchLoad(ctx, ownerUrl, directory);
  const mega = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  row(
    'load: files to published, all months',
    `${loaded.seconds.toFixed(1)} s, ${Math.round(loaded.sourceRows / loaded.seconds)} line items/s, ${loaded.lineItems} stored`,
  );
  row(
    'peak memory',
    `worker ${mega(loaded.peak.own)}, with the process that reads files ${mega(loaded.peak.together)}`,
  );
  if (wanted.has('raw')) {
    const raw = await benchRawCopy(ownerUrl, loaded.connectionId, path.join(ROOT, 'raw'));
    // Small months lie among others, and there is no leaf to hold them against.
    if (raw > 0) {
      row('raw COPY of the same rows into the same table', `${raw.toFixed(1)} s`);
      row('rate of the load against raw COPY', `${Math.round((100 * raw) / loaded.seconds)} %`);
    }
  }
  if (wanted.has('export')) {
    say('\nThe report of twelve months as FOCUS');
    for (const { format, bytes, firstSeconds, seconds, peak } of await benchExport(ctx)) {
      row(
        `${format}: ${mega(bytes)}`,
        `${seconds.toFixed(1)} s, first byte after ${firstSeconds.toFixed(1)} s, process ${mega(peak.own)}, with DuckDB ${mega(peak.together)}`,
      );
    }
  }
  if (wanted.has('storage')) {
    say('\nStorage');
    for (const { part, rows, bytes } of await storage(ownerUrl)) {
      row(
        part,
        `${mega(bytes)}, ${(bytes / loaded.sourceRows).toFixed(1)} bytes per line item (${rows} rows)`,
      );
    }
  }
  if (wanted.has('read')) {
    await buildIfStale(stack.env, path.join(HOME, 'logs'));
    await startWebProcess(stack, HOME, 'start', webPort);
    await benchReaders({
      runtime,
      ctx,
      env,
      base: `http://127.0.0.1:${webPort}`,
      ownerUrl,
      loaded,
      row,
      say,
    });
  }
  if (wanted.has('revoke')) {
    say('\nRevoke');
    const half = await benchLoad(ctx, ownerUrl, await filesOf(millions / 2, 'other'));
    await benchRevokeItems(ctx, half, row);
  }
  if (wanted.has('upload')) {
    say('\nA file of a gigabyte');
    const { bytes, rows, received, loaded: read } = await benchUpload(ctx, { stack, home: HOME, directory });
    row(
      `received: ${mega(bytes)} of CSV`,
      `${received.seconds.toFixed(1)} s, process ${mega(received.peak.own)}`,
    );
    row(
      'read, examined and loaded',
      `${read.seconds.toFixed(1)} s, ${rows} rows, worker ${mega(read.peak.own)}, with the process that reads files ${mega(read.peak.together)}`,
    );
  }
  await runtime.close();
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  code = 1;
} finally {
  await stack.stop();
}
process.exit(code);
