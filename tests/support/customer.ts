import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { ROLE_NAME, type PermissionGroupId } from '@/aws/permissions';
import { renderTemplate, stackParameters } from '@/aws/render-template';
import { adminCredentials, COLLECTOR_ROLE_ARN } from '../simulated-aws/vendor';

export const STACK_NAME = 'Belvedere';
export const EXPORT_STACK_NAME = 'BelvedereExport';

export interface Launch {
  readonly accountId: string;
  readonly externalId: string;
  readonly groups: readonly PermissionGroupId[];
  readonly collectorRoleArn?: string;
  readonly billingExport?: { readonly bucket: string; readonly prefix: string };
}

/** The trust policy of our template with other conditions, as a customer could have edited it. */
export function trustPolicy(condition: object | null, principal = COLLECTOR_ROLE_ARN): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: principal },
        Action: 'sts:AssumeRole',
        ...(condition === null ? {} : { Condition: condition }),
      },
    ],
  });
}

/** Plays the administrator of a customer's account: launches our real template, edits the role by hand. */
export function playCustomer(endpoint: string) {
  const settings = (accountId: string) => ({
    endpoint,
    region: 'us-east-1',
    credentials: adminCredentials(accountId),
  });
  const iam = (accountId: string) => new IAMClient(settings(accountId));

  return {
    async launch({
      accountId,
      externalId,
      groups,
      collectorRoleArn = COLLECTOR_ROLE_ARN,
      billingExport,
    }: Launch): Promise<void> {
      const parameters = stackParameters({
        ...{ externalId, collectorRoleArn, groups },
        ...(billingExport ? { billingExport } : {}),
      });
      await new CloudFormationClient(settings(accountId)).send(
        new CreateStackCommand({
          StackName: STACK_NAME,
          TemplateBody: renderTemplate(),
          Capabilities: ['CAPABILITY_NAMED_IAM'],
          Parameters: parameters.map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
        }),
      );
    },
    /** The template of a billing export, for an account that has none; answers what its stack says of it. */
    async launchExport(accountId: string, templateText: string): Promise<Record<string, string>> {
      const client = new CloudFormationClient(settings(accountId));
      await client.send(new CreateStackCommand({ StackName: EXPORT_STACK_NAME, TemplateBody: templateText }));
      const { Stacks: [stack] = [] } = await client.send(
        new DescribeStacksCommand({ StackName: EXPORT_STACK_NAME }),
      );
      if (stack?.StackStatus !== 'CREATE_COMPLETE')
        throw new Error(`The stack is ${stack?.StackStatus}: ${stack?.StackStatusReason}`);
      return Object.fromEntries(
        (stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']),
      );
    },
    async deleteStack(accountId: string, stackName = STACK_NAME): Promise<void> {
      await new CloudFormationClient(settings(accountId)).send(
        new DeleteStackCommand({ StackName: stackName }),
      );
    },
    async createRole(accountId: string, roleName: string, policy: string): Promise<void> {
      await iam(accountId).send(
        new CreateRoleCommand({ RoleName: roleName, AssumeRolePolicyDocument: policy }),
      );
    },
    async setTrust(accountId: string, policy: string, roleName = ROLE_NAME): Promise<void> {
      await iam(accountId).send(
        new UpdateAssumeRolePolicyCommand({ RoleName: roleName, PolicyDocument: policy }),
      );
    },
    async trustOf(accountId: string, roleName = ROLE_NAME): Promise<string> {
      const { Role } = await iam(accountId).send(new GetRoleCommand({ RoleName: roleName }));
      return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
    },
    /** Leaves the role with these permissions alone. */
    async setPermissions(accountId: string, actions: readonly string[], roleName = ROLE_NAME): Promise<void> {
      const client = iam(accountId);
      const { PolicyNames = [] } = await client.send(new ListRolePoliciesCommand({ RoleName: roleName }));
      for (const PolicyName of PolicyNames) {
        await client.send(new DeleteRolePolicyCommand({ RoleName: roleName, PolicyName }));
      }
      const statement = { Effect: 'Allow', Action: actions, Resource: '*' };
      await client.send(
        new PutRolePolicyCommand({
          RoleName: roleName,
          PolicyName: 'ByHand',
          PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
        }),
      );
    },
  };
}

export type Customer = ReturnType<typeof playCustomer>;
