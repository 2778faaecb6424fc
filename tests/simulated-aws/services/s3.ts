import { createHash } from 'node:crypto';
import { AwsError, xml } from '../http/aws-error';
import type { WireResponse } from '../http/aws-error';
import { callerOf } from '../http/aws-request';
import type { AwsRequest } from '../http/aws-request';
import { decodeChunked } from '../http/sigv4';
import { element, parent } from '../http/xml';
import type { BucketRecord, StoredObject, World } from '../world/world';
import type { ServiceContext } from './service';

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const PERMISSIONS: Record<string, string> = {
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject',
  PutObject: 's3:PutObject',
  DeleteObject: 's3:DeleteObject',
  ListObjectsV2: 's3:ListBucket',
  HeadBucket: 's3:ListBucket',
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
  await authorizeS3(request, context, name, key, bucket);
  if (request.action === 'CreateBucket') return createBucket(request, context.world, name, bucket);
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  switch (request.action) {
    case 'PutObject':
      return putObject(request, context, bucket, key);
    case 'GetObject':
    case 'HeadObject':
      return getObject(request, bucket, key);
    case 'DeleteObject':
      delete bucket.objects[key];
      context.world.changed();
      return ok('', {}, 204);
    case 'ListObjectsV2':
      return listObjects(request, name, bucket);
    case 'HeadBucket':
      return ok();
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
  if (bucket && bucket.ownerId !== caller.accountId) throw new AwsError('AccessDenied', 'Access Denied', 403);
  const action = PERMISSIONS[request.action];
  if (!action) throw new AwsError('NotImplemented', 'The simulator does not provide this operation.', 501);
  const resource = `arn:aws:s3:::${name}${key === '' ? '' : `/${key}`}`;
  await context.authorizer.require(caller, { action, resource, resourceAccountId: caller.accountId }, 's3');
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

function putObject(
  request: AwsRequest,
  context: ServiceContext,
  bucket: BucketRecord,
  key: string,
): WireResponse {
  const declared = String(request.headers['x-amz-content-sha256'] ?? '');
  const body = declared.startsWith('STREAMING-') ? decodeChunked(request.body) : request.body;
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  bucket.objects[key] = {
    body: body.toString('base64'),
    contentType: request.headers['content-type'] ?? 'binary/octet-stream',
    etag,
    metadata: metadataOf(request),
    modifiedAt: context.clock.now().toISOString(),
  };
  context.world.changed();
  return ok('', { etag });
}

function getObject(request: AwsRequest, bucket: BucketRecord, key: string): WireResponse {
  const object = Object.hasOwn(bucket.objects, key) ? bucket.objects[key] : undefined;
  if (!object) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  const body = Buffer.from(object.body, 'base64');
  return ok(request.method === 'HEAD' ? '' : body, {
    'content-type': object.contentType,
    'content-length': String(body.length),
    'last-modified': new Date(object.modifiedAt).toUTCString(),
    etag: object.etag,
    ...object.metadata,
  });
}

function listObjects(request: AwsRequest, name: string, bucket: BucketRecord): WireResponse {
  const prefix = request.query.get('prefix') ?? '';
  const limit = Number(request.query.get('max-keys') ?? 1000);
  const after = request.query.get('continuation-token') ?? request.query.get('start-after') ?? '';
  const keys = Object.keys(bucket.objects)
    .filter((key) => key.startsWith(prefix) && key > after)
    .sort();
  const page = keys.slice(0, limit);
  const contents = page.map((key) => {
    const object = bucket.objects[key];
    const size = Buffer.from(object?.body ?? '', 'base64').length;
    const fields =
      element('Key', key) + element('LastModified', object?.modifiedAt) + element('ETag', object?.etag);
    return parent('Contents', fields + element('Size', size) + element('StorageClass', 'STANDARD'));
  });
  const isTruncated = page.length < keys.length;
  const head =
    element('Name', name) +
    element('Prefix', prefix) +
    element('KeyCount', page.length) +
    element('MaxKeys', limit) +
    element('IsTruncated', isTruncated) +
    element('NextContinuationToken', isTruncated ? page.at(-1) : undefined);
  return xml(200, `<ListBucketResult>${head}${contents.join('')}</ListBucketResult>`);
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
