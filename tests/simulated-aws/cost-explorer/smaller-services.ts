import { boxes, global, kinds, regional } from './catalogue-builders';
import type { ServiceDefinition } from './catalogue-builders';
import { BEDROCK } from './service-names';

export const SMALLER_SERVICES: readonly ServiceDefinition[] = [
  regional(
    'AWS Glue',
    16,
    0.1,
    kinds(
      ['ETL-DPU-Hour', 'Jobrun', 'DPU-Hour', 0.44, 0.8],
      ['Crawler-DPU-Hour', 'CrawlerRun', 'DPU-Hour', 0.44, 0.2],
    ),
  ),
  regional('Amazon Athena', 7, 0.4, kinds(['DataScannedInTB', 'ExecuteQuery', 'Terabytes', 5, 1])),
  regional(
    'Amazon Kinesis',
    12,
    0.1,
    kinds(
      ['OnDemand-BilledIncomingBytes', 'PutRecords', 'GB', 0.08, 0.7],
      ['Storage-ShardHour', 'ShardHourStorage', 'ShardHour', 0.015, 0.3],
    ),
  ),
  regional(
    'Amazon Managed Streaming for Apache Kafka',
    18,
    0,
    boxes('Kafka', 'RunBroker', ['m7g.large', 0.204, 1]),
  ),
  regional(
    'Amazon SageMaker',
    26,
    0.35,
    boxes('Host', 'RunInstance', ['ml.g5.2xlarge', 1.515, 0.7], ['ml.m5.xlarge', 0.23, 0.3]),
  ),
  regional(
    BEDROCK,
    20,
    0.45,
    kinds(
      ['InputTokenCount', 'InvokeModelInference', '1K tokens', 0.003, 0.45],
      ['OutputTokenCount', 'InvokeModelInference', '1K tokens', 0.015, 0.55],
    ),
  ),
  regional(
    'Amazon Elastic Load Balancing',
    18,
    0.05,
    kinds(
      ['LoadBalancerUsage', 'LoadBalancing:Application', 'Hrs', 0.0225, 0.55],
      ['LCUUsage', 'LoadBalancing:Application', 'LCU-Hrs', 0.008, 0.45],
    ),
  ),
  regional(
    'Amazon Virtual Private Cloud',
    20,
    0,
    kinds(
      ['PublicIPv4:InUseAddress', 'AssociateAddressVPC', 'Hrs', 0.005, 0.5],
      ['VpcEndpoint-Hours', 'VpcEndpoint', 'Hrs', 0.01, 0.5],
    ),
  ),
  regional(
    'Amazon Elastic File System',
    9,
    0,
    kinds(['TimedStorage-ByteHrs', 'StandardStorage', 'GB-Mo', 0.3, 1]),
  ),
  regional('Amazon FSx', 6, 0, kinds(['Storage-MultiAZ:SSD', 'CreateFileSystem:ONTAP', 'GB-Mo', 0.25, 1])),
  regional('AWS Backup', 11, 0, kinds(['WarmStorage-ByteHrs-EBS', 'CreateBackup', 'GB-Mo', 0.05, 1])),
  regional(
    'AWS Key Management Service',
    3,
    0.1,
    kinds(['KMS-Keys', 'CreateKey', 'Keys', 1, 0.6], ['KMS-Requests', 'Decrypt', 'Requests', 0.000003, 0.4]),
  ),
  regional('AWS Secrets Manager', 2, 0, kinds(['AWSSecretsManager-Secrets', 'Secrets', 'Secrets', 0.4, 1])),
  regional(
    'AWS Config',
    8,
    0.2,
    kinds(['ConfigurationItemRecorded', 'None', 'ConfigurationItemRecorded', 0.003, 1]),
  ),
  regional('AWS CloudTrail', 7, 0.1, kinds(['PaidEventsRecorded', 'None', 'Events', 0.00002, 1])),
  regional(
    'Amazon GuardDuty',
    12,
    0.1,
    kinds(
      ['PaidEventsAnalyzed', 'CloudTrail', 'Events', 0.000004, 0.5],
      ['PaidS3DataEventsAnalyzed', 'S3', 'Events', 0.0000008, 0.5],
    ),
  ),
  regional(
    'AWS Security Hub',
    5,
    0,
    kinds(['PaidComplianceCheck', 'PaidComplianceCheck', 'Checks', 0.001, 1]),
  ),
  regional('Amazon Inspector', 4, 0, kinds(['EC2-Instance', 'EC2Scan', 'Instances', 1.2528, 1])),
  regional(
    'AWS WAF',
    5,
    0.05,
    kinds(
      ['WebACLV2', 'WebACL', 'WebACL', 5, 0.3],
      ['RequestV2-Tier1', 'WebACL', 'Requests', 0.0000006, 0.7],
    ),
  ),
  regional(
    'Amazon Simple Queue Service',
    3,
    0.3,
    kinds(['Requests-RBP', 'SendMessage', 'Requests', 0.0000004, 1]),
  ),
  regional(
    'Amazon Simple Notification Service',
    1.2,
    0.3,
    kinds(['Requests-Tier1', 'Publish', 'Requests', 0.0000005, 1]),
  ),
  regional(
    'Amazon API Gateway',
    6,
    0.3,
    kinds(['ApiGatewayRequest', 'ApiGatewayRequest', 'Requests', 0.0000035, 1]),
  ),
  regional(
    'AWS Step Functions',
    3,
    0.3,
    kinds(['StateTransition', 'CreateStateMachine', 'StateTransitions', 0.000025, 1]),
  ),
  regional(
    'Amazon EC2 Container Registry (ECR)',
    4,
    0,
    kinds(['TimedStorage-ByteHrs', 'StoreImage', 'GB-Mo', 0.1, 1]),
  ),
  regional('AWS Transfer Family', 2.4, 0, kinds(['ProtocolHours', 'SFTP:S3', 'Hours', 0.3, 1])),
  regional('CodeBuild', 3, 0.6, kinds(['Build-Min:Linux:g1.medium', 'CodeBuild', 'Minutes', 0.01, 1])),
  global(
    'Amazon Route 53',
    3,
    kinds(
      ['DNS-Queries', 'A', 'Queries', 0.0000004, 0.6],
      ['HostedZone', 'HostedZone', 'HostedZones', 0.5, 0.4],
    ),
  ),
  global('AWS Global Accelerator', 2, kinds(['Accelerator-Hours', 'Accelerator', 'Hrs', 0.025, 1])),
];
