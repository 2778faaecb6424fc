import { rmSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from '../src/env';
import { readConnection } from '../src/features/connections/read-connections';
import { createRuntime } from '../src/runtime';
import { benchRevoke } from './bench-revoke';
import { benchUrl, firstLoadJs, sessionCookie } from './bench-web';
import { buildIfStale } from './build';
import { connectAccount, demoContext, MANAGEMENT_ACCOUNT } from './demo-world';
import { freePort } from './embedded-postgres';
import { demoEnv } from './env-file';
import { startLocalStack, startWebProcess, startWorkerProcess } from './local-stack';

process.removeAllListeners('warning');
const HOME = path.resolve('.belvedere', 'bench');
const say = (text: string) => void process.stdout.write(`${text}\n`);
const row = (label: string, text: string) => say(`  ${label.padEnd(52)} ${text}`);
const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

const facts = Number(process.argv.find((arg) => arg.startsWith('--facts='))?.slice(8) ?? 5_000_000);
const readers = 8;
const seconds = 8;

rmSync(HOME, { recursive: true, force: true });
const webPort = await freePort(3100);
const stack = await startLocalStack({
  home: HOME,
  env: demoEnv(),
  webPort,
  size: 'demo',
  onStep: async (_text, work) => void (await work()),
  onNotice: say,
});
let code = 0;
try {
  await buildIfStale(stack.env, path.join(HOME, 'logs'));
  await startWorkerProcess(stack, HOME);
  await startWebProcess(stack, HOME, 'start', webPort);
  Object.assign(process.env, stack.env);
  const env = parseEnv(stack.env);
  const runtime = createRuntime({ ...env, logLevel: 'error' }, { poolSize: 10 });
  const { ctx } = await demoContext(runtime);

  const started = performance.now();
  const id = await connectAccount(ctx, MANAGEMENT_ACCOUNT, stack.simulatedAwsUrl, 'first-month');
  const firstMonth = (performance.now() - started) / 1000;
  await connectionDone();
  const { sync } = await readConnection(ctx, id);
  const syncSeconds = Number(sync?.seconds ?? 0);
  say('\nSync of the demo organization (12 accounts, 14 months)');
  row('stack launched to open month on the overview', `${firstMonth.toFixed(1)} s`);
  row(
    'whole first load',
    `${syncSeconds.toFixed(1)} s, ${sync?.rows} rows, ${Math.round(Number(sync?.rows) / syncSeconds)} rows/s, ${sync?.requests} requests`,
  );

  const userId = ctx.actor.kind === 'user' ? ctx.actor.userId : '';
  const cookie = await sessionCookie(runtime, userId, env.authSecret);
  const base = `http://127.0.0.1:${webPort}`;
  say(`\nOverview with ${readers} readers at once, ${seconds} s each`);
  for (const [label, url] of [
    ['API, month to date by service', '/api/overview'],
    ['API, last 12 months by account', '/api/overview?dates=last-12-months&by=account'],
    [
      'API, filtered on a service and a region',
      '/api/overview?service=Amazon+Relational+Database+Service&region=us-east-1',
    ],
    ['page, month to date', '/overview'],
  ] as const) {
    const found = await benchUrl(base + url, cookie, readers, seconds);
    row(
      label,
      `p50 ${ms(found.p50)}  p95 ${ms(found.p95)}  p99 ${ms(found.p99)}  ${found.perSecond.toFixed(0)}/s${found.failed > 0 ? `  FAILED ${found.failed}` : ''}`,
    );
  }

  say('\nFirst-load JavaScript, gzip, the nomodule polyfill apart');
  for (const page of [
    '/overview',
    '/views',
    '/connections',
    '/connections/new',
    `/connections/${id}`,
    '/settings',
    '/settings/connections',
    '/settings/delete',
  ]) {
    row(page.replace(id, '[id]'), `${((await firstLoadJs(base, page, cookie)) / 1000).toFixed(1)} kB`);
  }
  row('/sign-in', `${((await firstLoadJs(base, '/sign-in', '')) / 1000).toFixed(1)} kB`);

  say('\nRevoke');
  for (const size of [facts / 50, facts]) {
    const found = await benchRevoke(ctx, stack.database.ownerUrl, size);
    row(
      `${found.facts} facts`,
      `out of every answer ${ms(found.outOfAnswersMs)}, rows gone ${ms(found.rowsGoneMs)}`,
    );
  }
  await runtime.close();

  async function connectionDone(): Promise<void> {
    for (;;) {
      const { sync: now } = await readConnection(ctx, id);
      if (now?.status === 'done') return;
      if (now?.status === 'failed') throw new Error(now.failure?.message ?? 'The sync failed.');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  code = 1;
} finally {
  await stack.stop();
}
process.exit(code);
