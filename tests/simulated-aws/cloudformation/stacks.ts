import { randomUUID } from 'node:crypto';
import { AwsError } from '../http/aws-error';
import type { SimClock } from '../world/clock';
import { roleArn } from '../world/world';
import type { StackRecord, World } from '../world/world';
import { BUCKET, BUCKET_POLICY, EXPORT, bucketName, buildExport, suffixOf } from './billing-export';
import { checkRules, conditionHolds, evaluate } from './intrinsics';
import type { Scope } from './intrinsics';
import { resolveParameters } from './parameters';
import { ResourceFailure, attachPolicy, buildRole } from './roles';
import { parseTemplate, validationError } from './template';
import type { Template } from './template';

export interface StackInput {
  accountId: string;
  region: string;
  name: string;
  templateText: string;
  parameters: ReadonlyMap<string, string>;
  capabilities: string[];
}

export interface StackTools {
  world: World;
  clock: SimClock;
  stackDelayMs: number;
}

const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]*$/;
const STACK_NAME_LIMIT = 128;
const IAM_TYPES = new Set(['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']);
const EXPORT_TYPES = new Set([BUCKET, BUCKET_POLICY, EXPORT]);

export function findStack(
  world: World,
  accountId: string,
  region: string,
  nameOrId: string,
): StackRecord | undefined {
  const stacks = (world.account(accountId)?.stacks ?? []).filter((stack) => stack.region === region);
  const byId = stacks.find((stack) => stack.id === nameOrId);
  return byId ?? stacks.find((stack) => stack.name === nameOrId && stack.status !== 'DELETE_COMPLETE');
}

export function checkResourceTypes(template: Template): void {
  const types = [...new Set(Object.values(template.resources).map(({ type }) => type))];
  const unknown = types.filter((type) => !IAM_TYPES.has(type) && !EXPORT_TYPES.has(type));
  if (unknown.length > 0) {
    throw validationError(`Template format error: Unrecognized resource types: [${unknown.join(', ')}]`);
  }
}

export function checkCapabilities(template: Template, capabilities: readonly string[]): void {
  const types = Object.values(template.resources).filter(({ type }) => IAM_TYPES.has(type));
  if (types.length === 0) return;
  const isNamed = types.some(
    ({ properties }) =>
      typeof properties === 'object' &&
      properties !== null &&
      ('RoleName' in properties || 'ManagedPolicyName' in properties),
  );
  const accepted = isNamed ? ['CAPABILITY_NAMED_IAM'] : ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'];
  if (!accepted.some((capability) => capabilities.includes(capability))) {
    throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${accepted[0]}]`);
  }
}

export function createScope(template: Template, stack: StackRecord, accountId: string, world: World): Scope {
  const made = new Map<string, string>();
  for (const { logicalId, name } of stack.roles) made.set(logicalId, name);
  return {
    values: {
      ...stack.parameters,
      'AWS::AccountId': accountId,
      'AWS::Region': stack.region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack.name,
      'AWS::StackId': stack.id,
    },
    conditions: template.conditions,
    resource: (logicalId, attribute) => {
      if (template.resources[logicalId]?.type === BUCKET) {
        const name = bucketName(stack, logicalId);
        return attribute === 'Arn' ? `arn:aws:s3:::${name}` : name;
      }
      const role = world.role(accountId, made.get(logicalId) ?? '');
      if (!role) return undefined;
      if (attribute === undefined) return role.name;
      return { Arn: roleArn(accountId, role), RoleId: role.id }[attribute];
    },
  };
}

export function createStack(tools: StackTools, input: StackInput): StackRecord {
  const { world, clock } = tools;
  const account = world.account(input.accountId);
  if (!account) throw validationError(`Account ${input.accountId} does not exist`);
  if (input.name.length > STACK_NAME_LIMIT || !STACK_NAME.test(input.name)) {
    throw validationError(
      `1 validation error detected: Value '${input.name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]* and have length less than or equal to ${STACK_NAME_LIMIT}`,
    );
  }
  if (findStack(world, input.accountId, input.region, input.name)) {
    throw new AwsError('AlreadyExistsException', `Stack [${input.name}] already exists`);
  }
  const template = parseTemplate(input.templateText);
  checkResourceTypes(template);
  const parameters = resolveParameters(template, input.parameters);
  checkCapabilities(template, input.capabilities);
  const stack: StackRecord = {
    id: `arn:aws:cloudformation:${input.region}:${input.accountId}:stack/${input.name}/${randomUUID()}`,
    name: input.name,
    region: input.region,
    status: 'CREATE_IN_PROGRESS',
    statusReason: 'User Initiated',
    description: template.description,
    template: input.templateText,
    createdAt: clock.now().toISOString(),
    parameters,
    hiddenParameters: template.parameters.filter(({ noEcho }) => noEcho).map(({ name }) => name),
    outputs: [],
    capabilities: input.capabilities,
    roles: [],
  };
  const scope = createScope(template, stack, input.accountId, world);
  for (const name of Object.keys(template.conditions)) conditionHolds(name, scope);
  checkRules(template.rules, scope);
  account.stacks.push(stack);
  world.changed();
  const finish = (): void => finishStack(tools, input.accountId, stack, template);
  if (tools.stackDelayMs > 0) setTimeout(finish, tools.stackDelayMs).unref();
  else finish();
  return stack;
}

function finishStack(tools: StackTools, accountId: string, stack: StackRecord, template: Template): void {
  const { world } = tools;
  if (stack.status !== 'CREATE_IN_PROGRESS') return;
  try {
    makeResources(tools, accountId, stack, template);
    stack.outputs = makeOutputs(createScope(template, stack, accountId, world), template);
    stack.status = 'CREATE_COMPLETE';
    stack.statusReason = '';
  } catch (error) {
    if (!(error instanceof ResourceFailure) && !(error instanceof AwsError)) throw error;
    removeResources(world, accountId, stack);
    stack.status = 'ROLLBACK_COMPLETE';
    stack.statusReason = `CREATE_FAILED: ${error.message}`;
  }
  world.changed();
}

/** Roles first: the policies of a template hang on them. */
export function makeResources(
  { world, clock }: StackTools,
  accountId: string,
  stack: StackRecord,
  template: Template,
): void {
  const entries = Object.entries(template.resources);
  const ordered = [...entries].sort(
    ([, a], [, b]) => Number(b.type === 'AWS::IAM::Role') - Number(a.type === 'AWS::IAM::Role'),
  );
  const bucketPolicies: unknown[] = [];
  for (const [logicalId, { type, condition, properties }] of ordered) {
    const scope = createScope(template, stack, accountId, world);
    if (condition !== undefined && !conditionHolds(condition, scope)) continue;
    const evaluated = evaluate(properties, scope);
    if (type === 'AWS::IAM::Role') {
      const suffix = suffixOf(stack, logicalId).toUpperCase();
      const fallback = `${stack.name.slice(0, 24)}-${logicalId.slice(0, 24)}-${suffix}`;
      const role = buildRole(world, clock, accountId, fallback, evaluated);
      stack.roles.push({ logicalId, name: role.name });
    } else if (type === BUCKET_POLICY) bucketPolicies.push(evaluated);
    else if (type === EXPORT) {
      const made = buildExport(world, { accountId, now: clock.now() }, evaluated, bucketPolicies);
      stack.exports = [...(stack.exports ?? []), made];
    } else if (type !== BUCKET) {
      attachPolicy(world, accountId, logicalId, type === 'AWS::IAM::ManagedPolicy', evaluated);
    }
  }
}

export function makeOutputs(scope: Scope, template: Template): StackRecord['outputs'] {
  return Object.entries(template.outputs)
    .filter(([, output]) => typeof output.Condition !== 'string' || conditionHolds(output.Condition, scope))
    .map(([key, output]) => ({
      key,
      value: String(evaluate(output.Value, scope)),
      description: typeof output.Description === 'string' ? output.Description : '',
    }));
}

export function removeResources(world: World, accountId: string, stack: StackRecord): void {
  const roles = world.account(accountId)?.roles ?? {};
  for (const { name } of stack.roles) delete roles[name];
  for (const name of stack.exports ?? []) world.deleteExport(name);
}

export function deleteStack({ world, clock }: StackTools, accountId: string, stack: StackRecord): void {
  if (stack.status === 'DELETE_COMPLETE') return;
  removeResources(world, accountId, stack);
  stack.status = 'DELETE_COMPLETE';
  stack.statusReason = '';
  stack.deletedAt = clock.now().toISOString();
  world.changed();
}
