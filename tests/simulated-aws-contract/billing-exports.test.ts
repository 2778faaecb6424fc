import { BCMDataExportsClient, GetExportCommand, ListExportsCommand } from '@aws-sdk/client-bcm-data-exports';
import {
  CostAndUsageReportServiceClient,
  DescribeReportDefinitionsCommand,
} from '@aws-sdk/client-cost-and-usage-report-service';
import { GetObjectCommand, HeadBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { GetObjectCommandInput } from '@aws-sdk/client-s3';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuck } from '../simulated-aws/billing/duck-tables';
import { startSimulatedAws } from '../simulated-aws/server';
import type { SimulatedAws } from '../simulated-aws/server';
import { DEMO_BUCKET, DEMO_EXPORT, DEMO_PREFIX } from '../simulated-aws/world/billing-state';
import { MANAGEMENT, MEMBER, ROLE_NAME, allPages, assume, connect, settings, sumOf } from './clients';
import type { Keys } from './clients';

const REGION = 'eu-west-1';
const NOVEMBER = `${DEMO_PREFIX}/${DEMO_EXPORT}/data/BILLING_PERIOD=2026-11/${DEMO_EXPORT}-00001.snappy.parquet`;
const MANIFEST = `${DEMO_PREFIX}/${DEMO_EXPORT}/metadata/BILLING_PERIOD=2026-11/${DEMO_EXPORT}-Manifest.json`;

let aws: SimulatedAws;
let keys: Keys;

function grantExports(prefix = DEMO_PREFIX): void {
  const role = aws.world.role(MANAGEMENT, ROLE_NAME);
  if (!role) throw new Error('The role is not there');
  const statement = (Action: string[], Resource: string, Condition?: object) => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition ? { Condition } : {}),
  });
  role.policies.Exports = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      statement(['bcm-data-exports:ListExports', 'bcm-data-exports:GetExport'], '*'),
      statement(['cur:DescribeReportDefinitions'], '*'),
      statement(['s3:GetObject'], `arn:aws:s3:::${DEMO_BUCKET}/${prefix}/*`),
      statement(['s3:ListBucket'], `arn:aws:s3:::${DEMO_BUCKET}`, {
        StringEquals: { 's3:prefix': `${prefix}/` },
      }),
    ],
  });
  aws.world.changed();
}

beforeEach(async () => {
  aws = await startSimulatedAws({ size: 'tiny', now: () => new Date('2026-11-28T12:00:00Z') });
  await connect(aws, MANAGEMENT);
  grantExports();
  keys = await assume(aws, MANAGEMENT);
});

afterEach(() => aws.close());

const s3 = (region = REGION) => new S3Client({ ...settings(aws, keys, region), forcePathStyle: true });
const exportsClient = () => new BCMDataExportsClient(settings(aws, keys));
const reports = () =>
  new CostAndUsageReportServiceClient(settings(aws, keys)).send(new DescribeReportDefinitionsCommand({}));

const get = (Key: string, more: Partial<GetObjectCommandInput> = {}) =>
  s3().send(new GetObjectCommand({ Bucket: DEMO_BUCKET, Key, ...more }));

async function bytesOf(Key: string, more: Partial<GetObjectCommandInput> = {}): Promise<Buffer> {
  return Buffer.from((await (await get(Key, more)).Body?.transformToByteArray()) ?? []);
}

async function listed(Prefix = `${DEMO_PREFIX}/`): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let token: string | undefined;
  do {
    const page = await s3().send(
      new ListObjectsV2Command({
        Bucket: DEMO_BUCKET,
        Prefix,
        MaxKeys: 4,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    for (const { Key = '', ETag = '' } of page.Contents ?? []) found.set(Key, ETag);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return found;
}

async function manifest(key = MANIFEST): Promise<{ dataFiles?: string[]; reportKeys?: string[] }> {
  return JSON.parse((await bytesOf(key)).toString('utf8')) as { dataFiles?: string[]; reportKeys?: string[] };
}

describe('the interfaces', () => {
  it('list exports page by page and tell what they hold and where', async () => {
    aws.world.createExport({ name: 'second', format: 'cur-2.0', overwrite: false, grain: 'hourly' });
    const first = await exportsClient().send(new ListExportsCommand({ MaxResults: 1 }));
    const rest = await exportsClient().send(new ListExportsCommand({ NextToken: first.NextToken }));
    expect([...(first.Exports ?? []), ...(rest.Exports ?? [])].map(({ ExportName }) => ExportName)).toEqual([
      DEMO_EXPORT,
      'second',
    ]);
    const ExportArn = rest.Exports?.[0]?.ExportArn;
    const { Export: found } = await exportsClient().send(new GetExportCommand({ ExportArn }));
    expect(found).toMatchObject({
      DataQuery: {
        QueryStatement: expect.stringContaining('FROM COST_AND_USAGE_REPORT'),
        TableConfigurations: {
          COST_AND_USAGE_REPORT: { TIME_GRANULARITY: 'HOURLY', INCLUDE_RESOURCES: 'TRUE' },
        },
      },
      DestinationConfigurations: {
        S3Destination: {
          S3Bucket: DEMO_BUCKET,
          S3Prefix: DEMO_PREFIX,
          S3Region: REGION,
          S3OutputConfigurations: { Format: 'PARQUET', Overwrite: 'CREATE_NEW_REPORT' },
        },
      },
    });
    await expect(
      exportsClient().send(new GetExportCommand({ ExportArn: `${ExportArn}0` })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('show older reports apart, and nothing of exports that are gone', async () => {
    expect((await reports()).ReportDefinitions).toEqual([]);
    aws.world.createExport({ name: DEMO_EXPORT, format: 'cur-legacy' });
    expect((await reports()).ReportDefinitions).toMatchObject([
      { ReportName: DEMO_EXPORT, S3Bucket: DEMO_BUCKET, AdditionalSchemaElements: ['RESOURCES'] },
    ]);
    expect((await exportsClient().send(new ListExportsCommand({}))).Exports).toEqual([]);
    aws.world.deleteExport(DEMO_EXPORT);
    expect((await reports()).ReportDefinitions).toEqual([]);
    expect((await listed()).size).toBe(0);
  });

  it('refuse who may not ask', async () => {
    delete aws.world.role(MANAGEMENT, ROLE_NAME)?.policies.Exports;
    aws.world.changed();
    await expect(exportsClient().send(new ListExportsCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(reports()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(listed()).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(get(NOVEMBER)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('the bucket', () => {
  it('has for each month a manifest that names the data files there are', async () => {
    const found = await listed();
    const manifests = [...found.keys()].filter((key) => key.endsWith('-Manifest.json'));
    expect(manifests.map((key) => key.split('/').at(-2))).toEqual([
      'BILLING_PERIOD=2026-09',
      'BILLING_PERIOD=2026-10',
      'BILLING_PERIOD=2026-11',
    ]);
    const named = (await Promise.all(manifests.map(manifest))).flatMap(({ dataFiles }) => dataFiles ?? []);
    expect(named.sort()).toEqual(
      [...found.keys()].filter((key) => key.includes('/data/')).map((key) => `s3://${DEMO_BUCKET}/${key}`),
    );
  });

  it('lets the role list and read its own folder only', async () => {
    grantExports('elsewhere');
    await expect(listed()).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(get(NOVEMBER)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect((await listed('elsewhere/')).size).toBe(0);
    const other = new GetObjectCommand({ Bucket: 'belvedere-templates', Key: 'elsewhere/x' });
    await expect(s3('us-east-1').send(other)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('sends whoever asks another region to its own', async () => {
    const list = new ListObjectsV2Command({ Bucket: DEMO_BUCKET, Prefix: `${DEMO_PREFIX}/` });
    await expect(s3('us-east-1').send(list)).rejects.toMatchObject({
      name: 'PermanentRedirect',
      $metadata: { httpStatusCode: 301 },
      $response: { headers: { 'x-amz-bucket-region': REGION } },
    });
    const role = aws.world.role(MANAGEMENT, ROLE_NAME);
    if (role) role.policies.Head = role.policies.Exports?.replace(/,"Condition":\{[^}]*\}\}/, '') ?? '';
    aws.world.changed();
    const head = await s3().send(new HeadBucketCommand({ Bucket: DEMO_BUCKET }));
    expect(head.BucketRegion).toBe(REGION);
  });

  it('gives ranges, and only the version that was asked for', async () => {
    const whole = await bytesOf(NOVEMBER);
    expect(whole.subarray(0, 4).toString()).toBe('PAR1');
    expect((await bytesOf(NOVEMBER, { Range: 'bytes=100-199' })).equals(whole.subarray(100, 200))).toBe(true);
    expect(await bytesOf(NOVEMBER, { Range: 'bytes=-8' })).toEqual(whole.subarray(-8));
    const etag = (await listed()).get(NOVEMBER);
    expect((await bytesOf(NOVEMBER, { IfMatch: etag })).equals(whole)).toBe(true);
    await expect(get(NOVEMBER, { IfMatch: '"0123"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(get(NOVEMBER, { Range: 'bytes=99999999-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('holds what Cost Explorer says, also after a restatement', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'focus-'));
    const duck = await openDuck(folder, 1);
    const sumOfFile = async (): Promise<bigint> => {
      await writeFile(join(folder, 'november'), await bytesOf(NOVEMBER));
      const sum = `select sum(cast(round(BilledCost * 1e9) as hugeint))::varchar from read_parquet('${folder}/november')`;
      return BigInt(String((await duck.connection.runAndReadAll(sum)).getRows()[0]?.[0]));
    };
    const sumOfExplorer = async () =>
      sumOf(await allPages(aws, keys, { TimePeriod: { Start: '2026-11-01', End: '2026-11-29' } }));
    const before = await sumOfFile();
    expect(before).toBe(await sumOfExplorer());
    const etags = await listed();
    aws.world.restate({ accountId: MEMBER, month: '2026-11', factor: 1.1 });
    aws.world.restate({ accountId: MANAGEMENT, month: '2026-11', kind: 'correction', dollars: 7 });
    const after = await sumOfFile();
    expect(after).not.toBe(before);
    expect(after).toBe(await sumOfExplorer());
    const changed = [...(await listed())].filter(([key, etag]) => etags.get(key) !== etag);
    expect(changed.map(([key]) => key)).toEqual([NOVEMBER, MANIFEST]);
    await duck.close();
    await rm(folder, { recursive: true });
  });

  it('has the same files in another process', async () => {
    const other = await startSimulatedAws({ size: 'tiny', now: () => new Date('2026-11-28T12:00:00Z') });
    const theirs = await other.exportFiles.list(DEMO_BUCKET, `${DEMO_PREFIX}/`);
    await other.close();
    expect(theirs.map(({ key, etag }) => [key, etag])).toEqual([...(await listed())]);
  });
});

describe('updates', () => {
  const period = (key: string) => key.split('/').slice(2, -1).join('/');

  it('replace the files of the running month, or add a folder of new ones', async () => {
    aws.world.createExport({ overwrite: false, months: 1 });
    const before = [...(await listed()).keys()];
    expect(before.filter((key) => key.endsWith('.parquet'))).toEqual([
      expect.stringMatching(
        /\/data\/BILLING_PERIOD=2026-11\/2026-11-28T06:00:00.000Z-[0-9a-f-]{36}\/belvedere/,
      ),
    ]);
    const [old] = (await manifest()).dataFiles ?? [];
    aws.clock.advance(86_400_000);
    keys = await assume(aws, MANAGEMENT);
    const after = [...(await listed()).keys()];
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after.length).toBe(before.length + 2);
    expect((await manifest()).dataFiles).not.toEqual([old]);
    aws.world.createExport({ months: 1 });
    expect([...(await listed()).keys()]).toEqual([NOVEMBER, MANIFEST]);
  });

  it('go to folders of the older report by period and assembly', async () => {
    aws.world.createExport({ format: 'cur-legacy', months: 1, overwrite: false });
    const found = [...(await listed()).keys()];
    const [top] = found.filter((key) => period(key) === '20261101-20261201');
    expect(top).toMatch(/belvedere-focus-Manifest\.json$/);
    const { reportKeys } = await manifest(top);
    expect(reportKeys).toEqual(found.filter((key) => key.endsWith('.csv.gz')));
    expect(reportKeys?.[0]).toMatch(/\/20261101-20261201\/[0-9a-f-]{36}\/belvedere-focus-00001\.csv\.gz$/);
    aws.world.createExport({ format: 'cur-legacy', months: 1 });
    expect([...(await listed()).keys()].map(period)).toEqual(['20261101-20261201', '20261101-20261201']);
  });
});

describe('faults', () => {
  it('leave a manifest ahead of its files, or cut off', async () => {
    aws.exportFiles.faults.add({ kind: 'manifest-early', month: '2026-11' });
    const named = (await manifest()).dataFiles ?? [];
    expect(named).toHaveLength(2);
    const keysNamed = named.map((file) => file.replace(`s3://${DEMO_BUCKET}/`, ''));
    await expect(get(keysNamed[1] ?? '')).rejects.toMatchObject({ name: 'NoSuchKey' });
    aws.exportFiles.faults.clear();
    aws.exportFiles.faults.add({ kind: 'manifest-cut' });
    await expect(manifest()).rejects.toThrow(SyntaxError);
  });

  it('lose, shorten and damage a file', async () => {
    const whole = await bytesOf(NOVEMBER);
    const add = (kind: 'missing-file' | 'truncated-file' | 'corrupt-file') => {
      aws.exportFiles.faults.clear();
      aws.exportFiles.faults.add({ kind, name: DEMO_EXPORT, month: '2026-11' });
    };
    add('missing-file');
    await expect(get(NOVEMBER)).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect((await listed()).has(NOVEMBER)).toBe(false);
    add('truncated-file');
    expect((await bytesOf(NOVEMBER)).length).toBe(Math.floor(whole.length / 2));
    add('corrupt-file');
    const damaged = await bytesOf(NOVEMBER);
    expect(damaged.length).toBe(whole.length);
    expect(damaged.equals(whole)).toBe(false);
  });

  it('break the line or keep it waiting in the middle of a body', async () => {
    const whole = await bytesOf(NOVEMBER);
    aws.exportFiles.faults.add({ kind: 'aborted-body', afterBytes: 1000, times: 1 });
    await expect(bytesOf(NOVEMBER)).rejects.toThrow();
    aws.exportFiles.faults.add({ kind: 'slow-body', afterBytes: 1000, ms: 150, times: 1 });
    const started = performance.now();
    expect((await bytesOf(NOVEMBER)).equals(whole)).toBe(true);
    expect(performance.now() - started).toBeGreaterThanOrEqual(145);
  });
});

it('is steered over HTTP too', async () => {
  const control = async (method: string, path: string, body?: object) => {
    const init = body ? { method, body: JSON.stringify(body) } : { method };
    const answer = await fetch(`${aws.url}/_sim${path}`, init);
    return { status: answer.status, value: (await answer.json()) as unknown };
  };
  expect((await control('PUT', '/exports', { name: 'mine', format: 'nonsense' })).status).toBe(400);
  await control('PUT', '/exports', { name: 'mine', format: 'cur-2.0', accounts: [MEMBER], months: 1 });
  expect(aws.world.state.exports.map(({ name }) => name)).toEqual([DEMO_EXPORT, 'mine']);
  await control('DELETE', '/exports?name=mine');
  expect((await control('GET', '/exports')).value).toMatchObject({ exports: [{ name: DEMO_EXPORT }] });
  await control('POST', '/restatements', { accountId: MEMBER, month: '2026-10', kind: 'correction' });
  expect(aws.world.state.restatements).toMatchObject([{ month: '2026-10', at: '2026-11-28T12:00:00.000Z' }]);
  await control('PUT', '/export-faults', { kind: 'missing-file' });
  expect((await control('GET', '/export-faults')).value).toEqual({ faults: [{ kind: 'missing-file' }] });
  await control('POST', '/reset');
  expect(aws.exportFiles.faults.list()).toEqual([]);
  expect(aws.world.state.restatements).toEqual([]);
});
