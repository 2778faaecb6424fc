import type { BodyPlan } from '../billing/file-faults';
import { AwsError, xml } from '../http/aws-error';
import type { WireResponse } from '../http/aws-error';
import type { AwsRequest } from '../http/aws-request';
import { element, parent } from '../http/xml';
import type { BucketRecord } from '../world/world';
import type { ServiceContext } from './service';

/** An object as reads see it, whether it was put there or AWS itself writes it. */
interface ReadableObject {
  key: string;
  bytes: number;
  etag: string;
  modifiedAt: Date;
  contentType: string;
  metadata: Record<string, string>;
  content: () => Buffer;
  plan: () => BodyPlan | undefined;
}

const MAXIMUM_KEYS = 1000;

function storedObject(bucket: BucketRecord, key: string): ReadableObject | undefined {
  const object = Object.hasOwn(bucket.objects, key) ? bucket.objects[key] : undefined;
  if (!object) return undefined;
  const content = Buffer.from(object.body, 'base64');
  return {
    key,
    bytes: content.length,
    etag: object.etag,
    modifiedAt: new Date(object.modifiedAt),
    contentType: object.contentType,
    metadata: object.metadata ?? {},
    content: () => content,
    plan: () => undefined,
  };
}

async function findObject(
  { exportFiles }: ServiceContext,
  name: string,
  bucket: BucketRecord,
  key: string,
): Promise<ReadableObject | undefined> {
  const stored = storedObject(bucket, key);
  if (stored) return { ...stored, plan: () => exportFiles.faults.bodyPlanOfKey(key) };
  const file = await exportFiles.find(name, key);
  return file && { ...file, metadata: {}, plan: () => exportFiles.faults.bodyPlan(file) };
}

interface Range {
  from: number;
  until: number;
}

/** The one range that a header asks for; nothing for a header that asks for none, which S3 ignores. */
function readRange(header: string | undefined, bytes: number): Range | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const from = first === '' ? Math.max(0, bytes - Number(last)) : Number(first);
  const until = first === '' || last === '' ? bytes : Math.min(bytes, Number(last) + 1);
  if (from >= bytes || from >= until) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  }
  return { from, until };
}

function checkMatch({ headers }: AwsRequest, etag: string): void {
  const wanted = headers['if-match'];
  if (wanted !== undefined && wanted !== etag && `"${wanted}"` !== etag) {
    throw new AwsError(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      412,
    );
  }
}

export async function getObject(
  request: AwsRequest,
  context: ServiceContext,
  name: string,
  bucket: BucketRecord,
  key: string,
): Promise<WireResponse> {
  const object = await findObject(context, name, bucket, key);
  if (!object) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  checkMatch(request, object.etag);
  const { bytes, etag, contentType, metadata, modifiedAt } = object;
  const headers: Record<string, string> = {
    'content-type': contentType,
    'last-modified': modifiedAt.toUTCString(),
    'accept-ranges': 'bytes',
    etag,
    ...metadata,
  };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: '' };
  const range = readRange(request.headers.range, bytes);
  const { from, until } = range ?? { from: 0, until: bytes };
  headers['content-length'] = String(until - from);
  if (range) headers['content-range'] = `bytes ${from}-${until - 1}/${bytes}`;
  const status = range ? 206 : 200;
  if (request.method === 'HEAD') return { status, headers, body: '' };
  const plan = object.plan();
  const body = object.content().subarray(from, until);
  return plan ? { status, headers, body, plan } : { status, headers, body };
}

/** What a listing shows of one object, or of all that share a beginning up to the delimiter. */
type Listed = { prefix: string } | { key: string; xml: string };

function objectXml({ key, modifiedAt, etag, bytes }: Omit<ReadableObject, 'content' | 'plan'>): string {
  return parent(
    'Contents',
    element('Key', key) +
      element('LastModified', modifiedAt.toISOString()) +
      element('ETag', etag) +
      element('Size', bytes) +
      element('StorageClass', 'STANDARD'),
  );
}

async function allObjects(
  { exportFiles }: ServiceContext,
  name: string,
  bucket: BucketRecord,
  prefix: string,
): Promise<{ key: string; xml: string }[]> {
  const stored = Object.keys(bucket.objects)
    .filter((key) => key.startsWith(prefix))
    .flatMap((key) => storedObject(bucket, key) ?? []);
  const exported = await exportFiles.list(name, prefix);
  return [...stored, ...exported.map((file) => ({ ...file, metadata: {} }))]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map((object) => ({ key: object.key, xml: objectXml(object) }));
}

function rolledUp(
  objects: readonly { key: string; xml: string }[],
  prefix: string,
  delimiter: string,
): Listed[] {
  if (delimiter === '') return [...objects];
  const listed: Listed[] = [];
  const seen = new Set<string>();
  for (const object of objects) {
    const end = object.key.indexOf(delimiter, prefix.length);
    if (end < 0) {
      listed.push(object);
      continue;
    }
    const shared = object.key.slice(0, end + delimiter.length);
    if (!seen.has(shared)) listed.push({ prefix: shared });
    seen.add(shared);
  }
  return listed;
}

const orderOf = (listed: Listed): string => ('key' in listed ? listed.key : listed.prefix);

export async function listObjects(
  { query }: AwsRequest,
  context: ServiceContext,
  name: string,
  bucket: BucketRecord,
): Promise<WireResponse> {
  const prefix = query.get('prefix') ?? '';
  const limit = Math.min(MAXIMUM_KEYS, Number(query.get('max-keys') ?? MAXIMUM_KEYS));
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const objects = await allObjects(context, name, bucket, prefix);
  const rest = rolledUp(objects, prefix, query.get('delimiter') ?? '').filter((one) => orderOf(one) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const isTruncated = page.length < rest.length;
  const head =
    element('Name', name) +
    element('Prefix', prefix) +
    element('Delimiter', query.get('delimiter') ?? undefined) +
    element('KeyCount', page.length) +
    element('MaxKeys', limit) +
    element('IsTruncated', isTruncated) +
    element('NextContinuationToken', isTruncated && last ? orderOf(last) : undefined);
  const shown = page.map((one) =>
    'key' in one ? one.xml : parent('CommonPrefixes', element('Prefix', one.prefix)),
  );
  return xml(200, `<ListBucketResult>${head}${shown.join('')}</ListBucketResult>`);
}

/** Of us-east-1 the element is empty. */
export function bucketLocation({ region = 'us-east-1' }: BucketRecord): WireResponse {
  const named = region === 'us-east-1' ? '' : region;
  return xml(
    200,
    `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${named}</LocationConstraint>`,
  );
}

/** The answer of a region that the bucket is not in; undefined where it is, or where it answers everywhere. */
export function redirect(request: AwsRequest, name: string, bucket: BucketRecord): WireResponse | undefined {
  const { region } = bucket;
  if (region === undefined || request.caller === undefined || region === request.region) return undefined;
  if (request.action === 'GetBucketLocation') return undefined;
  const message =
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';
  const fields =
    element('Code', 'PermanentRedirect') +
    element('Message', message) +
    element('Endpoint', `${name}.s3.${region}.amazonaws.com`) +
    element('Bucket', name) +
    element('RequestId', request.requestId);
  const headers = { 'x-amz-bucket-region': region };
  if (request.method === 'HEAD') return { status: 301, headers, body: '' };
  return xml(301, parent('Error', fields), headers);
}
