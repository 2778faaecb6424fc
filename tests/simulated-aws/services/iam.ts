import { AwsError, xml } from '../http/aws-error';
import type { WireResponse } from '../http/aws-error';
import { callerOf } from '../http/aws-request';
import type { AwsRequest } from '../http/aws-request';
import { element, members, parent, queryResponse } from '../http/xml';
import {
  INLINE_POLICY_LIMIT,
  ROLE_NAME,
  TRUST_POLICY_LIMIT,
  countedLength,
  policyProblem,
  trustPolicyProblem,
} from '../identity/policy-checks';
import type { SimClock } from '../world/clock';
import { roleArn, uniqueId } from '../world/world';
import type { RoleRecord, World } from '../world/world';
import type { ServiceContext } from './service';

type RoleAction = (role: RoleRecord, form: URLSearchParams, accountId: string, world: World) => string;

export function setTrustPolicy(world: World, role: RoleRecord, text: string): void {
  const problem = trustPolicyProblem(text);
  if (problem) throw new AwsError('MalformedPolicyDocument', problem);
  if (countedLength(text) > TRUST_POLICY_LIMIT) {
    throw new AwsError('LimitExceeded', `Cannot exceed quota for ACLSizePerRole: ${TRUST_POLICY_LIMIT}`, 409);
  }
  role.trustPolicy = text;
  world.changed();
}

export function setRolePolicy(world: World, role: RoleRecord, name: string, text: string): void {
  if (!/^[\w+=,.@-]{1,128}$/.test(name))
    throw new AwsError('ValidationError', 'The specified value for policyName is invalid.');
  const problem = policyProblem(text);
  if (problem) throw new AwsError('MalformedPolicyDocument', problem);
  const together = Object.values({ ...role.policies, [name]: text }).reduce(
    (sum, each) => sum + countedLength(each),
    0,
  );
  if (together > INLINE_POLICY_LIMIT) {
    throw new AwsError(
      'LimitExceeded',
      `Maximum policy size of ${INLINE_POLICY_LIMIT} bytes exceeded for role ${role.name}`,
      409,
    );
  }
  role.policies[name] = text;
  world.changed();
}

export interface NewRole {
  name: string;
  path: string;
  description: string;
  trustPolicy: string;
  maxSessionSeconds: number;
}

export function createRole(world: World, clock: SimClock, accountId: string, input: NewRole): RoleRecord {
  const account = world.account(accountId);
  if (!account) throw new AwsError('NoSuchEntity', `Account ${accountId} does not exist`, 404);
  if (!ROLE_NAME.test(input.name)) {
    throw new AwsError(
      'ValidationError',
      'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    );
  }
  const taken = Object.keys(account.roles).some((name) => name.toLowerCase() === input.name.toLowerCase());
  if (taken) throw new AwsError('EntityAlreadyExists', `Role with name ${input.name} already exists.`, 409);
  const createdAt = clock.now().toISOString();
  const id = uniqueId('AROA', accountId, input.name, createdAt, String(world.version));
  const role: RoleRecord = { ...input, id, createdAt, policies: {} };
  setTrustPolicy(world, role, input.trustPolicy);
  account.roles[role.name] = role;
  world.changed();
  return role;
}

function roleXml(accountId: string, role: RoleRecord): string {
  return parent(
    'Role',
    element('Path', role.path) +
      element('RoleName', role.name) +
      element('RoleId', role.id) +
      element('Arn', roleArn(accountId, role)) +
      element('CreateDate', role.createdAt) +
      element('AssumeRolePolicyDocument', encodeURIComponent(role.trustPolicy)) +
      element('Description', role.description || undefined) +
      element('MaxSessionDuration', role.maxSessionSeconds),
  );
}

function policyOf(role: RoleRecord, form: URLSearchParams): [name: string, text: string] {
  const name = form.get('PolicyName') ?? '';
  const text = Object.hasOwn(role.policies, name) ? role.policies[name] : undefined;
  if (text === undefined)
    throw new AwsError('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404);
  return [name, text];
}

const ROLE_ACTIONS: Record<string, RoleAction> = {
  GetRole: (role, _form, accountId) => roleXml(accountId, role),
  ListRolePolicies: (role) =>
    members('PolicyNames', Object.keys(role.policies)) + element('IsTruncated', false),
  ListAttachedRolePolicies: () => members('AttachedPolicies', []) + element('IsTruncated', false),
  GetRolePolicy: (role, form) => {
    const [name, text] = policyOf(role, form);
    return (
      element('RoleName', role.name) +
      element('PolicyName', name) +
      element('PolicyDocument', encodeURIComponent(text))
    );
  },
  UpdateAssumeRolePolicy: (role, form, _accountId, world) => {
    setTrustPolicy(world, role, form.get('PolicyDocument') ?? '');
    return '';
  },
  PutRolePolicy: (role, form, _accountId, world) => {
    setRolePolicy(world, role, form.get('PolicyName') ?? '', form.get('PolicyDocument') ?? '');
    return '';
  },
  DeleteRolePolicy: (role, form, _accountId, world) => {
    delete role.policies[policyOf(role, form)[0]];
    world.changed();
    return '';
  },
  DeleteRole: (role, _form, accountId, world) => {
    if (Object.keys(role.policies).length > 0) {
      throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
    }
    delete world.account(accountId)?.roles[role.name];
    world.changed();
    return '';
  },
};

export async function iam(request: AwsRequest, context: ServiceContext): Promise<WireResponse> {
  const caller = callerOf(request);
  const { form, action, requestId } = request;
  const { world, clock, authorizer } = context;
  const accountId = caller.accountId;
  const name = form.get('RoleName') ?? '';
  const answer = (result: string): WireResponse => xml(200, queryResponse('iam', action, result, requestId));
  const resource = `arn:aws:iam::${accountId}:role/${action === 'ListRoles' ? '' : name}`;
  if (action !== 'CreateRole' && action !== 'ListRoles' && !ROLE_ACTIONS[action]) {
    throw new AwsError('InvalidAction', `Could not find operation ${action} for version 2010-05-08`);
  }
  await authorizer.require(
    caller,
    { action: `iam:${action}`, resource, resourceAccountId: accountId },
    'query',
  );
  if (action === 'CreateRole') {
    const role = createRole(world, clock, accountId, {
      name,
      path: form.get('Path') ?? '/',
      description: form.get('Description') ?? '',
      trustPolicy: form.get('AssumeRolePolicyDocument') ?? '',
      maxSessionSeconds: Number(form.get('MaxSessionDuration') ?? 3600),
    });
    return answer(roleXml(accountId, role));
  }
  if (action === 'ListRoles') {
    const roles = Object.values(world.account(accountId)?.roles ?? {});
    const list = roles.map((role) => roleXml(accountId, role).replace(/^<Role>|<\/Role>$/g, ''));
    return answer(members('Roles', list) + element('IsTruncated', false));
  }
  const role = world.role(accountId, name);
  if (!role) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  return answer(ROLE_ACTIONS[action]?.(role, form, accountId, world) ?? '');
}
