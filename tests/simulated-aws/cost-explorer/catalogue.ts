export interface UsageKind {
  /** Usage type without the region's prefix. */
  type: string;
  operation: string;
  unit: string;
  /** Dollars per unit. */
  rate: number;
  /** Share of the service's cost. */
  share: number;
  instanceType?: string;
  /** Global usage types carry no region prefix. */
  bare?: boolean;
}

export interface ServiceDefinition {
  name: string;
  /** Relative size among all services. */
  weight: number;
  scope: 'regional' | 'global';
  /** How far weekends fall below working days. */
  weekendDip: number;
  usage: UsageKind[];
}

type Kind = [type: string, operation: string, unit: string, rate: number, share: number];

function kinds(...rows: Kind[]): UsageKind[] {
  return rows.map(([type, operation, unit, rate, share]) => ({ type, operation, unit, rate, share }));
}

function boxes(prefix: string, operation: string, ...rows: [instance: string, rate: number, share: number][]): UsageKind[] {
  return rows.map(([instanceType, rate, share]) => ({
    type: `${prefix}:${instanceType}`,
    operation,
    unit: 'Hrs',
    rate,
    share,
    instanceType,
  }));
}

function regional(name: string, weight: number, weekendDip: number, usage: UsageKind[]): ServiceDefinition {
  return { name, weight, scope: 'regional', weekendDip, usage };
}

function global(name: string, weight: number, usage: UsageKind[]): ServiceDefinition {
  return { name, weight, scope: 'global', weekendDip: 0.1, usage: usage.map((kind) => ({ ...kind, bare: true })) };
}

export const EC2_COMPUTE = 'Amazon Elastic Compute Cloud - Compute';
export const EC2_OTHER = 'EC2 - Other';
export const RDS = 'Amazon Relational Database Service';
export const S3 = 'Amazon Simple Storage Service';
export const BEDROCK = 'Amazon Bedrock';

export const CORE_SERVICES = new Set([EC2_COMPUTE, EC2_OTHER, RDS, S3, 'AWS Lambda', 'AWS Key Management Service']);

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
    ...boxes('InstanceUsage', 'CreateDBInstance:0014', ['db.r6g.xlarge', 0.45, 0.34], ['db.t4g.medium', 0.065, 0.1]),
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
  regional('Amazon Elastic Container Service for Kubernetes', 16, 0, kinds(['AmazonEKS-Hours:perCluster', 'CreateOperation', 'Hours', 0.1, 1])),
  regional('Amazon Elastic Container Service', 28, 0.2, kinds(['Fargate-vCPU-Hours:perCPU', 'FargateTask', 'Hours', 0.04048, 0.76], ['Fargate-GB-Hours', 'FargateTask', 'GB-Hours', 0.004445, 0.24])),
  regional('Amazon DynamoDB', 24, 0.2, kinds(['PayPerRequestThroughput', 'PayPerRequestThroughput', 'ReadRequestUnits', 0.00000025, 0.35], ['WriteRequestUnits', 'PayPerRequestThroughput', 'WriteRequestUnits', 0.00000125, 0.45], ['TimedStorage-ByteHrs', 'StandardStorage', 'GB-Mo', 0.25, 0.2])),
  regional('Amazon ElastiCache', 30, 0, boxes('NodeUsage', 'CreateCacheCluster:0002', ['cache.r7g.large', 0.219, 1])),
  regional('Amazon OpenSearch Service', 32, 0, [...boxes('ESInstance', 'ESDomain', ['r6g.large.search', 0.167, 0.8]), ...kinds(['ES:GP3-Storage', 'ESDomain', 'GB-Mo', 0.122, 0.2])]),
  regional('Amazon Redshift', 40, 0.05, boxes('Node', 'RunComputeNode:0001', ['ra3.xlplus', 1.086, 1])),
  regional('Amazon Elastic MapReduce', 22, 0.25, boxes('BoxUsage', 'EMR:RunJobFlow', ['m6g.4xlarge', 0.154, 1])),
  regional('AWS Glue', 16, 0.1, kinds(['ETL-DPU-Hour', 'Jobrun', 'DPU-Hour', 0.44, 0.8], ['Crawler-DPU-Hour', 'CrawlerRun', 'DPU-Hour', 0.44, 0.2])),
  regional('Amazon Athena', 7, 0.4, kinds(['DataScannedInTB', 'ExecuteQuery', 'Terabytes', 5, 1])),
  regional('Amazon Kinesis', 12, 0.1, kinds(['OnDemand-BilledIncomingBytes', 'PutRecords', 'GB', 0.08, 0.7], ['Storage-ShardHour', 'ShardHourStorage', 'ShardHour', 0.015, 0.3])),
  regional('Amazon Managed Streaming for Apache Kafka', 18, 0, boxes('Kafka', 'RunBroker', ['m7g.large', 0.204, 1])),
  regional('Amazon SageMaker', 26, 0.35, boxes('Host', 'RunInstance', ['ml.g5.2xlarge', 1.515, 0.7], ['ml.m5.xlarge', 0.23, 0.3])),
  regional(BEDROCK, 20, 0.45, kinds(['InputTokenCount', 'InvokeModelInference', '1K tokens', 0.003, 0.45], ['OutputTokenCount', 'InvokeModelInference', '1K tokens', 0.015, 0.55])),
  regional('Amazon Elastic Load Balancing', 18, 0.05, kinds(['LoadBalancerUsage', 'LoadBalancing:Application', 'Hrs', 0.0225, 0.55], ['LCUUsage', 'LoadBalancing:Application', 'LCU-Hrs', 0.008, 0.45])),
  regional('Amazon Virtual Private Cloud', 20, 0, kinds(['PublicIPv4:InUseAddress', 'AssociateAddressVPC', 'Hrs', 0.005, 0.5], ['VpcEndpoint-Hours', 'VpcEndpoint', 'Hrs', 0.01, 0.5])),
  regional('Amazon Elastic File System', 9, 0, kinds(['TimedStorage-ByteHrs', 'StandardStorage', 'GB-Mo', 0.3, 1])),
  regional('Amazon FSx', 6, 0, kinds(['Storage-MultiAZ:SSD', 'CreateFileSystem:ONTAP', 'GB-Mo', 0.25, 1])),
  regional('AWS Backup', 11, 0, kinds(['WarmStorage-ByteHrs-EBS', 'CreateBackup', 'GB-Mo', 0.05, 1])),
  regional('AWS Key Management Service', 3, 0.1, kinds(['KMS-Keys', 'CreateKey', 'Keys', 1, 0.6], ['KMS-Requests', 'Decrypt', 'Requests', 0.000003, 0.4])),
  regional('AWS Secrets Manager', 2, 0, kinds(['AWSSecretsManager-Secrets', 'Secrets', 'Secrets', 0.4, 1])),
  regional('AWS Config', 8, 0.2, kinds(['ConfigurationItemRecorded', 'None', 'ConfigurationItemRecorded', 0.003, 1])),
  regional('AWS CloudTrail', 7, 0.1, kinds(['PaidEventsRecorded', 'None', 'Events', 0.00002, 1])),
  regional('Amazon GuardDuty', 12, 0.1, kinds(['PaidEventsAnalyzed', 'CloudTrail', 'Events', 0.000004, 0.5], ['PaidS3DataEventsAnalyzed', 'S3', 'Events', 0.0000008, 0.5])),
  regional('AWS Security Hub', 5, 0, kinds(['PaidComplianceCheck', 'PaidComplianceCheck', 'Checks', 0.001, 1])),
  regional('Amazon Inspector', 4, 0, kinds(['EC2-Instance', 'EC2Scan', 'Instances', 1.2528, 1])),
  regional('AWS WAF', 5, 0.05, kinds(['WebACLV2', 'WebACL', 'WebACL', 5, 0.3], ['RequestV2-Tier1', 'WebACL', 'Requests', 0.0000006, 0.7])),
  regional('Amazon Simple Queue Service', 3, 0.3, kinds(['Requests-RBP', 'SendMessage', 'Requests', 0.0000004, 1])),
  regional('Amazon Simple Notification Service', 1.2, 0.3, kinds(['Requests-Tier1', 'Publish', 'Requests', 0.0000005, 1])),
  regional('Amazon API Gateway', 6, 0.3, kinds(['ApiGatewayRequest', 'ApiGatewayRequest', 'Requests', 0.0000035, 1])),
  regional('AWS Step Functions', 3, 0.3, kinds(['StateTransition', 'CreateStateMachine', 'StateTransitions', 0.000025, 1])),
  regional('Amazon EC2 Container Registry (ECR)', 4, 0, kinds(['TimedStorage-ByteHrs', 'StoreImage', 'GB-Mo', 0.1, 1])),
  regional('AWS Transfer Family', 2.4, 0, kinds(['ProtocolHours', 'SFTP:S3', 'Hours', 0.3, 1])),
  regional('CodeBuild', 3, 0.6, kinds(['Build-Min:Linux:g1.medium', 'CodeBuild', 'Minutes', 0.01, 1])),
  global('Amazon Route 53', 3, kinds(['DNS-Queries', 'A', 'Queries', 0.0000004, 0.6], ['HostedZone', 'HostedZone', 'HostedZones', 0.5, 0.4])),
  global('AWS Global Accelerator', 2, kinds(['Accelerator-Hours', 'Accelerator', 'Hrs', 0.025, 1])),
];
