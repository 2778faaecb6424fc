import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CostExplorerClient, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer';
import type {
  GetCostAndUsageCommandInput,
  GetCostAndUsageCommandOutput,
} from '@aws-sdk/client-cost-explorer';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { SimulatedAws } from '../simulated-aws/server';
import { VENDOR_CREDENTIALS, adminCredentials } from '../simulated-aws/vendor';

export const MANAGEMENT = '447188201936';
export const MEMBER = '731904462850';
export const STANDALONE = '615273849012';
export const EXTERNAL_ID = 'blv-5c1f0a9e27d84b36';
export const ROLE_NAME = 'BelvedereReadOnly';

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export function settings(aws: SimulatedAws, credentials: Keys, region = 'us-east-1') {
  return { endpoint: aws.url, region, credentials, maxAttempts: 1 };
}

export const TEMPLATE = `
AWSTemplateFormatVersion: '2010-09-09'
Description: Read access to cost data
Parameters:
  ExternalId:
    Type: String
    MinLength: 2
    MaxLength: 64
    AllowedPattern: '[A-Za-z0-9-]+'
  WithOrganizations:
    Type: String
    Default: 'yes'
    AllowedValues: ['yes', 'no']
Conditions:
  HasOrganizations: !Equals [!Ref WithOrganizations, 'yes']
Resources:
  Access:
    Type: AWS::IAM::Role
    Properties:
      RoleName: ${ROLE_NAME}
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: { AWS: 'arn:aws:iam::900000000001:role/BelvedereCollector' }
            Action: sts:AssumeRole
            Condition: { StringEquals: { 'sts:ExternalId': !Ref ExternalId } }
      Policies:
        - PolicyName: Cost
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - { Effect: Allow, Action: ['ce:GetCostAndUsage', 'ce:GetCostAndUsageWithResources', 'ce:GetTags', 'ce:GetCostCategories', 'ce:GetDimensionValues', 'ce:GetCostForecast', 'ec2:DescribeRegions'], Resource: '*' }
        - !If
          - HasOrganizations
          - PolicyName: Organizations
            PolicyDocument:
              Version: 2012-10-17
              Statement: [{ Effect: Allow, Action: ['organizations:ListAccounts', 'organizations:DescribeOrganization'], Resource: '*' }]
          - !Ref AWS::NoValue
Outputs:
  RoleArn:
    Value: !GetAtt Access.Arn
  Where:
    Value: !Sub '\${AWS::AccountId}/\${ExternalId}'
`;

export async function connect(
  aws: SimulatedAws,
  accountId: string,
  parameters: Record<string, string> = {},
): Promise<void> {
  const all = { ExternalId: EXTERNAL_ID, ...parameters };
  await new CloudFormationClient(settings(aws, adminCredentials(accountId))).send(
    new CreateStackCommand({
      StackName: 'belvedere',
      TemplateBody: TEMPLATE,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Parameters: Object.entries(all).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    }),
  );
}

export async function assume(
  aws: SimulatedAws,
  accountId: string,
  changes: Partial<AssumeRoleCommandInput> = {},
): Promise<Required<Keys>> {
  const sts = new STSClient(settings(aws, VENDOR_CREDENTIALS));
  const { Credentials: issued } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${accountId}:role/${ROLE_NAME}`,
      RoleSessionName: 'connection-1',
      ExternalId: EXTERNAL_ID,
      ...changes,
    }),
  );
  return {
    accessKeyId: issued?.AccessKeyId ?? '',
    secretAccessKey: issued?.SecretAccessKey ?? '',
    sessionToken: issued?.SessionToken ?? '',
  };
}

export type CostQuery = Partial<GetCostAndUsageCommandInput>;

/** What Cost Explorer answers to a query, all pages of it. */
export async function allPages(
  aws: SimulatedAws,
  keys: Keys,
  query: CostQuery,
): Promise<GetCostAndUsageCommandOutput[]> {
  const client = new CostExplorerClient(settings(aws, keys));
  const pages: GetCostAndUsageCommandOutput[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new GetCostAndUsageCommand({
        TimePeriod: { Start: '2026-09-01', End: '2026-11-01' },
        Granularity: 'MONTHLY',
        Metrics: ['UnblendedCost'],
        ...query,
        ...(token === undefined ? {} : { NextPageToken: token }),
      }),
    );
    pages.push(page);
    token = page.NextPageToken;
  } while (token !== undefined);
  return pages;
}

export function nanos(amount: string | undefined): bigint {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount ?? '') ?? [];
  const value = BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  return sign === '-' ? -value : value;
}

export function sumOf(pages: GetCostAndUsageCommandOutput[], metric = 'UnblendedCost'): bigint {
  return pages
    .flatMap((page) => page.ResultsByTime ?? [])
    .flatMap((period) => [
      period.Total?.[metric],
      ...(period.Groups ?? []).map((group) => group.Metrics?.[metric]),
    ])
    .reduce((sum, value) => sum + (value?.Amount === undefined ? 0n : nanos(value.Amount)), 0n);
}
