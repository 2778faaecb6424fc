import { CostExplorerClient, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sessionPolicyFor } from '@/aws/session-policy';
import { startConnection } from '@/features/connections/start-connection';
import { COLLECTOR_ROLE_ARN, VENDOR_ACCOUNT_ID } from '../../simulated-aws/vendor';
import { trustPolicy } from '../../support/customer';
import { tablesThatHold } from '../../support/database-text';
import { tapSessions, type TappedSession } from '../../support/session-tap';
import { sourceFiles } from '../../support/source-files';
import { createWorkbench, MANAGEMENT, STANDALONE, type Workbench } from '../../support/workbench';

let bench: Workbench;
let tap: ReturnType<typeof tapSessions>;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  tap = tapSessions();
});
afterEach(() => tap.stop());

const assumptions = () => bench.aws.log.entries().filter((entry) => entry.action === 'AssumeRole');

const settings = ({ accessKeyId, secretAccessKey, sessionToken }: TappedSession) => ({
  endpoint: bench.aws.url,
  region: 'us-east-1',
  maxAttempts: 1,
  credentials: { accessKeyId, secretAccessKey, sessionToken },
});

describe('AssumeRole', () => {
  it('T06 is called by one file alone', () => {
    const users = sourceFiles().filter(({ text }) =>
      /@aws-sdk\/client-sts|AssumeRole\b(?!Policy)/.test(text),
    );
    const importers = sourceFiles().filter(({ text }) => text.includes('@aws-sdk/client-sts'));
    expect(importers.map(({ path }) => path)).toEqual(['aws/session.ts']);
    const callers = users.filter(({ text }) => /AssumeRole(Command|WithSAML|WithWebIdentity)\b/.test(text));
    expect(callers.map(({ path }) => path)).toEqual(['aws/session.ts']);
    const others = sourceFiles().filter(({ text }) =>
      /credential-providers['"]|fromTemporaryCredentials/.test(text),
    );
    expect(others.map(({ path }) => path)).toEqual([]);
  });

  it('T06 carries the stored ExternalId in every call of a connection but the two that must fail', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx);
    bench.clock.advance(86_400_000);
    expect((await bench.sync(ctx, connection.id)).status).toBe('done');
    const calls = assumptions();
    const [own, others] = [
      calls.filter((call) => call.externalId === connection.externalId),
      calls.filter((call) => call.externalId !== connection.externalId),
    ];
    // Probed once at the start and once before the daily sync, each time without an id and with a wrong one.
    expect(others.filter((call) => call.externalId === undefined)).toHaveLength(2);
    expect(others.filter((call) => call.externalId?.startsWith('bv-'))).toHaveLength(2);
    expect(others.map((call) => call.errorCode)).toEqual(Array(4).fill('AccessDenied'));
    expect(own.length).toBeGreaterThanOrEqual(4);
    expect(own.every((call) => call.status === 200)).toBe(true);
  });

  it('T06 never carries the ExternalId of another connection', async () => {
    const a = await bench.newWorkspace('A');
    const b = await bench.newWorkspace('B');
    const first = await bench.connect(a, { account: MANAGEMENT });
    const second = await bench.connect(b, { account: STANDALONE });
    bench.aws.log.clear();
    tap.stop();
    tap = tapSessions();
    await Promise.all([bench.sync(a, first.id), bench.sync(b, second.id)]);
    for (const { claims } of tap.sessions()) {
      const owner = claims.account === MANAGEMENT ? first : second;
      expect(claims.session).toBe(`belvedere-${owner.id}`);
    }
    const ids = new Set(assumptions().map((call) => call.externalId));
    expect(ids).toEqual(new Set([first.externalId, second.externalId]));
  });
});

describe('the collector role', () => {
  it('T13 cannot open a role in its own account, whatever that role trusts', async () => {
    await bench.customer.createRole(VENDOR_ACCOUNT_ID, 'Internal', trustPolicy(null));
    const report = await bench.runtime.aws.probe(
      {
        connectionId: '00000000-0000-4000-8000-000000000000',
        awsAccountId: VENDOR_ACCOUNT_ID,
        roleArn: `arn:aws:iam::${VENDOR_ACCOUNT_ID}:role/Internal`,
        externalId: 'bv-0000000000000000',
      },
      { before: async () => async () => undefined },
    );
    expect(report).toMatchObject({ right: 'denied', without: 'denied', wrong: 'denied' });
  });

  it('T13 its account cannot be connected', async () => {
    const ctx = await bench.newWorkspace();
    const account = `arn:aws:iam::${VENDOR_ACCOUNT_ID}:role/Internal`;
    await expect(startConnection(ctx, { account, groups: [] })).rejects.toMatchObject({ code: 'invalid' });
  });

  it('T14 is the one principal that a launched stack trusts, by its whole ARN', async () => {
    const ctx = await bench.newWorkspace();
    const { externalId } = await bench.connect(ctx);
    const trust = JSON.parse(await bench.customer.trustOf(MANAGEMENT)) as { Statement: unknown };
    expect([trust.Statement].flat()).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: COLLECTOR_ROLE_ARN },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': externalId } },
      },
    ]);
  });
});

describe('a session in a customer account', () => {
  it('T15 lasts an hour at most, names its connection and is narrowed by a session policy', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx);
    const sessions = tap.sessions();
    const policies = new Set(sessions.map(({ claims }) => claims.policy));
    expect(policies).toEqual(
      new Set((['verify', 'cost-sync', 'billing-export'] as const).map(sessionPolicyFor)),
    );
    for (const { claims } of sessions) {
      const seconds = (claims.expires - bench.clock.now().getTime()) / 1000;
      expect(seconds).toBe(claims.policy === sessionPolicyFor('verify') ? 900 : 3600);
      expect(claims.session).toBe(`belvedere-${connection.id}`);
    }
  });

  it('T15 for a check can do nothing that its role grants', async () => {
    const ctx = await bench.newWorkspace();
    await bench.connect(ctx);
    const [session, ...more] = tap.sessions();
    if (!session || more.length > 0) throw new Error('A check uses one session.');
    const costs = new GetCostAndUsageCommand({
      TimePeriod: { Start: '2027-03-01', End: '2027-03-02' },
      Granularity: 'DAILY',
      Metrics: ['UnblendedCost'],
    });
    const denied = { name: 'AccessDeniedException' };
    await expect(new CostExplorerClient(settings(session)).send(costs)).rejects.toMatchObject(denied);
  });

  it('T15 for a sync can do no more than a sync needs, even with a role that may do everything', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    await bench.customer.setPermissions(MANAGEMENT, ['*']);
    await bench.sync(ctx, id);
    const session = tap.sessions().find(({ claims }) => claims.policy === sessionPolicyFor('cost-sync'));
    if (!session) throw new Error('The sync used no session.');
    const list = new IAMClient(settings(session)).send(new ListRolesCommand({}));
    await expect(list).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('T15 leaves its credentials in no table, queue or log line', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx);
    bench.clock.advance(86_400_000);
    bench.aws.faults.add({ kind: 'expired', service: 'ce', times: 1 });
    await bench.sync(ctx, connection.id);
    const sessions = tap.sessions();
    expect(sessions.length).toBeGreaterThanOrEqual(4);
    const secrets = sessions.flatMap((one) => [one.accessKeyId, one.secretAccessKey, one.sessionToken]);
    expect(await tablesThatHold(bench.database.owner, secrets)).toEqual([]);
    const logged = bench.logLines.join('');
    for (const secret of [...secrets, connection.externalId]) expect(logged).not.toContain(secret);
    // The search itself finds what is there.
    expect(await tablesThatHold(bench.database.owner, [connection.externalId])).toEqual([
      'public.connection',
    ]);
  });

  it('T15 is in no job: a payload holds ids and nothing else', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    const { rows } = await bench.database.owner.query<{ name: string; data: object }>(
      'select name, data from pgboss.job',
    );
    expect(rows.map((row) => row.name)).toEqual(['sync-costs']);
    const [run] = await bench.syncRuns(ctx, id);
    expect(rows[0]?.data).toEqual({ workspaceId: ctx.workspaceId, connectionId: id, runId: run?.id });
  });
});
