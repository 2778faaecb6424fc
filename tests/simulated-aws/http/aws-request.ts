import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../identity/caller';
import { AwsError } from './aws-error';
import type { Protocol } from './aws-error';
import { isRestService, restAction } from './rest-routes';

export type JsonObject = Record<string, unknown>;

/** A request as it arrived, before anybody knows who sent it. */
export interface RawRequest {
  method: string;
  /** The path exactly as sent, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Operation {
  service: string;
  region: string;
  action: string;
  protocol: Protocol;
}

export interface AwsRequest extends RawRequest, Operation {
  requestId: string;
  /** Undefined only for unsigned S3 reads. */
  caller: Caller | undefined;
  /** Parameters of the query protocols. */
  form: URLSearchParams;
  /** Input of the JSON protocol. */
  input: JsonObject;
}

export function callerOf(request: AwsRequest): Caller {
  if (!request.caller)
    throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  return request.caller;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const QUERY_SERVICES = new Set([
  'sts',
  'iam',
  'cloudformation',
  'rds',
  'elasticache',
  'redshift',
  'elasticloadbalancing',
  'sns',
]);
const JSON_INVENTORY = new Set(['ecs', 'dynamodb', 'kinesis', 'logs', 'ecr', 'sqs', 'tagging']);
const BILLING = new Set(['ce', 'bcm-data-exports', 'cur']);

function protocolOf(service: string): Protocol | undefined {
  if (QUERY_SERVICES.has(service)) return 'query';
  if (service === 'ec2') return 'ec2';
  if (JSON_INVENTORY.has(service) || isRestService(service)) return 'json';
  if (BILLING.has(service) || service === 'organizations') return 'json';
  return service === 's3' ? 's3' : undefined;
}

function s3Action(request: RawRequest): string {
  const [bucket, ...rest] = request.path.slice(1).split('/');
  const hasKey = rest.join('/') !== '';
  if (!bucket) return 'ListBuckets';
  if (hasKey) {
    const byMethod: Record<string, string> = {
      GET: 'GetObject',
      HEAD: 'HeadObject',
      PUT: 'PutObject',
      DELETE: 'DeleteObject',
    };
    return byMethod[request.method] ?? 'Unknown';
  }
  if (request.query.has('policy')) return request.method === 'PUT' ? 'PutBucketPolicy' : 'GetBucketPolicy';
  if (request.query.has('location')) return 'GetBucketLocation';
  const byMethod: Record<string, string> = {
    GET: 'ListObjectsV2',
    HEAD: 'HeadBucket',
    PUT: 'CreateBucket',
    DELETE: 'DeleteBucket',
  };
  return byMethod[request.method] ?? 'Unknown';
}

/** Reads service and action off the wire: the credential scope names the service, the protocol the action. */
export function identifyOperation(request: RawRequest): Operation {
  const scope = /Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(
    request.headers.authorization ?? '',
  );
  const isForm = request.method === 'POST' && request.path === '/';
  const service = scope?.[2] ?? (isForm ? 'sts' : 's3');
  const protocol = protocolOf(service);
  if (!protocol) throw new AwsError('UnknownService', `The simulator does not speak ${service}`, 404);
  return {
    service,
    region: scope?.[1] ?? 'us-east-1',
    protocol,
    action: actionOf(request, service, protocol),
  };
}

function actionOf(request: RawRequest, service: string, protocol: Protocol): string {
  if (isRestService(service)) return restAction(service, request);
  if (protocol === 's3') return s3Action(request);
  if (protocol === 'json') {
    const target = request.headers['x-amz-target'];
    return typeof target === 'string' ? (target.split('.').at(-1) ?? '') : '';
  }
  return (
    new URLSearchParams(request.body.toString('utf8')).get('Action') ?? request.query.get('Action') ?? ''
  );
}

export function parseInput(protocol: Protocol, body: Buffer): JsonObject {
  if (protocol !== 'json') return {};
  try {
    const value: unknown = JSON.parse(body.length > 0 ? body.toString('utf8') : '{}');
    if (isObject(value)) return value;
  } catch {
    // The answer is the same as for JSON of the wrong shape.
  }
  throw new AwsError('SerializationException', 'Start of structure or map found where not expected.');
}
