import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  ListStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSimulatedAws } from '../simulated-aws/server';
import type { SimulatedAws } from '../simulated-aws/server';
import { adminCredentials } from '../simulated-aws/vendor';
import { MANAGEMENT, ROLE_NAME, TEMPLATE, assume, connect, settings } from './clients';

let aws: SimulatedAws;
let cloudformation: CloudFormationClient;
let iam: IAMClient;

beforeEach(async () => {
  aws = await startSimulatedAws({ size: 'tiny' });
  cloudformation = new CloudFormationClient(settings(aws, adminCredentials(MANAGEMENT)));
  iam = new IAMClient(settings(aws, adminCredentials(MANAGEMENT)));
});

afterEach(() => aws.close());

const describeStack = async (StackName = 'belvedere') =>
  (await cloudformation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];

describe('UpdateStack', () => {
  const update = (changes: object) =>
    cloudformation.send(
      new UpdateStackCommand({
        StackName: 'belvedere',
        UsePreviousTemplate: true,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        Parameters: [{ ParameterKey: 'ExternalId', UsePreviousValue: true }],
        ...changes,
      }),
    );

  it('changes what the role may do and keeps its sessions', async () => {
    await connect(aws, MANAGEMENT);
    const mine = new STSClient(settings(aws, await assume(aws, MANAGEMENT)));
    await expect(update({})).rejects.toMatchObject({ message: 'No updates are to be performed.' });
    const fewer = { ParameterKey: 'WithOrganizations', ParameterValue: 'no' };
    await update({ Parameters: [{ ParameterKey: 'ExternalId', UsePreviousValue: true }, fewer] });
    expect((await describeStack())?.StackStatus).toBe('UPDATE_COMPLETE');
    const policies = await iam.send(new ListRolePoliciesCommand({ RoleName: ROLE_NAME }));
    expect(policies.PolicyNames).toEqual(['Cost']);
    await expect(mine.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({ Account: MANAGEMENT });
    await expect(assume(aws, MANAGEMENT)).resolves.toBeDefined();
  });

  it('leaves everything as it was when it fails', async () => {
    await connect(aws, MANAGEMENT);
    const TemplateBody = TEMPLATE.replace('RoleName: ', 'Colour: red\n      RoleName: ');
    await update({ UsePreviousTemplate: undefined, TemplateBody });
    expect(await describeStack()).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
    await expect(assume(aws, MANAGEMENT)).resolves.toBeDefined();
  });
});

describe('DeleteStack', () => {
  it('takes the role away, and the sessions with it', async () => {
    await connect(aws, MANAGEMENT);
    const keys = await assume(aws, MANAGEMENT);
    const { StackId } = (await describeStack()) ?? {};
    await cloudformation.send(new DeleteStackCommand({ StackName: 'belvedere' }));
    await expect(assume(aws, MANAGEMENT)).rejects.toMatchObject({ name: 'AccessDenied' });
    const mine = new CloudFormationClient(settings(aws, keys));
    await expect(mine.send(new ListStacksCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await expect(describeStack()).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('does not exist'),
    });
    expect((await describeStack(StackId))?.StackStatus).toBe('DELETE_COMPLETE');
    const listed = await cloudformation.send(
      new ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }),
    );
    expect(listed.StackSummaries).toHaveLength(1);
  });

  it('is not among the things a read-only role may do', async () => {
    await connect(aws, MANAGEMENT);
    const mine = new CloudFormationClient(settings(aws, await assume(aws, MANAGEMENT)));
    await expect(mine.send(new DeleteStackCommand({ StackName: 'belvedere' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    expect((await describeStack())?.StackStatus).toBe('CREATE_COMPLETE');
  });
});
