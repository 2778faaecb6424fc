import { AwsError } from '../http/aws-error';
import { isObject } from '../http/aws-request';
import type { JsonObject } from '../http/aws-request';
import { MANAGED_POLICY_LIMIT, countedLength, policyProblem } from '../identity/policy-checks';
import { createRole, setRolePolicy } from '../services/iam';
import type { SimClock } from '../world/clock';
import type { RoleRecord, World } from '../world/world';

const ROLE_PROPERTIES = new Set([
  'AssumeRolePolicyDocument',
  'Description',
  'ManagedPolicyArns',
  'MaxSessionDuration',
  'Path',
  'PermissionsBoundary',
  'Policies',
  'RoleName',
  'Tags',
]);

export class ResourceFailure extends Error {}

function asObject(value: unknown, what: string): JsonObject {
  if (!isObject(value)) throw new ResourceFailure(`Property ${what} must be an object`);
  return value;
}

function withIamErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new ResourceFailure(
      `${error.message} (Service: Iam, Status Code: ${error.status}, Error Code: ${error.code})`,
    );
  }
}

/** Makes a role out of the evaluated properties of an AWS::IAM::Role. */
export function buildRole(
  world: World,
  clock: SimClock,
  accountId: string,
  fallbackName: string,
  properties: unknown,
): RoleRecord {
  const wanted = asObject(properties, 'Properties');
  const unknown = Object.keys(wanted).find((name) => !ROLE_PROPERTIES.has(name));
  if (unknown !== undefined) throw new ResourceFailure(`Encountered unsupported property ${unknown}`);
  return withIamErrors(() => {
    const role = createRole(world, clock, accountId, {
      name: typeof wanted.RoleName === 'string' ? wanted.RoleName : fallbackName,
      path: typeof wanted.Path === 'string' ? wanted.Path : '/',
      description: typeof wanted.Description === 'string' ? wanted.Description : '',
      trustPolicy: JSON.stringify(asObject(wanted.AssumeRolePolicyDocument, 'AssumeRolePolicyDocument')),
      maxSessionSeconds: Number(wanted.MaxSessionDuration ?? 3600),
    });
    try {
      const policies = Array.isArray(wanted.Policies) ? (wanted.Policies as unknown[]) : [];
      for (const entry of policies) addInlinePolicy(world, role, entry);
    } catch (error) {
      delete world.account(accountId)?.roles[role.name];
      throw error;
    }
    return role;
  });
}

function addInlinePolicy(world: World, role: RoleRecord, entry: unknown): void {
  const { PolicyName, PolicyDocument } = asObject(entry, 'Policies');
  if (typeof PolicyName !== 'string') throw new ResourceFailure('Property PolicyName cannot be empty');
  setRolePolicy(world, role, PolicyName, JSON.stringify(asObject(PolicyDocument, 'PolicyDocument')));
}

/** AWS::IAM::Policy and AWS::IAM::ManagedPolicy: both end as policies of the roles they name. */
export function attachPolicy(
  world: World,
  accountId: string,
  logicalId: string,
  isManaged: boolean,
  properties: unknown,
): void {
  const wanted = asObject(properties, 'Properties');
  const document = JSON.stringify(asObject(wanted.PolicyDocument, 'PolicyDocument'));
  const name = String(wanted.PolicyName ?? wanted.ManagedPolicyName ?? logicalId);
  const problem = policyProblem(document);
  if (problem) throw new ResourceFailure(problem);
  if (isManaged && countedLength(document) > MANAGED_POLICY_LIMIT) {
    throw new ResourceFailure(`Cannot exceed quota for PolicySize: ${MANAGED_POLICY_LIMIT}`);
  }
  for (const roleName of Array.isArray(wanted.Roles) ? (wanted.Roles as unknown[]) : []) {
    const role = world.role(accountId, String(roleName));
    if (!role) throw new ResourceFailure(`The role with name ${String(roleName)} cannot be found.`);
    // A managed policy has its own quota, so it must not be weighed with the inline ones.
    if (isManaged) role.policies[name] = document;
    else withIamErrors(() => setRolePolicy(world, role, name, document));
  }
  world.changed();
}
