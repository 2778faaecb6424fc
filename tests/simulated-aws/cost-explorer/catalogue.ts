import { boxes, global, kinds, regional } from './catalogue-builders';
import type { ServiceDefinition } from './catalogue-builders';
import { EC2_COMPUTE, EC2_OTHER, RDS, S3 } from './service-names';
import { SMALLER_SERVICES } from './smaller-services';

/** Cost Explorer's own names; the usage types are those on real bills. */
export const SERVICES: readonly ServiceDefinition[] = [
  regional(
    EC2_COMPUTE,
    310,
    0.12,
    boxes(
      'BoxUsage',
      'RunInstances',
      ['m7i.large', 0.1008, 0.24],
      ['m7g.2xlarge', 0.3264, 0.22],
      ['c7i.xlarge', 0.1785, 0.18],
      ['r7i.4xlarge', 1.0584, 0.2],
      ['t3.medium', 0.0416, 0.06],
      ['g5.xlarge', 1.006, 0.1],
    ),
  ),
  regional(
    EC2_OTHER,
    118,
    0.08,
    kinds(
      ['EBS:VolumeUsage.gp3', 'CreateVolume-Gp3', 'GB-Mo', 0.08, 0.42],
      ['EBS:SnapshotUsage', 'CreateSnapshot', 'GB-Mo', 0.05, 0.14],
      ['NatGateway-Bytes', 'NatGateway', 'GB', 0.045, 0.2],
      ['NatGateway-Hours', 'NatGateway', 'Hrs', 0.045, 0.06],
      ['DataTransfer-Regional-Bytes', 'InterZone-In', 'GB', 0.01, 0.12],
      ['DataTransfer-Out-Bytes', 'RunInstances', 'GB', 0.09, 0.06],
    ),
  ),
  regional(RDS, 150, 0.03, [
    ...boxes(
      'InstanceUsage',
      'CreateDBInstance:0014',
      ['db.r6g.xlarge', 0.45, 0.34],
      ['db.t4g.medium', 0.065, 0.1],
    ),
    ...boxes('Multi-AZUsage', 'CreateDBInstance:0014', ['db.r6g.2xlarge', 1.798, 0.32]),
    ...kinds(
      ['Aurora:ServerlessV2Usage', 'CreateDBInstance:0021', 'ACU-Hr', 0.12, 0.12],
      ['RDS:GP3-Storage', 'CreateDBInstance:0014', 'GB-Mo', 0.115, 0.08],
      ['RDS:ChargedBackupUsage', 'CreateDBInstance:0014', 'GB-Mo', 0.095, 0.04],
    ),
  ]),
  regional(
    S3,
    84,
    0.02,
    kinds(
      ['TimedStorage-ByteHrs', 'StandardStorage', 'GB-Mo', 0.023, 0.6],
      ['TimedStorage-INT-FA-ByteHrs', 'IntelligentTieringFAStorage', 'GB-Mo', 0.023, 0.16],
      ['TimedStorage-GlacierByteHrs', 'GlacierStorage', 'GB-Mo', 0.0036, 0.05],
      ['Requests-Tier1', 'PutObject', 'Requests', 0.000005, 0.1],
      ['Requests-Tier2', 'GetObject', 'Requests', 0.0000004, 0.09],
    ),
  ),
  regional(
    'AWS Lambda',
    26,
    0.3,
    kinds(
      ['Lambda-GB-Second', 'Invoke', 'Lambda-GB-Second', 0.0000166667, 0.82],
      ['Request', 'Invoke', 'Requests', 0.0000002, 0.18],
    ),
  ),
  regional(
    'AmazonCloudWatch',
    38,
    0.15,
    kinds(
      ['DataProcessing-Bytes', 'PutLogEvents', 'GB', 0.5, 0.6],
      ['TimedStorage-ByteHrs', 'HourlyStorageMetering', 'GB-Mo', 0.03, 0.1],
      ['CW:MetricMonitorUsage', 'MetricStorage', 'Metrics', 0.3, 0.25],
      ['CW:AlarmMonitorUsage', 'MetricAlarm', 'Alarms', 0.1, 0.05],
    ),
  ),
  global(
    'Amazon CloudFront',
    34,
    kinds(
      ['US-DataTransfer-Out-Bytes', 'GET', 'GB', 0.085, 0.5],
      ['EU-DataTransfer-Out-Bytes', 'GET', 'GB', 0.085, 0.38],
      ['US-Requests-Tier2-HTTPS', 'GET', 'Requests', 0.000001, 0.12],
    ),
  ),
  regional(
    'Amazon Elastic Container Service for Kubernetes',
    16,
    0,
    kinds(['AmazonEKS-Hours:perCluster', 'CreateOperation', 'Hours', 0.1, 1]),
  ),
  regional(
    'Amazon Elastic Container Service',
    28,
    0.2,
    kinds(
      ['Fargate-vCPU-Hours:perCPU', 'FargateTask', 'Hours', 0.04048, 0.76],
      ['Fargate-GB-Hours', 'FargateTask', 'GB-Hours', 0.004445, 0.24],
    ),
  ),
  regional(
    'Amazon DynamoDB',
    24,
    0.2,
    kinds(
      ['PayPerRequestThroughput', 'PayPerRequestThroughput', 'ReadRequestUnits', 0.00000025, 0.35],
      ['WriteRequestUnits', 'PayPerRequestThroughput', 'WriteRequestUnits', 0.00000125, 0.45],
      ['TimedStorage-ByteHrs', 'StandardStorage', 'GB-Mo', 0.25, 0.2],
    ),
  ),
  regional(
    'Amazon ElastiCache',
    30,
    0,
    boxes('NodeUsage', 'CreateCacheCluster:0002', ['cache.r7g.large', 0.219, 1]),
  ),
  regional('Amazon OpenSearch Service', 32, 0, [
    ...boxes('ESInstance', 'ESDomain', ['r6g.large.search', 0.167, 0.8]),
    ...kinds(['ES:GP3-Storage', 'ESDomain', 'GB-Mo', 0.122, 0.2]),
  ]),
  regional('Amazon Redshift', 40, 0.05, boxes('Node', 'RunComputeNode:0001', ['ra3.xlplus', 1.086, 1])),
  regional(
    'Amazon Elastic MapReduce',
    22,
    0.25,
    boxes('BoxUsage', 'EMR:RunJobFlow', ['m6g.4xlarge', 0.154, 1]),
  ),
  ...SMALLER_SERVICES,
];
