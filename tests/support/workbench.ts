import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { defaultGroupIds, type PermissionGroupId } from '@/aws/permissions';
import type { AwsPort, InventorySession } from '@/aws/port';
import { systemContext, withSql, withTransaction, type Ctx } from '@/context';
import type { Role } from '@/domain/permissions';
import { parseEnv } from '@/env';
import { getConnection, type Connection } from '@/features/connections/queries';
import { settleUnseen } from '@/features/auth/unseen';
import { startConnection } from '@/features/connections/start-connection';
import { verifyConnection } from '@/features/connections/verify-connection';
import { requestSync } from '@/features/syncs/request-sync';
import { runSync } from '@/features/syncs/run-sync';
import { createLogger } from '@/log';
import { createRuntime, type Runtime } from '@/runtime';

import { startSimulatedAws, type SimulatedAws, type SimulatedAwsOptions } from '../simulated-aws/server';
import { COLLECTOR_ROLE_ARN, TEMPLATE_BUCKET, VENDOR_CREDENTIALS } from '../simulated-aws/vendor';
import { TestClock } from './clock';
import { playCustomer, type Customer } from './customer';
import { createDatabase, type TestDatabase } from './database';

export const MANAGEMENT = '447188201936';
export const PRODUCTION = '731904462850';
export const STAGING = '209817345566';
export const STANDALONE = '615273849012';

/** A Thursday in the middle of a month. */
export const NOW = '2027-03-18T10:00:00.000Z';

/** An account without regions: a listing of 450 calls with each sync is for the tests that are about it. */
const nothingThere: InventorySession = {
  enabledRegions: () => Promise.resolve([]),
  async *collect() {
    // No region, no outcome.
  },
};

export interface WorkbenchOptions extends Pick<
  SimulatedAwsOptions,
  'size' | 'seed' | 'costPageSize' | 'lineItemMillions'
> {
  now?: string;
}

interface ConnectOptions {
  account?: string;
  groups?: readonly PermissionGroupId[];
  /** The bucket and prefix that the stack lets the role read. */
  billingExport?: { readonly bucket: string; readonly prefix: string };
}

export interface SyncRunRow {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly requests: number;
  readonly rows: string;
  readonly months_total: number;
  readonly months_done: number;
  readonly failure: { kind: string; message: string; attempts: number } | null;
  readonly resume_at: Date | null;
}

export interface Workbench {
  readonly runtime: Runtime;
  readonly database: TestDatabase;
  readonly aws: SimulatedAws;
  readonly clock: TestClock;
  readonly customer: Customer;
  /** What the application has logged, as written: one JSON text a line. */
  readonly logLines: readonly string[];
  /** A fresh workspace, seen by its owner. */
  newWorkspace(name?: string): Promise<Ctx>;
  /** The same workspace, seen by a new member with another role. */
  ctxAs(ctx: Ctx, role: Role): Promise<Ctx>;
  /** The same workspace, seen by the worker. */
  asWorker(ctx: Ctx, job?: string): Ctx;
  connection(ctx: Ctx, connectionId: string): Promise<Connection>;
  /** Starts a connection: issues its ExternalId, nothing else. */
  start(ctx: Ctx, options?: ConnectOptions): Promise<Connection>;
  /** Plays the customer, who launches the real template with what the page shows. */
  launchStack(ctx: Ctx, connectionId: string, billingExport?: ConnectOptions['billingExport']): Promise<void>;
  /** One look of the worker at the role. */
  verify(ctx: Ctx, connectionId: string): Promise<Connection>;
  /** Starts, launches and verifies; the connection is active and its first sync queued. */
  connect(ctx: Ctx, options?: ConnectOptions): Promise<Connection>;
  /** Runs the open sync, or a new one, to its end or pause, without a worker. */
  sync(ctx: Ctx, connectionId: string): Promise<SyncRunRow>;
  connectAndSync(ctx: Ctx, options?: ConnectOptions): Promise<{ connection: Connection; run: SyncRunRow }>;
  syncRuns(ctx: Ctx, connectionId: string): Promise<SyncRunRow[]>;
  /** AWS as the product has it; syncs of the workbench list no inventory. */
  readonly awsWithInventory: AwsPort;
  /** Forgets everything: rows, jobs, roles, faults, requests, log lines, and the time. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

function memoryLog(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString('utf8'));
      done();
    },
  });
}

/** The SDK finds its way to the simulator by itself, as it does in production. One workbench a process, so one a test file. */
function pointSdkAt(url: string): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: VENDOR_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: VENDOR_CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: VENDOR_CREDENTIALS.sessionToken,
  });
}

function testEnv(databaseUrl: string, awsUrl: string) {
  const { privateKey } = generateKeyPairSync('ed25519');
  return parseEnv({
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    BELVEDERE_URL: 'http://127.0.0.1:3000',
    AUTH_SECRET: 'a secret that only the tests know, long enough',
    RECEIPT_SIGNING_KEY: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
    MAIL_URL: 'inbox:',
    COLLECTOR_ROLE_ARN,
    AWS_ENDPOINT_URL: awsUrl,
    TEMPLATE_URL: `${awsUrl}/${TEMPLATE_BUCKET}/belvedere-readonly.yaml`,
    LOG_LEVEL: 'silent',
  });
}

async function addMember(ctx: Ctx, userId: string, role: Role): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const email = `${role}-${userId}@acme.example`;
    await tx.appUser.create({ data: { id: userId, email, name: `The ${role}`, passwordHash: 'none' } });
    await tx.membership.create({ data: { workspaceId: ctx.workspaceId, userId, role } });
  });
}

/** A person who has just proved who they are, for as long as the test runs. */
export const actorOf = (userId: string, role: Role) => ({
  kind: 'user' as const,
  userId,
  role,
  session: { id: randomUUID(), method: 'password' as const, steppedUpAt: new Date(8.64e15) },
});

async function newWorkspace(runtime: Runtime, name: string): Promise<Ctx> {
  const userId = randomUUID();
  const ctx: Ctx = { ...runtime, workspaceId: randomUUID(), actor: actorOf(userId, 'owner') };
  await withTransaction(ctx, (tx) => tx.workspace.create({ data: { id: ctx.workspaceId, name } }));
  await addMember(ctx, userId, 'owner');
  return ctx;
}

function readRuns(ctx: Ctx, connectionId: string): Promise<SyncRunRow[]> {
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<SyncRunRow>(
      `select id, kind, status, requests, rows, months_total, months_done, failure, resume_at from sync_run
       where workspace_id = $1 and connection_id = $2 order by created_at, id`,
      [ctx.workspaceId, connectionId],
    );
    return rows;
  });
}

/** All that the connection's verbs do in a row, one by one. */
function connectionSteps(customer: Customer) {
  const asWorker = (ctx: Ctx, job = 'test') => systemContext(ctx, ctx.workspaceId, job);
  const connection = (ctx: Ctx, id: string) =>
    withTransaction(ctx, (tx) => getConnection(tx, ctx.workspaceId, id));
  const start = async (
    ctx: Ctx,
    { account = MANAGEMENT, groups: asked = defaultGroupIds, billingExport }: ConnectOptions = {},
  ) => {
    const groups = billingExport ? [...asked, 'billing-export' as const] : asked;
    const { id } = await startConnection(ctx, { account, groups: [...groups] });
    return connection(ctx, id);
  };
  const launchStack: Workbench['launchStack'] = async (ctx, connectionId, billingExport) => {
    const { awsAccountId, externalId, groups } = await connection(ctx, connectionId);
    await customer.launch({
      ...{ accountId: awsAccountId, externalId, groups: groups as PermissionGroupId[] },
      ...(billingExport ? { billingExport } : {}),
    });
  };
  const verify = async (ctx: Ctx, connectionId: string) => {
    await verifyConnection(asWorker(ctx, 'probe-connection'), { connectionId });
    return connection(ctx, connectionId);
  };
  const connect = async (ctx: Ctx, options: ConnectOptions = {}) => {
    const { id } = await start(ctx, options);
    await launchStack(ctx, id, options.billingExport);
    const connected = await verify(ctx, id);
    if (connected.status !== 'active') {
      throw new Error(`The connection is ${connected.status}: ${JSON.stringify(connected.failure)}`);
    }
    return connected;
  };
  const sync = async (ctx: Ctx, connectionId: string) => {
    const { runId } = await requestSync(asWorker(ctx, 'schedule-sync'), { connectionId });
    await runSync(asWorker(ctx, 'sync-costs'), { connectionId, runId });
    const run = (await readRuns(ctx, connectionId)).find((one) => one.id === runId);
    if (!run) throw new Error('The run is gone.');
    return run;
  };
  const connectAndSync = async (ctx: Ctx, options: ConnectOptions = {}) => {
    const { id } = await connect(ctx, options);
    const run = await sync(ctx, id);
    return { connection: await connection(ctx, id), run };
  };
  return {
    asWorker,
    connection,
    start,
    launchStack,
    verify,
    connect,
    sync,
    connectAndSync,
    syncRuns: readRuns,
  };
}

/** A whole Belvedere of one's own: database, simulated AWS and everything between them. */
export async function createWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { now = NOW, ...world } = options;
  const clock = new TestClock(new Date(now));
  const database = await createDatabase();
  const aws = await startSimulatedAws({ size: 'tiny', ...world, now: clock.now });
  pointSdkAt(aws.url);
  const logLines: string[] = [];
  const log = createLogger('trace', memoryLog(logLines));
  const created = createRuntime(testEnv(database.appUrl, aws.url));
  const runtime: Runtime = {
    ...created,
    aws: { ...created.aws, openInventory: () => nothingThere },
    log,
    now: clock.now,
  };
  const customer = playCustomer(aws.url);

  return {
    runtime,
    database,
    aws,
    clock,
    customer,
    logLines,
    awsWithInventory: created.aws,
    ...connectionSteps(customer),
    newWorkspace: (name = 'Acme') => newWorkspace(runtime, name),
    async ctxAs(ctx, role) {
      const userId = randomUUID();
      await addMember(ctx, userId, role);
      return { ...ctx, actor: actorOf(userId, role) };
    },
    async reset() {
      await settleUnseen();
      await database.empty();
      aws.faults.clear();
      aws.world.reset();
      aws.log.clear();
      clock.reset();
      logLines.length = 0;
    },
    async close() {
      await settleUnseen();
      await runtime.close();
      await aws.close();
      await database.drop();
    },
  };
}
