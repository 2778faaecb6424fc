import { runSimulation } from '@cloud-copilot/iam-simulate';
import { AwsError } from '../http/aws-error';
import type { Protocol } from '../http/aws-error';
import type { World } from '../world/world';
import type { Caller } from './caller';

export interface Question {
  action: string;
  resource: string;
  resourceAccountId: string;
  context?: Record<string, string>;
  resourcePolicy?: unknown;
}

const ALLOW_ALL = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const SERVICE_CONTROL = [
  { orgIdentifier: 'o-root', policies: [{ name: 'FullAWSAccess', policy: ALLOW_ALL }] },
];

/** Evaluates policies as IAM does; answers are remembered until anything in the world changes. */
export class Authorizer {
  private readonly answers = new Map<string, boolean>();
  private version = -1;

  constructor(private readonly world: World) {}

  async isAllowed(caller: Caller, question: Question): Promise<boolean> {
    if (this.version !== this.world.version) {
      this.answers.clear();
      this.version = this.world.version;
    }
    const key = JSON.stringify([caller.accessKeyId, caller.arn, question]);
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const allowed = await evaluate(caller, question);
    this.answers.set(key, allowed);
    return allowed;
  }

  async require(caller: Caller, question: Question, protocol: Protocol): Promise<void> {
    if (!(await this.isAllowed(caller, question))) throw accessDenied(caller, question, protocol);
  }
}

async function evaluate(caller: Caller, question: Question): Promise<boolean> {
  const outcome = await runSimulation(
    {
      request: {
        principal: caller.arn,
        action: question.action,
        resource: { resource: question.resource, accountId: question.resourceAccountId },
        contextVariables: question.context ?? {},
      },
      identityPolicies: caller.identityPolicies,
      sessionPolicy: caller.sessionPolicy,
      serviceControlPolicies: SERVICE_CONTROL,
      resourceControlPolicies: [],
      resourcePolicy: question.resourcePolicy,
    },
    {},
  );
  return outcome.resultType !== 'error' && outcome.overallResult === 'Allowed';
}

export function accessDenied(
  caller: Caller,
  question: Question,
  protocol: Protocol,
  resource?: string,
): AwsError {
  const shown = resource ?? question.resource;
  const sentence = `User: ${caller.arn} is not authorized to perform: ${question.action} on resource: ${shown}`;
  switch (protocol) {
    case 'json':
      return new AwsError(
        'AccessDeniedException',
        `${sentence} because no ${caller.sessionPolicy ? 'session' : 'identity-based'} policy allows the ${question.action} action`,
      );
    case 'ec2':
      return new AwsError(
        'UnauthorizedOperation',
        `You are not authorized to perform this operation. ${sentence} because no identity-based policy allows the ${question.action} action`,
        403,
      );
    case 's3':
      return new AwsError(
        'AccessDenied',
        `${sentence} because no identity-based policy allows the ${question.action} action`,
        403,
      );
    case 'query':
      return new AwsError('AccessDenied', sentence, 403);
  }
}
