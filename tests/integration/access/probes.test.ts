import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyConnection } from '@/features/connections/verify-connection';
import type { LogEntry } from '../../simulated-aws/http/request-log';
import { trustPolicy } from '../../support/customer';
import { tablesThatHold } from '../../support/database-text';
import { createWorkbench, MANAGEMENT, type Workbench } from '../../support/workbench';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const ROLE_ARN = `arn:aws:iam::${MANAGEMENT}:role/BelvedereReadOnly`;
const assumptions = (): LogEntry[] =>
  bench.aws.log.entries().filter((entry) => entry.action === 'AssumeRole');

async function launched() {
  const ctx = await bench.newWorkspace();
  const { id, externalId } = await bench.start(ctx);
  await bench.launchStack(ctx, id);
  bench.aws.log.clear();
  return { ctx, id, externalId };
}

describe('connecting', () => {
  it('T07 tries the role with the right id, without one and with a random wrong one', async () => {
    const { ctx, id, externalId } = await launched();
    expect(await bench.verify(ctx, id)).toMatchObject({
      status: 'active',
      roleArn: ROLE_ARN,
      failure: null,
      probes: { right: 'allowed', without: 'denied', wrong: 'denied', accountMatches: true },
    });
    const [right, without, wrong, ...more] = assumptions();
    expect(more).toEqual([]);
    expect(right).toMatchObject({ externalId, status: 200 });
    expect(without).toMatchObject({ externalId: undefined, errorCode: 'AccessDenied' });
    expect(wrong).toMatchObject({ externalId: expect.stringMatching(/^bv-/), errorCode: 'AccessDenied' });
    expect(wrong?.externalId).not.toBe(externalId);
    await bench.verify(ctx, id);
    expect(assumptions()[5]?.externalId).not.toBe(wrong?.externalId);
  });

  it('T07 stores no ARN while the role does not open', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.start(ctx);
    expect(await bench.verify(ctx, id)).toMatchObject({
      status: 'pending',
      roleArn: null,
      activeSince: null,
    });
    expect(await tablesThatHold(bench.database.owner, [ROLE_ARN])).toEqual([]);
  });

  it.each([
    ['a failure of AWS', { kind: '5xx' as const }],
    ['a line that is cut', { kind: 'reset' as const }],
    ['a throttle', { kind: 'throttle' as const }],
  ])('T07 takes %s for no answer, never for a refusal', async (_, fault) => {
    const { ctx, id } = await launched();
    // The right id and the attempt without one are answered; the wrong one never is.
    bench.aws.faults.add({ ...fault, service: 'sts', action: 'AssumeRole', after: 2 });
    const connection = await bench.verify(ctx, id);
    expect(connection).toMatchObject({ status: 'pending', roleArn: null, activeSince: null });
    expect(connection.probes).toMatchObject({ right: 'allowed', without: 'denied', wrong: 'inconclusive' });
    expect(connection.nextActionAt).not.toBeNull();
    bench.aws.faults.clear();
    expect((await bench.verify(ctx, id)).status).toBe('active');
  });

  it('T07 does not take a role whose account AWS does not tell', async () => {
    const { ctx, id } = await launched();
    bench.aws.faults.add({ kind: 'denied', service: 'sts', action: 'GetCallerIdentity' });
    expect(await bench.verify(ctx, id)).toMatchObject({ status: 'pending', roleArn: null });
  });

  it('T08 refuses a role that opens without the ExternalId and stores no ARN', async () => {
    const { ctx, id } = await launched();
    await bench.customer.setTrust(MANAGEMENT, trustPolicy(null));
    const connection = await bench.verify(ctx, id);
    expect(connection).toMatchObject({ status: 'refused', roleArn: null, activeSince: null });
    expect(connection.failure).toEqual({
      kind: 'opens-without-external-id',
      message: expect.stringContaining('opens without an ExternalId'),
    });
    expect(await tablesThatHold(bench.database.owner, [ROLE_ARN])).toEqual([]);
    expect(await bench.syncRuns(ctx, id)).toEqual([]);
    expect(bench.logLines.join('')).not.toContain(ROLE_ARN);
  });

  it.each([
    ['any id', { StringLike: { 'sts:ExternalId': '*' } }],
    ['any of our ids', { StringLike: { 'sts:ExternalId': 'bv-*' } }],
    ['every id but one', { StringNotEquals: { 'sts:ExternalId': 'nobody' } }],
  ])('T08 refuses a role that opens with %s', async (_, condition) => {
    const { ctx, id } = await launched();
    await bench.customer.setTrust(MANAGEMENT, trustPolicy(condition));
    const connection = await bench.verify(ctx, id);
    expect(connection).toMatchObject({ status: 'refused', roleArn: null });
    expect(connection.failure?.kind).toMatch(/^opens-with/);
    expect(await tablesThatHold(bench.database.owner, [ROLE_ARN])).toEqual([]);
  });

  it('T08 refuses a condition that only counts where an id is given', async () => {
    const { ctx, id, externalId } = await launched();
    const condition = { StringEqualsIfExists: { 'sts:ExternalId': externalId } };
    await bench.customer.setTrust(MANAGEMENT, trustPolicy(condition));
    expect(await bench.verify(ctx, id)).toMatchObject({
      status: 'refused',
      failure: { kind: 'opens-without-external-id' },
    });
  });

  it('T08 connects the same role once its trust policy is put right', async () => {
    const { ctx, id, externalId } = await launched();
    await bench.customer.setTrust(MANAGEMENT, trustPolicy(null));
    await bench.verify(ctx, id);
    const right = { StringEquals: { 'sts:ExternalId': externalId } };
    await bench.customer.setTrust(MANAGEMENT, trustPolicy(right));
    expect(await bench.verify(ctx, id)).toMatchObject({ status: 'active', roleArn: ROLE_ARN, failure: null });
  });
});

describe('what a look at the role answers', () => {
  it('T07 is where the connection stands, and whether the role is proven now', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.start(ctx);
    const look = () => verifyConnection(bench.asWorker(ctx), { connectionId: id });
    expect(await look()).toEqual({ status: 'pending', isProven: false });
    await bench.launchStack(ctx, id);
    const trust = await bench.customer.trustOf(MANAGEMENT);
    await bench.customer.setTrust(MANAGEMENT, trustPolicy(null));
    expect(await look()).toEqual({ status: 'refused', isProven: false });
    await bench.customer.setTrust(MANAGEMENT, trust);
    expect(await look()).toEqual({ status: 'active', isProven: true });
    bench.aws.faults.add({ kind: 'reset', service: 'sts', action: 'AssumeRole' });
    expect(await look()).toEqual({ status: 'active', isProven: false });
    bench.aws.faults.clear();
    await bench.customer.deleteStack(MANAGEMENT);
    expect(await look()).toEqual({ status: 'attention', isProven: false });
  });
});

describe('a connection that worked', () => {
  it.each([
    ['the right id', 0],
    ['no id', 1],
    ['a wrong id', 2],
  ])('T09 waits with its daily sync where AWS gives no clear answer to %s', async (_, after) => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx);
    const { id } = connection;
    bench.clock.advance(86_400_000);
    bench.aws.log.clear();
    bench.aws.faults.add({ kind: 'reset', service: 'sts', action: 'AssumeRole', after });
    const paused = await bench.sync(ctx, id);
    expect(paused).toMatchObject({ kind: 'daily', status: 'paused', failure: { kind: 'unavailable' } });
    expect(paused.resume_at).toEqual(new Date(bench.clock.now().getTime() + 5 * 60_000));
    expect(paused).toMatchObject({ requests: 0, months_total: 0 });
    expect(bench.aws.log.entries().filter((entry) => entry.service !== 'sts')).toEqual([]);
    expect(await bench.connection(ctx, id)).toMatchObject({ status: 'active', roleArn: ROLE_ARN });
    bench.aws.faults.clear();
    bench.clock.advance(5 * 60_000);
    expect(await bench.sync(ctx, id)).toMatchObject({ id: paused.id, status: 'done', failure: null });
    expect((await bench.connection(ctx, id)).failure).toBeNull();
  });

  it('T09 is tried again before every later sync, and not synced once its condition is gone', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx);
    await bench.customer.setTrust(MANAGEMENT, trustPolicy(null));
    bench.clock.advance(86_400_000);
    bench.aws.log.clear();
    const run = await bench.sync(ctx, connection.id);
    expect(run).toMatchObject({ kind: 'daily', status: 'failed', failure: { kind: 'cannot-assume-role' } });
    expect(bench.aws.log.entries().filter((entry) => entry.service === 'ce')).toEqual([]);
    expect(await bench.connection(ctx, connection.id)).toMatchObject({
      status: 'refused',
      roleArn: null,
      failure: { kind: 'opens-without-external-id' },
    });
    await expect(bench.sync(ctx, connection.id)).rejects.toMatchObject({ code: 'precondition' });
  });

  it('T09 works again when the condition is back', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx);
    const before = await bench.customer.trustOf(MANAGEMENT);
    await bench.customer.setTrust(MANAGEMENT, trustPolicy(null));
    expect((await bench.verify(ctx, connection.id)).status).toBe('refused');
    await bench.customer.setTrust(MANAGEMENT, before);
    expect(await bench.verify(ctx, connection.id)).toMatchObject({ status: 'active', roleArn: ROLE_ARN });
    bench.clock.advance(86_400_000);
    expect((await bench.sync(ctx, connection.id)).status).toBe('done');
  });

  it('T09 needs three refusals in a row to count as disconnected by the customer', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.connect(ctx);
    await bench.customer.deleteStack(MANAGEMENT);
    expect(await bench.verify(ctx, id)).toMatchObject({ status: 'attention', failedProbes: 1 });
    expect((await bench.verify(ctx, id)).nextActionAt).not.toBeNull();
    expect(await bench.verify(ctx, id)).toMatchObject({ failedProbes: 3, nextActionAt: null });
    await bench.launchStack(ctx, id);
    expect(await bench.verify(ctx, id)).toMatchObject({ status: 'active', failedProbes: 0, failure: null });
  });
});
