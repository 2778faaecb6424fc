import { AwsError } from '../http/aws-error';
import type { StackRecord } from '../world/world';
import { checkRules, conditionHolds } from './intrinsics';
import { resolveParameters } from './parameters';
import { ResourceFailure } from './roles';
import {
  checkCapabilities,
  checkResourceTypes,
  createScope,
  makeOutputs,
  makeResources,
  removeResources,
} from './stacks';
import type { StackInput, StackTools } from './stacks';
import { parseTemplate, validationError } from './template';

export type StackUpdate = Pick<StackInput, 'templateText' | 'parameters' | 'capabilities'>;

/** Makes the stack's roles anew; one that keeps its name keeps its identity, and so its sessions. */
export function updateStack(
  tools: StackTools,
  accountId: string,
  stack: StackRecord,
  update: StackUpdate,
): void {
  const { world, clock } = tools;
  const account = world.account(accountId);
  if (!account) throw validationError(`Account ${accountId} does not exist`);
  if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(stack.status)) {
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  }
  const template = parseTemplate(update.templateText);
  checkResourceTypes(template);
  const parameters = resolveParameters(template, update.parameters);
  checkCapabilities(template, update.capabilities);
  const isSame = update.templateText === stack.template;
  if (isSame && JSON.stringify(parameters) === JSON.stringify(stack.parameters)) {
    throw validationError('No updates are to be performed.');
  }
  const next: StackRecord = {
    ...stack,
    parameters,
    template: update.templateText,
    description: template.description,
    capabilities: update.capabilities,
    hiddenParameters: template.parameters.filter(({ noEcho }) => noEcho).map(({ name }) => name),
    ...{ roles: [], exports: [] },
  };
  const scope = createScope(template, next, accountId, world);
  for (const name of Object.keys(template.conditions)) conditionHolds(name, scope);
  checkRules(template.rules, scope);
  const before = { ...account.roles };
  removeResources(world, accountId, stack);
  stack.updatedAt = clock.now().toISOString();
  try {
    makeResources(tools, accountId, next, template);
    for (const { name } of next.roles) {
      const [made, old] = [account.roles[name], before[name]];
      if (made && old) Object.assign(made, { id: old.id, createdAt: old.createdAt });
    }
    next.outputs = makeOutputs(createScope(template, next, accountId, world), template);
    Object.assign(stack, next, { status: 'UPDATE_COMPLETE', statusReason: '', updatedAt: stack.updatedAt });
  } catch (error) {
    account.roles = before;
    if (!(error instanceof ResourceFailure) && !(error instanceof AwsError)) throw error;
    stack.status = 'UPDATE_ROLLBACK_COMPLETE';
    stack.statusReason = `UPDATE_FAILED: ${error.message}`;
  }
  world.changed();
}
