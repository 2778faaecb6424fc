import { toYaml, type TemplateMap } from './render-yaml';

/** The folder of the bucket that the export is written to, and that the role's optional statement names. */
export const EXPORT_PREFIX = 'belvedere';
export const EXPORT_NAME = 'belvedere-focus';

/** Source: AWS Data Exports user guide, table dictionary, "FOCUS 1.2 with AWS columns". What nothing shows is left out. */
const COLUMNS = [
  ...[
    'AvailabilityZone',
    'BilledCost',
    'BillingAccountId',
    'BillingAccountName',
    'BillingCurrency',
    'BillingPeriodEnd',
  ],
  ...[
    'BillingPeriodStart',
    'ChargeCategory',
    'ChargeClass',
    'ChargeDescription',
    'ChargeFrequency',
    'ChargePeriodEnd',
  ],
  ...['ChargePeriodStart', 'CommitmentDiscountCategory', 'CommitmentDiscountId', 'CommitmentDiscountName'],
  ...[
    'CommitmentDiscountQuantity',
    'CommitmentDiscountStatus',
    'CommitmentDiscountType',
    'CommitmentDiscountUnit',
    'ConsumedQuantity',
    'ConsumedUnit',
    'ContractedCost',
  ],
  ...['ContractedUnitPrice', 'EffectiveCost', 'InvoiceId', 'InvoiceIssuerName', 'ListCost', 'ListUnitPrice'],
  ...[
    'PricingCategory',
    'PricingQuantity',
    'PricingUnit',
    'ProviderName',
    'PublisherName',
    'RegionId',
    'RegionName',
  ],
  ...[
    'ResourceId',
    'ResourceName',
    'ResourceType',
    'ServiceCategory',
    'ServiceName',
    'ServiceSubcategory',
    'SkuId',
  ],
  ...['SkuMeter', 'SkuPriceId', 'SubAccountId', 'SubAccountName', 'Tags', 'x_Operation', 'x_ServiceCode'],
];

const PREAMBLE = `# Belvedere billing export. Made from src/aws/render-export-template.ts by scripts/template-render.ts: do not edit.
#
# Launch this stack in the account that pays, in us-east-1. It makes a private bucket and a daily FOCUS 1.2 export into it,
# both yours. It grants Belvedere nothing: the role's stack does, when its parameters name this bucket and prefix.
# Deleting the stack keeps the bucket with its files; empty and delete it yourself.

`;

const sub = (text: string): TemplateMap => ({ 'Fn::Sub': text });
const bucketArn: TemplateMap = { 'Fn::GetAtt': ['Bucket', 'Arn'] };

/** Who may write into the bucket: AWS's own exports of this very account, and nobody without TLS reads or writes. */
const bucketPolicy: TemplateMap = {
  Type: 'AWS::S3::BucketPolicy',
  Properties: {
    Bucket: { Ref: 'Bucket' },
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AwsWritesTheExport',
          Effect: 'Allow',
          Principal: { Service: ['bcm-data-exports.amazonaws.com', 'billingreports.amazonaws.com'] },
          Action: ['s3:PutObject', 's3:GetBucketPolicy'],
          Resource: [bucketArn, sub('${Bucket.Arn}/*')],
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            StringLike: {
              'aws:SourceArn': [
                sub('arn:${AWS::Partition}:bcm-data-exports:us-east-1:${AWS::AccountId}:export/*'),
                sub('arn:${AWS::Partition}:cur:us-east-1:${AWS::AccountId}:definition/*'),
              ],
            },
          },
        },
        {
          Sid: 'OnlyOverTls',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [bucketArn, sub('${Bucket.Arn}/*')],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  },
};

const document: TemplateMap = {
  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'Belvedere: a private bucket and a daily FOCUS 1.2 billing export into it.',
  Resources: {
    Bucket: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: 'true',
          BlockPublicPolicy: 'true',
          IgnorePublicAcls: 'true',
          RestrictPublicBuckets: 'true',
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
      },
    },
    BucketPolicy: bucketPolicy,
    Export: {
      Type: 'AWS::BCMDataExports::Export',
      DependsOn: 'BucketPolicy',
      Properties: {
        Export: {
          Name: EXPORT_NAME,
          Description: 'FOCUS 1.2 with resources, daily, for Belvedere.',
          DataQuery: {
            QueryStatement: `SELECT ${COLUMNS.join(', ')} FROM FOCUS_1_2_AWS`,
            TableConfigurations: { FOCUS_1_2_AWS: { TIME_GRANULARITY: 'DAILY' } },
          },
          DestinationConfigurations: {
            S3Destination: {
              S3Bucket: { Ref: 'Bucket' },
              S3Prefix: EXPORT_PREFIX,
              S3Region: { Ref: 'AWS::Region' },
              S3OutputConfigurations: {
                OutputType: 'CUSTOM',
                Format: 'PARQUET',
                Compression: 'PARQUET',
                Overwrite: 'OVERWRITE_REPORT',
              },
            },
          },
          RefreshCadence: { Frequency: 'SYNCHRONOUS' },
        },
      },
    },
  },
  Outputs: {
    BillingExportBucket: {
      Description:
        'Give this to the stack of the role as BillingExportBucket, with ReadBillingExport set to Yes.',
      Value: { Ref: 'Bucket' },
    },
    BillingExportPrefix: {
      Description: 'Give this to the stack of the role as BillingExportPrefix.',
      Value: EXPORT_PREFIX,
    },
  },
};

/** The template that makes a billing export in the customer's account: the same bytes for everyone. */
export function renderExportTemplate(): string {
  return PREAMBLE + toYaml(document, new Map());
}
