import { COST_CATEGORY } from '@/domain/tag-filter';
import type { CostScope } from './scope';

export const NO_REGION = 'No region';
export const NO_GROUP = 'In no group';

// Cost Explorer's names are long and uneven; the familiar short form, everything else as AWS writes it.
const SHORT: ReadonlyMap<string, string> = new Map([
  ['Amazon Elastic Compute Cloud - Compute', 'Amazon EC2'],
  ['EC2 - Other', 'EC2 other'],
  ['Amazon Relational Database Service', 'Amazon RDS'],
  ['Amazon Simple Storage Service', 'Amazon S3'],
  ['Amazon Elastic Load Balancing', 'Elastic Load Balancing'],
  ['Amazon Elastic Container Service', 'Amazon ECS'],
  ['Amazon Elastic Container Service for Kubernetes', 'Amazon EKS'],
  ['Amazon Elastic Kubernetes Service', 'Amazon EKS'],
  ['Amazon EC2 Container Registry (ECR)', 'Amazon ECR'],
  ['Amazon Virtual Private Cloud', 'Amazon VPC'],
  ['Amazon Elastic File System', 'Amazon EFS'],
  ['Amazon Simple Queue Service', 'Amazon SQS'],
  ['Amazon Simple Notification Service', 'Amazon SNS'],
  ['Amazon OpenSearch Service', 'Amazon OpenSearch'],
  ['Amazon Route 53', 'Amazon Route 53'],
  ['AWS Key Management Service', 'AWS KMS'],
  ['AmazonCloudWatch', 'Amazon CloudWatch'],
  ['AWS Cost Explorer', 'AWS Cost Explorer'],
]);

/** A tag as people know it; a cost category is kept among the tags, with a prefix. */
export const tagLabel = (name: string): string =>
  name.startsWith(COST_CATEGORY) ? `${name.slice(COST_CATEGORY.length)} (cost category)` : name;

export const serviceLabel = (service: string): string => SHORT.get(service) ?? service;
export const regionLabel = (region: string): string =>
  region === '' ? NO_REGION : region === 'global' ? 'Global' : region;

/** An account by name where AWS told it, by number otherwise. */
export function accountLabels(scope: CostScope): Map<string, { ref: string; label: string }> {
  return new Map(
    scope.accounts.map((account) => [
      account.awsAccountId,
      { ref: account.ref, label: account.name ?? account.awsAccountId },
    ]),
  );
}
