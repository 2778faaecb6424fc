import { randomBytes } from 'node:crypto';
import { AwsError, xml } from '../http/aws-error';
import type { WireResponse } from '../http/aws-error';
import { callerOf } from '../http/aws-request';
import type { AwsRequest } from '../http/aws-request';
import { element, parent, queryResponse } from '../http/xml';
import { accessDenied } from '../identity/authorize';
import { issueToken } from '../identity/caller';
import type { Caller } from '../identity/caller';
import { policyProblem } from '../identity/policy-checks';
import { secretFor } from '../vendor';
import type { RoleRecord } from '../world/world';
import type { ServiceContext } from './service';

const EXTERNAL_ID = /^[\w+=,.@:/-]*$/;
const SESSION_NAME = /^[\w+=,.@-]*$/;
const ROLE_ARN = /^arn:aws:iam::(\d{12}):role(\/(?:[\w+=,.@-]+\/)*)([\w+=,.@-]{1,64})$/;
const CHAINING_LIMIT_SECONDS = 3600;
const SESSION_POLICY_LIMIT = 2048;

export async function sts(request: AwsRequest, context: ServiceContext): Promise<WireResponse> {
  if (request.action === 'GetCallerIdentity') {
    const caller = callerOf(request);
    const result =
      element('Arn', caller.arn) + element('UserId', caller.userId) + element('Account', caller.accountId);
    return xml(200, queryResponse('sts', 'GetCallerIdentity', result, request.requestId));
  }
  if (request.action === 'AssumeRole') return assumeRole(request, context);
  throw new AwsError('InvalidAction', `Could not find operation ${request.action} for version 2011-06-15`);
}

interface AssumeRoleInput {
  roleArn: string;
  sessionName: string;
  externalId: string | undefined;
  duration: number;
  sessionPolicy: string | undefined;
}

function constraint(value: string, name: string, problem: string): AwsError {
  return new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must ${problem}`,
  );
}

function checkText(value: string, name: string, minimum: number, maximum: number, pattern: RegExp): void {
  if (value.length < minimum)
    throw constraint(value, name, `have length greater than or equal to ${minimum}`);
  if (value.length > maximum) throw constraint(value, name, `have length less than or equal to ${maximum}`);
  if (!pattern.test(value))
    throw constraint(value, name, `satisfy regular expression pattern: ${pattern.source}`);
}

function readInput(form: URLSearchParams, caller: Caller): AssumeRoleInput {
  const roleArn = form.get('RoleArn') ?? '';
  const sessionName = form.get('RoleSessionName') ?? '';
  const externalId = form.get('ExternalId') ?? undefined;
  const duration = Number(form.get('DurationSeconds') ?? 3600);
  checkText(roleArn, 'roleArn', 20, 2048, /^[\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd]+$/);
  checkText(sessionName, 'roleSessionName', 2, 64, SESSION_NAME);
  if (externalId !== undefined) checkText(externalId, 'externalId', 2, 1224, EXTERNAL_ID);
  if (!Number.isInteger(duration) || duration < 900) {
    throw constraint(String(duration), 'durationSeconds', 'have value greater than or equal to 900');
  }
  if (duration > 43_200) {
    throw constraint(String(duration), 'durationSeconds', 'have value less than or equal to 43200');
  }
  if (caller.roleName !== undefined && duration > CHAINING_LIMIT_SECONDS) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  return { roleArn, sessionName, externalId, duration, sessionPolicy: readSessionPolicy(form) };
}

function readSessionPolicy(form: URLSearchParams): string | undefined {
  // Ignoring these would grant more than the caller asked for.
  const unsupported = [...form.keys()].find((key) => /^(PolicyArns|Tags|TransitiveTagKeys)\./.test(key));
  if (unsupported !== undefined)
    throw new AwsError('ValidationError', `The simulator does not provide ${unsupported}`);
  const text = form.get('Policy') ?? undefined;
  if (text === undefined) return undefined;
  if (text.length > SESSION_POLICY_LIMIT) {
    const percent = Math.ceil((text.length / SESSION_POLICY_LIMIT) * 100);
    throw new AwsError(
      'PackedPolicyTooLarge',
      `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
    );
  }
  const problem = policyProblem(text);
  if (problem) throw new AwsError('MalformedPolicyDocument', problem);
  return text;
}

async function assumeRole(request: AwsRequest, context: ServiceContext): Promise<WireResponse> {
  const caller = callerOf(request);
  const input = readInput(request.form, caller);
  const match = ROLE_ARN.exec(input.roleArn);
  if (!match) throw new AwsError('ValidationError', `${input.roleArn} is invalid`);
  const [, accountId = '', path = '', name = ''] = match;
  const role = context.world.role(accountId, name);
  const question = { action: 'sts:AssumeRole', resource: input.roleArn, resourceAccountId: accountId };
  const permitted =
    role?.path === path &&
    (await context.authorizer.isAllowed(caller, {
      ...question,
      resourcePolicy: JSON.parse(role.trustPolicy) as unknown,
      context: {
        ...(input.externalId === undefined ? {} : { 'sts:ExternalId': input.externalId }),
        'sts:RoleSessionName': input.sessionName,
      },
    }));
  if (!role || !permitted) throw accessDenied(caller, question, 'query');
  if (input.duration > role.maxSessionSeconds) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  return xml(
    200,
    queryResponse('sts', 'AssumeRole', issue(accountId, role, input, context), request.requestId),
  );
}

function issue(accountId: string, role: RoleRecord, input: AssumeRoleInput, context: ServiceContext): string {
  const key = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
  const expires = new Date(Math.floor(context.clock.now().getTime() / 1000) * 1000 + input.duration * 1000);
  const token = issueToken({
    key,
    account: accountId,
    role: role.name,
    roleId: role.id,
    session: input.sessionName,
    expires: expires.getTime(),
    ...(input.sessionPolicy === undefined ? {} : { policy: input.sessionPolicy }),
  });
  const credentials =
    element('AccessKeyId', key) +
    element('SecretAccessKey', secretFor(key)) +
    element('SessionToken', token) +
    element('Expiration', expires.toISOString());
  const arn = `arn:aws:sts::${accountId}:assumed-role/${role.name}/${input.sessionName}`;
  const user = element('AssumedRoleId', `${role.id}:${input.sessionName}`) + element('Arn', arn);
  const used = input.sessionPolicy && Math.ceil((input.sessionPolicy.length / SESSION_POLICY_LIMIT) * 100);
  return (
    parent('Credentials', credentials) +
    parent('AssumedRoleUser', user) +
    element('PackedPolicySize', used || undefined)
  );
}
