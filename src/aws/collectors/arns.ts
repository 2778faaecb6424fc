import type { Place } from './types';

/** `aws`, `aws-cn` or `aws-us-gov`. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

export function arnOf(place: Place, service: string, resource: string): string {
  return `arn:${place.partition}:${service}:${place.region}:${place.accountId}:${resource}`;
}

export interface ArnParts {
  readonly service: string;
  readonly region: string;
  readonly type: string;
  readonly id: string;
}

// These name the resource alone, without its kind.
const BARE_TYPES: Record<string, string> = { s3: 'bucket', sqs: 'queue', sns: 'topic' };

// Mostly one word, then a colon or a slash; two words for load balancers of the newer kinds and for firewalls.
const TYPE_AND_ID =
  /^\/?(loadbalancer\/(?:app|net|gwy)(?=\/)|(?:regional|global)\/[a-z]+(?=\/)|[^:/]+)[:/](.*)$/s;

/** Kind and id of a resource from its ARN, the kind in the spelling of Resource Explorer; null for no ARN. */
export function partsOfArn(arn: string): ArnParts | null {
  const [prefix, , service = '', region = '', , ...rest] = arn.split(':');
  const resource = rest.join(':');
  if (prefix !== 'arn' || service === '' || resource === '') return null;
  const bare = BARE_TYPES[service];
  if (bare) return { service, region, type: `${service}:${bare}`, id: resource };
  const [, kind, id] = TYPE_AND_ID.exec(resource) ?? [];
  if (kind === undefined || id === undefined) return { service, region, type: service, id: resource };
  // A load balancer's id starts with its kind.
  const isBalancer = kind.startsWith('loadbalancer/');
  const whole = isBalancer ? resource.slice('loadbalancer/'.length) : id;
  return { service, region, type: `${service}:${kind}`, id: whole };
}
