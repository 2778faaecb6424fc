import type { RecordType } from '../cost-explorer/series';

interface ServiceTerms {
  /** AWS's product code. */
  code: string;
  /** FOCUS ServiceCategory. */
  category: string;
  subcategory: string;
  /** As a bill names it; Cost Explorer names some otherwise. */
  name: string;
}

type Row = [service: string, code: string, category: string, subcategory: string, billName?: string];

const EC2 = 'Amazon Elastic Compute Cloud';
const ROWS: readonly Row[] = [
  ['Amazon Elastic Compute Cloud - Compute', 'AmazonEC2', 'Compute', 'Virtual Machines', EC2],
  ['EC2 - Other', 'AmazonEC2', 'Storage', 'Block Storage', EC2],
  ['Amazon Relational Database Service', 'AmazonRDS', 'Databases', 'Relational Databases'],
  ['Amazon Simple Storage Service', 'AmazonS3', 'Storage', 'Object Storage'],
  ['AWS Lambda', 'AWSLambda', 'Compute', 'Serverless Compute'],
  ['AmazonCloudWatch', 'AmazonCloudWatch', 'Management and Governance', 'Observability'],
  ['Amazon CloudFront', 'AmazonCloudFront', 'Networking', 'Content Delivery'],
  ['Amazon Elastic Container Service for Kubernetes', 'AmazonEKS', 'Compute', 'Containers'],
  ['Amazon Elastic Container Service', 'AmazonECS', 'Compute', 'Containers'],
  ['Amazon DynamoDB', 'AmazonDynamoDB', 'Databases', 'NoSQL Databases'],
  ['Amazon ElastiCache', 'AmazonElastiCache', 'Databases', 'Caching'],
  ['Amazon OpenSearch Service', 'AmazonES', 'Analytics', 'Search Services'],
  ['Amazon Redshift', 'AmazonRedshift', 'Databases', 'Data Warehouses'],
  ['Amazon Elastic MapReduce', 'ElasticMapReduce', 'Analytics', 'Analytics Platforms'],
  ['AWS Glue', 'AWSGlue', 'Analytics', 'Data Processing'],
  ['Amazon Athena', 'AmazonAthena', 'Analytics', 'Data Processing'],
  ['Amazon Kinesis', 'AmazonKinesis', 'Analytics', 'Streaming Analytics'],
  ['Amazon Managed Streaming for Apache Kafka', 'AmazonMSK', 'Analytics', 'Streaming Analytics'],
  ['Amazon SageMaker', 'AmazonSageMaker', 'AI and Machine Learning', 'Machine Learning'],
  ['Amazon Bedrock', 'AmazonBedrock', 'AI and Machine Learning', 'Generative AI'],
  [
    'Amazon Elastic Load Balancing',
    'AWSELB',
    'Networking',
    'Application Networking',
    'Elastic Load Balancing',
  ],
  ['Amazon Virtual Private Cloud', 'AmazonVPC', 'Networking', 'Network Infrastructure'],
  ['Amazon Elastic File System', 'AmazonEFS', 'Storage', 'File Storage'],
  ['Amazon FSx', 'AmazonFSx', 'Storage', 'File Storage'],
  ['AWS Backup', 'AWSBackup', 'Storage', 'Backup Storage'],
  ['AWS Key Management Service', 'awskms', 'Security', 'Other (Security)'],
  ['Amazon Route 53', 'AmazonRoute53', 'Networking', 'Network Routing'],
  ['Savings Plans for AWS Compute usage', 'ComputeSavingsPlans', 'Compute', 'Other (Compute)'],
  ['AWS Support (Enterprise)', 'AWSSupportEnterprise', 'Other', 'Other (Other)'],
  ['AWS Support (Business)', 'AWSSupportBusiness', 'Other', 'Other (Other)'],
  // A bill taxes product by product and has no product of that name.
  ['Tax', 'AmazonEC2', 'Compute', 'Virtual Machines', EC2],
];

const TERMS = new Map(
  ROWS.map(([service, code, category, subcategory, name]): [string, ServiceTerms] => [
    service,
    { code, category, subcategory, name: name ?? service },
  ]),
);

/** What a bill calls a service of Cost Explorer. */
export function serviceTerms(service: string): ServiceTerms {
  return (
    TERMS.get(service) ?? {
      code: service.replace(/[^A-Za-z0-9]/g, ''),
      category: 'Other',
      subcategory: 'Other (Other)',
      name: service,
    }
  );
}

const REGION_NAMES: Record<string, string> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-west-2': 'US West (Oregon)',
  'eu-west-1': 'EU (Ireland)',
  'eu-central-1': 'EU (Frankfurt)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'sa-east-1': 'South America (Sao Paulo)',
  global: 'Global',
};

/** Null where the charge is of no region. */
export function regionOf(region: string): { id: string; name: string } | null {
  const name = REGION_NAMES[region];
  return name === undefined ? null : { id: region, name };
}

interface RecordTerms {
  /** FOCUS ChargeCategory. */
  category: 'Usage' | 'Purchase' | 'Tax' | 'Credit' | 'Adjustment';
  frequency: 'Usage-Based' | 'Recurring' | 'One-Time';
  pricing: 'Standard' | 'Committed' | 'Other' | null;
  /** lineItem/LineItemType of the Cost and Usage Report. */
  lineItemType: string;
}

/** Source: AWS Data Exports user guide, "FOCUS 1.2 with AWS columns", and the CUR data dictionary, "Line item details". */
export const RECORD_TERMS: Record<RecordType, RecordTerms> = {
  Usage: { category: 'Usage', frequency: 'Usage-Based', pricing: 'Standard', lineItemType: 'Usage' },
  SavingsPlanCoveredUsage: {
    category: 'Usage',
    frequency: 'Usage-Based',
    pricing: 'Committed',
    lineItemType: 'SavingsPlanCoveredUsage',
  },
  SavingsPlanNegation: {
    category: 'Usage',
    frequency: 'Usage-Based',
    pricing: 'Committed',
    lineItemType: 'SavingsPlanNegation',
  },
  SavingsPlanRecurringFee: {
    category: 'Purchase',
    frequency: 'Recurring',
    pricing: 'Standard',
    lineItemType: 'SavingsPlanRecurringFee',
  },
  DiscountedUsage: {
    category: 'Usage',
    frequency: 'Usage-Based',
    pricing: 'Committed',
    lineItemType: 'DiscountedUsage',
  },
  RIFee: { category: 'Purchase', frequency: 'Recurring', pricing: 'Standard', lineItemType: 'RIFee' },
  Credit: { category: 'Credit', frequency: 'One-Time', pricing: null, lineItemType: 'Credit' },
  Refund: { category: 'Adjustment', frequency: 'One-Time', pricing: null, lineItemType: 'Refund' },
  Tax: { category: 'Tax', frequency: 'Recurring', pricing: null, lineItemType: 'Tax' },
  Support: { category: 'Purchase', frequency: 'Recurring', pricing: 'Other', lineItemType: 'Fee' },
};
