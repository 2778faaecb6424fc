import { createHash } from 'node:crypto';
import { isObject } from '../http/aws-request';
import type { StackRecord, World } from '../world/world';
import { ResourceFailure } from './roles';

export const BUCKET = 'AWS::S3::Bucket';
export const BUCKET_POLICY = 'AWS::S3::BucketPolicy';
export const EXPORT = 'AWS::BCMDataExports::Export';

/** Tables of Data Exports, and what the simulator writes for them. */
const FORMATS = { FOCUS_1_2_AWS: 'focus-1.2', COST_AND_USAGE_REPORT: 'cur-2.0' } as const;
const WRITER = 'bcm-data-exports.amazonaws.com';

type StackName = Pick<StackRecord, 'id' | 'name'>;

/** What makes the name of a resource one of its own, where the template gives none. */
export const suffixOf = (stack: StackName, logicalId: string): string =>
  createHash('sha256')
    .update(stack.id + logicalId)
    .digest('hex')
    .slice(0, 12);

export const bucketName = (stack: StackName, logicalId: string): string =>
  `${stack.name}-${logicalId}-${suffixOf(stack, logicalId)}`.toLowerCase();

const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** Whether a bucket's policy lets Data Exports write: without that AWS refuses the export. */
function letsWrite(policy: unknown): boolean {
  return listOf(at(policy, 'PolicyDocument', 'Statement')).some(
    (statement) =>
      at(statement, 'Effect') === 'Allow' &&
      listOf(at(statement, 'Principal', 'Service')).includes(WRITER) &&
      ['s3:PutObject', 's3:GetBucketPolicy'].every((action) =>
        listOf(at(statement, 'Action')).includes(action),
      ),
  );
}

/** Makes the export of a template into a bucket of the same template. `policies` are the bucket policies before it. */
export function buildExport(
  world: World,
  owner: { accountId: string; now: Date },
  properties: unknown,
  policies: readonly unknown[],
): string {
  const wanted = at(properties, 'Export');
  const query = String(at(wanted, 'DataQuery', 'QueryStatement'));
  const [, columns = '', table = ''] = /^SELECT (.+) FROM (\w+)$/.exec(query) ?? [];
  const format = Object.entries(FORMATS).find(([name]) => name === table)?.[1];
  if (!format || columns.includes('*'))
    throw new ResourceFailure('The query statement names no table and columns.');
  const target = at(wanted, 'DestinationConfigurations', 'S3Destination');
  const bucket = String(at(target, 'S3Bucket'));
  if (!policies.some((policy) => at(policy, 'Bucket') === bucket && letsWrite(policy))) {
    throw new ResourceFailure(`S3 bucket permission validation failed for ${bucket}`);
  }
  const output = at(target, 'S3OutputConfigurations');
  if (at(output, 'Format') !== 'PARQUET' || at(output, 'Compression') !== 'PARQUET')
    throw new ResourceFailure('The simulator writes Parquet for Data Exports.');
  const grain = at(wanted, 'DataQuery', 'TableConfigurations', table, 'TIME_GRANULARITY');
  const { name } = world.createExport({
    ...{ name: String(at(wanted, 'Name')), ownerId: owner.accountId, format },
    ...{ bucket, prefix: String(at(target, 'S3Prefix')), region: String(at(target, 'S3Region')) },
    overwrite: at(output, 'Overwrite') === 'OVERWRITE_REPORT',
    grain: grain === 'HOURLY' ? 'hourly' : 'daily',
    // From the month on in which it is made: what was before has to be asked of AWS's support.
    months: 1,
    createdAt: owner.now.toISOString(),
  });
  return name;
}
