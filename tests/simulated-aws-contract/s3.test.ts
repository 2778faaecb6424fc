import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSimulatedAws } from '../simulated-aws/server';
import type { SimulatedAws } from '../simulated-aws/server';
import {
  OPERATOR_CREDENTIALS,
  TEMPLATE_BUCKET,
  VENDOR_CREDENTIALS,
  adminCredentials,
} from '../simulated-aws/vendor';
import { MANAGEMENT, settings } from './clients';
import type { Keys } from './clients';

let aws: SimulatedAws;
let s3: S3Client;

const clientFor = (keys: Keys) => new S3Client({ ...settings(aws, keys), forcePathStyle: true });

beforeEach(async () => {
  aws = await startSimulatedAws({ size: 'tiny' });
  s3 = clientFor(OPERATOR_CREDENTIALS);
});

afterEach(() => aws.close());

it('stores and returns objects, whatever their keys', async () => {
  const Key = 'v1/a b+ü&?.yaml';
  await s3.send(
    new PutObjectCommand({ Bucket: TEMPLATE_BUCKET, Key, Body: 'Résumé: 1', ContentType: 'text/yaml' }),
  );
  const object = await s3.send(new GetObjectCommand({ Bucket: TEMPLATE_BUCKET, Key }));
  expect(await object.Body?.transformToString()).toBe('Résumé: 1');
  expect(object.ContentType).toBe('text/yaml');
  const head = await s3.send(new HeadObjectCommand({ Bucket: TEMPLATE_BUCKET, Key }));
  expect(head.ContentLength).toBe(Buffer.byteLength('Résumé: 1'));
  await s3.send(new DeleteObjectCommand({ Bucket: TEMPLATE_BUCKET, Key }));
  await expect(s3.send(new GetObjectCommand({ Bucket: TEMPLATE_BUCKET, Key }))).rejects.toMatchObject({
    name: 'NoSuchKey',
  });
});

it('accepts a stream with a trailing checksum', async () => {
  const text = 'line\n'.repeat(20_000);
  const Body = Readable.from([Buffer.from(text)]);
  await s3.send(
    new PutObjectCommand({ Bucket: TEMPLATE_BUCKET, Key: 'stream', Body, ContentLength: text.length }),
  );
  const object = await s3.send(new GetObjectCommand({ Bucket: TEMPLATE_BUCKET, Key: 'stream' }));
  expect(await object.Body?.transformToString()).toBe(text);
});

it('lists by prefix, page by page', async () => {
  for (const Key of ['a/1', 'a/2', 'a/3', 'b/1'])
    await s3.send(new PutObjectCommand({ Bucket: TEMPLATE_BUCKET, Key, Body: Key }));
  const first = await s3.send(
    new ListObjectsV2Command({ Bucket: TEMPLATE_BUCKET, Prefix: 'a/', MaxKeys: 2 }),
  );
  const second = await s3.send(
    new ListObjectsV2Command({
      Bucket: TEMPLATE_BUCKET,
      Prefix: 'a/',
      ContinuationToken: first.NextContinuationToken,
    }),
  );
  expect([...(first.Contents ?? []), ...(second.Contents ?? [])].map(({ Key }) => Key)).toEqual([
    'a/1',
    'a/2',
    'a/3',
  ]);
  expect(second.IsTruncated).toBe(false);
});

it('shows only public buckets to strangers', async () => {
  await s3.send(new PutObjectCommand({ Bucket: TEMPLATE_BUCKET, Key: 'role.yaml', Body: 'x' }));
  expect(await (await fetch(`${aws.url}/${TEMPLATE_BUCKET}/role.yaml`)).text()).toBe('x');
  await s3.send(new CreateBucketCommand({ Bucket: 'private-things' }));
  await s3.send(new PutObjectCommand({ Bucket: 'private-things', Key: 'k', Body: 'secret' }));
  expect((await fetch(`${aws.url}/private-things/k`)).status).toBe(403);
  expect((await fetch(`${aws.url}/${TEMPLATE_BUCKET}/role.yaml`, { method: 'DELETE' })).status).toBe(403);
  const Policy = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }],
  });
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'private-things', Policy }));
  expect((await fetch(`${aws.url}/private-things/k`)).status).toBe(200);
});

it('lets nobody else write', async () => {
  const put = new PutObjectCommand({ Bucket: TEMPLATE_BUCKET, Key: 'evil', Body: 'x' });
  await expect(clientFor(adminCredentials(MANAGEMENT)).send(put)).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  await expect(clientFor(VENDOR_CREDENTIALS).send(put)).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(clientFor({ ...OPERATOR_CREDENTIALS, secretAccessKey: 'x' }).send(put)).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
  });
});

const control = async (method: string, path: string, body?: string) => {
  const answer = await fetch(`${aws.url}/_sim/${path}`, body === undefined ? { method } : { method, body });
  return { status: answer.status, value: (await answer.json()) as object };
};

it('tells from anywhere which region a bucket is in, and refuses an owner that is not expected', async () => {
  for (const region of ['us-east-1', 'eu-central-1']) {
    await control('PUT', 'buckets', JSON.stringify({ name: 'files', ownerId: MANAGEMENT, region }));
    const client = clientFor(adminCredentials(MANAGEMENT));
    const { LocationConstraint } = await client.send(new GetBucketLocationCommand({ Bucket: 'files' }));
    expect(LocationConstraint ?? '').toBe(region === 'us-east-1' ? '' : region);
  }
  const client = new S3Client({
    ...settings(aws, adminCredentials(MANAGEMENT), 'eu-central-1'),
    forcePathStyle: true,
  });
  const list = (ExpectedBucketOwner: string) =>
    client.send(new ListObjectsV2Command({ Bucket: 'files', ExpectedBucketOwner }));
  expect((await list(MANAGEMENT)).KeyCount).toBe(0);
  await expect(list('111111111111')).rejects.toMatchObject({ name: 'AccessDenied' });
});

it('takes objects through its controls, and breaks the line over one of them', async () => {
  await control('PUT', 'buckets', JSON.stringify({ name: 'files', ownerId: MANAGEMENT }));
  const text = 'x'.repeat(5_000);
  expect(await control('PUT', 'objects?bucket=files&key=azure/a.csv', text)).toMatchObject({
    status: 200,
    value: { bytes: 5_000 },
  });
  const client = clientFor(adminCredentials(MANAGEMENT));
  const get = async () =>
    (
      await client.send(new GetObjectCommand({ Bucket: 'files', Key: 'azure/a.csv' }))
    ).Body?.transformToString();
  expect(await get()).toBe(text);
  aws.exportFiles.faults.add({ kind: 'aborted-body', key: 'azure/a.csv', times: 1 });
  await expect(get()).rejects.toThrow(/aborted|socket hang up|ECONNRESET/);
  expect(await get()).toBe(text);
  expect(await control('DELETE', 'objects?bucket=files&key=azure/a.csv')).toMatchObject({ status: 200 });
  await expect(get()).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(await control('PUT', 'objects?bucket=none&key=a', text)).toMatchObject({ status: 404 });
});
