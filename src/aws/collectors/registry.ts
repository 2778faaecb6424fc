import { dynamodbTables } from './dynamodb-tables';
import { ec2Addresses } from './ec2-addresses';
import { ec2Instances } from './ec2-instances';
import { ec2NatGateways } from './ec2-nat-gateways';
import { ec2Snapshots } from './ec2-snapshots';
import { ec2Volumes } from './ec2-volumes';
import { ecrRepositories } from './ecr-repositories';
import { ecsClusters } from './ecs-clusters';
import { ecsServices } from './ecs-services';
import { efsFileSystems } from './efs-file-systems';
import { eksClusters } from './eks-clusters';
import { elasticacheClusters } from './elasticache-clusters';
import { kinesisStreams } from './kinesis-streams';
import { loadBalancers } from './load-balancers';
import { logGroups } from './log-groups';
import { opensearchDomains } from './opensearch-domains';
import { rdsClusterSnapshots } from './rds-cluster-snapshots';
import { rdsClusters } from './rds-clusters';
import { rdsInstances } from './rds-instances';
import { rdsSnapshots } from './rds-snapshots';
import { redshiftClusters } from './redshift-clusters';
import { s3Buckets } from './s3-buckets';
import { snsTopics } from './sns-topics';
import { sqsQueues } from './sqs-queues';
import type { Collector } from './types';

/**
 * The types that have a listing of their own, region by region; all others, and what belongs to no region, come
 * from `taggedResources`.
 */
export const collectors: readonly Collector[] = [
  ec2Instances,
  ec2Volumes,
  ec2Snapshots,
  ec2Addresses,
  ec2NatGateways,
  loadBalancers,
  rdsInstances,
  rdsClusters,
  rdsSnapshots,
  rdsClusterSnapshots,
  s3Buckets,
  ecsClusters,
  ecsServices,
  eksClusters,
  dynamodbTables,
  elasticacheClusters,
  opensearchDomains,
  redshiftClusters,
  efsFileSystems,
  kinesisStreams,
  sqsQueues,
  snsTopics,
  logGroups,
  ecrRepositories,
];
