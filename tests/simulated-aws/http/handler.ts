import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BodyPlan } from '../billing/file-faults';
import { consolePage } from '../console/page';
import { authenticate, inDialect } from '../identity/authenticate';
import { accessDenied } from '../identity/authorize';
import { EXPIRED_TOKEN } from '../identity/caller';
import type { Caller } from '../identity/caller';
import { cloudformation } from '../cloudformation/service';
import { costExplorer } from '../cost-explorer/service';
import { dataExports, usageReports } from '../services/billing-exports';
import { ec2 } from '../services/ec2';
import { iam } from '../services/iam';
import { buckets } from '../services/inventory/buckets';
import { jsonInventory, queryInventory } from '../services/inventory/services';
import { organizations } from '../services/organizations';
import { s3 } from '../services/s3';
import type { Service, ServiceContext } from '../services/service';
import { sts } from '../services/sts';
import { AwsError, renderError } from './aws-error';
import type { WireResponse } from './aws-error';
import { identifyOperation, parseInput } from './aws-request';
import type { AwsRequest, Operation, RawRequest } from './aws-request';
import { handleControl } from './control-api';
import { failed, throttled } from './faults';
import type { ActiveFault, Faults } from './faults';
import type { RequestLog } from './request-log';

export interface HandlerParts {
  context: ServiceContext;
  log: RequestLog;
  faults: Faults;
}

const SERVICES: Record<string, Service> = {
  sts,
  iam,
  cloudformation,
  ec2,
  ce: costExplorer,
  organizations,
  'bcm-data-exports': dataExports,
  cur: usageReports,
  s3: (request, context) => (request.action === 'ListBuckets' ? buckets : s3)(request, context),
  ...queryInventory,
  ...jsonInventory,
};
const BODY_LIMIT = 16 * 1024 * 1024;

class ConnectionReset extends Error {}

export function createHandler(
  parts: HandlerParts,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    respond(parts, incoming)
      .then((answer) => send(outgoing, answer))
      .catch((error: unknown) => {
        if (!(error instanceof ConnectionReset)) console.error(error);
        incoming.socket.destroy();
      });
  };
}

function send(outgoing: ServerResponse, answer: WireResponse): void {
  const length = answer.headers['content-length'] ?? String(Buffer.byteLength(answer.body));
  outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': length });
  if (answer.plan) void sendInParts(outgoing, Buffer.from(answer.body), answer.plan);
  else outgoing.end(answer.body);
}

/** A body that breaks off, or that pauses, after some bytes. */
async function sendInParts(
  outgoing: ServerResponse,
  body: Buffer,
  { afterBytes, pauseMs }: BodyPlan,
): Promise<void> {
  await new Promise((resolve) => outgoing.write(body.subarray(0, afterBytes), resolve));
  if (pauseMs === undefined) {
    outgoing.destroy();
    return;
  }
  await sleep(pauseMs);
  outgoing.end(body.subarray(afterBytes));
}

async function readRequest(incoming: IncomingMessage): Promise<RawRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new ConnectionReset();
    chunks.push(chunk);
  }
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const { method = 'GET', headers } = incoming;
  return { method, path, query: new URLSearchParams(query), headers, body: Buffer.concat(chunks) };
}

async function respond(parts: HandlerParts, incoming: IncomingMessage): Promise<WireResponse> {
  const raw = await readRequest(incoming);
  if (raw.path.startsWith('/_sim/')) return handleControl(raw, parts);
  const isConsole = raw.path === '/' || raw.path === '/console' || raw.path === '/cloudformation/home';
  if (isConsole && raw.method === 'GET' && raw.headers.authorization === undefined) return consolePage();
  return respondAsAws(parts, raw);
}

async function respondAsAws(parts: HandlerParts, raw: RawRequest): Promise<WireResponse> {
  const started = performance.now();
  const requestId = randomUUID();
  let operation: Operation = { service: 'unknown', region: 'us-east-1', action: '', protocol: 'query' };
  let caller: Caller | undefined;
  let answer: WireResponse;
  let errorCode: string | undefined;
  const record = (status: number): void => {
    parts.log.add({
      time: parts.context.clock.now().toISOString(),
      ...pick(operation),
      principalArn: caller?.arn,
      accountId: caller?.accountId,
      sessionName: caller?.sessionName,
      externalId: externalIdOf(operation, raw),
      status,
      errorCode,
      ms: Math.round((performance.now() - started) * 10) / 10,
      requestId,
    });
  };
  try {
    operation = identifyOperation(raw);
    caller = authenticate(parts.context.world, raw, parts.context.clock.now());
    await applyFaults(parts.faults.strike(operation, caller?.accountId), operation, caller);
    const form =
      operation.protocol === 'json' || operation.protocol === 's3' ? '' : raw.body.toString('utf8');
    const request: AwsRequest = {
      ...raw,
      ...operation,
      requestId,
      caller,
      form: new URLSearchParams(form),
      input: parseInput(operation.protocol, raw.body),
    };
    answer = await callService(request, parts.context);
  } catch (error) {
    if (error instanceof ConnectionReset) {
      errorCode = 'ConnectionReset';
      record(0);
      throw error;
    }
    const known =
      error instanceof AwsError ? inDialect(error, operation.protocol) : unexpected(error, operation.service);
    errorCode = known.code;
    answer = renderError(operation.protocol, known, requestId, raw.path);
    if (raw.method === 'HEAD') answer = { ...answer, body: '' };
  }
  record(answer.status);
  return { ...answer, headers: { ...answer.headers, 'x-amzn-requestid': requestId } };
}

function externalIdOf(operation: Operation, raw: RawRequest): string | undefined {
  if (operation.service !== 'sts') return undefined;
  return new URLSearchParams(raw.body.toString('utf8')).get('ExternalId') ?? undefined;
}

function pick({ service, action, region }: Operation): Pick<Operation, 'service' | 'action' | 'region'> {
  return { service, action, region };
}

function unexpected(error: unknown, service: string): AwsError {
  console.error(error);
  return failed(service);
}

async function callService(request: AwsRequest, context: ServiceContext): Promise<WireResponse> {
  const service = SERVICES[request.service];
  if (!service) throw new AwsError('UnknownService', `The simulator does not speak ${request.service}`, 404);
  if (!request.caller && request.protocol !== 's3') {
    throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  return service(request, context);
}

async function applyFaults(
  faults: ActiveFault[],
  operation: Operation,
  caller: Caller | undefined,
): Promise<void> {
  for (const fault of faults) {
    if (fault.ms !== undefined) await sleep(fault.ms);
    switch (fault.kind) {
      case 'latency':
        break;
      case 'throttle':
        throw throttled(operation.service);
      case '5xx':
        throw failed(operation.service);
      case 'reset':
        throw new ConnectionReset();
      case 'expired':
        throw new AwsError(EXPIRED_TOKEN, 'The security token included in the request is expired', 403);
      case 'denied':
        throw deniedOnDemand(operation, caller);
    }
  }
}

function deniedOnDemand(operation: Operation, caller: Caller | undefined): AwsError {
  if (!caller) return new AwsError('AccessDenied', 'Access Denied', 403);
  const action = `${operation.service}:${operation.action}`;
  return accessDenied(
    caller,
    { action, resource: '*', resourceAccountId: caller.accountId },
    operation.protocol,
  );
}
