import { rmSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from '../src/env';
import { createRuntime } from '../src/runtime';
import { buildIfStale } from './build';
import { DEMO_BUCKET, DEMO_PREFIX } from '../tests/simulated-aws/world/billing-state';
import {
  connectAccount,
  demoContext,
  DEMO_OWNER,
  MANAGEMENT_ACCOUNT,
  SECOND_ACCOUNT,
  useBillingExport,
} from './demo-world';
import { freePort } from './embedded-postgres';
import { demoEnv } from './env-file';
import { startLocalStack, startWebProcess, startWorkerProcess, type LocalStack } from './local-stack';

const HOME = path.resolve('.belvedere', 'demo');
const isDev = process.argv.includes('--dev');
const say = (text: string) => void process.stdout.write(`${text}\n`);

async function step(text: string, work: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  process.stdout.write(`${text} … `);
  const result = await work();
  const note = result === false ? ' (nothing to do)' : '';
  say(`${((performance.now() - started) / 1000).toFixed(1)} s${note}`);
}

let stack: LocalStack | undefined;
let isStopping = false;

async function stop(code: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  await stack?.stop();
  process.exit(code);
}

process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));
process.on('SIGHUP', () => void stop(0));

async function seed(env: Record<string, string>, simulatedAwsUrl: string): Promise<void> {
  Object.assign(process.env, env);
  const runtime = createRuntime({ ...parseEnv(env), logLevel: 'error' }, { poolSize: 4 });
  try {
    const { ctx, isNew } = await demoContext(runtime);
    if (!isNew) return;
    const place = { bucket: DEMO_BUCKET, prefix: DEMO_PREFIX };
    const id = await connectAccount(ctx, MANAGEMENT_ACCOUNT, simulatedAwsUrl, 'first-month', place);
    await useBillingExport(ctx, id);
  } finally {
    await runtime.close();
  }
}

async function main(): Promise<void> {
  if (process.argv.includes('--reset')) rmSync(HOME, { recursive: true, force: true });
  const webPort = await freePort(3000);
  if (webPort !== 3000) say(`Port 3000 is taken, so Belvedere is at ${webPort}.`);
  const env = demoEnv();
  stack = await startLocalStack({ home: HOME, env, webPort, size: 'demo', onStep: step, onNotice: say });
  const running = stack;
  if (!isDev) await step('Building for production', () => buildIfStale(running.env, path.join(HOME, 'logs')));
  await step('Starting the worker', () => startWorkerProcess(running, HOME));
  await step('Starting the web server', () =>
    startWebProcess(running, HOME, isDev ? 'dev' : 'start', webPort),
  );
  await step('Connecting the demo organization', () => seed(running.env, running.simulatedAwsUrl));
  say(`
  Belvedere            http://localhost:${webPort}
  Its mail             http://localhost:${webPort}/inbox
  Sign in              ${DEMO_OWNER.email}   ${DEMO_OWNER.password}
  Simulated AWS        ${running.simulatedAwsUrl}/console
  Account to connect   ${SECOND_ACCOUNT}

  Stop with Ctrl-C. Start over with: npm run demo -- --reset
`);
  for (const child of running.children) {
    void child.exited.then((code) => {
      if (isStopping) return;
      say(
        `${child.name} stopped by itself (${code}). See ${path.relative('.', path.join(HOME, 'logs', `${child.name}.log`))}`,
      );
      void stop(1);
    });
  }
}

main().catch((error: unknown) => {
  say(`failed\n${error instanceof Error ? error.message : String(error)}`);
  void stop(1);
});
