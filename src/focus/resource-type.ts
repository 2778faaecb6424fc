import { choose, literal } from './sql';

/** What a row says of its resource; each answers text, '' where it says nothing. */
export interface ResourceFacts {
  readonly isAws: string;
  readonly id: string;
  /** The bill's own word for the type, such as `instance`. */
  readonly type: string;
  readonly serviceCode: string;
}

// ARNs that name no kind: the service has one that costs something.
const ONLY_KIND: readonly (readonly [string, string])[] = [
  ['s3', 'bucket'],
  ['sqs', 'queue'],
  ['sns', 'topic'],
];
// Services whose resources a bill names by a bare id.
const SERVICES: readonly (readonly [string, string])[] = [
  ['AmazonEC2', 'ec2'],
  ['AmazonVPC', 'ec2'],
  ['AmazonS3', 's3'],
  ['AmazonRDS', 'rds'],
];
const BARE_EC2: readonly (readonly [string, string])[] = [
  ['i-', 'instance'],
  ['vol-', 'volume'],
  ['snap-', 'snapshot'],
  ['nat-', 'natgateway'],
  ['eipalloc-', 'elastic-ip'],
];

/**
 * SQL for the type of a resource, as AWS Resource Explorer spells it: service, colon, kind. A bill says the kind alone
 * (`cluster` of four services), or nothing, so the rest is read from the ARN. Rows of other providers keep the bill's word.
 * Source: AWS General Reference, "Amazon Resource Names (ARNs)"; AWS Resource Explorer, "Resource types you can search for".
 */
export function explorerType({ isAws, id, type, serviceCode }: ResourceFacts): string {
  const isArn = `starts_with(${id}, 'arn:')`;
  const arnService = `split_part(${id}, ':', 3)`;
  const last = `split_part(${id}, ':', 6)`;
  const arnKind = `case when contains(${last}, '/') then split_part(${last}, '/', 1)
    when split_part(${id}, ':', 7) <> '' then ${last}
    else ${choose(
      arnService,
      ONLY_KIND.map(([service, kind]) => [service, literal(kind)] as const),
      `''`,
    )} end`;
  const bareKind = `case ${BARE_EC2.map(([start, kind]) => `when starts_with(${id}, '${start}') then '${kind}'`).join(' ')}
    when ${serviceCode} = 'AmazonS3' then 'bucket' else '' end`;
  const kind = `case when ${type} <> '' then ${type} when ${isArn} then ${arnKind} else ${bareKind} end`;
  const service = `case when ${isArn} then ${arnService} else ${choose(
    serviceCode,
    SERVICES.map(([code, name]) => [code, literal(name)] as const),
    `lower(replace(replace(${serviceCode}, 'Amazon', ''), 'AWS', ''))`,
  )} end`;
  return `case when ${id} = '' or not (${isAws}) or contains(${type}, ':') then ${type}
    when (${kind}) = '' then ${service} else ${service} || ':' || (${kind}) end`;
}
