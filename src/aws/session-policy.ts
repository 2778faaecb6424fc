import { bucketSessionPolicy, type BucketFolder } from './bucket-access';

export type SessionPurpose = 'verify' | 'cost-sync' | 'billing-export' | 'inventory';

const actionsByPurpose: Record<SessionPurpose, readonly string[]> = {
  // GetCallerIdentity needs no permission; naming it alone leaves the session able to do nothing else.
  verify: ['sts:GetCallerIdentity'],
  'cost-sync': [
    'ce:GetCostAndUsage',
    'ce:GetCostAndUsageWithResources',
    'ce:GetDimensionValues',
    'ce:GetTags',
    'ce:GetCostCategories',
    'ce:GetCostForecast',
    'ec2:DescribeRegions',
    'organizations:DescribeOrganization',
    'organizations:ListAccounts',
  ],
  // Which bucket and folder is for the role's own policy to say.
  'billing-export': [
    'bcm-data-exports:ListExports',
    'bcm-data-exports:GetExport',
    'cur:DescribeReportDefinitions',
    's3:ListBucket',
    's3:GetObject',
  ],
  // Those of src/aws/collectors, each of which names its own; a test holds the two against each other.
  inventory: [
    'ec2:DescribeRegions',
    'ec2:DescribeInstances',
    'ec2:DescribeVolumes',
    'ec2:DescribeSnapshots',
    'ec2:DescribeAddresses',
    'ec2:DescribeNatGateways',
    'elasticloadbalancing:DescribeLoadBalancers',
    'rds:DescribeDBInstances',
    'rds:DescribeDBClusters',
    'rds:DescribeDBSnapshots',
    'rds:DescribeDBClusterSnapshots',
    's3:ListAllMyBuckets',
    'ecs:ListClusters',
    'ecs:DescribeClusters',
    'ecs:ListServices',
    'ecs:DescribeServices',
    'eks:ListClusters',
    'eks:DescribeCluster',
    'dynamodb:ListTables',
    'dynamodb:DescribeTable',
    'elasticache:DescribeCacheClusters',
    'es:ListDomainNames',
    'es:DescribeDomains',
    'redshift:DescribeClusters',
    'elasticfilesystem:DescribeFileSystems',
    'kinesis:ListStreams',
    'sqs:ListQueues',
    'sns:ListTopics',
    'logs:DescribeLogGroups',
    'ecr:DescribeRepositories',
    'tag:GetResources',
  ],
};

export const SESSION_POLICY_MAX_LENGTH = 2048;

export const sessionPurposes = Object.keys(actionsByPurpose) as readonly SessionPurpose[];

/** A session that is for one folder of one bucket. */
export interface BucketPurpose extends BucketFolder {
  readonly partition: string;
}

/** Session policy for AssumeRole: a session can do no more than this, whatever the role grants. */
export function sessionPolicyFor(purpose: SessionPurpose | BucketPurpose): string {
  if (typeof purpose === 'object') return bucketSessionPolicy(purpose, purpose.partition);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actionsByPurpose[purpose], Resource: '*' }],
  });
}
