import { EC2_COMPUTE, EC2_OTHER, RDS, S3 } from '../cost-explorer/service-names';

type Attributes = Record<string, string | number>;
export type Usage = readonly [service: string, usageType: RegExp];

/** What one type of resource looks like and which usage its resources share. */
export interface ResourceKind {
  /** As Resource Explorer spells it. */
  type: string;
  /** `{hexN}` is N digits, `{name}` the resource's name. */
  id: string;
  /** Without `arn:aws:`; may name `{region}`, `{account}`, `{id}`, `{name}` and `{hexN}`. */
  arn: string;
  /** Usage that there are such resources for, one set of them by region (and instance type where `byInstanceType`). */
  makes: readonly Usage[];
  /** Usage that all such resources of a region share besides. */
  shares: readonly Usage[];
  /** How many of them there are beside other types. */
  many: number;
  byInstanceType: boolean;
  isZonal: boolean;
  /** Type of a resource of the same region that this one belongs to. */
  belongsTo: string | undefined;
  /** Share of the resources that belong to one, where some do not. */
  belonging: number;
  /** Names of such resources hold this between team and number. */
  words: readonly string[];
  /** From the instance type of the usage, and a number from 0 to 1 of the resource. */
  attributes: (instanceType: string, die: number) => Attributes;
}

const WORDS = ['api', 'worker', 'web', 'batch', 'ingest', 'events', 'reports', 'sessions'];
const EVERY = /(?:)/;

const pick = <T>(values: readonly T[], die: number, otherwise: T): T =>
  values[Math.floor(die * values.length)] ?? otherwise;

function kind(
  type: string,
  id: string,
  arn: string,
  details: Partial<Omit<ResourceKind, 'type' | 'id' | 'arn'>> = {},
): ResourceKind {
  return {
    type,
    id,
    arn,
    makes: [],
    shares: [],
    many: 1,
    byInstanceType: false,
    isZonal: false,
    belongsTo: undefined,
    belonging: 1,
    words: WORDS,
    attributes: () => ({}),
    ...details,
  };
}

const sizes = [8, 20, 50, 100, 200, 500];
const gibibytes = (die: number): number => pick(sizes, die, 20);

const COMPUTE: readonly ResourceKind[] = [
  kind('ec2:instance', 'i-{hex17}', 'ec2:{region}:{account}:instance/{id}', {
    makes: [[EC2_COMPUTE, /BoxUsage:/]],
    shares: [[EC2_OTHER, /DataTransfer-/]],
    many: 3,
    byInstanceType: true,
    isZonal: true,
    attributes: (instanceType) => ({ instanceType }),
  }),
  kind('ec2:volume', 'vol-{hex17}', 'ec2:{region}:{account}:volume/{id}', {
    makes: [[EC2_OTHER, /EBS:VolumeUsage/]],
    many: 20,
    isZonal: true,
    belongsTo: 'ec2:instance',
    belonging: 0.88,
    attributes: (_, die) => ({ sizeGiB: gibibytes(die), volumeType: 'gp3' }),
  }),
  kind('ec2:snapshot', 'snap-{hex17}', 'ec2:{region}:{account}:snapshot/{id}', {
    makes: [[EC2_OTHER, /EBS:SnapshotUsage/]],
    many: 24,
    belongsTo: 'ec2:volume',
    belonging: 0.9,
    attributes: (_, die) => ({ sizeGiB: gibibytes(die) }),
  }),
  kind('ec2:natgateway', 'nat-{hex17}', 'ec2:{region}:{account}:natgateway/{id}', {
    makes: [[EC2_OTHER, /NatGateway-/]],
    isZonal: true,
    attributes: () => ({ connectivityType: 'public' }),
  }),
  kind('ec2:elastic-ip', 'eipalloc-{hex17}', 'ec2:{region}:{account}:elastic-ip/{id}', {
    makes: [['Amazon Virtual Private Cloud', /PublicIPv4/]],
    many: 3,
    belongsTo: 'ec2:instance',
    belonging: 0.7,
  }),
  kind('ec2:vpc-endpoint', 'vpce-{hex17}', 'ec2:{region}:{account}:vpc-endpoint/{id}', {
    makes: [['Amazon Virtual Private Cloud', /VpcEndpoint/]],
    many: 2,
  }),
  kind(
    'elasticloadbalancing:loadbalancer/app',
    'app/{name}/{hex16}',
    'elasticloadbalancing:{region}:{account}:loadbalancer/{id}',
    { makes: [['Amazon Elastic Load Balancing', EVERY]], many: 3, words: ['public', 'internal', 'edge'] },
  ),
  kind('lambda:function', '{name}', 'lambda:{region}:{account}:function:{name}', {
    makes: [['AWS Lambda', EVERY]],
    many: 14,
    attributes: (_, die) => ({ runtime: pick(['nodejs22.x', 'python3.13', 'java21'], die, 'nodejs22.x') }),
  }),
  kind('ecs:cluster', '{name}', 'ecs:{region}:{account}:cluster/{name}'),
  kind('ecs:service', '{name}', 'ecs:{region}:{account}:service/main/{name}', {
    makes: [['Amazon Elastic Container Service', EVERY]],
    many: 6,
    belongsTo: 'ecs:cluster',
    attributes: () => ({ launchType: 'FARGATE' }),
  }),
  kind('eks:cluster', '{name}', 'eks:{region}:{account}:cluster/{name}', {
    makes: [['Amazon Elastic Container Service for Kubernetes', EVERY]],
    attributes: (_, die) => ({ version: pick(['1.32', '1.33', '1.34'], die, '1.33') }),
  }),
  kind('elasticmapreduce:cluster', 'j-{HEX13}', 'elasticmapreduce:{region}:{account}:cluster/{id}', {
    makes: [['Amazon Elastic MapReduce', EVERY]],
  }),
  kind('sagemaker:endpoint', '{name}', 'sagemaker:{region}:{account}:endpoint/{name}', {
    makes: [['Amazon SageMaker', EVERY]],
    byInstanceType: true,
    attributes: (instanceType) => ({ instanceType }),
  }),
  kind('codebuild:project', '{name}', 'codebuild:{region}:{account}:project/{name}', {
    makes: [['CodeBuild', EVERY]],
    many: 3,
  }),
];

const DATABASES: readonly ResourceKind[] = [
  kind('rds:db', '{name}', 'rds:{region}:{account}:db:{name}', {
    makes: [[RDS, /(?:InstanceUsage|Multi-AZUsage):/]],
    shares: [[RDS, /GP3-Storage/]],
    many: 2,
    byInstanceType: true,
    isZonal: true,
    words: ['orders', 'users', 'catalogue', 'ledger'],
    attributes: (instanceClass, die) => ({
      engine: 'postgres',
      engineVersion: pick(['16.9', '17.5'], die, '16.9'),
      instanceClass,
      storageGiB: gibibytes(die),
    }),
  }),
  kind('rds:cluster', '{name}', 'rds:{region}:{account}:cluster:{name}', {
    makes: [[RDS, /Aurora:/]],
    words: ['aurora-orders', 'aurora-users'],
    attributes: () => ({ engine: 'aurora-postgresql', engineVersion: '16.8' }),
  }),
  kind('rds:snapshot', '{name}', 'rds:{region}:{account}:snapshot:{name}', {
    makes: [[RDS, /ChargedBackupUsage/]],
    many: 5,
    belongsTo: 'rds:db',
    words: ['before-upgrade', 'weekly'],
    attributes: (_, die) => ({ engine: 'postgres', storageGiB: gibibytes(die) }),
  }),
  kind('dynamodb:table', '{name}', 'dynamodb:{region}:{account}:table/{name}', {
    makes: [['Amazon DynamoDB', EVERY]],
    many: 5,
  }),
  kind('elasticache:cluster', '{name}', 'elasticache:{region}:{account}:cluster:{name}', {
    makes: [['Amazon ElastiCache', EVERY]],
    many: 2,
    byInstanceType: true,
    isZonal: true,
    attributes: (nodeType) => ({ engine: 'valkey', engineVersion: '8.0', nodeType }),
  }),
  kind('es:domain', '{name}', 'es:{region}:{account}:domain/{name}', {
    makes: [['Amazon OpenSearch Service', /ESInstance/]],
    shares: [['Amazon OpenSearch Service', /ES:/]],
    byInstanceType: true,
    attributes: (instanceType) => ({ engineVersion: 'OpenSearch_2.19', instanceType }),
  }),
  kind('redshift:cluster', '{name}', 'redshift:{region}:{account}:cluster:{name}', {
    makes: [['Amazon Redshift', EVERY]],
    byInstanceType: true,
    isZonal: true,
    attributes: (nodeType) => ({ nodeType }),
  }),
  kind('kafka:cluster', '{name}', 'kafka:{region}:{account}:cluster/{name}/{hex8}-{hex4}-{hex4}', {
    makes: [['Amazon Managed Streaming for Apache Kafka', EVERY]],
  }),
  kind('kinesis:stream', '{name}', 'kinesis:{region}:{account}:stream/{name}', {
    makes: [['Amazon Kinesis', EVERY]],
    many: 2,
  }),
  kind('glue:job', '{name}', 'glue:{region}:{account}:job/{name}', {
    makes: [['AWS Glue', /ETL-/]],
    many: 3,
  }),
  kind('glue:crawler', '{name}', 'glue:{region}:{account}:crawler/{name}', {
    makes: [['AWS Glue', /Crawler-/]],
  }),
  kind('athena:workgroup', '{name}', 'athena:{region}:{account}:workgroup/{name}', {
    makes: [['Amazon Athena', EVERY]],
  }),
];

const STORAGE: readonly ResourceKind[] = [
  kind('s3:bucket', '{name}-{hex6}', 's3:::{id}', {
    makes: [[S3, EVERY]],
    many: 5,
    words: ['assets', 'logs', 'exports', 'backups', 'lake'],
  }),
  kind(
    'elasticfilesystem:file-system',
    'fs-{hex17}',
    'elasticfilesystem:{region}:{account}:file-system/{id}',
    {
      makes: [['Amazon Elastic File System', EVERY]],
      attributes: (_, die) => ({ sizeGiB: gibibytes(die) }),
    },
  ),
  kind('fsx:file-system', 'fs-{hex17}', 'fsx:{region}:{account}:file-system/{id}', {
    makes: [['Amazon FSx', EVERY]],
  }),
  kind('backup:backup-vault', '{name}', 'backup:{region}:{account}:backup-vault:{name}', {
    makes: [['AWS Backup', EVERY]],
  }),
  kind('ecr:repository', '{name}', 'ecr:{region}:{account}:repository/{name}', {
    makes: [['Amazon EC2 Container Registry (ECR)', EVERY]],
    many: 6,
  }),
  kind('logs:log-group', '/aws/lambda/{name}', 'logs:{region}:{account}:log-group:{id}', {
    makes: [['AmazonCloudWatch', /DataProcessing|TimedStorage/]],
    many: 20,
    attributes: (_, die) => ({ retentionDays: pick([7, 30, 90, 365], die, 30) }),
  }),
  kind('cloudwatch:alarm', '{name}', 'cloudwatch:{region}:{account}:alarm:{name}', {
    makes: [['AmazonCloudWatch', /AlarmMonitor/]],
    many: 8,
  }),
];

const OTHERS: readonly ResourceKind[] = [
  kind('cloudfront:distribution', 'E{HEX13}', 'cloudfront::{account}:distribution/{id}', {
    makes: [['Amazon CloudFront', EVERY]],
    many: 3,
  }),
  kind('route53:hostedzone', 'Z{HEX13}', 'route53:::hostedzone/{id}', {
    makes: [['Amazon Route 53', EVERY]],
    many: 3,
  }),
  kind(
    'globalaccelerator:accelerator',
    '{hex8}-{hex4}-{hex4}-{hex4}-{hex12}',
    'globalaccelerator::{account}:accelerator/{id}',
    { makes: [['AWS Global Accelerator', EVERY]] },
  ),
  kind('kms:key', '{hex8}-{hex4}-{hex4}-{hex4}-{hex12}', 'kms:{region}:{account}:key/{id}', {
    makes: [['AWS Key Management Service', EVERY]],
    many: 3,
  }),
  kind('secretsmanager:secret', '{name}', 'secretsmanager:{region}:{account}:secret:{name}-{hex6}', {
    makes: [['AWS Secrets Manager', EVERY]],
    many: 8,
  }),
  kind('sqs', '{name}', 'sqs:{region}:{account}:{name}', {
    makes: [['Amazon Simple Queue Service', EVERY]],
    many: 5,
  }),
  kind('sns', '{name}', 'sns:{region}:{account}:{name}', {
    makes: [['Amazon Simple Notification Service', EVERY]],
    many: 4,
  }),
  kind('apigateway:restapis', '{hex10}', 'apigateway:{region}::/restapis/{id}', {
    makes: [['Amazon API Gateway', EVERY]],
    many: 2,
  }),
  kind('states:stateMachine', '{name}', 'states:{region}:{account}:stateMachine:{name}', {
    makes: [['AWS Step Functions', EVERY]],
    many: 2,
  }),
  kind('transfer:server', 's-{hex17}', 'transfer:{region}:{account}:server/{id}', {
    makes: [['AWS Transfer Family', EVERY]],
  }),
  kind('wafv2:regional/webacl', '{name}', 'wafv2:{region}:{account}:regional/webacl/{name}/{hex8}', {
    makes: [['AWS WAF', EVERY]],
  }),
  kind('cloudtrail:trail', '{name}', 'cloudtrail:{region}:{account}:trail/{name}', {
    makes: [['AWS CloudTrail', EVERY]],
  }),
];

export const RESOURCE_KINDS: readonly ResourceKind[] = [...COMPUTE, ...DATABASES, ...STORAGE, ...OTHERS];

/** Types that every account has at least one of, if need be one that costs nothing. */
export const ALWAYS_THERE: readonly string[] = [
  'ec2:elastic-ip',
  'elasticloadbalancing:loadbalancer/app',
  'lambda:function',
  'ecs:cluster',
  'ecs:service',
  'eks:cluster',
  'dynamodb:table',
  'elasticache:cluster',
  'es:domain',
  'redshift:cluster',
  's3:bucket',
  'elasticfilesystem:file-system',
  'cloudfront:distribution',
  'kinesis:stream',
  'sqs',
  'sns',
  'logs:log-group',
  'ecr:repository',
];
