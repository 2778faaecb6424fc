import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { TEMPLATE_VERSION } from '../src/aws/permissions';
import { renderTemplate } from '../src/aws/render-template';

const USAGE = 'Usage: npm run template:publish -- --bucket B [--prefix P] [--region R] [--endpoint URL]';

export interface PublishOptions {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix?: string;
  /** Base address of an S3 look-alike; the URL is then path style. */
  readonly endpoint?: string;
}

export interface PublishedTemplate {
  readonly url: string;
  readonly key: string;
  readonly sha256: string;
  /** False when the same object was there already. */
  readonly uploaded: boolean;
}

function objectUrl(options: PublishOptions, key: string, region: string): string {
  const path = key.split('/').map(encodeURIComponent).join('/');
  if (options.endpoint) return `${options.endpoint.replace(/\/+$/, '')}/${options.bucket}/${path}`;
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  // A bucket name with dots does not match the wildcard certificate of S3.
  return options.bucket.includes('.')
    ? `https://s3.${region}.${suffix}/${options.bucket}/${path}`
    : `https://${options.bucket}.s3.${region}.${suffix}/${path}`;
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

async function findSha256({ client, bucket }: PublishOptions, key: string): Promise<string | null> {
  try {
    const found = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    if (found.Metadata?.['sha256']) return found.Metadata['sha256'];
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return createHash('sha256')
      .update((await Body?.transformToByteArray()) ?? '')
      .digest('hex');
  } catch (error) {
    // S3 answers 403 instead of 404 to a caller who may not list the bucket.
    const status = statusOf(error);
    if (status === 404 || status === 403) return null;
    throw error;
  }
}

export async function publishTemplate(options: PublishOptions): Promise<PublishedTemplate> {
  const body = Buffer.from(renderTemplate(), 'utf8');
  const sha256 = createHash('sha256').update(body).digest('hex');
  const prefix = (options.prefix ?? '').replace(/^\/+|\/+$/g, '');
  const name = `belvedere-readonly-v${TEMPLATE_VERSION}-${sha256.slice(0, 16)}.yaml`;
  const key = prefix === '' ? name : `${prefix}/${name}`;
  const url = objectUrl(options, key, await options.client.config.region());

  const existing = await findSha256(options, key);
  if (existing === sha256) return { url, key, sha256, uploaded: false };
  if (existing !== null) throw new Error(`${key} exists in ${options.bucket} with other content.`);

  try {
    await options.client.send(
      new PutObjectCommand({
        Bucket: options.bucket,
        Key: key,
        Body: body,
        ContentType: 'application/yaml; charset=utf-8',
        CacheControl: 'public, max-age=31536000, immutable',
        Metadata: { sha256 },
        IfNoneMatch: '*',
      }),
    );
  } catch (error) {
    if (statusOf(error) !== 412) throw error;
    throw new Error(`${key} exists in ${options.bucket}, and you may not read it to compare.`, {
      cause: error,
    });
  }
  return { url, key, sha256, uploaded: true };
}

export function explainPublishError(error: unknown, bucket: string): string {
  if (!(error instanceof Error)) return 'The template was not published.';
  if (error.name === 'AccessDenied' || statusOf(error) === 403) {
    return `Access denied. Your AWS credentials need s3:PutObject and s3:GetObject on bucket ${bucket}.`;
  }
  if (error.name === 'NoSuchBucket') return `There is no bucket ${bucket}.`;
  if (error.name === 'PermanentRedirect')
    return `Bucket ${bucket} is in another region. Give it with --region.`;
  if (error.name === 'CredentialsProviderError') return 'No AWS credentials found.';
  return `The template was not published: ${error.message}`;
}

async function main(): Promise<void> {
  let flags: { bucket?: string; prefix?: string; region?: string; endpoint?: string };
  try {
    const text = { type: 'string' } as const;
    flags = parseArgs({ options: { bucket: text, prefix: text, region: text, endpoint: text } }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : 'Wrong flags.'}\n${USAGE}`);
    process.exitCode = 1;
    return;
  }
  const { bucket, prefix = '', endpoint } = flags;
  if (!bucket) {
    console.error(`The flag --bucket is missing.\n${USAGE}`);
    process.exitCode = 1;
    return;
  }
  const region = flags.region ?? process.env['AWS_REGION'] ?? 'us-east-1';
  const client = new S3Client({ region, ...(endpoint ? { endpoint, forcePathStyle: true } : {}) });
  try {
    const result = await publishTemplate({ client, bucket, prefix, ...(endpoint ? { endpoint } : {}) });
    console.log(result.uploaded ? 'Published.' : 'Already published, nothing to do.');
    console.log(`SHA-256: ${result.sha256}`);
    console.log(`Set TEMPLATE_URL=${result.url}`);
    console.log('Customers must be able to read this address: allow public s3:GetObject on it.');
  } catch (error) {
    console.error(explainPublishError(error, bucket));
    process.exitCode = 1;
  }
}

const started = process.argv[1];
if (started && realpathSync(started) === realpathSync(fileURLToPath(import.meta.url))) await main();
