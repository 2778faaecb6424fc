import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toAwsError } from '@/aws/errors';
import { AwsError, type AwsFailureKind, type RoleTarget } from '@/aws/port';
import { actionsOf, allGroupIds } from '@/aws/permissions';
import { updateConnection } from '@/features/connections/update-connection';
import type { FaultKind } from '../../simulated-aws/http/faults';
import { createWorkbench, MANAGEMENT, STANDALONE, type Workbench } from '../../support/workbench';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

function sdkError(name: string, message = 'Not shown'): Error {
  return Object.assign(new Error(message), { name });
}

/** What AWS says, as whom, and what we make of it. */
const KINDS: [name: string, service: string, kind: AwsFailureKind][] = [
  ['AccessDenied', 'STS', 'cannot-assume-role'],
  ['AccessDeniedException', 'Cost Explorer', 'permission-missing'],
  ['UnauthorizedOperation', 'EC2', 'permission-missing'],
  ['Throttling', 'STS', 'throttled'],
  ['ThrottlingException', 'Cost Explorer', 'throttled'],
  ['LimitExceededException', 'Cost Explorer', 'throttled'],
  ['TooManyRequestsException', 'Organizations', 'throttled'],
  ['ExpiredTokenException', 'Cost Explorer', 'expired-credentials'],
  ['ExpiredToken', 'STS', 'our-credentials'],
  ['InvalidClientTokenId', 'STS', 'our-credentials'],
  ['CredentialsProviderError', 'STS', 'our-credentials'],
  ['UnrecognizedClientException', 'Cost Explorer', 'expired-credentials'],
  ['ValidationError', 'STS', 'invalid-role'],
  ['ValidationException', 'Cost Explorer', 'invalid-request'],
  ['RequestChangedException', 'Cost Explorer', 'invalid-request'],
  ['MalformedPolicyDocument', 'STS', 'session-policy'],
  ['MalformedPolicyDocumentException', 'STS', 'session-policy'],
  ['PackedPolicyTooLarge', 'STS', 'session-policy'],
  ['PackedPolicyTooLargeException', 'STS', 'session-policy'],
  ['RegionDisabledException', 'STS', 'region-disabled'],
  ['DataUnavailableException', 'Cost Explorer', 'data-unavailable'],
  ['AWSOrganizationsNotInUseException', 'Organizations', 'no-organization'],
  ['InternalServerException', 'Cost Explorer', 'unavailable'],
  ['TimeoutError', 'STS', 'unavailable'],
  ['SomethingNew', 'Cost Explorer', 'unavailable'],
];

describe('a failure of AWS', () => {
  it.each(KINDS)('T18 %s from %s is %s', (name, service, kind) => {
    expect(toAwsError(sdkError(name), service, 'x:Y')).toMatchObject({ kind, action: 'x:Y' });
  });

  it('T18 has a text of its own for every kind, and none of it is in the words of AWS', () => {
    const foreign = 'User: arn:aws:sts::900000000001:assumed-role/Other/b is not authorized on 111122223333';
    const texts = new Map(
      KINDS.map(([name, service, kind]) => [
        kind,
        toAwsError(sdkError(name, foreign), service, 'x:Y').message,
      ]),
    );
    expect(new Set(texts.values()).size).toBe(texts.size);
    for (const text of texts.values()) {
      expect(text.length).toBeGreaterThan(20);
      expect(text).not.toMatch(/\d{12}|arn:|authorized/);
    }
  });

  it('T18 keeps what AWS said for the operator, without keys and ExternalIds in it', () => {
    const said = 'Key ASIAABCDEFGHIJKLMNOP with bv-0123456789abcdefghijklmn was refused';
    const { cause } = toAwsError(sdkError('AccessDenied', said), 'STS', 'sts:AssumeRole');
    expect((cause as Error).message).toBe('AccessDenied: Key [redacted] with [redacted] was refused');
  });

  it('T18 stays what it is when it is converted twice', () => {
    const once = new AwsError('throttled', 'Once.', true, 'ce:GetTags');
    expect(toAwsError(once, 'STS', 'sts:AssumeRole')).toBe(once);
  });
});

const silent = { before: async () => async () => undefined };
const target: RoleTarget = {
  connectionId: '00000000-0000-4000-8000-000000000000',
  awsAccountId: STANDALONE,
  roleArn: `arn:aws:iam::${STANDALONE}:role/BelvedereReadOnly`,
  externalId: 'bv-0000000000000000',
};

describe('a probe', () => {
  it.each<[FaultKind, AwsFailureKind]>([
    ['5xx', 'unavailable'],
    ['reset', 'unavailable'],
    ['throttle', 'throttled'],
    ['expired', 'our-credentials'],
    ['denied', 'cannot-assume-role'],
  ])('T18 tells %s as %s', async (kind, detail) => {
    bench.aws.faults.add({ kind, service: 'sts' });
    const report = await bench.runtime.aws.probe(target, silent, { rightOnly: true });
    expect(report).toMatchObject({ right: kind === 'denied' ? 'denied' : 'inconclusive', detail });
  });

  it('T18 reports an ARN that AWS does not take as no answer', async () => {
    const wrong = { ...target, roleArn: 'arn:aws:iam::615273849012:role//x' };
    const report = await bench.runtime.aws.probe(wrong, silent, { rightOnly: true });
    expect(report).toMatchObject({ right: 'inconclusive', detail: 'invalid-role' });
  });
});

describe('a sync', () => {
  it('T18 names the action and the part of the role that is missing', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    const allowed = actionsOf(allGroupIds).filter((action) => action !== 'ce:GetCostAndUsage');
    await bench.customer.setPermissions(MANAGEMENT, allowed);
    const run = await bench.sync(ctx, id);
    expect(run).toMatchObject({ status: 'failed', failure: { kind: 'permission-missing' } });
    expect(run.failure?.message).toContain('ce:GetCostAndUsage');
    expect(await bench.connection(ctx, id)).toMatchObject({
      status: 'attention',
      denied: [{ action: 'ce:GetCostAndUsage' }],
    });
  });

  it.each(['ce:GetCostForecast', 'organizations:ListAccounts'])(
    'T18 goes on without %s and says what is missing',
    async (denied) => {
      const ctx = await bench.newWorkspace();
      const { id } = await bench.connect(ctx);
      const allowed = actionsOf(allGroupIds).filter((action) => action !== denied);
      await bench.customer.setPermissions(MANAGEMENT, allowed);
      expect((await bench.sync(ctx, id)).status).toBe('done');
      expect((await bench.connection(ctx, id)).denied.map((one) => one.action)).toEqual([denied]);
    },
  );

  it('T18 waits an hour for a Cost Explorer that was just switched on', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    const account = bench.aws.world.account(MANAGEMENT);
    if (account) account.costExplorerEnabled = false;
    const run = await bench.sync(ctx, id);
    expect(run).toMatchObject({ status: 'paused', failure: { kind: 'data-unavailable' } });
    expect(run.resume_at?.getTime()).toBe(bench.clock.now().getTime() + 3_600_000);
    if (account) account.costExplorerEnabled = true;
    bench.clock.advance(3_600_000);
    expect((await bench.sync(ctx, id)).status).toBe('done');
  });

  it('T18 stops at the daily limit and goes on tomorrow, without paying twice', async () => {
    const ctx = await bench.newWorkspace();
    const connection = await bench.connect(ctx);
    await updateConnection(ctx, { connectionId: connection.id, name: connection.name, dailyCapUsd: '0.10' });
    const sent = () => bench.aws.log.entries().filter((entry) => entry.service === 'ce').length;
    const first = await bench.sync(ctx, connection.id);
    expect(first).toMatchObject({ status: 'paused', failure: { kind: 'daily-cap' } });
    expect(sent()).toBe(10);
    let run = first;
    for (let day = 1; run.status === 'paused' && day < 6; day += 1) {
      bench.clock.advance(86_400_000);
      run = await bench.sync(ctx, connection.id);
      expect(sent()).toBeLessThanOrEqual(10 * (day + 1));
    }
    expect(run).toMatchObject({ status: 'done', failure: null });
    expect(sent()).toBe(run.requests);
  });

  it('T18 is done for an account that is in no organization', async () => {
    const ctx = await bench.newWorkspace();
    const { connection, run } = await bench.connectAndSync(ctx, { account: STANDALONE });
    expect(run.status).toBe('done');
    expect(connection).toMatchObject({ organizationId: null, denied: [], failure: null });
  });

  it('T18 tells a role that no longer opens as such', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    await bench.customer.deleteStack(MANAGEMENT);
    const run = await bench.sync(ctx, id);
    expect(run).toMatchObject({ status: 'failed', failure: { kind: 'cannot-assume-role' } });
    expect((await bench.connection(ctx, id)).status).toBe('attention');
  });
});
