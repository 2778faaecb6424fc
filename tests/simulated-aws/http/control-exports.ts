import { z } from 'zod';
import { FILE_FAULT_KINDS } from '../billing/file-faults';
import { AwsError } from './aws-error';
import type { RawRequest } from './aws-request';
import { storeObject } from '../services/s3';
import type { BucketRecord } from '../world/world';
import type { HandlerParts } from './handler';

const month = z.string().regex(/^\d{4}-\d{2}$/);

const exportOptions = z.strictObject({
  name: z.string().exactOptional(),
  ownerId: z.string().exactOptional(),
  format: z.enum(['focus-1.2', 'cur-2.0', 'cur-legacy']).exactOptional(),
  grain: z.enum(['daily', 'hourly']).exactOptional(),
  overwrite: z.boolean().exactOptional(),
  bucket: z.string().exactOptional(),
  prefix: z.string().exactOptional(),
  region: z.string().exactOptional(),
  accounts: z.array(z.string()).nullable().exactOptional(),
  months: z.int().positive().max(15).exactOptional(),
  rowsPerFile: z.int().positive().exactOptional(),
});

const restatementOptions = z.strictObject({
  accountId: z.string(),
  month,
  kind: z.enum(['amounts', 'correction']).exactOptional(),
  factor: z.number().positive().exactOptional(),
  dollars: z.number().positive().exactOptional(),
});

const fileFault = z.strictObject({
  kind: z.enum(FILE_FAULT_KINDS),
  name: z.string().exactOptional(),
  month: month.exactOptional(),
  key: z.string().exactOptional(),
  afterBytes: z.int().nonnegative().exactOptional(),
  ms: z.int().nonnegative().exactOptional(),
  times: z.int().positive().exactOptional(),
});

const bucketOptions = z.strictObject({
  name: z.string(),
  ownerId: z.string(),
  region: z.string().exactOptional(),
});

function read<T extends object>(raw: RawRequest, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(JSON.parse(raw.body.toString('utf8') || '{}'));
  if (!parsed.success) throw new AwsError('BadRequest', z.prettifyError(parsed.error));
  return parsed.data;
}

/** A bucket of a customer's, and what is in it: an object's body is the body as it is. */
function controlBuckets(raw: RawRequest, { context }: HandlerParts, resource: string): object | undefined {
  const { buckets } = context.world.state;
  if (`${raw.method} ${resource}` === 'PUT buckets') {
    const { name, ...made } = read(raw, bucketOptions);
    const bucket: BucketRecord = { isPublic: false, objects: {}, ...buckets[name], ...made };
    buckets[name] = bucket;
    context.world.changed();
    return { name, ...made };
  }
  if (resource !== 'objects') return undefined;
  const bucket = buckets[raw.query.get('bucket') ?? ''];
  const key = raw.query.get('key') ?? '';
  if (!bucket || key === '') throw new AwsError('NotFound', 'Name a bucket that exists, and a key.', 404);
  if (raw.method === 'PUT') {
    const { etag } = storeObject(context, bucket, key, raw.body, { contentType: 'binary/octet-stream' });
    return { key, etag, bytes: raw.body.length };
  }
  if (raw.method !== 'DELETE') return undefined;
  delete bucket.objects[key];
  context.world.changed();
  return { ok: true };
}

/** Billing exports, restatements and what is wrong with files; undefined for what is none of these. */
export function controlExports(raw: RawRequest, parts: HandlerParts, resource: string): object | undefined {
  const { world, clock, exportFiles } = parts.context;
  switch (`${raw.method} ${resource}`) {
    case 'GET exports':
      return { exports: world.state.exports };
    case 'PUT exports':
      return world.createExport(read(raw, exportOptions));
    case 'DELETE exports':
      world.deleteExport(raw.query.get('name') ?? '');
      return { ok: true };
    case 'POST restatements':
      return world.restate({ ...read(raw, restatementOptions), at: clock.now() });
    case 'GET export-faults':
      return { faults: exportFiles.faults.list() };
    case 'PUT export-faults':
      exportFiles.faults.add(read(raw, fileFault));
      return { faults: exportFiles.faults.list() };
    case 'DELETE export-faults':
      exportFiles.faults.clear();
      return { ok: true };
    default:
      return controlBuckets(raw, parts, resource);
  }
}
