import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withTransaction, type Ctx } from '@/context';
import type { Connection } from '@/features/connections/queries';
import { StartConnectionInput } from '@/features/connections/schemas';
import { startConnection } from '@/features/connections/start-connection';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { VENDOR_ACCOUNT_ID } from '../../simulated-aws/vendor';
import { trustPolicy } from '../../support/customer';
import { createWorkbench, MANAGEMENT, PRODUCTION, STANDALONE, type Workbench } from '../../support/workbench';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const roleArn = (account: string, name = 'BelvedereReadOnly') => `arn:aws:iam::${account}:role/${name}`;

/** All of a connection that a page can show. */
const shown = ({ status, failure, probes, roleArn: arn, failedProbes, activeSince }: Connection) => ({
  ...{ status, failure, probes, arn, failedProbes, activeSince },
});

/** A second role in the account that trusts the connection's own ExternalId: its owner holds the account too. */
async function startWithOwnRole(ctx: Ctx, account: string, roleName: string): Promise<Connection> {
  const connection = await bench.start(ctx, { account: roleArn(account, roleName) });
  const condition = { StringEquals: { 'sts:ExternalId': connection.externalId } };
  await bench.customer.createRole(account, roleName, trustPolicy(condition));
  return connection;
}

describe('the account of another workspace', () => {
  it('T10 reads like an account without a role, word for word', async () => {
    await bench.connect(await bench.newWorkspace('A'), { account: MANAGEMENT });
    const b = await bench.newWorkspace('B');
    const taken = await bench.start(b, { account: roleArn(MANAGEMENT) });
    const absent = await bench.start(b, { account: roleArn(STANDALONE) });
    bench.aws.log.clear();
    const afterTaken = await bench.verify(b, taken.id);
    const afterAbsent = await bench.verify(b, absent.id);
    expect(shown(afterTaken)).toEqual(shown(afterAbsent));
    expect(afterTaken).toMatchObject({ status: 'pending', failure: { kind: 'cannot-assume-role' } });
    expect(bench.aws.log.entries().map((entry) => entry.externalId)).toEqual([
      taken.externalId,
      absent.externalId,
    ]);
  });

  it('T10 reads the same even to someone whose own role in it opens', async () => {
    await bench.connect(await bench.newWorkspace('A'), { account: MANAGEMENT });
    const b = await bench.newWorkspace('B');
    const taken = await startWithOwnRole(b, MANAGEMENT, 'TheirsToo');
    const absent = await bench.start(b, { account: STANDALONE });
    expect(shown(await bench.verify(b, taken.id))).toEqual(shown(await bench.verify(b, absent.id)));
    expect(await bench.syncRuns(b, taken.id)).toEqual([]);
  });

  it('T11 is active in one workspace at a time, also when two prove it at once', async () => {
    const a = await bench.newWorkspace('A');
    const b = await bench.newWorkspace('B');
    const first = await startWithOwnRole(a, MANAGEMENT, 'RoleOfA');
    const second = await startWithOwnRole(b, MANAGEMENT, 'RoleOfB');
    const both = await Promise.all([bench.verify(a, first.id), bench.verify(b, second.id)]);
    expect(both.map((one) => one.status).sort()).toEqual(['active', 'pending']);
  });

  it('T11 can be connected by another workspace once the first has revoked it', async () => {
    const a = await bench.newWorkspace('A');
    const b = await bench.newWorkspace('B');
    const first = await bench.connect(a, { account: MANAGEMENT });
    const second = await startWithOwnRole(b, MANAGEMENT, 'RoleOfB');
    expect((await bench.verify(b, second.id)).status).toBe('pending');
    await revokeConnection(a, { connectionId: first.id, confirmation: first.name });
    expect((await bench.verify(b, second.id)).status).toBe('active');
  });
});

describe('the account of a connection', () => {
  it('T11 is the one in the ARN, in the stored connection and in the answer of GetCallerIdentity', async () => {
    const ctx = await bench.newWorkspace();
    const connection = await bench.connect(ctx, { account: roleArn(PRODUCTION) });
    expect(connection).toMatchObject({ awsAccountId: PRODUCTION, roleArn: roleArn(PRODUCTION) });
    expect(connection.probes?.accountMatches).toBe(true);
    const asked = bench.aws.log.entries().filter((entry) => entry.action === 'GetCallerIdentity');
    expect(asked.map((entry) => entry.accountId)).toEqual([PRODUCTION]);
  });

  it('T11 is connected once in a workspace', async () => {
    const ctx = await bench.newWorkspace();
    await bench.connect(ctx, { account: PRODUCTION });
    const again = startConnection(ctx, { account: PRODUCTION, groups: [] });
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
  });

  it('T11 is not connected where its organization is, and would be counted twice', async () => {
    const ctx = await bench.newWorkspace();
    await bench.connectAndSync(ctx, { account: MANAGEMENT });
    const member = startConnection(ctx, { account: PRODUCTION, groups: [] });
    await expect(member).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('connections that wait for their role', () => {
  const account = (index: number) => String(200_000_000_000 + index);
  const begin = (ctx: Ctx, index: number) => startConnection(ctx, { account: account(index), groups: [] });

  it('T11 are ten in a workspace at the most', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await begin(ctx, 0);
    for (let index = 1; index < 10; index += 1) await begin(ctx, index);
    await expect(begin(ctx, 10)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('10 connections wait'),
    });
    // One that waits already may be begun again, and others have their own ten.
    expect((await begin(ctx, 0)).id).toBe(id);
    await begin(await bench.newWorkspace('Other'), 10);
    const { name } = await bench.connection(ctx, id);
    await revokeConnection(ctx, { connectionId: id, confirmation: name });
    await begin(ctx, 10);
    await expect(begin(ctx, 11)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('T11 do not count once they are connected', async () => {
    const ctx = await bench.newWorkspace();
    await bench.connect(ctx, { account: STANDALONE });
    for (let index = 0; index < 10; index += 1) await begin(ctx, index);
    await expect(begin(ctx, 10)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('what is pasted', () => {
  it.each(['aws-cn', 'aws-us-gov'])('T12 refuses a role of another partition: %s', async (partition) => {
    const ctx = await bench.newWorkspace();
    const account = StartConnectionInput.parse({
      account: roleArn(MANAGEMENT).replace('arn:aws:', `arn:${partition}:`),
      groups: [],
    });
    await expect(startConnection(ctx, account)).rejects.toMatchObject({
      code: 'invalid',
      fields: { account: expect.stringContaining('another AWS partition') },
    });
    expect(await withTransaction(ctx, (tx) => tx.connection.count())).toBe(0);
  });

  it.each([
    ['an account', MANAGEMENT, MANAGEMENT],
    ['an account in groups of four', '4471 8820 1936', MANAGEMENT],
    ['an account with dashes', '4471-8820-1936', MANAGEMENT],
    ['the ARN of a role', roleArn(MANAGEMENT), roleArn(MANAGEMENT)],
    ['an ARN between blanks', `  ${roleArn(MANAGEMENT)}\n`, roleArn(MANAGEMENT)],
  ])('T12 takes %s', (_, account, expected) => {
    expect(StartConnectionInput.parse({ account, groups: [] }).account).toBe(expected);
  });

  it.each([
    ['nothing', ''],
    ['eleven digits', '44718820193'],
    ['thirteen digits', '4471882019360'],
    ['digits of another alphabet', '４４７１８８２０１９３６'],
    ['a user', `arn:aws:iam::${MANAGEMENT}:user/admin`],
    ['the root of an account', `arn:aws:iam::${MANAGEMENT}:root`],
    ['an assumed role', `arn:aws:sts::${MANAGEMENT}:assumed-role/BelvedereReadOnly/session`],
    ['a role with a line break in it', `arn:aws:iam::${MANAGEMENT}:role/Belvedere\nReadOnly`],
    ['two roles', `${roleArn(MANAGEMENT)} ${roleArn(PRODUCTION)}`],
    ['a role with a wildcard', `arn:aws:iam::${MANAGEMENT}:role/*`],
    ['another partition', `arn:aws-iso:iam::${MANAGEMENT}:role/BelvedereReadOnly`],
  ])('T12 refuses %s', (_, account) => {
    expect(StartConnectionInput.safeParse({ account, groups: [] }).success).toBe(false);
  });

  it.each([VENDOR_ACCOUNT_ID, roleArn(VENDOR_ACCOUNT_ID, 'BelvedereCollector')])(
    "T12 refuses the operator's own account as %s",
    async (account) => {
      const ctx = await bench.newWorkspace();
      await expect(startConnection(ctx, { account, groups: [] })).rejects.toMatchObject({
        code: 'invalid',
        fields: { account: expect.stringContaining("operator's own account") },
      });
      expect(await withTransaction(ctx, (tx) => tx.connection.count())).toBe(0);
    },
  );
});
