import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING, STANDALONE } from '../../support/workbench';
import type { Workbench } from '../../support/workbench';
import { awsMonths } from './aws-truth';
import { fetchesOf, ourMonths, windowsOf } from './our-tables';

const HISTORY = { start: '2026-02-01', end: '2027-03-18' };

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
  const staging = bench.aws.world.accounts.get(STAGING);
  // Closed 152 days before the world's day, on 2026-10-17.
  if (staging) staging.isSuspended = true;
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const accountsOf = async (connectionId: string) => {
  const { rows } = await bench.database.owner.query<{
    id: string;
    name: string | null;
    status: string | null;
  }>('select aws_account_id as id, name, status from linked_account where connection_id = $1 order by 1', [
    connectionId,
  ]);
  return rows;
};

describe('an organization', () => {
  it('T14 asks nothing for the months in which a suspended account costs nothing', async () => {
    const ctx = await bench.newWorkspace();
    const { connection, run } = await bench.connectAndSync(ctx);
    const fetches = await fetchesOf(bench, run.id);
    const windows = fetches.filter((fetch) => fetch.account === STAGING).map((fetch) => fetch.window_start);
    expect([...new Set(windows)]).toEqual(['2026-02-01']);
    expect([
      ...new Set(fetches.filter((fetch) => fetch.account === PRODUCTION).map((one) => one.window_start)),
    ]).toHaveLength(4);
    const ours = await ourMonths(bench.database.owner, connection.id, STAGING);
    const aws = await awsMonths(bench, STAGING, HISTORY);
    expect([...ours.keys()].at(-1)).toBe('2026-10');
    for (const [month, total] of aws) {
      expect(ours.get(month) ?? { billed: 0n, effective: 0n }, month).toEqual(total);
    }
  });

  it('T16 names its accounts as AWS does, with their state', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx);
    expect(await accountsOf(connection.id)).toEqual([
      { id: STAGING, name: 'acme-staging', status: 'SUSPENDED' },
      { id: MANAGEMENT, name: 'Acme Group', status: 'ACTIVE' },
      { id: PRODUCTION, name: 'acme-production', status: 'ACTIVE' },
    ]);
    expect(connection.name).toBe('Acme Group');
  });

  it('T16 leaves out a member that has a connection of its own, so nothing is counted twice', async () => {
    const ctx = await bench.newWorkspace();
    const member = await bench.connectAndSync(ctx, { account: PRODUCTION });
    const whole = await bench.connectAndSync(ctx);
    expect(whole.run.status).toBe('done');
    expect((await ourMonths(bench.database.owner, whole.connection.id, PRODUCTION)).size).toBe(0);
    const aws = await awsMonths(bench, PRODUCTION, HISTORY);
    expect(await ourMonths(bench.database.owner, member.connection.id, PRODUCTION)).toEqual(aws);
  });

  it('T16 takes over all months of a member whose own connection is revoked', async () => {
    const ctx = await bench.newWorkspace();
    const member = await bench.connectAndSync(ctx, { account: PRODUCTION });
    const whole = await bench.connectAndSync(ctx);
    expect((await ourMonths(bench.database.owner, whole.connection.id, PRODUCTION)).size).toBe(0);
    await revokeConnection(ctx, { connectionId: member.connection.id, confirmation: member.connection.name });
    const [taken] = await bench
      .syncRuns(ctx, whole.connection.id)
      .then((runs) => runs.filter((run) => run.status === 'queued'));
    expect(taken?.kind).toBe('first');
    await bench.sync(ctx, whole.connection.id);
    expect(await ourMonths(bench.database.owner, whole.connection.id, PRODUCTION)).toEqual(
      await awsMonths(bench, PRODUCTION, HISTORY),
    );
  });
});

describe('a member that was issued an ExternalId before its organization was connected', () => {
  async function begunBefore(permissions?: readonly string[]) {
    const ctx = await bench.newWorkspace();
    const member = await bench.start(ctx, { account: PRODUCTION });
    const whole = await bench.connect(ctx);
    if (permissions) await bench.customer.setPermissions(MANAGEMENT, permissions);
    expect((await bench.sync(ctx, whole.id)).status).toBe('done');
    await bench.launchStack(ctx, member.id);
    return { ctx, member, whole: await bench.connection(ctx, whole.id) };
  }

  const claims = async () => {
    const { rows } = await bench.database.owner.query<{ id: string }>(
      'select aws_account_id as id from aws_account_claim',
    );
    return rows.map((row) => row.id);
  };

  it.each([
    ['that AWS lists', undefined],
    ['that AWS does not let us list', ['ce:GetCostAndUsage', 'ce:GetCostForecast']],
  ])(
    'T16 is refused when its stack is launched afterwards, in an organization %s',
    async (_, permissions) => {
      const { ctx, member, whole } = await begunBefore(permissions);
      const refused = await bench.verify(ctx, member.id);
      expect(refused).toMatchObject({ status: 'refused', failure: { kind: 'covered' }, activeSince: null });
      expect(refused.failure?.message).toContain(whole.name);
      expect(await bench.syncRuns(ctx, member.id)).toEqual([]);
      expect(await claims()).toEqual([MANAGEMENT]);
      await expect(bench.sync(ctx, member.id)).rejects.toMatchObject({ code: 'precondition' });
    },
  );

  it('T16 is connected once its organization is not any more', async () => {
    const { ctx, member, whole } = await begunBefore();
    await bench.verify(ctx, member.id);
    await revokeConnection(ctx, { connectionId: whole.id, confirmation: whole.name });
    expect((await bench.verify(ctx, member.id)).status).toBe('active');
    expect((await bench.sync(ctx, member.id)).status).toBe('done');
  });

  it('T16 is not counted twice', async () => {
    const { ctx, member, whole } = await begunBefore();
    await bench.verify(ctx, member.id);
    await bench.sync(ctx, whole.id);
    const { rows } = await bench.database.owner.query<{ holders: number }>(
      `select count(distinct connection_id)::int as holders from charge_daily where sub_account_id = $1 group by charge_date`,
      [PRODUCTION],
    );
    expect([...new Set(rows.map((row) => row.holders))]).toEqual([1]);
  });
});

describe('an account without an organization to list', () => {
  it.each([
    ['a member account', PRODUCTION],
    ['a standalone account', STANDALONE],
  ])('T16 is synced like any other: %s', async (_, account) => {
    const ctx = await bench.newWorkspace();
    const { connection, run } = await bench.connectAndSync(ctx, { account });
    expect(run).toMatchObject({ status: 'done', failure: null, months_done: 14 });
    expect(connection).toMatchObject({ status: 'active', failure: null });
    expect(await ourMonths(bench.database.owner, connection.id, account)).toEqual(
      await awsMonths(bench, account, HISTORY, account),
    );
    expect((await accountsOf(connection.id)).map((one) => one.id)).toEqual([account]);
  });

  it('T16 a member account belongs to its organization and has nothing denied, without listing it', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx, { account: PRODUCTION });
    expect(connection).toMatchObject({ denied: [], organizationId: bench.aws.world.organization.id });
    const asked = bench.aws.log.entries().filter((entry) => entry.service === 'organizations');
    expect(asked.map((entry) => entry.action)).toEqual(['DescribeOrganization']);
  });

  it('T16 a standalone account has nothing denied and belongs to no organization', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx, { account: STANDALONE });
    expect(connection).toMatchObject({ denied: [], organizationId: null });
  });
});

describe('the first of a month', () => {
  it('T10 loads the thirteen closed months, as nothing of the open one is billed yet', async () => {
    bench.clock.set('2027-03-01T04:00:00Z');
    const ctx = await bench.newWorkspace();
    const { connection, run } = await bench.connectAndSync(ctx);
    expect(run).toMatchObject({ status: 'done', months_total: 13, months_done: 13 });
    expect((await windowsOf(bench, run.id)).map((window) => window.start)).toEqual([
      '2027-02-01',
      '2026-11-01',
      '2026-02-01',
    ]);
    expect(await ourMonths(bench.database.owner, connection.id, MANAGEMENT)).toEqual(
      await awsMonths(bench, MANAGEMENT, { start: '2026-02-01', end: '2027-03-01' }),
    );
  });
});
