import {
  BUCKET_PATTERN,
  EXTERNAL_ID_PATTERN,
  PREFIX_MAX_LENGTH,
  PREFIX_PATTERN,
  ROLE_ARN_PATTERN,
  stackParameters,
} from './permission-groups/stack-parameters';
import type { StackTarget } from './permission-groups/stack-parameters';
import { permissionGroups, ROLE_NAME, TEMPLATE_VERSION } from './permissions';
import type { PermissionGroup, PermissionStatement } from './permissions';

export { stackParameters } from './permission-groups/stack-parameters';
export type { StackChoices, StackTarget } from './permission-groups/stack-parameters';

export const STACK_CAPABILITY = 'CAPABILITY_NAMED_IAM';

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const indent = (lines: readonly string[], spaces: number): string[] =>
  lines.map((line) => (line === '' ? '' : ' '.repeat(spaces) + line));

const conditionName = (parameter: string): string => `${parameter}IsYes`;

function parameterLines(name: string, fields: Record<string, string | readonly string[]>): string[] {
  const lines = [`${name}:`, '  Type: String'];
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === 'string') lines.push(`  ${key}: ${value}`);
    else lines.push(`  ${key}:`, ...value.map((item) => `    - ${quote(item)}`));
  }
  return lines;
}

function groupParameter(group: PermissionGroup): string[] {
  if (group.parameter === null) return [];
  return parameterLines(group.parameter, {
    Description: quote(`${group.purpose}. ${group.withoutIt}.`),
    AllowedValues: ['Yes', 'No'],
    Default: quote(group.default ? 'Yes' : 'No'),
  });
}

function parameters(): string[] {
  return [
    ...parameterLines('ExternalId', {
      Description: quote('The external ID that Belvedere made for this connection. Do not change it.'),
      AllowedPattern: quote(EXTERNAL_ID_PATTERN),
      MinLength: '2',
      MaxLength: '1224',
      ConstraintDescription: quote('Use the external ID exactly as Belvedere shows it.'),
    }),
    ...parameterLines('CollectorRoleArn', {
      Description: quote('The only role that may assume the role made here.'),
      AllowedPattern: quote(ROLE_ARN_PATTERN),
      MinLength: '20',
      ConstraintDescription: quote('Use the ARN of one IAM role, exactly as Belvedere shows it.'),
    }),
    ...permissionGroups.flatMap(groupParameter),
    ...parameterLines('BillingExportBucket', {
      Description: quote('Bucket with the billing export. Only used when billing export files are on.'),
      AllowedPattern: quote(`^$|${BUCKET_PATTERN}`),
      MaxLength: '63',
      ConstraintDescription: quote('Use the name of one bucket.'),
      Default: "''",
    }),
    ...parameterLines('BillingExportPrefix', {
      Description: quote('Folder of the billing export in that bucket, with no slash at either end.'),
      AllowedPattern: quote(`^$|${PREFIX_PATTERN}`),
      MaxLength: String(PREFIX_MAX_LENGTH),
      ConstraintDescription: quote('Use one folder, with no slash at either end and no wildcard.'),
      Default: "''",
    }),
  ];
}

function interfaceMetadata(): string[] {
  const struck = permissionGroups.filter((group) => group.parameter !== null);
  const section = (label: string, names: readonly string[]): string[] => [
    '- Label:',
    `    default: ${quote(label)}`,
    '  Parameters:',
    ...names.map((name) => `    - ${name}`),
  ];
  const label = (name: string, text: string): string[] => [`${name}:`, `  default: ${quote(text)}`];
  return [
    'AWS::CloudFormation::Interface:',
    '  ParameterGroups:',
    ...indent(
      [
        ...section('Connection (leave as it is)', ['ExternalId', 'CollectorRoleArn']),
        ...section(
          'What Belvedere may read',
          struck.map((group) => group.parameter ?? ''),
        ),
        ...section('Billing export (optional)', ['BillingExportBucket', 'BillingExportPrefix']),
      ],
      4,
    ),
    '  ParameterLabels:',
    ...indent(
      [
        ...label('ExternalId', 'External ID'),
        ...label('CollectorRoleArn', 'Belvedere role'),
        ...struck.flatMap((group) => label(group.parameter ?? '', group.title)),
        ...label('BillingExportBucket', 'Billing export bucket'),
        ...label('BillingExportPrefix', 'Billing export folder'),
      ],
      4,
    ),
  ];
}

function yamlValue(value: string): string[] {
  if (!value.includes('${')) return [quote(value)];
  return [`Fn::Sub: ${quote(value.replaceAll('${Partition}', '${AWS::Partition}'))}`];
}

function field(key: string, value: string): string[] {
  const [first = ''] = yamlValue(value);
  return first.startsWith('Fn::') ? [`${key}:`, `  ${first}`] : [`${key}: ${first}`];
}

function statementLines(statement: PermissionStatement): string[] {
  const lines = [
    `- Sid: ${statement.sid}`,
    '  Effect: Allow',
    '  Action:',
    ...statement.actions.map((action) => `    - ${action}`),
    ...indent(field('Resource', statement.resource), 2),
  ];
  if (statement.condition) {
    const { operator, key, value } = statement.condition;
    lines.push('  Condition:', `    ${operator}:`, ...indent(field(key, value), 6));
  }
  return lines;
}

function policyLines(group: PermissionGroup): string[] {
  const policy = [
    `PolicyName: ${group.id}`,
    'PolicyDocument:',
    "  Version: '2012-10-17'",
    '  Statement:',
    ...indent(group.statements.flatMap(statementLines), 4),
  ];
  const comment = ['', `# ${group.title}. ${group.purpose}.`];
  if (group.parameter === null) {
    const [first = '', ...rest] = policy;
    return [...comment, `- ${first}`, ...indent(rest, 2)];
  }
  const [first = '', ...rest] = policy;
  return [
    ...comment,
    '- Fn::If:',
    `    - ${conditionName(group.parameter)}`,
    `    - ${first}`,
    ...indent(rest, 6),
    '    - Ref: AWS::NoValue',
  ];
}

/** The public template: the same bytes for everyone, so it takes no argument. */
export function renderTemplate(): string {
  const strikeable = permissionGroups.flatMap((group) => (group.parameter === null ? [] : [group.parameter]));
  const lines = [
    '# Belvedere read-only role. Made from src/aws/permissions.ts by scripts/template-render.ts: do not edit.',
    '#',
    '# This stack makes one IAM role and nothing else. The role can read cost, names and inventory.',
    '# It cannot change anything. It cannot read what your resources hold, with one exception that is off',
    '# by default: the files of one billing export, in one folder of one bucket that you name.',
    '# No policy uses a wildcard in an action name, so the role does not grow when AWS adds an action.',
    '# Every part but billing and cost can be struck by setting its parameter to No.',
    '# Deleting the stack ends all access.',
    '',
    "AWSTemplateFormatVersion: '2010-09-09'",
    `Description: ${quote('Belvedere: one read-only IAM role for AWS cost visibility. It reads cost, names and inventory, and changes nothing.')}`,
    '',
    'Metadata:',
    '  Belvedere:',
    `    TemplateVersion: ${TEMPLATE_VERSION}`,
    ...indent(interfaceMetadata(), 2),
    '',
    'Parameters:',
    ...indent(parameters(), 2),
    '',
    'Rules:',
    ...indent(
      [
        'BillingExportIsNamed:',
        '  RuleCondition:',
        '    Fn::Equals:',
        '      - Ref: ReadBillingExport',
        "      - 'Yes'",
        '  Assertions:',
        ...['BillingExportBucket', 'BillingExportPrefix'].flatMap((name) => [
          '    - Assert:',
          '        Fn::Not:',
          '          - Fn::Equals:',
          `              - Ref: ${name}`,
          "              - ''",
          `      AssertDescription: ${quote('To read billing export files, give both the bucket and the folder.')}`,
        ]),
      ],
      2,
    ),
    '',
    'Conditions:',
    ...strikeable.flatMap((parameter) =>
      indent([`${conditionName(parameter)}:`, '  Fn::Equals:', `    - Ref: ${parameter}`, "    - 'Yes'"], 2),
    ),
    '',
    'Resources:',
    '  Role:',
    '    Type: AWS::IAM::Role',
    '    Properties:',
    `      RoleName: ${ROLE_NAME}`,
    '      Description: Lets Belvedere read cost, names and inventory. It cannot change anything.',
    '      MaxSessionDuration: 3600',
    '',
    '      # Who may use this role: the one Belvedere role above, and only with your external ID.',
    '      AssumeRolePolicyDocument:',
    "        Version: '2012-10-17'",
    '        Statement:',
    '          - Effect: Allow',
    '            Principal:',
    '              AWS:',
    '                Ref: CollectorRoleArn',
    '            Action: sts:AssumeRole',
    '            Condition:',
    '              StringEquals:',
    '                sts:ExternalId:',
    '                  Ref: ExternalId',
    '',
    '      # What this role may do. Each policy below is one part of Belvedere.',
    '      Policies:',
    ...indent(permissionGroups.flatMap(policyLines), 8),
    '',
    'Outputs:',
    '  RoleArn:',
    '    Description: Paste this ARN into Belvedere.',
    '    Value:',
    '      Fn::GetAtt:',
    '        - Role',
    '        - Arn',
    '',
  ];
  return lines.join('\n');
}

const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Parameters are JSON, since the short form of the AWS CLI splits values at commas and equals signs. */
export function renderCliCommand(target: StackTarget): string {
  const parametersJson = stackParameters(target)
    .map(([ParameterKey, ParameterValue]) => `    ${JSON.stringify({ ParameterKey, ParameterValue })}`)
    .join(',\n');
  return [
    'aws cloudformation create-stack',
    `--region ${shellQuote(target.region)}`,
    `--stack-name ${shellQuote(target.stackName)}`,
    `--template-url ${shellQuote(target.templateUrl)}`,
    `--capabilities ${STACK_CAPABILITY}`,
    `--parameters ${shellQuote(`[\n${parametersJson}\n  ]`)}`,
  ].join(' \\\n  ');
}

/** encodeURIComponent leaves these as they are, yet they can end a link in HTML, Markdown or mail. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

export function quickCreateUrl(target: StackTarget & { readonly consoleUrl: string }): string {
  const region = encode(target.region);
  const base = target.consoleUrl.replaceAll('{region}', () => region).replace(/\/+$/, '');
  const query = [
    ['templateURL', target.templateUrl] as const,
    ['stackName', target.stackName] as const,
    ...stackParameters(target).map(([name, value]) => [`param_${name}`, value] as const),
  ].map(([name, value]) => `${name}=${encode(value)}`);
  return `${base}/cloudformation/home?region=${region}#/stacks/create/review?${query.join('&')}`;
}
