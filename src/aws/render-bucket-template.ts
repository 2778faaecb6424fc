import { bucketStatements, type BucketFolder, type BucketStatement } from './bucket-access';
import { BUCKET_PATTERN, EXTERNAL_ID_PATTERN, ROLE_ARN_PATTERN } from './permission-groups/stack-parameters';
import { trustPolicy } from './render-document';
import { STACK_CAPABILITY, shellQuote } from './render-template';
import { toYaml, type TemplateMap } from './render-yaml';

const PREAMBLE = `# Belvedere role for a bucket with billing files. Made from src/aws/render-bucket-template.ts by scripts/template-render.ts: do not edit.
#
# Launch this stack in the account that owns the bucket. It makes one IAM role and nothing else. The role can list one folder
# of one bucket, read the files in it, and ask which region the bucket is in. It cannot change anything.
# Deleting the stack ends all access.

`;

/** Takes what src/domain/bucket-rules.ts takes: no `*`, `?` or `$`, which would widen the grant. */
export const FOLDER_PATTERN = "^([A-Za-z0-9_!.'()=+@:,-]+/)*$";
export const BUCKET_ROLE_PATTERN = '^[\\w+=,.@-]{1,64}$';

const ref = (name: string): TemplateMap => ({ Ref: name });

const statementOf = ({ sid, action, resource, prefixIs }: BucketStatement): TemplateMap => ({
  Sid: sid,
  Effect: 'Allow',
  Action: action,
  Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${resource}` },
  ...(prefixIs ? { Condition: { StringEquals: { 's3:prefix': ref('Prefix') } } } : {}),
});

const parameter = (
  Description: string,
  AllowedPattern: string,
  rest: Record<string, string | number>,
): TemplateMap => ({ Type: 'String', Description, AllowedPattern, ...rest });

const document: TemplateMap = {
  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'Belvedere: one read-only IAM role for the billing files in one folder of one bucket.',
  Parameters: {
    ExternalId: parameter(
      'The external ID that Belvedere made for this source of files. Do not change it.',
      EXTERNAL_ID_PATTERN,
      {
        MinLength: 2,
        MaxLength: 1224,
        ConstraintDescription: 'Use the external ID exactly as Belvedere shows it.',
      },
    ),
    CollectorRoleArn: parameter('The only role that may assume the role made here.', ROLE_ARN_PATTERN, {
      MinLength: 20,
      ConstraintDescription: 'Use the ARN of one IAM role, exactly as Belvedere shows it.',
    }),
    RoleName: parameter('The name of the role, which Belvedere looks for.', BUCKET_ROLE_PATTERN, {
      ConstraintDescription: 'Use the name exactly as Belvedere shows it.',
    }),
    Bucket: parameter('The bucket with the billing files.', BUCKET_PATTERN, {
      MaxLength: 63,
      ConstraintDescription: 'Use the name of one bucket.',
    }),
    Prefix: parameter(
      'The folder of the files in that bucket, with a slash at its end. Empty for the whole bucket.',
      FOLDER_PATTERN,
      {
        MaxLength: 256,
        ConstraintDescription: 'Use one folder, with a slash at its end and no wildcard.',
        Default: '',
      },
    ),
  },
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: ref('RoleName'),
        Description: 'Lets Belvedere read the billing files in one folder of one bucket.',
        MaxSessionDuration: 3600,
        AssumeRolePolicyDocument: trustPolicy,
        Policies: [
          {
            PolicyName: 'billing-files',
            PolicyDocument: { Version: '2012-10-17', Statement: bucketStatements.map(statementOf) },
          },
        ],
      },
    },
  },
  Outputs: {
    RoleArn: {
      Description: 'The role. Belvedere finds it by the number of this account.',
      Value: { 'Fn::GetAtt': ['Role', 'Arn'] },
    },
  },
};

/** The template of the role that reads a bucket: the same bytes for everyone. */
export function renderBucketTemplate(): string {
  return PREAMBLE + toYaml(document, new Map());
}

export interface BucketStack extends BucketFolder {
  readonly externalId: string;
  readonly collectorRoleArn: string;
  readonly roleName: string;
}

/** Template parameters as name and value. */
export const bucketStackParameters = (stack: BucketStack): readonly (readonly [string, string])[] => [
  ['ExternalId', stack.externalId],
  ['CollectorRoleArn', stack.collectorRoleArn],
  ['RoleName', stack.roleName],
  ['Bucket', stack.bucket],
  ['Prefix', stack.prefix],
];

/** Fetches the template and makes the stack of it, which is called like its role. */
export function renderBucketCommand(stack: BucketStack, from: { url: string; region: string }): string {
  const parameters = bucketStackParameters(stack)
    .map(([ParameterKey, ParameterValue]) => `    ${JSON.stringify({ ParameterKey, ParameterValue })}`)
    .join(',\n');
  const create = [
    'aws cloudformation create-stack',
    `--region ${shellQuote(from.region)}`,
    `--stack-name ${shellQuote(stack.roleName)}`,
    '--template-body file://belvedere-bucket-files.yaml',
    `--capabilities ${STACK_CAPABILITY}`,
    `--parameters ${shellQuote(`[\n${parameters}\n  ]`)}`,
  ].join(' \\\n  ');
  return `curl -fsS -o belvedere-bucket-files.yaml ${shellQuote(from.url)}\n${create}`;
}
