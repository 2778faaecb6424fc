import type { AccountDefinition, AccountProfile } from '../world/accounts';

export interface Footprint {
  /** Regions with their share of the account's cost. */
  regions: [region: string, share: number][];
  /** How many times its usual weight a service has here; 0 leaves it out. */
  emphasis: Record<string, number>;
  /** Services left out for no particular reason, as a share of all. */
  sparsity: number;
  environment: string;
  hasSavingsPlan: boolean;
  hasReservations: boolean;
}

export const REGION_PREFIXES: Record<string, string> = {
  'us-east-1': 'USE1',
  'us-west-2': 'USW2',
  'eu-west-1': 'EUW1',
  'eu-central-1': 'EUC1',
  'ap-southeast-2': 'APS2',
  'ap-northeast-1': 'APN1',
  'sa-east-1': 'SAE1',
};

const DATA = {
  'Amazon Redshift': 3,
  'AWS Glue': 4,
  'Amazon Elastic MapReduce': 4,
  'Amazon SageMaker': 3,
  'Amazon Athena': 4,
};
const SECURITY = {
  'Amazon GuardDuty': 12,
  'AWS Security Hub': 12,
  'AWS CloudTrail': 14,
  'AWS Config': 9,
  'Amazon Inspector': 8,
};

function footprint(changes: Partial<Footprint>): Footprint {
  return {
    regions: [['us-east-1', 1]],
    emphasis: {},
    sparsity: 0.2,
    environment: 'production',
    hasSavingsPlan: false,
    hasReservations: false,
    ...changes,
  };
}

const FOOTPRINTS: Record<AccountProfile, Footprint> = {
  management: footprint({ emphasis: SECURITY, sparsity: 0.6 }),
  production: footprint({
    regions: [
      ['us-east-1', 0.46],
      ['eu-west-1', 0.34],
      ['ap-southeast-2', 0.12],
      ['us-west-2', 0.08],
    ],
    sparsity: 0.05,
    hasSavingsPlan: true,
    hasReservations: true,
  }),
  staging: footprint({
    regions: [
      ['us-east-1', 0.6],
      ['eu-west-1', 0.4],
    ],
    environment: 'staging',
  }),
  data: footprint({
    regions: [
      ['eu-west-1', 0.7],
      ['us-east-1', 0.3],
    ],
    emphasis: DATA,
    hasSavingsPlan: true,
  }),
  security: footprint({
    regions: [
      ['us-east-1', 0.5],
      ['eu-west-1', 0.3],
      ['eu-central-1', 0.2],
    ],
    emphasis: SECURITY,
    sparsity: 0.5,
  }),
  sandbox: footprint({
    regions: [
      ['us-east-1', 0.5],
      ['us-west-2', 0.2],
      ['eu-west-1', 0.2],
      ['sa-east-1', 0.1],
    ],
    emphasis: { 'Amazon Bedrock': 8 },
    environment: 'sandbox',
  }),
  shared: footprint({
    regions: [
      ['us-east-1', 0.7],
      ['eu-west-1', 0.3],
    ],
    emphasis: { CodeBuild: 12, 'Amazon EC2 Container Registry (ECR)': 8 },
    environment: 'shared',
  }),
  retail: footprint({
    regions: [
      ['eu-central-1', 0.6],
      ['eu-west-1', 0.4],
    ],
    emphasis: { 'Amazon CloudFront': 3, 'Amazon DynamoDB': 3 },
    hasReservations: true,
  }),
  standalone: footprint({
    regions: [
      ['eu-west-1', 0.8],
      ['ap-northeast-1', 0.2],
    ],
    sparsity: 0.3,
    hasSavingsPlan: true,
    hasReservations: true,
  }),
  vendor: footprint({ sparsity: 1 }),
};

export function footprintOf(account: AccountDefinition): Footprint {
  return FOOTPRINTS[account.profile];
}
