import {
  CreateBucketCommand,
  DeleteObjectCommand,
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
