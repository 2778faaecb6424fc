import { createHash } from 'node:crypto';
import { AwsError } from '../http/aws-error';
import type { WireResponse } from '../http/aws-error';
import { callerOf } from '../http/aws-request';
import type { AwsRequest } from '../http/aws-request';
import { decodeChunked } from '../http/sigv4';
import type { BucketRecord, StoredObject, World } from '../world/world';
import { bucketLocation, getObject, listObjects, redirect } from './s3-read';
import type { ServiceContext } from './service';

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const PERMISSIONS: Record<string, string> = {
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject',
  PutObject: 's3:PutObject',
  DeleteObject: 's3:DeleteObject',
  ListObjectsV2: 's3:ListBucket',
  HeadBucket: 's3:ListBucket',
  GetBucketLocation: 's3:GetBucketLocation',
  CreateBucket: 's3:CreateBucket',
  PutBucketPolicy: 's3:PutBucketPolicy',
};

function ok(body: string | Buffer = '', headers: Record<string, string> = {}, status = 200): WireResponse {
  return { status, headers, body };
}

export function splitObjectPath(path: string): { bucket: string; key: string } {
  const [bucket = '', ...rest] = path.replace(/^\//, '').split('/');
  try {
    return { bucket, key: decodeURIComponent(rest.join('/')) };
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}

export function readObject(world: World, bucket: string, key: string): StoredObject | undefined {
  const objects = world.state.buckets[bucket]?.objects;
  return objects && Object.hasOwn(objects, key) ? objects[key] : undefined;
}

export async function s3(request: AwsRequest, context: ServiceContext): Promise<WireResponse> {
  const { bucket: name, key } = splitObjectPath(request.path);
  const bucket = context.world.state.buckets[name];
  const elsewhere = bucket && redirect(request, name, bucket);
  if (elsewhere) return elsewhere;
  await authorizeS3(request, context, name, key, bucket);
  if (request.action === 'CreateBucket') return createBucket(request, context.world, name, bucket);
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  switch (request.action) {
    case 'PutObject':
      return putObject(request, context, bucket, key);
    case 'GetObject':
    case 'HeadObject':
      return getObject(request, context, name, bucket, key);
    case 'DeleteObject':
      delete bucket.objects[key];
      context.world.changed();
      return ok('', {}, 204);
    case 'ListObjectsV2':
      return listObjects(request, context, name, bucket);
    case 'GetBucketLocation':
      return bucketLocation(bucket);
    case 'HeadBucket':
      return ok('', { 'x-amz-bucket-region': bucket.region ?? request.region });
    case 'PutBucketPolicy':
      bucket.policy = request.body.toString('utf8');
      bucket.isPublic = grantsPublicRead(bucket.policy);
      context.world.changed();
      return ok('', {}, 204);
    default:
      throw new AwsError('NotImplemented', 'The simulator does not provide this operation.', 501);
  }
}

async function authorizeS3(
  request: AwsRequest,
  context: ServiceContext,
  name: string,
  key: string,
  bucket: BucketRecord | undefined,
): Promise<void> {
  const isRead = request.action === 'GetObject' || request.action === 'HeadObject';
  if (isRead && bucket?.isPublic) return;
  if (!request.caller) throw new AwsError('AccessDenied', 'Access Denied', 403);
  const caller = callerOf(request);
  const expected = request.headers['x-amz-expected-bucket-owner'];
  if (bucket && (bucket.ownerId !== caller.accountId || (expected ?? bucket.ownerId) !== bucket.ownerId)) {
    throw new AwsError('AccessDenied', 'Access Denied', 403);
  }
  const action = PERMISSIONS[request.action];
  if (!action) throw new AwsError('NotImplemented', 'The simulator does not provide this operation.', 501);
  const resource = `arn:aws:s3:::${name}${key === '' ? '' : `/${key}`}`;
  const question = { action, resource, resourceAccountId: caller.accountId, context: listContext(request) };
  await context.authorizer.require(caller, question, 's3');
}

/** What policies may ask about a listing. A listing without a prefix has no such key. */
function listContext({ action, query }: AwsRequest): Record<string, string> {
  if (action !== 'ListObjectsV2') return {};
  const keys = ['prefix', 'delimiter', 'max-keys'].filter((key) => query.has(key));
  return Object.fromEntries(keys.map((key) => [`s3:${key}`, query.get(key) ?? '']));
}

function createBucket(
  request: AwsRequest,
  world: World,
  name: string,
  bucket: BucketRecord | undefined,
): WireResponse {
  if (!BUCKET_NAME.test(name)) throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
  if (bucket) {
    throw new AwsError(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded.',
      409,
    );
  }
  world.state.buckets[name] = { ownerId: callerOf(request).accountId, isPublic: false, objects: {} };
  world.changed();
  return ok('', { location: `/${name}` });
}

function metadataOf(request: AwsRequest): Record<string, string> {
  const headers = Object.entries(request.headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  return Object.fromEntries(headers.map(([name, value]) => [name, String(value)]));
}

export function storeObject(
  { world, clock }: Pick<ServiceContext, 'world' | 'clock'>,
  bucket: BucketRecord,
  key: string,
  body: Buffer,
  facts: Pick<StoredObject, 'contentType' | 'metadata'>,
): StoredObject {
  const stored = {
    ...facts,
    body: body.toString('base64'),
    etag: `"${createHash('md5').update(body).digest('hex')}"`,
    modifiedAt: clock.now().toISOString(),
  };
  bucket.objects[key] = stored;
  world.changed();
  return stored;
}

function putObject(
  request: AwsRequest,
  context: ServiceContext,
  bucket: BucketRecord,
  key: string,
): WireResponse {
  const declared = String(request.headers['x-amz-content-sha256'] ?? '');
  const body = declared.startsWith('STREAMING-') ? decodeChunked(request.body) : request.body;
  const { etag } = storeObject(context, bucket, key, body, {
    contentType: request.headers['content-type'] ?? 'binary/octet-stream',
    metadata: metadataOf(request),
  });
  return ok('', { etag });
}

function grantsPublicRead(policy: string): boolean {
  const document: unknown = parsePolicy(policy);
  const statements = (document as { Statement?: unknown }).Statement;
  return (Array.isArray(statements) ? statements : [statements]).some((entry: unknown) => {
    const { Effect, Principal, Action } = (entry ?? {}) as Record<string, unknown>;
    const everyone = Principal === '*' || (Principal as { AWS?: unknown } | undefined)?.AWS === '*';
    return Effect === 'Allow' && everyone && [Action].flat().includes('s3:GetObject');
  });
}

function parsePolicy(policy: string): unknown {
  try {
    const value: unknown = JSON.parse(policy);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Falls through to the one refusal there is.
  }
  throw new AwsError('MalformedPolicy', 'Policies must be valid JSON and the first byte must be "{"');
}
