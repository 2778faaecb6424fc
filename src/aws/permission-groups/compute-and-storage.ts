import { actions, type PermissionGroup } from './types';

// Left out on purpose: lambda:ListFunctions, ecs:DescribeTaskDefinition, ecs:DescribeTasks, launch
// templates and Spot requests, since their answers can hold environment variables or user data.
export const computeGroup: PermissionGroup = {
  id: 'resources-compute',
  parameter: 'ReadCompute',
  title: 'Compute resources',
  purpose: 'Lists servers, containers and their sizes',
  withoutIt: 'Without it compute cost is shown by service, not by resource',
  default: true,
  statements: [
    {
      sid: 'Compute',
      resource: '*',
      actions: [
        ...actions(
          'ec2',
          `DescribeInstances DescribeInstanceTypes DescribeImages DescribeHosts
          DescribeCapacityReservations DescribeReservedInstances DescribeTags`,
        ),
        ...actions('autoscaling', 'DescribeAutoScalingGroups'),
        ...actions('ecs', 'ListClusters DescribeClusters ListServices DescribeServices ListTagsForResource'),
        ...actions(
          'eks',
          'ListClusters DescribeCluster ListNodegroups DescribeNodegroup ListTagsForResource',
        ),
        ...actions('lambda', 'GetAccountSettings ListProvisionedConcurrencyConfigs ListTags'),
        ...actions('batch', 'DescribeComputeEnvironments DescribeJobQueues'),
        ...actions('apprunner', 'ListServices ListTagsForResource'),
        ...actions(
          'lightsail',
          'GetInstances GetDisks GetBuckets GetRelationalDatabases GetLoadBalancers GetStaticIps',
        ),
      ],
    },
  ],
};

// Left out on purpose: everything that reads or lists objects (s3:GetObject, s3:ListBucket,
// s3:ListBucketMultipartUploads, ecr:BatchGetImage, ebs:ListSnapshotBlocks).
export const storageGroup: PermissionGroup = {
  id: 'resources-storage',
  parameter: 'ReadStorage',
  title: 'Storage resources',
  purpose: 'Lists buckets, disks, snapshots, file systems and backups, never what they hold',
  withoutIt: 'Without it storage cost is shown by service, not by resource',
  default: true,
  statements: [
    {
      sid: 'Storage',
      resource: '*',
      actions: [
        ...actions(
          'ec2',
          'DescribeVolumes DescribeSnapshots DescribeSnapshotTierStatus DescribeFastSnapshotRestores',
        ),
        ...actions(
          's3',
          `ListAllMyBuckets GetBucketLocation GetBucketTagging GetBucketVersioning
          GetLifecycleConfiguration GetIntelligentTieringConfiguration GetMetricsConfiguration`,
        ),
        ...actions('s3express', 'ListAllMyDirectoryBuckets'),
        ...actions('s3tables', 'ListTableBuckets'),
        ...actions(
          'elasticfilesystem',
          'DescribeFileSystems DescribeLifecycleConfiguration ListTagsForResource',
        ),
        ...actions('fsx', 'DescribeFileSystems DescribeVolumes DescribeBackups ListTagsForResource'),
        ...actions(
          'backup',
          `ListBackupVaults ListBackupPlans ListProtectedResources ListRecoveryPointsByBackupVault
          ListTags`,
        ),
        ...actions('glacier', 'ListVaults ListTagsForVault'),
        ...actions('ecr', 'DescribeRepositories DescribeImages GetLifecyclePolicy ListTagsForResource'),
      ],
    },
  ],
};
