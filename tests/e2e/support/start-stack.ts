import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { buildIfStale } from '../../../scripts/build';
import { connectAccount, useBillingExport } from '../../../scripts/demo-world';
import { freePort } from '../../../scripts/embedded-postgres';
import { demoEnv } from '../../../scripts/env-file';
import {
  startLocalStack,
  startWebProcess,
  startWorkerProcess,
  type LocalStack,
} from '../../../scripts/local-stack';
import type { Ctx } from '../../../src/context';
import { parseEnv } from '../../../src/env';
import { signUp } from '../../../src/features/auth/sign-up';
import { readConnection } from '../../../src/features/connections/read-connections';
import { readExports } from '../../../src/features/exports/read-exports';
import { readResources } from '../../../src/features/resources/read-resources';
import { parseResourceQuery } from '../../../src/features/resources/resource-query';
import { revokeConnection } from '../../../src/features/erasure/revoke-connection';
import { createView } from '../../../src/features/views/views';
import { createRuntime, type Runtime } from '../../../src/runtime';
import { PRODUCTION, STAGING } from './accounts';
import type { Stack } from './stack';

const HOME = path.resolve('.belvedere', 'e2e');
const EGRESS_LOG = path.join(HOME, 'egress.log');

const say = (text: string) => void process.stdout.write(`${text}\n`);

async function step(text: string, work: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await work();
  say(`${text} ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

async function newOwner(runtime: Runtime, workspace: string): Promise<Ctx & { userId: string }> {
  const email = `${workspace.toLowerCase()}@owner.example`;
  const input = { name: 'Olivia Owner', email, password: 'nobody-types-this-one', workspace };
  const { userId, workspaceId } = await signUp(runtime, input, {
    address: '127.0.0.1',
    userAgent: 'end-to-end tests',
  });
  const session = { id: randomUUID(), method: 'password' as const, steppedUpAt: new Date() };
  return { ...runtime, userId, workspaceId, actor: { kind: 'user', userId, role: 'owner', session } };
}

const EXPORT = { bucket: 'production-billing', prefix: 'exports' };

/** The shared account has a billing export of its own. */
async function makeExport(local: LocalStack): Promise<void> {
  const answer = await fetch(`${local.simulatedAwsUrl}/_sim/exports`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...EXPORT, ownerId: PRODUCTION, name: 'production-focus', months: 3 }),
  });
  if (!answer.ok) throw new Error(`The simulated AWS made no export: ${await answer.text()}`);
}

/** Chooses the export and waits for its line items; the ref of a resource that costs something. */
async function loadExport(ctx: Ctx, connectionId: string): Promise<string> {
  await useBillingExport(ctx, connectionId);
  for (const endsAt = Date.now() + 120_000; Date.now() < endsAt; await sleep(200)) {
    const { exports, periods } = await readExports(ctx, connectionId);
    const parsed = parseResourceQuery(new URLSearchParams());
    const isLoaded = exports.some((one) => one.checkedAt !== null) && periods.length > 0;
    const list =
      isLoaded && parsed.ok ? await readResources(ctx, parsed.query, { offset: 0, limit: 1 }) : null;
    if (list?.lines[0]?.costs) return list.lines[0].ref;
  }
  throw new Error('The billing export was not loaded within two minutes.');
}

async function seed(local: LocalStack): Promise<Pick<Stack, 'shared' | 'erased'>> {
  const runtime = createRuntime({ ...parseEnv(local.env), logLevel: 'error' }, { poolSize: 4 });
  const shared = async () => {
    const { userId, ...ctx } = await newOwner(runtime, 'Shared');
    const connectionId = await connectAccount(ctx, PRODUCTION, local.simulatedAwsUrl, 'done', EXPORT);
    const ref = await loadExport(ctx, connectionId);
    const query = 'dates=last-90&by=region';
    const { id: viewId } = await createView(ctx, { name: 'Ninety days by region', query });
    return { userId, workspaceId: ctx.workspaceId, connectionId, viewId, ref };
  };
  const erased = async () => {
    const { userId, ...ctx } = await newOwner(runtime, 'Erased');
    const connectionId = await connectAccount(ctx, STAGING, local.simulatedAwsUrl, 'done');
    await createView(ctx, { name: 'Kept', query: '' });
    const { connection } = await readConnection(ctx, connectionId);
    await revokeConnection(ctx, { connectionId, confirmation: connection.name });
    return { userId, workspaceId: ctx.workspaceId, connectionId };
  };
  try {
    await makeExport(local);
    const [one, two] = await Promise.all([shared(), erased()]);
    return { shared: one, erased: two };
  } finally {
    await runtime.close();
  }
}

/** Web server and worker reach their database and AWS, and nothing else in the world: see tests/support/egress-guard.mjs. */
function guarded(local: LocalStack, webPort: number): LocalStack {
  const allowed = [local.env['DATABASE_URL'] ?? '', local.simulatedAwsUrl].map((url) => new URL(url).host);
  // Next asks itself for the page that an action leads to.
  allowed.push(`127.0.0.1:${webPort}`);
  return {
    ...local,
    env: {
      ...local.env,
      NODE_OPTIONS: `--import=${pathToFileURL(path.resolve('tests/support/egress-guard.mjs')).href}`,
      EGRESS_ALLOWED: allowed.join(','),
      EGRESS_LOG,
    },
  };
}

function requireNoEgress(): void {
  if (!existsSync(EGRESS_LOG)) return;
  const targets = [...new Set(readFileSync(EGRESS_LOG, 'utf8').trim().split('\n'))];
  throw new Error(`The servers tried to reach: ${targets.join(', ')}`);
}

/** A fresh Belvedere with its worker, its database and a simulated AWS, on free ports. */
export async function startStack(): Promise<{ file: string; stop: () => Promise<void> }> {
  rmSync(HOME, { recursive: true, force: true });
  const env = demoEnv();
  const webPort = await freePort(3200);
  // Nobody answers there but for the spec that starts a server of its own.
  const dnsServer = `127.0.0.1:${await freePort(5300)}`;
  const local = await startLocalStack({
    home: HOME,
    env: { ...env, DNS_SERVERS: dnsServer },
    webPort,
    size: 'tiny',
    onStep: step,
    onNotice: () => undefined,
  });
  // However this process ends: embedded PostgreSQL stops itself on a signal, and ends the process before any teardown.
  process.once('exit', () => local.children.forEach((child) => child.process.kill('SIGTERM')));
  try {
    await step('Building for production', () => buildIfStale(local.env, path.join(HOME, 'logs')));
    await step('Starting worker and web server', () =>
      Promise.all([
        startWorkerProcess(guarded(local, webPort), HOME),
        startWebProcess(guarded(local, webPort), HOME, 'start', webPort),
      ]),
    );
    let seeded: Pick<Stack, 'shared' | 'erased'> | undefined;
    await step('Connecting two accounts', async () => {
      seeded = await seed(local);
    });
    if (!seeded) throw new Error('The accounts were not connected.');
    const stack: Stack = {
      baseUrl: `http://localhost:${webPort}`,
      simulatedAwsUrl: local.simulatedAwsUrl,
      ownerUrl: local.database.ownerUrl,
      appUrl: local.database.appUrl,
      authSecret: local.env['AUTH_SECRET'] ?? '',
      dnsServer,
      ...seeded,
    };
    const file = path.join(HOME, 'stack.json');
    writeFileSync(file, JSON.stringify(stack), { mode: 0o600 });
    const stop = async () => {
      await local.stop();
      requireNoEgress();
    };
    return { file, stop };
  } catch (error) {
    await local.stop();
    throw error;
  }
}
