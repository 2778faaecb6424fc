import { createStack, deleteStack, findStack } from '../cloudformation/stacks';
import { parseTemplate } from '../cloudformation/template';
import { readTemplateUrl } from '../cloudformation/service';
import { setRolePolicy, setTrustPolicy } from '../services/iam';
import { roleArn } from '../world/world';
import type { AccountState, RoleRecord } from '../world/world';
import { AwsError } from './aws-error';
import type { WireResponse } from './aws-error';
import { isObject } from './aws-request';
import type { JsonObject, RawRequest } from './aws-request';
import { controlExports } from './control-exports';
import { FAULT_KINDS } from './faults';
import type { Fault } from './faults';
import type { HandlerParts } from './handler';

function reply(value: unknown, status = 200): WireResponse {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status, headers, body: JSON.stringify(value) };
}

function notFound(what: string): AwsError {
  return new AwsError('NotFound', `${what} does not exist`, 404);
}

function readJson(raw: RawRequest): unknown {
  try {
    return JSON.parse(raw.body.toString('utf8') || '{}') as unknown;
  } catch {
    throw new AwsError('BadRequest', 'The body is not JSON');
  }
}

function readObject(raw: RawRequest): JsonObject {
  const value = readJson(raw);
  if (!isObject(value)) throw new AwsError('BadRequest', 'The body must be an object');
  return value;
}

/** What tests and the console page steer the simulator with; the product itself never calls it. */
export async function handleControl(raw: RawRequest, parts: HandlerParts): Promise<WireResponse> {
  try {
    const [resource = '', ...rest] = raw.path.split('/').slice(2).map(decodeURIComponent);
    if (resource === 'accounts') return controlAccounts(raw, parts, rest);
    const exported = controlExports(raw, parts, resource);
    if (exported) return reply(exported);
    return controlService(raw, parts, resource);
  } catch (error) {
    if (!(error instanceof AwsError)) return reply({ error: 'BadRequest', message: String(error) }, 400);
    return reply({ error: error.code, message: error.message }, error.status);
  }
}

function controlService(raw: RawRequest, parts: HandlerParts, resource: string): WireResponse {
  const { log, faults, context } = parts;
  switch (`${raw.method} ${resource}`) {
    case 'GET health':
      return reply({ ok: true, size: context.world.size, now: context.clock.now().toISOString() });
    case 'GET requests':
      return reply({ requests: log.entries(Number(raw.query.get('since') ?? 0)) });
    case 'DELETE requests':
      log.clear();
      return reply({ ok: true });
    case 'GET faults':
      return reply({ faults: faults.list() });
    case 'PUT faults':
      return putFaults(raw, parts);
    case 'DELETE faults':
      if (raw.query.has('id')) faults.remove(Number(raw.query.get('id')));
      else faults.clear();
      return reply({ ok: true });
    case 'PUT clock':
      return putClock(raw, parts);
    case 'POST reset':
      faults.clear();
      context.exportFiles.faults.clear();
      log.clear();
      context.clock.reset();
      context.world.reset();
      return reply({ ok: true });
    case 'GET template': {
      const template = parseTemplate(readTemplateUrl(context.world, raw.query.get('url') ?? ''));
      const { description, parameters, resources } = template;
      return reply({
        description,
        parameters,
        resources: Object.entries(resources).map(([id, { type }]) => ({ id, type })),
      });
    }
    default:
      throw notFound(`${raw.method} /_sim/${resource}`);
  }
}

/** One fault is added to those there are; a list replaces them. */
function putFaults(raw: RawRequest, { faults }: HandlerParts): WireResponse {
  const body = readJson(raw);
  const wanted = (Array.isArray(body) ? body : [body]) as Fault[];
  const wrong = wanted.find((fault) => !FAULT_KINDS.includes(fault.kind));
  if (wrong) throw new AwsError('BadRequest', `kind must be one of ${FAULT_KINDS.join(', ')}`);
  if (Array.isArray(body)) faults.clear();
  return reply({ faults: wanted.map((fault) => faults.add(fault)) });
}

function putClock(raw: RawRequest, { context }: HandlerParts): WireResponse {
  const { now, advanceMs } = readObject(raw);
  if (typeof now === 'string') context.clock.set(new Date(now));
  if (typeof advanceMs === 'number') context.clock.advance(advanceMs);
  return reply({ now: context.clock.now().toISOString() });
}

function controlAccounts(raw: RawRequest, parts: HandlerParts, path: string[]): WireResponse {
  const { world } = parts.context;
  const [accountId, kind, name, ...rest] = path;
  if (accountId === undefined) return reply({ accounts: listAccounts(parts) });
  const account = world.account(accountId);
  if (!account) throw notFound(`Account ${accountId}`);
  if (kind === 'roles') return controlRoles(raw, parts, accountId, account, name, rest);
  if (kind === 'stacks') return controlStacks(raw, parts, accountId, account, name);
  if (kind === 'cost-explorer' && raw.method === 'PUT') {
    const { enabled, resources } = readObject(raw);
    if (enabled !== undefined) account.costExplorerEnabled = enabled === true;
    if (resources !== undefined) account.withoutResourceCosts = resources !== true;
    world.changed();
    return reply({
      enabled: account.costExplorerEnabled,
      resources: account.withoutResourceCosts !== true,
    });
  }
  throw notFound(raw.path);
}

function listAccounts({ context }: HandlerParts): object[] {
  const { world } = context;
  return [...world.accounts.values()].map((definition) => ({
    id: definition.id,
    name: definition.name,
    status: definition.isSuspended ? 'SUSPENDED' : 'ACTIVE',
    organization: definition.inOrganization ? world.organization.id : undefined,
    isManagement: definition.id === world.organization.managementAccountId,
    costExplorerEnabled: world.account(definition.id)?.costExplorerEnabled,
  }));
}

function roleJson(accountId: string, role: RoleRecord): object {
  return { ...role, arn: roleArn(accountId, role) };
}

function controlRoles(
  raw: RawRequest,
  { context }: HandlerParts,
  accountId: string,
  account: AccountState,
  name: string | undefined,
  [what, policyName = '']: string[],
): WireResponse {
  if (name === undefined) {
    return reply({ roles: Object.values(account.roles).map((role) => roleJson(accountId, role)) });
  }
  const role = context.world.role(accountId, name);
  if (!role) throw notFound(`Role ${name}`);
  const text = raw.body.toString('utf8');
  if (raw.method === 'PUT' && what === 'trust') setTrustPolicy(context.world, role, text);
  else if (raw.method === 'PUT' && what === 'policies') setRolePolicy(context.world, role, policyName, text);
  else if (raw.method === 'DELETE' && what === 'policies') delete role.policies[policyName];
  else if (raw.method === 'DELETE' && what === undefined) delete account.roles[name];
  else if (raw.method !== 'GET') throw notFound(raw.path);
  if (raw.method === 'DELETE') context.world.changed();
  return reply(roleJson(accountId, role));
}

function controlStacks(
  raw: RawRequest,
  { context }: HandlerParts,
  accountId: string,
  account: AccountState,
  name: string | undefined,
): WireResponse {
  if (name === undefined && raw.method === 'GET') return reply({ stacks: [...account.stacks].reverse() });
  if (name === undefined && raw.method === 'POST') {
    const body = readObject(raw);
    const parameters = isObject(body.parameters) ? body.parameters : {};
    const stack = createStack(context, {
      accountId,
      region: typeof body.region === 'string' ? body.region : 'us-east-1',
      name: String(body.name ?? ''),
      templateText: readTemplateUrl(context.world, String(body.templateUrl ?? '')),
      parameters: new Map(Object.entries(parameters).map(([key, value]) => [key, String(value)])),
      capabilities: Array.isArray(body.capabilities) ? body.capabilities.map(String) : [],
    });
    return reply(stack, 201);
  }
  const stack = findStack(context.world, accountId, raw.query.get('region') ?? 'us-east-1', name ?? '');
  if (!stack) throw notFound(`Stack ${name ?? ''}`);
  if (raw.method === 'DELETE') deleteStack(context, accountId, stack);
  return reply(stack);
}
