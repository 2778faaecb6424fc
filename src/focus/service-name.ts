import { choose, listOf, literal } from './sql';

/** SQL for what a row says of the service; each answers text, '' where it says nothing. */
export interface ServiceFacts {
  readonly isAws: string;
  readonly serviceCode: string;
  readonly serviceName: string;
  /** Null where the file has no usage types. */
  readonly usageType: string | null;
  readonly operation: string;
  readonly unit: string;
  readonly chargeCategory: string;
}

const EC2_CODE = 'AmazonEC2';
const EC2_NAME = 'Amazon Elastic Compute Cloud';
export const EC2_COMPUTE = 'Amazon Elastic Compute Cloud - Compute';
export const EC2_OTHER = 'EC2 - Other';
const TAX = 'Tax';

// Hours of instances and hosts, whatever pays for them: on demand, Spot, reserved (HeavyUsage is a reservation's fee), scheduled,
// or kept free by a capacity reservation. HostBoxUsage and ReservedHostUsage contain one of these.
const COMPUTE_USAGE = [
  'BoxUsage',
  'SpotUsage',
  'DedicatedUsage',
  'DedicatedRes',
  'HostUsage',
  'HeavyUsage',
  'SchedUsage',
  'UnusedBox',
  'UnusedDed',
];
const HOURS = ['Hrs', 'Hours', 'Hour', 'Instance-hours', 'Instance-Hours', 'vCPU-Hours'];

// Services that the bill names in one way and Cost Explorer in another.
const RENAMED: readonly (readonly [string, string])[] = [
  ['Elastic Load Balancing', 'Amazon Elastic Load Balancing'],
];

function isCompute({ usageType, operation, unit }: ServiceFacts): string {
  const isByOperation = `(starts_with(${operation}, 'RunInstances') and ${unit} in ${listOf(HOURS)})`;
  if (usageType === null) return isByOperation;
  const isByUsageType = COMPUTE_USAGE.map((word) => `contains(${usageType}, ${literal(word)})`).join(' or ');
  return `case when ${usageType} = '' then ${isByOperation} else ${isByUsageType} end`;
}

/**
 * SQL for the name that Cost Explorer has for a row's service, so that a service keeps its name whichever source it has. Only
 * rows of AWS are renamed. Cost Explorer splits Amazon EC2 in two and books all tax under a service of that name.
 * Source: AWS Cost Management user guide, "Exploring your data using Cost Explorer", and its API's SERVICE dimension.
 */
export function costExplorerServiceName(facts: ServiceFacts): string {
  const { isAws, serviceCode, serviceName, chargeCategory } = facts;
  const isEc2 = `(${serviceCode} = '${EC2_CODE}' or (${serviceCode} = '' and ${serviceName} = '${EC2_NAME}'))`;
  const renamed = choose(
    serviceName,
    RENAMED.map(([bill, explorer]) => [bill, literal(explorer)] as const),
    serviceName,
  );
  return `case
    when not (${isAws}) then ${serviceName}
    when ${chargeCategory} = 'Tax' then '${TAX}'
    when ${isEc2} then case when ${isCompute(facts)} then '${EC2_COMPUTE}' else '${EC2_OTHER}' end
    else ${renamed} end`;
}
