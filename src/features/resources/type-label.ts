// Resource Explorer's spelling of a type, in the words of the AWS console.
const LABELS: ReadonlyMap<string, string> = new Map([
  ['ec2:instance', 'EC2 instance'],
  ['ec2:volume', 'EBS volume'],
  ['ec2:snapshot', 'EBS snapshot'],
  ['ec2:elastic-ip', 'Elastic IP address'],
  ['ec2:natgateway', 'NAT gateway'],
  ['elasticloadbalancing:loadbalancer/app', 'Application Load Balancer'],
  ['elasticloadbalancing:loadbalancer/net', 'Network Load Balancer'],
  ['elasticloadbalancing:loadbalancer', 'Load balancer'],
  ['rds:db', 'RDS instance'],
  ['rds:cluster', 'RDS cluster'],
  ['rds:snapshot', 'RDS snapshot'],
  ['rds:cluster-snapshot', 'RDS cluster snapshot'],
  ['s3:bucket', 'S3 bucket'],
  ['lambda:function', 'Lambda function'],
  ['ecs:cluster', 'ECS cluster'],
  ['ecs:service', 'ECS service'],
  ['eks:cluster', 'EKS cluster'],
  ['dynamodb:table', 'DynamoDB table'],
  ['elasticache:cluster', 'ElastiCache cluster'],
  ['es:domain', 'OpenSearch domain'],
  ['redshift:cluster', 'Redshift cluster'],
  ['elasticfilesystem:file-system', 'EFS file system'],
  ['cloudfront:distribution', 'CloudFront distribution'],
  ['kinesis:stream', 'Kinesis stream'],
  ['sqs:queue', 'SQS queue'],
  ['sns:topic', 'SNS topic'],
  ['logs:log-group', 'Log group'],
  ['ecr:repository', 'ECR repository'],
]);

/** A resource's type in words; a type that has none is shown as the provider spells it. */
export const typeLabel = (type: string): string => LABELS.get(type) ?? (type === '' ? 'Other' : type);
