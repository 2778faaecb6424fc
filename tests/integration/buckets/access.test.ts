import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withSql, type Ctx } from '@/context';
import { Conflict, Forbidden, Invalid, NotFound, PreconditionFailed } from '@/errors';
import { bucketLaunch } from '@/features/buckets/bucket-launch';
import { readBucketSource } from '@/features/buckets/bucket-store';
import { checkBucket } from '@/features/buckets/check-bucket';
import { lookIntoBucket } from '@/features/buckets/look-into-bucket';
import { readBucket } from '@/features/buckets/read-bucket';
import { requestLook } from '@/features/buckets/request-look';
import { StartBucketSourceInput } from '@/features/buckets/schemas';
import { startBucketSource } from '@/features/buckets/start-bucket-source';
import { startConnection } from '@/features/connections/start-connection';
import { checkRoleGone } from '@/features/erasure/check-role-gone';
import { readReceipt } from '@/features/erasure/read-receipt';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { forgetUploads } from '@/features/uploads/housekeeping';
import { listFiles } from '@/features/uploads/list-files';
import { startWorker } from '@/jobs/worker';
import { COLLECTOR_ROLE_ARN, VENDOR_ACCOUNT_ID } from '../../simulated-aws/vendor';
import { trustPolicy } from '../../support/customer';
import { createWorkbench, PRODUCTION, STANDALONE, type Workbench } from '../../support/workbench';
import { focusCsv, keptOf, newSource, rowsLeft } from '../uploads/support';
import {
  BUCKET,
  connectBucket,
  launch,
  look,
  makeBucket,
  newBucketSource,
  PREFIX,
  putObject,
} from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  ctx = await bench.newWorkspace();
  await makeBucket(bench);
});

const sourceOf = (connectionId: string) => readBucketSource(ctx, connectionId);
const check = (connectionId: string, account = STANDALONE, who = ctx) =>
  checkBucket(who, { connectionId, account });

/** A source whose stack is launched, with what the customer has changed in it. */
async function launched(parameters: Record<string, string> = {}): Promise<string> {
  const connectionId = await newBucketSource(ctx);
  await launch(bench, await sourceOf(connectionId), ctx, parameters);
  return connectionId;
}

describe('the check of a bucket', () => {
  it('tries the role with, without and with a wrong ExternalId, and stores its ARN once all is proven', async () => {
    const connectionId = await launched();
    expect((await sourceOf(connectionId)).roleArn).toBeNull();
    expect((await bench.connection(ctx, connectionId)).status).toBe('pending');
    expect(await check(connectionId)).toEqual({ failure: null });
    expect(await sourceOf(connectionId)).toMatchObject({
      roleArn: `arn:aws:iam::${STANDALONE}:role/BelvedereFiles-${connectionId.slice(0, 8)}`,
      region: 'eu-central-1',
      probes: { without: 'denied', wrong: 'denied', right: 'allowed', accountMatches: true },
      nextLookAt: bench.clock.now(),
    });
    expect((await bench.connection(ctx, connectionId)).status).toBe('active');
  });

  it.each<[string, object | null, string]>([
    ['without an ExternalId', null, 'opens-without-external-id'],
    ['with any ExternalId', { StringLike: { 'sts:ExternalId': '*' } }, 'opens-with-any-external-id'],
  ])('refuses a role that opens %s, before and after it was proven', async (_, condition, kind) => {
    await putObject(bench, 'azure/a.csv', focusCsv([{}]));
    const connectionId = await launched();
    const { roleName } = await sourceOf(connectionId);
    const right = await bench.customer.trustOf(STANDALONE, roleName);
    await bench.customer.setTrust(STANDALONE, trustPolicy(condition), roleName);
    expect((await check(connectionId)).failure?.kind).toBe(kind);
    expect(await sourceOf(connectionId)).toMatchObject({ roleArn: null, nextLookAt: null });
    expect(await bench.connection(ctx, connectionId)).toMatchObject({ status: 'refused', failure: { kind } });
    await expect(requestLook(ctx, { connectionId })).rejects.toThrow(PreconditionFailed);

    await bench.customer.setTrust(STANDALONE, right, roleName);
    expect((await check(connectionId)).failure).toBeNull();
    await bench.customer.setTrust(STANDALONE, trustPolicy(condition), roleName);
    bench.aws.log.clear();
    expect(await look(bench, ctx, connectionId)).toMatchObject({ roleArn: null, nextLookAt: null });
    expect(bench.aws.log.entries(0).filter(({ service }) => service === 's3')).toEqual([]);
    expect(await listFiles(ctx, connectionId)).toEqual([]);
    const { rows } = await bench.database.owner.query<{ action: string }>(
      `select action from audit_event where workspace_id = $1 and action like 'connection.%' order by seq`,
      [ctx.workspaceId],
    );
    expect(rows.map((row) => row.action.slice(11))).toEqual([
      ...['probed', 'refused', 'probed', 'activated', 'probed', 'refused'],
    ]);
  });

  it('says what is missing: the role, the bucket, the right to list it', async () => {
    const none = await newBucketSource(ctx, 'None');
    expect((await check(none)).failure).toEqual({
      kind: 'cannot-assume-role',
      message: `There is no role BelvedereFiles-${none.slice(0, 8)} in account ${STANDALONE} yet that opens with this ExternalId. Launch the stack, or check the number of the account.`,
    });

    const other = await launched({ Prefix: 'oracle/' });
    expect((await check(other)).failure).toEqual({
      kind: 'permission-missing',
      message: `The role opens, but may not list s3://${BUCKET}/${PREFIX} (s3:ListBucket). Check that the stack names this bucket and folder, and that the bucket belongs to account ${STANDALONE}.`,
    });

    const { id: gone } = await startBucketSource(ctx, { name: 'Gone', bucket: 'not-there', prefix: '' });
    await launch(bench, await sourceOf(gone), ctx);
    expect((await check(gone)).failure).toEqual({
      kind: 'no-bucket',
      message: 'There is no bucket not-there. Was it deleted or renamed?',
    });

    // A bucket that somebody else made of the same name.
    const bucket = bench.aws.world.state.buckets[BUCKET];
    if (bucket) bucket.ownerId = PRODUCTION;
    const taken = await newBucketSource(ctx, 'Taken');
    await launch(bench, await sourceOf(taken), ctx);
    expect((await check(taken)).failure?.kind).toBe('permission-missing');
  });

  it('takes the ARN of a role of another name, and none of the operator’s own', async () => {
    const connectionId = await newBucketSource(ctx);
    await launch(bench, await sourceOf(connectionId), ctx, { RoleName: 'CostFiles' });
    expect((await check(connectionId)).failure?.kind).toBe('cannot-assume-role');
    const arn = `arn:aws:iam::${STANDALONE}:role/CostFiles`;
    expect((await check(connectionId, arn)).failure).toBeNull();
    expect(await sourceOf(connectionId)).toMatchObject({ roleArn: arn, roleName: 'CostFiles' });
    for (const account of [VENDOR_ACCOUNT_ID, COLLECTOR_ROLE_ARN, 'arn:aws-cn:iam::615273849012:role/X']) {
      await expect(check(connectionId, account)).rejects.toThrow(Invalid);
    }
  });

  it('leaves a connection to the account of the bucket to itself', async () => {
    await bench.connect(ctx, { account: STANDALONE });
    const connectionId = await launched();
    expect((await check(connectionId)).failure).toBeNull();
    await expect(startConnection(ctx, { account: STANDALONE, groups: [] })).rejects.toThrow(Conflict);
  });

  it('gives each source an ExternalId of its own, which opens no other role', async () => {
    const first = await launched();
    const second = await newBucketSource(ctx, 'Second');
    const ids = [await sourceOf(first), await sourceOf(second)].map((source) => source.externalId);
    expect(new Set(ids).size).toBe(2);
    const { roleName } = await sourceOf(first);
    expect((await check(second, `arn:aws:iam::${STANDALONE}:role/${roleName}`)).failure?.kind).toBe(
      'cannot-assume-role',
    );
  });

  it('asks for a session that can read the folder and nothing else, whatever the role may', async () => {
    await putObject(bench, 'azure/a.csv', focusCsv([{}]));
    const connectionId = await launched();
    const { roleName } = await sourceOf(connectionId);
    await bench.customer.setPermissions(STANDALONE, ['s3:*'], roleName);
    await check(connectionId);
    const source = await sourceOf(connectionId);
    const observer = { before: async () => async () => undefined };
    const target = {
      ...{ connectionId, awsAccountId: STANDALONE, externalId: source.externalId },
      roleArn: source.roleArn ?? '',
    };
    const narrow = { bucket: BUCKET, prefix: 'google/' };
    const session = bench.runtime.aws.openBucket(target, narrow, observer, AbortSignal.timeout(5_000));
    const file = { key: 'azure/a.csv', etag: '', bytes: 1, modifiedAt: new Date() };
    await expect(session.readObject('eu-central-1', file, () => Promise.resolve())).rejects.toMatchObject({
      kind: 'permission-missing',
    });
  });
});

describe('access that ends', () => {
  it('is said, and what is loaded stays', async () => {
    await putObject(bench, 'azure/a.csv', focusCsv([{ BilledCost: '6' }]));
    const connectionId = await connectBucket(bench, ctx);
    await look(bench, ctx, connectionId);
    const { roleName, roleArn } = await sourceOf(connectionId);
    const stays = async () => {
      expect((await keptOf(ctx, connectionId)).items?.billed).toBe('6');
      expect((await readBucket(ctx, connectionId))?.summary).toMatchObject({ found: 1, loaded: 1, gone: 0 });
    };

    await bench.customer.setPermissions(STANDALONE, ['s3:GetBucketLocation'], roleName);
    expect((await look(bench, ctx, connectionId)).failure?.message).toMatch(/may not list s3:/);
    expect((await bench.connection(ctx, connectionId)).status).toBe('attention');
    await stays();
    await bench.customer.setPermissions(STANDALONE, ['s3:GetBucketLocation', 's3:ListBucket'], roleName);
    await putObject(bench, 'azure/a.csv', focusCsv([{ BilledCost: '7' }]));
    const { failure, nextLookAt } = await look(bench, ctx, connectionId);
    expect([failure, nextLookAt?.toISOString().slice(0, 10)]).toEqual([null, '2027-03-19']);
    expect((await readBucket(ctx, connectionId))?.summary.notes[0]?.message).toMatch(/s3:GetObject/);
    await stays();
    await bench.customer.setTrust(
      STANDALONE,
      trustPolicy({ StringEquals: { 'sts:ExternalId': 'x1' } }),
      roleName,
    );
    expect(await look(bench, ctx, connectionId)).toMatchObject({
      failure: { kind: 'cannot-assume-role', message: expect.stringMatching(/no longer opens/) },
      roleArn,
    });
    await stays();
    delete bench.aws.world.state.buckets[BUCKET];
    await bench.customer.setTrust(
      STANDALONE,
      trustPolicy({ StringEquals: { 'sts:ExternalId': (await sourceOf(connectionId)).externalId } }),
      roleName,
    );
    expect((await look(bench, ctx, connectionId)).failure?.kind).toBe('no-bucket');
    await stays();
  });

  it('with an empty folder says that there is nothing yet', async () => {
    const connectionId = await connectBucket(bench, ctx);
    expect((await look(bench, ctx, connectionId)).failure).toEqual({
      kind: 'no-files',
      message: `There is no .csv, .csv.gz or .parquet file in s3://${BUCKET}/${PREFIX} yet.`,
    });
  });

  it('by a revocation leaves nothing but a receipt, which names no bucket, and a ticket to look for the role', async () => {
    await putObject(bench, 'azure/a.csv', focusCsv([{}]));
    const connectionId = await connectBucket(bench, ctx);
    await look(bench, ctx, connectionId);
    // The line items of the older version are on a leaf that nothing names any more.
    await putObject(bench, 'azure/a.csv', focusCsv([{ BilledCost: '2' }]));
    await look(bench, ctx, connectionId);
    const { roleName } = await sourceOf(connectionId);
    const { ticket } = await revokeConnection(ctx, { connectionId, confirmation: 'Azure' });
    expect(await rowsLeft(bench, connectionId)).toEqual({ erasure_receipt: 1 });
    const { content, body } = await readReceipt(ctx, connectionId);
    const rows = new Map(content.rows.map((row) => [row.table, [row.before, row.after]]));
    expect([rows.get('file_bucket'), rows.get('bucket_object')]).toEqual([
      [1, 0],
      [1, 0],
    ]);
    const { rows: trail } = await bench.database.owner.query(
      `select t::text from audit_event t where t::text ~ $1 or t::text ~ 'azure'`,
      [BUCKET],
    );
    expect([trail, body.includes(BUCKET)]).toEqual([[], false]);
    expect(bench.logLines.filter((line) => line.includes(BUCKET))).toEqual([]);
    expect(await checkRoleGone(ctx, { ticket })).toEqual({ role: 'still-there' });
    await bench.customer.setTrust(
      STANDALONE,
      trustPolicy({ Bool: { 'aws:SecureTransport': 'x' } }),
      roleName,
    );
    expect(await checkRoleGone(ctx, { ticket })).toEqual({ role: 'gone' });
    await expect(look(bench, ctx, connectionId)).rejects.toThrow(NotFound);
  });

  it('by a revocation during a look ends the look, and nothing is written after it', async () => {
    await putObject(
      bench,
      'azure/a.csv',
      focusCsv(Array.from({ length: 500 }, (_, n) => ({ ResourceId: `/${n}` }))),
    );
    bench.aws.exportFiles.faults.add({ kind: 'slow-body', key: 'azure/a.csv', afterBytes: 100, ms: 1_500 });
    const connectionId = await connectBucket(bench, ctx);
    const looking = look(bench, ctx, connectionId);
    await expect
      .poll(() => bench.aws.log.entries(0).some(({ action }) => action === 'ListObjectsV2'))
      .toBe(true);
    await expect.poll(async () => (await listFiles(ctx, connectionId)).length).toBe(1);
    await revokeConnection(ctx, { connectionId, confirmation: 'Azure' });
    await expect(looking).rejects.toThrow(NotFound);
    expect(await rowsLeft(bench, connectionId)).toEqual({ erasure_receipt: 1 });
  });
});

describe('the worker', () => {
  it('finds what is due and loads it', async () => {
    await putObject(bench, 'azure/a.csv', focusCsv([{}]));
    bench.clock.set(new Date());
    const connectionId = await connectBucket(bench, ctx);
    const worker = await startWorker(bench.runtime);
    try {
      await expect
        .poll(async () => (await listFiles(ctx, connectionId)).map((file) => file.state), { timeout: 20_000 })
        .toEqual(['loaded']);
      await expect
        .poll(async () => (await readBucket(ctx, connectionId))?.summary.isDue, { timeout: 10_000 })
        .toBe(false);
      await putObject(bench, 'azure/b.csv', focusCsv([{}, {}]));
      await requestLook(ctx, { connectionId });
      await expect.poll(async () => (await listFiles(ctx, connectionId)).length, { timeout: 20_000 }).toBe(2);
    } finally {
      await worker.stop();
    }
  });

  it('looks again where somebody asked for it during a look', async () => {
    await putObject(bench, 'azure/a.csv', focusCsv([{}]));
    bench.aws.exportFiles.faults.clear();
    bench.aws.exportFiles.faults.add({ kind: 'slow-body', key: 'azure/a.csv', afterBytes: 10, ms: 800 });
    const connectionId = await connectBucket(bench, ctx);
    const looking = look(bench, ctx, connectionId);
    await expect.poll(async () => (await listFiles(ctx, connectionId)).length).toBe(1);
    bench.clock.advance(1_000);
    await requestLook(ctx, { connectionId });
    expect(await looking).toMatchObject({ failure: null, nextLookAt: bench.clock.now() });
    bench.aws.exportFiles.faults.clear();
  });

  it('tries again after an hour what failed here, and not at once', async () => {
    const connectionId = await connectBucket(bench, ctx);
    const openBucket = () => {
      throw new Error('Our own fault.');
    };
    const broken: Ctx = { ...bench.asWorker(ctx), aws: { ...bench.runtime.aws, openBucket } };
    await lookIntoBucket(broken, { connectionId });
    const { failure, nextLookAt } = await sourceOf(connectionId);
    expect([failure?.kind, nextLookAt?.toISOString()]).toEqual(['internal', '2027-03-18T11:00:00.000Z']);
  });

  it('keeps what a refused file says for as long as its object is there', async () => {
    await putObject(bench, 'azure/a.csv', Buffer.from('name,amount\nrent,12\n'));
    const connectionId = await connectBucket(bench, ctx);
    await look(bench, ctx, connectionId);
    await withSql(ctx, 'write', (sql) =>
      sql.query(`update uploaded_file set received_at = now() - interval '3 days' where workspace_id = $1`, [
        ctx.workspaceId,
      ]),
    );
    await forgetUploads(bench.runtime);
    expect((await listFiles(ctx, connectionId)).map((file) => file.state)).toEqual(['refused']);
  });
});

describe('who may do it', () => {
  it('is an owner or an administrator; others are refused, and another workspace finds nothing', async () => {
    const connectionId = await launched();
    const source = await sourceOf(connectionId);
    const verbs: ((who: Ctx) => Promise<unknown>)[] = [
      (who) => check(connectionId, STANDALONE, who),
      (who) => requestLook(who, { connectionId }),
    ];
    const stranger = await bench.newWorkspace();
    for (const role of ['viewer', 'editor'] as const) {
      const who = await bench.ctxAs(ctx, role);
      for (const verb of verbs) await expect(verb(who)).rejects.toThrow(Forbidden);
      await expect(newBucketSource(who, 'Mine')).rejects.toThrow(Forbidden);
      expect(() => bucketLaunch(who, source)).toThrow(Forbidden);
    }
    for (const verb of verbs) await expect(verb(stranger)).rejects.toThrow(NotFound);
    await expect(readBucket(stranger, connectionId)).rejects.toThrow(NotFound);
    await expect(check(randomUUID())).rejects.toThrow(NotFound);
    const uploads = await newSource(ctx, 'By hand');
    await expect(check(uploads)).rejects.toThrow(PreconditionFailed);
    await expect(requestLook(ctx, { connectionId: uploads })).rejects.toThrow(PreconditionFailed);
    expect(await readBucket(ctx, uploads)).toBeNull();
    await expect(newBucketSource(ctx, 'By hand')).rejects.toThrow(Conflict);
  });

  it.each([
    [{ bucket: 'Acme' }, /bucket name/],
    [{ bucket: '' }, /bucket name/],
    [{ bucket: 'acme..costs' }, /two dots/],
    [{ prefix: 'a*' }, /folder/],
    [{ prefix: '../x' }, /folder/],
    [{ name: ' ' }, /name/],
    [{ externalId: 'mine' }, /externalId/],
  ])('bad input is refused with what to do: %j', (change, words) => {
    const input = { name: 'Azure', bucket: BUCKET, prefix: PREFIX, ...change };
    const { error } = StartBucketSourceInput.safeParse(input);
    expect(error?.message).toMatch(words);
  });
});
