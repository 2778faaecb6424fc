import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { CreateStackCommandInput } from '@aws-sdk/client-cloudformation';
import { GetRoleCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSimulatedAws } from '../simulated-aws/server';
import type { SimulatedAws } from '../simulated-aws/server';
import { OPERATOR_CREDENTIALS, TEMPLATE_BUCKET, adminCredentials } from '../simulated-aws/vendor';
import { EXTERNAL_ID, MANAGEMENT, ROLE_NAME, TEMPLATE, assume, settings } from './clients';

let aws: SimulatedAws;
let cloudformation: CloudFormationClient;
let iam: IAMClient;

function use(server: SimulatedAws): void {
  aws = server;
  cloudformation = new CloudFormationClient(settings(aws, adminCredentials(MANAGEMENT)));
  iam = new IAMClient(settings(aws, adminCredentials(MANAGEMENT)));
}

beforeEach(async () => use(await startSimulatedAws({ size: 'tiny' })));
afterEach(() => aws.close());

const ExternalId = { ParameterKey: 'ExternalId', ParameterValue: EXTERNAL_ID };

const create = (changes: Partial<CreateStackCommandInput>) =>
  cloudformation.send(
    new CreateStackCommand({
      StackName: 'belvedere',
      TemplateBody: TEMPLATE,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Parameters: [ExternalId],
      ...changes,
    }),
  );

const describeStack = async (StackName = 'belvedere') =>
  (await cloudformation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];

function template(role: object, more: object = {}): string {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
  };
  return JSON.stringify({
    Resources: { R: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust, ...role } } },
    ...more,
  });
}

const allow = (actions: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

describe('CreateStack', () => {
  it('makes the role, the outputs and what the conditions ask for', async () => {
    await create({});
    const stack = await describeStack();
    expect(stack?.StackStatus).toBe('CREATE_COMPLETE');
    expect(stack?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])).toEqual([
      ['RoleArn', `arn:aws:iam::${MANAGEMENT}:role/${ROLE_NAME}`],
      ['Where', `${MANAGEMENT}/${EXTERNAL_ID}`],
    ]);
    const policies = await iam.send(new ListRolePoliciesCommand({ RoleName: ROLE_NAME }));
    expect(policies.PolicyNames).toEqual(['Cost', 'Organizations']);
  });

  it('leaves out what a condition turns off', async () => {
    await create({ Parameters: [ExternalId, { ParameterKey: 'WithOrganizations', ParameterValue: 'no' }] });
    const policies = await iam.send(new ListRolePoliciesCommand({ RoleName: ROLE_NAME }));
    expect(policies.PolicyNames).toEqual(['Cost']);
  });

  it('takes a template from S3 that is too large for a request', async () => {
    const long = `${TEMPLATE}\n# ${'x'.repeat(51_200)}`;
    await expect(create({ TemplateBody: long })).rejects.toMatchObject({ name: 'ValidationError' });
    const s3 = new S3Client({ ...settings(aws, OPERATOR_CREDENTIALS), forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: TEMPLATE_BUCKET, Key: 'v1/role.yaml', Body: long }));
    await create({ TemplateBody: undefined, TemplateURL: `${aws.url}/${TEMPLATE_BUCKET}/v1/role.yaml` });
    expect((await describeStack())?.StackStatus).toBe('CREATE_COMPLETE');
    await s3.send(
      new PutObjectCommand({
        Bucket: TEMPLATE_BUCKET,
        Key: 'v1/huge.yaml',
        Body: `# ${'x'.repeat(1024 * 1024)}`,
      }),
    );
    await expect(
      create({ TemplateBody: undefined, TemplateURL: `${aws.url}/${TEMPLATE_BUCKET}/v1/huge.yaml` }),
    ).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('wants the capability for named roles, a lesser one for others', async () => {
    await expect(create({ Capabilities: [] })).rejects.toMatchObject({
      name: 'InsufficientCapabilitiesException',
    });
    await expect(create({ Capabilities: ['CAPABILITY_IAM'] })).rejects.toMatchObject({
      name: 'InsufficientCapabilitiesException',
    });
    await create({ TemplateBody: template({}), Capabilities: ['CAPABILITY_IAM'], Parameters: [] });
  });

  it.each<[string, Partial<CreateStackCommandInput>, RegExp]>([
    [
      'an unknown parameter',
      { Parameters: [ExternalId, { ParameterKey: 'Colour', ParameterValue: 'red' }] },
      /\[Colour\] do not exist/,
    ],
    ['a missing parameter', { Parameters: [] }, /\[ExternalId\] must have values/],
    [
      'a value against its pattern',
      { Parameters: [{ ...ExternalId, ParameterValue: 'a b' }] },
      /must match pattern/,
    ],
    ['a value that is too short', { Parameters: [{ ...ExternalId, ParameterValue: 'a' }] }, /at least 2/],
    [
      'a value that is too long',
      { Parameters: [{ ...ExternalId, ParameterValue: 'a'.repeat(65) }] },
      /at most 64/,
    ],
    [
      'a value not allowed',
      { Parameters: [ExternalId, { ParameterKey: 'WithOrganizations', ParameterValue: 'maybe' }] },
      /AllowedValues/,
    ],
    ['a bad stack name', { StackName: '1-belvedere' }, /stackName/],
    ['a long stack name', { StackName: 'b'.repeat(129) }, /stackName/],
    ['broken YAML', { TemplateBody: 'Resources: [' }, /YAML not well-formed/],
    ['no resources', { TemplateBody: 'Description: nothing' }, /At least one Resources member/],
    ['an unknown section', { TemplateBody: `${TEMPLATE}\nColours: {}` }, /Invalid template property/],
    ['a long description', { TemplateBody: template({}, { Description: 'x'.repeat(1025) }) }, /Description/],
    [
      'another resource type',
      { TemplateBody: JSON.stringify({ Resources: { B: { Type: 'AWS::SNS::Topic' } } }) },
      /Unrecognized resource types/,
    ],
    [
      'too many parameters',
      {
        TemplateBody: template(
          {},
          {
            Parameters: Object.fromEntries(
              Array.from({ length: 201 }, (_, i) => [`P${i}`, { Type: 'String', Default: 'x' }]),
            ),
          },
        ),
      },
      /201/,
    ],
  ])('rejects %s', async (_what, changes, message) => {
    await expect(create(changes)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringMatching(message),
    });
  });

  it('holds the parameters to the rules of the template', async () => {
    const rule = {
      RuleCondition: { 'Fn::Equals': [{ Ref: 'Export' }, 'Yes'] },
      Assertions: [
        {
          Assert: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Bucket' }, ''] }] },
          AssertDescription: 'Name the bucket.',
        },
      ],
    };
    const Parameters = { Export: { Type: 'String' }, Bucket: { Type: 'String', Default: '' } };
    const TemplateBody = template({}, { Parameters, Rules: { Named: rule } });
    const answers = (value: string) => [{ ParameterKey: 'Export', ParameterValue: value }];
    await expect(create({ TemplateBody, Parameters: answers('Yes') })).rejects.toMatchObject({
      message: expect.stringContaining('Name the bucket.'),
    });
    await create({ TemplateBody, Parameters: answers('No') });
  });

  const policies = (length: number) => [
    { PolicyName: 'A', PolicyDocument: allow(['s3:x'.padEnd(length / 2, 'x')]) },
    { PolicyName: 'B', PolicyDocument: allow(['s3:x'.padEnd(length / 2, 'x')]) },
  ];

  it.each([
    [
      'inline policies together over the limit',
      { Policies: policies(10_240) },
      /Maximum policy size of 10240 bytes exceeded/,
    ],
    [
      'a long trust policy',
      {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', Sid: 'x'.repeat(2048) }],
        },
      },
      /ACLSizePerRole/,
    ],
    ['a bad role name', { RoleName: 'has spaces' }, /roleName is invalid/],
    ['a long role name', { RoleName: 'r'.repeat(65) }, /roleName is invalid/],
    ['an unknown property', { Colour: 'red' }, /unsupported property Colour/],
    [
      'a malformed policy',
      { Policies: [{ PolicyName: 'A', PolicyDocument: { Version: '2012-10-17' } }] },
      /Missing required field Statement/,
    ],
  ])('rolls back on %s', async (_what, role, reason) => {
    await create({ TemplateBody: template({ RoleName: 'Given', ...role }), Parameters: [] });
    expect(await describeStack()).toMatchObject({
      StackStatus: 'ROLLBACK_COMPLETE',
      StackStatusReason: expect.stringMatching(reason),
    });
    await expect(iam.send(new GetRoleCommand({ RoleName: 'Given' }))).rejects.toMatchObject({
      name: expect.stringMatching(/^NoSuchEntity/),
    });
  });

  it('cannot make a role that exists, and leaves that role alone', async () => {
    await create({});
    await expect(create({})).rejects.toMatchObject({ name: 'AlreadyExistsException' });
    await create({ StackName: 'second' });
    expect(await describeStack('second')).toMatchObject({
      StackStatus: 'ROLLBACK_COMPLETE',
      StackStatusReason: expect.stringContaining('already exists'),
    });
    await expect(assume(aws, MANAGEMENT)).resolves.toBeDefined();
  });

  it('takes its time when told to', async () => {
    await aws.close();
    use(await startSimulatedAws({ size: 'tiny', stackDelayMs: 150 }));
    await create({});
    expect((await describeStack())?.StackStatus).toBe('CREATE_IN_PROGRESS');
    await expect(assume(aws, MANAGEMENT)).rejects.toMatchObject({ name: 'AccessDenied' });
    await sleep(250);
    expect((await describeStack())?.StackStatus).toBe('CREATE_COMPLETE');
    await expect(assume(aws, MANAGEMENT)).resolves.toBeDefined();
  });
});
