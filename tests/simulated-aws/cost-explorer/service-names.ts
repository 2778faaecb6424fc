export const EC2_COMPUTE = 'Amazon Elastic Compute Cloud - Compute';
export const EC2_OTHER = 'EC2 - Other';
export const RDS = 'Amazon Relational Database Service';
export const S3 = 'Amazon Simple Storage Service';
export const BEDROCK = 'Amazon Bedrock';

export const CORE_SERVICES = new Set([
  EC2_COMPUTE,
  EC2_OTHER,
  RDS,
  S3,
  'AWS Lambda',
  'AWS Key Management Service',
]);
