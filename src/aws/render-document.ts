import {
  BUCKET_PATTERN,
  EXTERNAL_ID_PATTERN,
  PREFIX_MAX_LENGTH,
  PREFIX_PATTERN,
  ROLE_ARN_PATTERN,
} from './permission-groups/stack-parameters';
import { permissionGroups, ROLE_NAME, TEMPLATE_VERSION } from './permissions';
import type { PermissionGroup, PermissionStatement } from './permissions';
import type { Comments, TemplateMap, TemplateNode } from './render-yaml';

const VERSION = '2012-10-17';

const conditionName = (parameter: string): string => `${parameter}IsYes`;

const ref = (name: string): TemplateMap => ({ Ref: name });

const isEqual = (name: string, value: string): TemplateMap => ({ 'Fn::Equals': [ref(name), value] });

interface Strikeable {
  readonly group: PermissionGroup;
  readonly parameter: string;
}

const strikeable: readonly Strikeable[] = permissionGroups.flatMap((group) =>
  group.parameter === null ? [] : [{ group, parameter: group.parameter }],
);

function parameters(): TemplateMap {
  return {
    ExternalId: {
      Type: 'String',
      Description: 'The external ID that Belvedere made for this connection. Do not change it.',
      AllowedPattern: EXTERNAL_ID_PATTERN,
      MinLength: 2,
      MaxLength: 1224,
      ConstraintDescription: 'Use the external ID exactly as Belvedere shows it.',
    },
    CollectorRoleArn: {
      Type: 'String',
      Description: 'The only role that may assume the role made here.',
      AllowedPattern: ROLE_ARN_PATTERN,
      MinLength: 20,
      ConstraintDescription: 'Use the ARN of one IAM role, exactly as Belvedere shows it.',
    },
    ...Object.fromEntries(
      strikeable.map(({ group, parameter }) => [
        parameter,
        {
          Type: 'String',
          Description: `${group.purpose}. ${group.withoutIt}.`,
          AllowedValues: ['Yes', 'No'],
          Default: group.default ? 'Yes' : 'No',
        },
      ]),
    ),
    BillingExportBucket: {
      Type: 'String',
      Description: 'Bucket with the billing export. Only used when billing export files are on.',
      AllowedPattern: `^$|${BUCKET_PATTERN}`,
      MaxLength: 63,
      ConstraintDescription: 'Use the name of one bucket.',
      Default: '',
    },
    BillingExportPrefix: {
      Type: 'String',
      Description: 'Folder of the billing export in that bucket, with no slash at either end.',
      AllowedPattern: `^$|${PREFIX_PATTERN}`,
      MaxLength: PREFIX_MAX_LENGTH,
      ConstraintDescription: 'Use one folder, with no slash at either end and no wildcard.',
      Default: '',
    },
  };
}

function interfaceMetadata(): TemplateMap {
  const section = (label: string, names: readonly string[]): TemplateMap => ({
    Label: { default: label },
    Parameters: names,
  });
  return {
    ParameterGroups: [
      section('Connection (leave as it is)', ['ExternalId', 'CollectorRoleArn']),
      section(
        'What Belvedere may read',
        strikeable.map(({ parameter }) => parameter),
      ),
      section('Billing export (optional)', ['BillingExportBucket', 'BillingExportPrefix']),
    ],
    ParameterLabels: {
      ExternalId: { default: 'External ID' },
      CollectorRoleArn: { default: 'Belvedere role' },
      ...Object.fromEntries(
        strikeable.map(({ group, parameter }) => [parameter, { default: group.title }] as const),
      ),
      BillingExportBucket: { default: 'Billing export bucket' },
      BillingExportPrefix: { default: 'Billing export folder' },
    },
  };
}

/** Catalogue values only: their placeholders are the one place where a substitution is wanted. */
function substituted(value: string): TemplateNode {
  if (!value.includes('${')) return value;
  return { 'Fn::Sub': value.replaceAll('${Partition}', '${AWS::Partition}') };
}

function policyStatement({ sid, actions, resource, condition }: PermissionStatement): TemplateMap {
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: actions,
    Resource: substituted(resource),
    ...(condition && {
      Condition: { [condition.operator]: { [condition.key]: substituted(condition.value) } },
    }),
  };
}

function policy(group: PermissionGroup): TemplateMap {
  const granted = {
    PolicyName: group.id,
    PolicyDocument: { Version: VERSION, Statement: group.statements.map(policyStatement) },
  };
  if (group.parameter === null) return granted;
  return { 'Fn::If': [conditionName(group.parameter), granted, ref('AWS::NoValue')] };
}

const billingExportRule: TemplateMap = {
  RuleCondition: isEqual('ReadBillingExport', 'Yes'),
  Assertions: ['BillingExportBucket', 'BillingExportPrefix'].map((name) => ({
    Assert: { 'Fn::Not': [isEqual(name, '')] },
    AssertDescription: 'To read billing export files, give both the bucket and the folder.',
  })),
};

/** Who may use the role: one named role, and only with the external ID of the connection. */
export const trustPolicy: TemplateMap = {
  Version: VERSION,
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: ref('CollectorRoleArn') },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': ref('ExternalId') } },
    },
  ],
};

export interface TemplateDocument {
  readonly document: TemplateMap;
  readonly comments: Comments;
}

/** The template as plain values, from which YAML and JSON are written, and what YAML says beside them. */
export function templateDocument(): TemplateDocument {
  const policies = permissionGroups.map(policy);
  const comments = new Map<TemplateNode, string>([
    [trustPolicy, 'Who may use this role: the one Belvedere role above, and only with your external ID.'],
    [policies, 'What this role may do. Each policy below is one part of Belvedere.'],
    ...permissionGroups.flatMap((group, index) => {
      const node = policies[index];
      return node ? [[node, `${group.title}. ${group.purpose}.`] as const] : [];
    }),
  ]);
  const document: TemplateMap = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description:
      'Belvedere: one read-only IAM role for AWS cost visibility. It reads cost, names and inventory, and changes nothing.',
    Metadata: {
      Belvedere: { TemplateVersion: TEMPLATE_VERSION },
      'AWS::CloudFormation::Interface': interfaceMetadata(),
    },
    Parameters: parameters(),
    Rules: { BillingExportIsNamed: billingExportRule },
    Conditions: Object.fromEntries(
      strikeable.map(({ parameter }) => [conditionName(parameter), isEqual(parameter, 'Yes')]),
    ),
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: ROLE_NAME,
          Description: 'Lets Belvedere read cost, names and inventory. It cannot change anything.',
          MaxSessionDuration: 3600,
          AssumeRolePolicyDocument: trustPolicy,
          Policies: policies,
        },
      },
    },
    Outputs: {
      RoleArn: {
        Description: 'Paste this ARN into Belvedere.',
        Value: { 'Fn::GetAtt': ['Role', 'Arn'] },
      },
    },
  };
  return { document, comments };
}
