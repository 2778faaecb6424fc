import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { GET } from '../../../src/app/bucket-template.yaml/route';
import { bucketStatements } from '@/aws/bucket-access';
import {
  BUCKET_ROLE_PATTERN,
  bucketStackParameters,
  FOLDER_PATTERN,
  renderBucketCommand,
  renderBucketTemplate,
} from '@/aws/render-bucket-template';
import { SESSION_POLICY_MAX_LENGTH, sessionPolicyFor } from '@/aws/session-policy';
import { bucketRoleName } from '@/features/buckets/bucket-launch';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string;
  readonly Resource: { readonly 'Fn::Sub': string };
  readonly Condition?: Record<string, Record<string, unknown>>;
}

interface Template {
  readonly Parameters: Record<string, { readonly AllowedPattern: string; readonly Default?: string }>;
  readonly Resources: Record<
    string,
    {
      readonly Type: string;
      readonly Properties: {
        readonly AssumeRolePolicyDocument: { readonly Statement: Statement[] };
        readonly Policies: { readonly PolicyDocument: { readonly Statement: Statement[] } }[];
      };
    }
  >;
}

const text = renderBucketTemplate();
const template = parse(text) as Template;
const stack = {
  externalId: 'bv-abc',
  collectorRoleArn: 'arn:aws:iam::900000000001:role/BelvedereCollector',
  roleName: bucketRoleName('1a2b3c4d-0000-4000-8000-000000000000'),
  bucket: 'acme-costs',
  prefix: "azure/it's=here/",
};

describe('the template of a role that reads a bucket', () => {
  it('is in the repository and on the site as it is rendered', async () => {
    expect(readFileSync('cloudformation/belvedere-bucket-files.yaml', 'utf8')).toBe(text);
    expect(await GET().text()).toBe(text);
  });

  it('makes one role, which only our role may assume, and only with the ExternalId', () => {
    expect(Object.values(template.Resources).map(({ Type }) => Type)).toEqual(['AWS::IAM::Role']);
    expect(template.Resources['Role']?.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: { Ref: 'CollectorRoleArn' } },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } } },
      },
    ]);
    expect(template.Parameters['ExternalId']).not.toHaveProperty('Default');
    expect(template.Parameters['CollectorRoleArn']).not.toHaveProperty('Default');
  });

  it('grants exactly the list: the folder, the objects in it, and the region', () => {
    const granted = template.Resources['Role']?.Properties.Policies.flatMap(
      (policy) => policy.PolicyDocument.Statement,
    );
    expect(granted?.map(({ Effect, Action }) => [Effect, Action])).toEqual(
      bucketStatements.map(({ action }) => ['Allow', action]),
    );
    expect(granted?.map((one) => [one.Resource['Fn::Sub'], one.Condition])).toEqual([
      ['arn:${AWS::Partition}:s3:::${Bucket}', { StringEquals: { 's3:prefix': { Ref: 'Prefix' } } }],
      ['arn:${AWS::Partition}:s3:::${Bucket}/${Prefix}*', undefined],
      ['arn:${AWS::Partition}:s3:::${Bucket}', undefined],
    ]);
  });

  it('lets no wildcard through its parameters', () => {
    const accepts = (name: string, value: string) =>
      new RegExp(template.Parameters[name]?.AllowedPattern ?? '$^').test(value);
    expect(template.Parameters['Prefix']?.AllowedPattern).toBe(FOLDER_PATTERN);
    expect(template.Parameters['RoleName']?.AllowedPattern).toBe(BUCKET_ROLE_PATTERN);
    for (const wide of ['*', 'a*/', '?/', '${aws:username}/', '/', 'a//', 'a']) {
      expect([wide, accepts('Prefix', wide)]).toEqual([wide, false]);
    }
    for (const wide of ['*', 'acme-*', 'Acme', 'a']) expect(accepts('Bucket', wide)).toBe(false);
    for (const [name, value] of bucketStackParameters({ ...stack, prefix: '' })) {
      expect([name, accepts(name, value)]).toEqual([name, true]);
    }
    for (const [name, value] of bucketStackParameters(stack)) expect(accepts(name, value)).toBe(true);
  });
});

describe('the command', () => {
  it('names every parameter, and quotes what a shell would read', () => {
    const command = renderBucketCommand(stack, {
      url: 'https://belvedere.example/bucket-template.yaml',
      region: 'eu-west-1',
    });
    expect(command).toContain("--stack-name 'BelvedereFiles-1a2b3c4d'");
    expect(command).toContain(`"ParameterValue":"azure/it'\\''s=here/"`);
    for (const name of Object.keys(template.Parameters))
      expect(command).toContain(`"ParameterKey":"${name}"`);
  });
});

describe('the policy of a session', () => {
  it('is the same list with the bucket and the folder filled in', () => {
    const policy = sessionPolicyFor({ bucket: 'acme-costs', prefix: 'azure/', partition: 'aws-us-gov' });
    expect(JSON.parse(policy)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 's3:ListBucket',
          Resource: 'arn:aws-us-gov:s3:::acme-costs',
          Condition: { StringEquals: { 's3:prefix': 'azure/' } },
        },
        { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws-us-gov:s3:::acme-costs/azure/*' },
        { Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: 'arn:aws-us-gov:s3:::acme-costs' },
      ],
    });
  });

  it('is short enough for the longest names', () => {
    const purpose = { bucket: 'b'.repeat(63), prefix: `${'p'.repeat(255)}/`, partition: 'aws-us-gov' };
    expect(sessionPolicyFor(purpose).length).toBeLessThanOrEqual(SESSION_POLICY_MAX_LENGTH);
  });
});
