import { AwsError, xml } from '../http/aws-error';
import type { WireResponse } from '../http/aws-error';
import { callerOf } from '../http/aws-request';
import type { AwsRequest } from '../http/aws-request';
import { element, members, parent, queryResponse } from '../http/xml';
import { readObject, splitObjectPath } from '../services/s3';
import type { ServiceContext } from '../services/service';
import type { StackRecord, World } from '../world/world';
import { readGivenParameters } from './parameters';
import { createStack, deleteStack, findStack } from './stacks';
import { validationError } from './template';
import { updateStack } from './update';

const BODY_LIMIT = 51_200;
const OBJECT_LIMIT = 1024 * 1024;
const URL_LIMIT = 1024;
const HIDDEN = '****';

function list(form: URLSearchParams, name: string): string[] {
  return [...form].filter(([key]) => key.startsWith(`${name}.member.`)).map(([, value]) => value);
}

/** Fetches a template from the simulator's own S3, by the path of its URL. */
export function readTemplateUrl(world: World, url: string): string {
  if (url.length > URL_LIMIT || !URL.canParse(url)) {
    throw validationError('TemplateURL must be a supported URL.');
  }
  const { bucket, key } = splitObjectPath(new URL(url).pathname);
  const object = readObject(world, bucket, key);
  if (!object || world.state.buckets[bucket]?.isPublic !== true) {
    throw validationError(
      'S3 error: Access Denied\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
    );
  }
  const body = Buffer.from(object.body, 'base64');
  if (body.length > OBJECT_LIMIT) {
    throw validationError(`Template may not exceed ${OBJECT_LIMIT} bytes in size.`);
  }
  return body.toString('utf8');
}

function readTemplate(world: World, form: URLSearchParams): string {
  const body = form.get('TemplateBody');
  const url = form.get('TemplateURL');
  if ((body === null) === (url === null)) {
    throw validationError('Either Template URL or Template Body must be specified.');
  }
  if (url !== null) return readTemplateUrl(world, url);
  const text = body ?? '';
  if (Buffer.byteLength(text) > BODY_LIMIT) {
    throw validationError(
      `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${BODY_LIMIT}`,
    );
  }
  return text;
}

function stackXml(stack: StackRecord): string {
  const parameters = Object.entries(stack.parameters).map(([key, value]) => {
    const shown = stack.hiddenParameters.includes(key) ? HIDDEN : value;
    return element('ParameterKey', key) + element('ParameterValue', shown);
  });
  const outputs = stack.outputs.map(
    ({ key, value, description }) =>
      element('OutputKey', key) +
      element('OutputValue', value) +
      element('Description', description || undefined),
  );
  return (
    element('StackId', stack.id) +
    element('StackName', stack.name) +
    element('Description', stack.description || undefined) +
    element('CreationTime', stack.createdAt) +
    element('LastUpdatedTime', stack.updatedAt) +
    element('DeletionTime', stack.deletedAt) +
    element('StackStatus', stack.status) +
    element('StackStatusReason', stack.statusReason || undefined) +
    element('DisableRollback', false) +
    parent('NotificationARNs', '') +
    members('Capabilities', stack.capabilities) +
    members('Parameters', parameters) +
    members('Outputs', outputs) +
    parent('Tags', '')
  );
}

function summaryXml(stack: StackRecord): string {
  return (
    element('StackId', stack.id) +
    element('StackName', stack.name) +
    element('TemplateDescription', stack.description || undefined) +
    element('CreationTime', stack.createdAt) +
    element('DeletionTime', stack.deletedAt) +
    element('StackStatus', stack.status) +
    element('StackStatusReason', stack.statusReason || undefined)
  );
}

export async function cloudformation(request: AwsRequest, context: ServiceContext): Promise<WireResponse> {
  const caller = callerOf(request);
  const { form, action, region } = request;
  const { world } = context;
  const { accountId } = caller;
  const name = form.get('StackName') ?? '';
  const known = ['CreateStack', 'UpdateStack', 'DeleteStack', 'DescribeStacks', 'ListStacks'];
  if (!known.includes(action)) {
    throw new AwsError('InvalidAction', `Could not find operation ${action} for version 2010-05-15`);
  }
  const stackResource = name.startsWith('arn:')
    ? name
    : `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/*`;
  const resource = name === '' ? '*' : stackResource;
  await context.authorizer.require(
    caller,
    { action: `cloudformation:${action}`, resource, resourceAccountId: accountId },
    'query',
  );
  const answer = (result: string): WireResponse =>
    xml(200, queryResponse('cloudformation', action, result, request.requestId));
  switch (action) {
    case 'CreateStack': {
      const stack = createStack(context, {
        accountId,
        region,
        name,
        templateText: readTemplate(world, form),
        parameters: readGivenParameters(form),
        capabilities: list(form, 'Capabilities'),
      });
      return answer(element('StackId', stack.id));
    }
    case 'UpdateStack': {
      const stack = findStack(world, accountId, region, name);
      if (!stack) throw validationError(`Stack [${name}] does not exist`);
      updateStack(context, accountId, stack, {
        templateText: form.get('UsePreviousTemplate') === 'true' ? stack.template : readTemplate(world, form),
        parameters: readGivenParameters(form, stack.parameters),
        capabilities: list(form, 'Capabilities'),
      });
      return answer(element('StackId', stack.id));
    }
    case 'DeleteStack': {
      const stack = findStack(world, accountId, region, name);
      if (stack) deleteStack(context, accountId, stack);
      return answer('');
    }
    case 'DescribeStacks':
      return answer(members('Stacks', describedStacks(world, accountId, region, name).map(stackXml)));
    default: {
      const statuses = list(form, 'StackStatusFilter');
      const stacks = stacksOf(world, accountId, region).filter(
        ({ status }) => statuses.length === 0 || statuses.includes(status),
      );
      return answer(members('StackSummaries', stacks.map(summaryXml)));
    }
  }
}

function stacksOf(world: World, accountId: string, region: string): StackRecord[] {
  return (world.account(accountId)?.stacks ?? []).filter((stack) => stack.region === region);
}

function describedStacks(world: World, accountId: string, region: string, name: string): StackRecord[] {
  if (name === '')
    return stacksOf(world, accountId, region).filter(({ status }) => status !== 'DELETE_COMPLETE');
  const stack = findStack(world, accountId, region, name);
  if (!stack) throw validationError(`Stack with id ${name} does not exist`);
  return [stack];
}
